"""The ledger: nothing that was acknowledged is lost, nothing happens twice, everything of a lane happens in order."""

from bot.ledger.entries import (
    Ask,
    Claim,
    Entry,
    Facts,
    Kept,
    Later,
    NewEntry,
    Perform,
    Recorded,
    Settle,
    Settlement,
    State,
    Stats,
)
from bot.ledger.errors import (
    ClaimLost,
    HeldElsewhere,
    LedgerError,
    NotRecorded,
    OwnedElsewhere,
    ReadOnly,
    TransactionPooler,
    Unreachable,
    WrongSchema,
)
from bot.ledger.ledger import Ledger
from bot.ledger.steer import steer
from bot.ledger.worker import Worker

__all__ = [
    "Ask",
    "Claim",
    "ClaimLost",
    "Entry",
    "Facts",
    "HeldElsewhere",
    "Kept",
    "Later",
    "Ledger",
    "LedgerError",
    "NewEntry",
    "NotRecorded",
    "OwnedElsewhere",
    "Perform",
    "ReadOnly",
    "Recorded",
    "Settle",
    "Settlement",
    "State",
    "Stats",
    "TransactionPooler",
    "Unreachable",
    "Worker",
    "WrongSchema",
    "steer",
]
