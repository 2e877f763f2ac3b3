"""What to make of it when Slack refuses a call or does not answer: why, whether to try it again, and when."""

from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError

from bot.dispatch import backoff
from bot.ledger import Entry, Later

RATE_LIMITED = "ratelimited"
OWN_FAILURES = frozenset({"internal_error", "fatal_error", "service_unavailable", "request_timeout"})
"""Slack's own failures, after which some of the work may have been done (docs.slack.dev/reference/methods)."""
PASSING = OWN_FAILURES | {RATE_LIMITED}
"""Refusals that pass by themselves: the same call is worth another try."""

UNANSWERED = (aiohttp.ClientError, TimeoutError, OSError)
"""What is raised where Slack was not reached, or its answer was not."""
NOT_DONE = (SlackApiError, *UNANSWERED)
"""That, or a refusal."""

_INVITE = "I am not in {place}: `/invite` me, and results come as ordinary messages."
_WHY_NOT_POSTED = {
    "not_in_channel": _INVITE,
    "channel_not_found": _INVITE,
    "is_archived": "I cannot post in {place}, because it is archived.",
}
_NOT_ALLOWED = "I am not allowed to post in {place}; whoever looks after it can change that."


def code_of(error: SlackApiError) -> str:
    """Slack's code for why it refused; what has none, as a page of some proxy on the way, counts as its own failure."""
    answer = error.response
    if getattr(answer, "status_code", None) == 429:
        return RATE_LIMITED
    data = getattr(answer, "data", answer)
    code = data.get("error") if isinstance(data, dict) else None
    return str(code or "internal_error")


def reason_of(code: str, place: str, *, direct: bool = False) -> str:
    """Why a result is not an ordinary message where it belongs; nothing of what two people say to each other."""
    return "" if direct else f"_({_WHY_NOT_POSTED.get(code, _NOT_ALLOWED).format(place=place)})_"


def pause_of(error: SlackApiError) -> timedelta | None:
    """How long Slack asks to be left alone, where it does (docs.slack.dev/apis/web-api/rate-limits)."""
    seconds = float((getattr(error.response, "headers", None) or {}).get("Retry-After", 0))
    return timedelta(seconds=seconds) if seconds else None


def next_try(
    entry: Entry,
    reason: str,
    *,
    patience: timedelta,
    wait: timedelta | None = None,
    progress: dict[str, Any] | None = None,
) -> Later | None:
    """When to try an entry again: after ``wait``, or ever more rarely; ``None`` where it was tried for long enough."""
    now = datetime.now(UTC)
    if now - entry.received_at > patience:
        return None
    at, note = now + (wait or backoff(entry.attempts)), {"reason": reason}
    return Later(at=at, note=note, progress=progress, tried=wait is None)
