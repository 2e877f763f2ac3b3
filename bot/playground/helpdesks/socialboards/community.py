"""The community of the demonstration: its team, categories and custom fields."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Teammate:
    """Somebody who answers. A ``read_only_user`` cannot be assigned."""

    id: str
    name: str
    email: str
    role: str
    groups: tuple[int, ...] = ()


TEAMMATES = (
    Teammate("31aee6af-3e38-40d9-98b1-aa2b9238f24d", "Adam Cooke", "adam@example.com", "admin", (1,)),
    Teammate("43b8adc7-755d-2be3-afb1-b6a462631977", "Priya Raman", "priya@example.com", "admin", (1, 2)),
    Teammate("0da5a9e8-90ef-403f-873c-e20e4d298558", "Charlie Smurthwaite", "charlie@example.com", "admin", (2,)),
    Teammate("9d2f61c4-6a0e-4c77-8a55-1b7f0a2f9c11", "Olga Berg", "olga@example.com", "read_only_user"),
)


@dataclass(frozen=True)
class Category:
    """A category, under another one or at the top."""

    id: int
    name: str
    parent: int | None = None
    can_be_chosen: bool = True

    def short(self) -> dict[str, Any]:
        """As it stands inside a ticket."""
        return {"id": self.id, "name": self.name}

    def full(self) -> dict[str, Any]:
        """As its own page gives it, with what is under it."""
        return {
            **self.short(),
            "parentId": self.parent,
            "children": [each.full() for each in CATEGORIES if each.parent == self.id],
            "autoArchive": None,
            "canBeChosen": self.can_be_chosen,
            "isHidden": False,
            "isMuted": False,
        }


CATEGORIES = (
    Category(15597, "Sales"),
    Category(15598, "Quotes", 15597),
    Category(15721, "Other cases"),
    Category(23445, "Technical"),
    Category(23446, "Login", 23445),
    Category(23447, "Archive", can_be_chosen=False),
)

CUSTOM_FIELDS = {42623: "City", 42624: "Order number"}
"""Ids and names."""


def category(key: int | None) -> Category | None:
    """The category with id ``key``, if there is one."""
    return next((each for each in CATEGORIES if each.id == key), None)
