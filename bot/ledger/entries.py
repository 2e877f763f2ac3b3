"""What the ledger keeps, and what may become of it."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, Protocol

Json = Any
State = Literal["waiting", "running", "unsure", "done", "rejected", "failed", "unknown", "discarded"]

ACTIVE = ("waiting", "unsure")
"""An entry in one of these holds its lane (from its ``due`` on, if it has one)."""

GIVEN_UP = ("rejected", "failed", "discarded")
"""An entry in one of these has given its key up: the corrected form can be recorded."""

_LONGEST_NAME = 500
"""Characters. A PostgreSQL index refuses rows over 2,704 bytes; four bytes for each of these stay below."""


@dataclass(frozen=True, slots=True)
class NewEntry:
    """Something to be done, as it is handed in."""

    key: str
    """Unique among the entries that have not given it up; what Slack repeats is recognised by it."""
    lane: str
    """Entries of a lane run one at a time, in order."""
    kind: str
    body: Mapping[str, Json]
    origin: Mapping[str, Json] = field(default_factory=dict)
    person: str | None = None
    same: str | None = None
    """A digest: not recorded again within ``same_within`` seconds of one that is waiting, running or done."""
    same_within: float = 5.0
    received_at: datetime | None = None
    due: datetime | None = None
    """Scheduled: before that it neither runs nor holds its lane."""
    position: float | None = None
    """Order inside the lane; by default after everything that waits there now. Seconds since 1970, as Slack's ts."""
    not_before: datetime | None = None
    """It waits until then, and holds its lane meanwhile."""

    def __post_init__(self) -> None:
        for name in ("key", "lane", "kind", "person", "same"):
            text = getattr(self, name)
            if text is not None and (len(text) > _LONGEST_NAME or "\0" in text):
                raise ValueError(f"{name} has a NUL or more than {_LONGEST_NAME} characters: {text[:60]!r}…")


@dataclass(frozen=True, slots=True)
class Recorded:
    """What recording came to: the new entry, or the one that was there already."""

    id: int
    new: bool
    state: State
    why: Literal["new", "key", "same"]


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry as it stands."""

    id: int
    key: str
    lane: str
    kind: str
    body: dict[str, Json]
    origin: dict[str, Json]
    person: str | None
    state: State
    attempts: int
    """How many tries have ended, however they ended."""
    received_at: datetime
    due: datetime | None
    not_before: datetime | None
    """Waiting: the next try. Unsure: when it ends as unknown."""
    position: float
    progress: dict[str, Json]
    outcome: dict[str, Json] | None
    note: dict[str, Json] | None
    """The last error, what is being waited for, or what a person answered."""
    told: bool
    updated_at: datetime
    settled_at: datetime | None


@dataclass(frozen=True, slots=True)
class Facts:
    """What an entry keeps of itself once its person is forgotten."""

    body: dict[str, Json]
    origin: dict[str, Json]
    outcome: dict[str, Json] | None


@dataclass(frozen=True, slots=True)
class Kept:
    """A small thing to be remembered beside the entries: a token, a draft, a link."""

    namespace: str
    key: str
    value: Json
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Settle:
    """It is over."""

    state: Literal["done", "rejected", "failed", "unknown"]
    outcome: dict[str, Json]
    progress: dict[str, Json] | None = None
    """None leaves what was saved last."""
    holds: tuple[str, ...] = ()
    then: tuple[NewEntry, ...] = ()
    """Recorded in the same transaction, so a result is never lost."""
    relane: str | None = None
    """What still waits in this entry's lane moves to that one in the same transaction."""
    keep: tuple[Kept, ...] = ()
    forget: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Later:
    """Not yet: try again at that time, and hold the lane until then."""

    at: datetime
    note: dict[str, Json]
    progress: dict[str, Json] | None = None
    then: tuple[NewEntry, ...] = ()
    tried: bool = True
    """Whether it counts as an attempt: to have been told to wait is no reason to wait longer the next time."""


@dataclass(frozen=True, slots=True)
class Ask:
    """Nothing can tell whether it happened: a person decides, or it ends as unknown."""

    outcome: dict[str, Json]
    until: datetime
    progress: dict[str, Json] | None = None
    then: tuple[NewEntry, ...] = ()


Settlement = Settle | Later | Ask


@dataclass(frozen=True, slots=True)
class Stats:
    """How the ledger stands."""

    counts: Mapping[tuple[str, str], int]
    """(state, kind) → how many."""
    backlog: Mapping[str, tuple[int, float]]
    """Kind → lanes with something that could run, and seconds since the oldest of it was received or became due."""

    @property
    def lanes_waiting(self) -> int:
        """Lanes with something that could run."""
        return sum(lanes for lanes, _ in self.backlog.values())

    @property
    def oldest_waiting(self) -> float:
        """Seconds since the oldest entry that could run was received, or became due; 0 where nothing waits."""
        return max((age for _, age in self.backlog.values()), default=0.0)


class Claim(Protocol):
    """The right to work on one entry; everything here raises `ClaimLost` once that right is gone."""

    async def save(self, progress: Mapping[str, Json], holds: Sequence[str] = ()) -> None:
        """Write down how far it is; durable when it returns. Called right before each send.

        Raises `ClaimLost` as well where a person discarded the entry meanwhile, and `HeldElsewhere` where another
        entry holds one of the remote ids.
        """

    async def held(self, ids: Sequence[str]) -> set[str]:
        """Which of these remote ids other entries hold."""


Perform = Callable[[Entry, Claim], Awaitable[Settlement]]
