"""Words for a moment, as they are understood while a form is open."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from bot.actions import HAPPENED
from bot.when import DEFAULT, Moment, Policy, WhenError, echo, understand, understand_past


@dataclass(frozen=True)
class Clock:
    """Somebody's clock: when it is for them, and how their words for a moment are read."""

    now: datetime | None = None
    zone: str = "UTC"
    """Their own, an IANA name."""
    policy: Policy = DEFAULT

    def heard(self, field: str, value: Any) -> str:
        """What the words are taken for, or why they are not; empty where there is nothing to say."""
        if not isinstance(value, str) or not value.strip() or is_none(value):
            return ""
        wrong = self.wrong(field, value)
        if wrong is not None:
            return f"⚠️ {wrong}"
        return f"That is {echo(self._understood(field, value), tz=self.zone)}."

    def wrong(self, field: str, words: str) -> str | None:
        """What is wrong with these words, if anything."""
        try:
            moment = self._understood(field, words)
        except WhenError as error:
            return error.message
        if moment.warnings:
            exact = moment.at.strftime("%Y-%m-%d %H:%M")
            return f"«{words}» can be read in more than one way. {' '.join(moment.warnings)} Write it as {exact}"
        return None

    def _understood(self, field: str, words: str) -> Moment:
        """Raises WhenError."""
        read = understand_past if field in HAPPENED else understand
        return read(words, now=self.now or datetime.now(UTC), tz=self.zone, policy=self.policy)


def is_none(words: str) -> bool:
    """Whether this is the word that empties a field."""
    return words.strip().lower() == "none"
