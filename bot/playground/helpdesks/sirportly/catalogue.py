"""What the account has been set up with: people, teams, statuses and the rest that tickets refer to."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar

CREATED = "2012-02-02T16:09:55+00:00"


class Named(Protocol):
    """What can be referred to by its id or its name."""

    @property
    def id(self) -> int: ...

    @property
    def name(self) -> str: ...


N = TypeVar("N", bound=Named)


def find(things: Iterable[N], reference: str) -> N | None:
    """The one whose id or name is ``reference``; case is ignored, as the vendor's pages say."""
    wanted = reference.strip().casefold()
    return next((thing for thing in things if str(thing.id) == wanted or thing.name.casefold() == wanted), None)


@dataclass(frozen=True)
class Status:
    """``status_type`` is 0 for open, 1 for closed, 2 for on hold."""

    id: int
    name: str
    colour: str
    status_type: int

    def json(self) -> dict[str, Any]:
        return {"id": self.id, "name": self.name, "colour": self.colour, "status_type": self.status_type}


@dataclass(frozen=True)
class Priority:
    """The lower the ``position`` the higher the priority."""

    id: int
    name: str
    colour: str
    position: int

    def json(self) -> dict[str, Any]:
        return {"id": self.id, "name": self.name, "colour": self.colour, "position": self.position}


@dataclass(frozen=True)
class Sla:
    """Times in minutes."""

    id: int
    name: str
    reply_in: int | None
    resolution_in: int | None

    def json(self) -> dict[str, Any]:
        return {"id": self.id, "name": self.name, "reply_in": self.reply_in, "resolution_in": self.resolution_in}


@dataclass(frozen=True)
class User:
    """A member of staff. ``name`` is the username, which is what parameters may use."""

    id: int
    name: str
    first_name: str
    last_name: str
    email: str
    zone: str

    @property
    def full_name(self) -> str:
        return f"{self.first_name} {self.last_name}"

    def json(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "username": self.name,
            "first_name": self.first_name,
            "last_name": self.last_name,
            "email_address": self.email,
            "time_zone": self.zone,
            "created_at": CREATED,
        }


@dataclass(frozen=True)
class Team:
    id: int
    name: str
    users: Sequence[User]

    def json(self) -> dict[str, Any]:
        return {"id": self.id, "name": self.name}


@dataclass(frozen=True)
class Path:
    """An escalation path: its teams, first line first."""

    id: int
    name: str
    teams: Sequence[Team]

    def json(self) -> dict[str, Any]:
        return {"id": self.id, "name": self.name}


@dataclass(frozen=True)
class Brand:
    id: int
    name: str
    url: str

    def json(self) -> dict[str, Any]:
        return {"id": self.id, "name": self.name, "url": self.url}


@dataclass(frozen=True)
class Department:
    id: int
    name: str
    brand: Brand
    path: Path
    private: bool = False

    def json(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "name": self.name,
            "brand": self.brand.json(),
            "escalation_path": self.path.json(),
            "private": self.private,
        }


@dataclass(frozen=True)
class Address:
    """An e-mail address of the account; of one department, or of a whole brand."""

    id: int
    address: str
    department: int | None
    brand: int | None
    allow_outbound: bool = True

    def json(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "address": self.address,
            "allow_outbound": self.allow_outbound,
            "subject_prefix": None,
            "send_as_user": False,
            "test_enabled": True,
        }


@dataclass(frozen=True)
class CustomField:
    """A field that tickets may have; ``name`` is what parameters use, ``label`` what people see."""

    id: int
    name: str
    label: str
    field_type: str = "string"
    values: str = ""
    departments: Sequence[Department] = ()

    def json(self) -> dict[str, Any]:
        shown = {
            "id": self.id,
            "field_type": self.field_type,
            "name": self.label,
            "system_name": self.name,
            "values": self.values,
            "default_value": "",
            "description": "",
            "private": False,
            "all_departments": not self.departments,
        }
        if self.departments:
            shown["departments"] = [department.json() for department in self.departments]
        return shown


@dataclass(frozen=True)
class Macro:
    """A button that does several things at once: sets a status or team, posts a reply, posts a note."""

    id: int
    name: str
    macro_type: str
    description: str
    status: str | None = None
    priority: str | None = None
    team: str | None = None
    reply: str | None = None
    note: str | None = None

    def json(self) -> dict[str, Any]:
        return {"id": self.id, "name": self.name, "macro_type": self.macro_type}

    def long_json(self) -> dict[str, Any]:
        return {
            **self.json(),
            "icon": 25,
            "enabled": True,
            "position": self.id,
            "confirmation": "",
            "description": self.description,
        }


@dataclass(frozen=True)
class Filter:
    """A saved list of tickets. ``status_types`` are the kinds of status it lets through."""

    id: int
    name: str
    description: str
    status_types: Sequence[int]

    def json(self) -> dict[str, Any]:
        return {"id": self.id, "name": self.name, "description": self.description, "icon": None}


@dataclass(frozen=True)
class Catalogue:
    """Everything the account has been set up with."""

    statuses: Sequence[Status]
    priorities: Sequence[Priority]
    slas: Sequence[Sla]
    users: Sequence[User]
    teams: Sequence[Team]
    paths: Sequence[Path]
    brands: Sequence[Brand]
    departments: Sequence[Department]
    addresses: Sequence[Address]
    custom_fields: Sequence[CustomField]
    macros: Sequence[Macro]
    filters: Sequence[Filter]
    _by_id: dict[tuple[str, int], Any] = field(default_factory=dict, compare=False, repr=False)

    def __post_init__(self) -> None:
        for kind in ("statuses", "priorities", "slas", "users", "teams", "departments", "macros"):
            self._by_id.update({(kind, thing.id): thing for thing in getattr(self, kind)})

    def json(self, kind: str, key: int | None) -> dict[str, Any] | None:
        """The JSON of the ``kind`` with id ``key``; None for no id."""
        if key is None:
            return None
        shown: dict[str, Any] = self._by_id[kind, key].json()
        return shown

    def department(self, key: int) -> Department:
        """The department with id ``key``."""
        return next(each for each in self.departments if each.id == key)

    def status(self, key: int) -> Status:
        """The status with id ``key``."""
        return next(each for each in self.statuses if each.id == key)

    def priority(self, key: int) -> Priority:
        """The priority with id ``key``."""
        return next(each for each in self.priorities if each.id == key)

    def team(self, key: int | None) -> Team | None:
        """The team with id ``key``, if it is one."""
        return next((each for each in self.teams if each.id == key), None)

    def user(self, key: int | None) -> User | None:
        """The member of staff with id ``key``, if it is one."""
        return next((each for each in self.users if each.id == key), None)

    def teams_of(self, user: User) -> list[Team]:
        """The teams a person works in."""
        return [team for team in self.teams if user in team.users]
