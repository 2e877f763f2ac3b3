"""Words for a moment, as they are understood while a form is open."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot.when import DEFAULT, Policy, WhenError, echo, understand


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
        past = self._exact(field, value)
        moment = past or understand(value, now=self._now, tz=self.zone, policy=self.policy)
        return f"That is {echo(moment, tz=self.zone)}."

    def wrong(self, field: str, words: str) -> str | None:
        """What is wrong with these words, if anything."""
        if self._exact(field, words):
            return None
        try:
            moment = understand(words, now=self._now, tz=self.zone, policy=self.policy)
        except WhenError as error:
            return error.message
        if moment.warnings:
            exact = moment.at.strftime("%Y-%m-%d %H:%M")
            return f"«{words}» can be read in more than one way. {' '.join(moment.warnings)} Write it as {exact}"
        return None

    @property
    def _now(self) -> datetime:
        return self.now or datetime.now(UTC)

    def _exact(self, field: str, words: str) -> datetime | None:
        """A date and time that may lie in the past, where it may."""
        if field not in {"updated_at", "posted_at"}:
            return None
        try:
            at = datetime.fromisoformat(words)
        except ValueError:
            return None
        return at if at.tzinfo else at.replace(tzinfo=ZoneInfo(self.zone))


def is_none(words: str) -> bool:
    """Whether this is the word that empties a field."""
    return words.strip().lower() == "none"
