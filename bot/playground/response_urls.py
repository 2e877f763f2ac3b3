"""Response URLs: five uses within half an hour (docs.slack.dev/interactivity/handling-user-interaction).

What Slack answers afterwards (404 ``used_url``, ``expired_url``) is believed, not documented.
"""

import secrets
from dataclasses import dataclass

from bot.playground.clock import Clock
from bot.playground.store import TEAM

USES, LIFE = 5, 1800.0


@dataclass
class ResponseUrl:
    """Where an answer may go: a channel, for a person; ``source`` and ``ephemeral`` are the message it came from."""

    user: str
    channel: str
    at: float
    source: str | None = None
    ephemeral: str | None = None
    uses: int = 0


class ResponseUrls:
    """The response URLs given out."""

    def __init__(self, base_url: str, clock: Clock) -> None:
        self._base_url, self._clock = base_url, clock
        self._given: dict[str, ResponseUrl] = {}

    def issue(self, user: str, channel: str, *, source: str | None = None, ephemeral: str | None = None) -> str:
        """A new address."""
        key = f"{TEAM}/{secrets.randbelow(10**13)}/{secrets.token_urlsafe(18)}"
        self._given[key] = ResponseUrl(user, channel, self._clock.now(), source, ephemeral)
        return f"{self._base_url}/response/{key}"

    def use(self, key: str) -> ResponseUrl | str:
        """Count one use; returns what it is for, or why it is over."""
        found = self._given.get(key)
        if found is None:
            return "no_service"
        if self._clock.now() - found.at > LIFE:
            return "expired_url"
        if found.uses >= USES:
            return "used_url"
        found.uses += 1
        return found

    def clear(self) -> None:
        """Forget all of them."""
        self._given.clear()
