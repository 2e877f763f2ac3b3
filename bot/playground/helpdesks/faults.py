"""What can be made to go wrong, for how many requests and on which paths."""

from fnmatch import fnmatchcase
from itertools import count
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

Kind = Literal[
    "slow",  # wait `seconds` before the work, or after it with `after`
    "unavailable",  # 503
    "html",  # 500 with a page of HTML, as a proxy in front would say it
    "rate_limit",  # 429 with Retry-After: `retry_after`
    "lost",  # do the work, then close the connection without an answer
    "drop",  # close the connection without doing anything
    "expired",  # refuse the credentials: 403 (Sirportly), 401 (SocialBoards)
    "literal",  # 200 with the bare JSON literal `value`: true or false
    "refused",  # Sirportly only: 422 with `value` as the errors
    "dialect",  # Sirportly only: speak with `value`, "contact" or "customer"
    "error_code",  # SocialBoards only: HTTP 200 with `code` as errorCode
    "rotated",  # SocialBoards only, on /token: the refresh token is replaced, and the old one is void
    "webhook_twice",  # SocialBoards only: the request's notifications are sent twice
    "webhook_late",  # SocialBoards only: they are held back until after the next one
]
FIRST = frozenset({"unavailable", "html", "rate_limit", "literal", "error_code"})
"""The kinds that replace the answer, and with ``after`` do so once the work is done."""
TOKEN_PATH = "/token"
OF_TOKENS = {"rotated": True, "expired": False, "error_code": False, "webhook_twice": False, "webhook_late": False}
"""Kinds that make sense only where tokens are given, or only elsewhere; others hit either."""


class Fault(BaseModel):
    """One thing that goes wrong: its kind, and for which requests.

    ``times`` requests are hit, or all until cleared when it is null; of those that fit, every ``every``-th. ``path``
    is a glob over the request's path (``*/post_update``), compared without case.
    """

    model_config = ConfigDict(extra="forbid")

    kind: Kind
    times: int | None = Field(default=1, ge=1)
    every: int = Field(default=1, ge=1)
    path: str = "*"
    method: str | None = None
    seconds: float = Field(default=1.0, ge=0, le=600)
    after: bool = False
    retry_after: int = Field(default=1, ge=0)
    value: Any = None
    code: int = 9999
    id: int = 0

    @model_validator(mode="after")
    def _known_dialect(self) -> Self:
        if self.kind == "dialect" and self.value not in (None, "contact", "customer"):
            raise ValueError("value: a dialect is contact or customer")
        return self

    def hits(self, method: str, path: str) -> bool:
        """Whether a request is one of those that go wrong."""
        if self.kind in OF_TOKENS and (path.lower().rstrip("/") == TOKEN_PATH) is not OF_TOKENS[self.kind]:
            return False
        return (self.method is None or self.method.upper() == method) and fnmatchcase(path.lower(), self.path.lower())


class Faults:
    """The faults that are set, oldest first. One request is hit by at most one."""

    def __init__(self) -> None:
        self._waiting: list[Fault] = []
        self._ids = count(1)
        self._passed: dict[int, int] = {}
        """How many requests fitted each fault so far."""

    def add(self, fault: Fault) -> Fault:
        """Set a fault and give it its id."""
        numbered = fault.model_copy(update={"id": next(self._ids)})
        self._waiting.append(numbered)
        return numbered

    def take(self, method: str, path: str) -> Fault | None:
        """The fault for this request, counted off."""
        for place, fault in enumerate(self._waiting):
            if not fault.hits(method, path):
                continue
            passed = self._passed[fault.id] = self._passed.get(fault.id, 0) + 1
            if passed % fault.every:
                continue
            if fault.times is not None:
                left = fault.times - 1
                if left:
                    self._waiting[place] = fault.model_copy(update={"times": left})
                else:
                    del self._waiting[place]
            return fault
        return None

    def clear(self) -> None:
        """Nothing goes wrong any more."""
        self._waiting.clear()

    def listed(self) -> list[dict[str, Any]]:
        """The faults still to come, as JSON."""
        return [fault.model_dump() for fault in self._waiting]
