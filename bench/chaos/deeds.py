"""What people do, drawn from a seed: each deed has a mark by which it is found again wherever it went."""

import random
from dataclasses import dataclass
from typing import Literal

Kind = Literal[
    "reply",
    "note",
    "update",
    "followup",
    "create",
    "form reply",
    "form note",
    "form create",
    "social reply",
    "social create",
    "said",
    "said to the customer",
    "edited",
    "deleted",
]
WEIGHTS: dict[Kind, int] = {
    "reply": 20,
    "note": 11,
    "update": 6,
    "followup": 3,
    "create": 6,
    "form reply": 6,
    "form note": 4,
    "form create": 3,
    "social reply": 5,
    "social create": 3,
    "said": 18,
    "said to the customer": 8,
    "edited": 4,
    "deleted": 3,
}
INTERNAL: frozenset[Kind] = frozenset({"note", "update", "followup", "form note", "said", "edited", "deleted"})
IN_THREADS: frozenset[Kind] = frozenset({"said", "said to the customer", "edited", "deleted"})
CREATES: frozenset[Kind] = frozenset({"create", "form create", "social create"})


@dataclass(frozen=True)
class Deed:
    """One thing that somebody does."""

    number: int
    kind: Kind
    choice: int
    """Which of the tickets of whoever does it."""
    soon: bool
    """An edit or deletion comes at once, or when the message is on the ticket already."""

    @property
    def mark(self) -> str:
        """Stands in its text: ``i`` for what must stay internal."""
        return f"«{'i' if self.kind in INTERNAL else 'p'}-{self.number}»"

    @property
    def changed(self) -> str:
        """Stands in its text once it was edited."""
        return self.mark.replace("»", "e»")

    @property
    def social(self) -> bool:
        """Whether it goes to the other helpdesk."""
        return self.kind.startswith("social")


def plan(actions: int, chance: random.Random) -> list[Deed]:
    """So many deeds."""
    kinds = chance.choices(list(WEIGHTS), weights=list(WEIGHTS.values()), k=actions)
    return [
        Deed(number, kind, chance.randrange(1 << 16), soon=chance.random() < 0.7) for number, kind in enumerate(kinds)
    ]
