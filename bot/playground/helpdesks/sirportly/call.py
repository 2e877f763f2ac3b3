"""One API call: who makes it, and its parameters turned into what they refer to."""

import re
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TypeVar
from zoneinfo import ZoneInfo

from bot.playground.helpdesks.sirportly.books import BLANK, Books, invalid, missing
from bot.playground.helpdesks.sirportly.catalogue import Department, Named, Status, Team, User, find

N = TypeVar("N", bound=Named)

DOCUMENTED_TIME = re.compile(r"\d{4}-\d{2}-\d{2} \d{2}:\d{2}")
TRUE = frozenset({"1", "true", "yes", "on", "t"})
"""Spellings of yes that clients send. The documents say "boolean" and no more."""
MOST = 1_000_000


def row_id(text: str) -> int:
    """``text`` as the id of a row; -1, which no row has, for anything else."""
    return int(text) if re.fullmatch(r"\s*[0-9]{1,18}\s*", text) else -1


@dataclass(frozen=True)
class Upload:
    """A file of a multipart body."""

    name: str
    media: str
    content: bytes


@dataclass
class Call:
    """The parameters of a call, all of them text, and the person whose token it is, if the token is a person's."""

    books: Books
    params: Mapping[str, str]
    files: Mapping[str, Upload]
    owner: User | None
    errors: dict[str, list[str]] = field(default_factory=dict)
    """What is wrong with the call, by the vendor's attribute names; ``settle`` refuses the call for it."""

    def given(self, name: str) -> bool:
        """Whether the parameter was sent, even empty."""
        return name in self.params

    def text(self, name: str) -> str:
        """The parameter, or nothing."""
        return self.params.get(name, "")

    def filled(self, name: str) -> bool:
        """Whether the parameter was sent with something in it."""
        return bool(self.text(name).strip())

    def flag(self, name: str) -> bool | None:
        """The parameter as yes or no; None when it was not sent or is empty."""
        return self.text(name).strip().lower() in TRUE if self.filled(name) else None

    def wrong(self, attribute: str, problem: str) -> None:
        """Remember that ``attribute`` is not acceptable."""
        self.errors.setdefault(attribute, []).append(problem)

    def require(self, *attributes: str) -> None:
        """Remember which of these parameters are blank."""
        for name in attributes:
            if not self.filled(name):
                self.wrong(name, BLANK)

    def settle(self) -> None:
        """Refuse the call with 422 if anything is wrong with it."""
        if self.errors:
            raise invalid(self.errors)

    def ticket(self, *names: str) -> sqlite3.Row:
        """The ticket that the call is about, looked up by reference."""
        reference = next((self.text(name) for name in (*names, "ticket") if self.filled(name)), "").strip()
        row = self.books.store.one("SELECT * FROM tickets WHERE reference = ?", (reference.upper(),))
        if row is None:
            raise missing("ticket", reference)
        return row

    def one_of(self, things: "list[N] | tuple[N, ...]", name: str, what: str = "") -> N | None:
        """The thing that the parameter names by id or name; None when it is blank, 404 when it does not exist."""
        if not self.filled(name):
            return None
        found = find(things, self.text(name))
        if found is None:
            raise missing(what or name, self.text(name))
        return found

    def status(self, name: str = "status") -> Status | None:
        """The status the call names."""
        return self.one_of(tuple(self.books.catalogue.statuses), name)

    def user(self, name: str = "user") -> User | None:
        """The member of staff the call names by username or id."""
        return self.one_of(tuple(self.books.catalogue.users), name, "user")

    def team_in(self, department: Department, name: str = "team") -> Team | None:
        """The team the call names, which must be in the department's escalation path."""
        team = self.one_of(tuple(self.books.catalogue.teams), name)
        if team is not None and team not in department.path.teams:
            self.wrong("team_id", "must be within the escalation path of the department")
        return team

    def user_in(self, team: Team | None, name: str = "user") -> User | None:
        """The person the call names, who must be in ``team``."""
        user = self.user(name)
        if user is not None and (team is None or user not in team.users):
            self.wrong("user_id", "must be within the assigned team")
        return user

    def number(self, name: str, default: int) -> int:
        """The parameter as a whole number above zero, such as a page."""
        number = row_id(self.text(name))
        return min(MOST, number) if number > 0 else default

    def time(self, name: str) -> datetime | None:
        """The parameter as an instant. A time without a zone is read in the zone of the settings."""
        if not self.filled(name):
            return None
        read = read_time(self.text(name).strip(), self.books)
        if read is None:
            self.wrong(name, "is invalid")
        return read


def read_time(text: str, books: Books) -> datetime | None:
    """An instant in the form that is documented for requests, or None for anything else."""
    if books.settings.times == "documented" and not DOCUMENTED_TIME.fullmatch(text):
        return None
    try:
        read = datetime.fromisoformat(text)
        return (read if read.tzinfo else read.replace(tzinfo=ZoneInfo(books.settings.zone))).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
