"""Words for a moment: “next tuesday at noon” becomes an instant in the person's zone, or a refusal.

Pure: no clock is read and nothing is fetched. The language, the policy and examples are in docs/times.md.
"""

from datetime import datetime
from zoneinfo import ZoneInfo

from bot.when.echo import echo
from bot.when.errors import WhenError, of_the_past, quoted, refusal
from bot.when.moment import Moment, Offset, Unit
from bot.when.phrase import read
from bot.when.policy import DEFAULT, Policy
from bot.when.reading import Reading
from bot.when.resolve import resolve
from bot.when.tokens import LONGEST, normalise, tokens
from bot.when.zones import named

__all__ = ["DEFAULT", "Moment", "Offset", "Policy", "Unit", "WhenError", "echo", "understand", "understand_past"]


def understand(text: str, *, now: datetime, tz: str | ZoneInfo, policy: Policy = DEFAULT) -> Moment:
    """The instant that ``text`` means when said at ``now`` by somebody in the zone ``tz``.

    ``now`` is aware. Raises ``WhenError`` for words that are no single moment in the future, and for an unknown zone.
    """
    return _understand(text, now, tz, policy)


def understand_past(text: str, *, now: datetime, tz: str | ZoneInfo, policy: Policy = DEFAULT) -> Moment:
    """The same for something that has happened: the latest such moment up to ``now``.

    An ISO date and time is taken as it is. Raises ``WhenError`` for words that are no single moment, or one ahead.
    """
    zone = named(tz) if isinstance(tz, str) else tz
    try:
        exact = datetime.fromisoformat(text.strip())
    except ValueError:
        pass
    else:
        return Moment(exact if exact.tzinfo else exact.replace(tzinfo=zone))
    try:
        return _understand(text, now, zone, policy, back=True)
    except WhenError as error:
        raise of_the_past(error, normalise(text)) from None


def _understand(text: str, now: datetime, tz: str | ZoneInfo, policy: Policy, *, back: bool = False) -> Moment:
    if now.tzinfo is None:
        raise ValueError("now must be aware")
    if policy is not DEFAULT:
        policy.check()
    zone = named(tz) if isinstance(tz, str) else tz
    words = normalise(text)
    if not words:
        raise refusal("empty")
    if len(words) > LONGEST:
        raise refusal("unreadable", quoted(words))
    reading = Reading(words, tokens(words), now=now.astimezone(zone), policy=policy, back=back)
    try:
        read(reading)
        return resolve(reading)
    except OverflowError:
        raise refusal("impossible", f"such moment as {quoted(words)}") from None
