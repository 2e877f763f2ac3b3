"""What can go wrong with the ledger itself."""

from bot.errors import TicketbotError


class LedgerError(TicketbotError):
    """The ledger cannot be opened or used as asked."""


class Unreachable(LedgerError):
    """The database does not answer."""


class NotRecorded(LedgerError):
    """It is not on disk: the disk is full, the database is gone, or it took too long."""

    def __init__(self, message: str, *, maybe: bool = False) -> None:
        super().__init__(message)
        self.maybe = maybe
        """The database was already committing when it went: it may be recorded after all; its key will tell."""


class ClaimLost(LedgerError):
    """This process no longer owns the entry: nothing more may be sent or settled for it."""


class HeldElsewhere(LedgerError):
    """Another entry already holds that remote id, so this one may not adopt it."""


class OwnedElsewhere(LedgerError):
    """Another process owns this SQLite ledger."""


class ReadOnly(LedgerError):
    """This process opened the ledger to look at it; the owner has to be asked to change it."""


class TransactionPooler(LedgerError):
    """Something between us and PostgreSQL hands our session's locks to others."""


class WrongSchema(LedgerError):
    """The ledger was made by another version, and this process may not or cannot change that."""
