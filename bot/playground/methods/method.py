"""What a Web API method is."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Literal

from bot.playground.arguments import Arguments
from bot.playground.playground import Playground
from bot.playground.shapes import JSON

Run = Callable[[Playground, Arguments], JSON] | Callable[[Playground, Arguments], Awaitable[JSON]]


@dataclass(frozen=True)
class Method:
    """One method: what it does, and what it needs.

    ``scopes``: one of these is enough. ``codes``: what it may answer besides the codes that all methods share, each of
    them on its page under docs.slack.dev/reference/methods. ``per_minute``: its rate limit.
    """

    run: Run
    per_minute: int
    scopes: tuple[str, ...] = ()
    codes: frozenset[str] = field(default_factory=frozenset)
    token: Literal["bot", "app", "any"] = "bot"


def codes(text: str) -> frozenset[str]:
    """Codes separated by blanks."""
    return frozenset(text.split())
