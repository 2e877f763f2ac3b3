"""The helpdesks' own clock, which a test can set forward."""

from datetime import UTC, datetime, timedelta


class Clock:
    """Real time plus an offset that only grows."""

    def __init__(self, offset: timedelta = timedelta(0)) -> None:
        self.offset = offset

    def now(self) -> datetime:
        """The helpdesk's present, aware, in UTC."""
        return datetime.now(UTC) + self.offset

    def advance(self, by: timedelta) -> None:
        """Move the clock ``by`` forward. Raises ValueError for a step back: what has been dated stays in the past."""
        if by < timedelta(0):
            raise ValueError("the clock only goes forward")
        self.offset += by


def stamp(instant: datetime) -> str:
    """An instant as it is stored: UTC, microseconds, sortable as text."""
    return instant.astimezone(UTC).isoformat(timespec="microseconds")


def instant(stored: str) -> datetime:
    """The aware datetime behind a stored ``stamp``."""
    return datetime.fromisoformat(stored)
