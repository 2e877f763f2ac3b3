"""What a request works with: the data, the account, the settings and one present moment."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, field_validator

from bot.playground.helpdesks.clock import stamp
from bot.playground.helpdesks.exchange import Answer, RefusedError
from bot.playground.helpdesks.sirportly.catalogue import Catalogue
from bot.playground.helpdesks.store import Store


class Settings(BaseModel):
    """Where the documents differ from each other or are silent, what this server does."""

    model_config = ConfigDict(extra="forbid", validate_default=True)

    dialect: Literal["contact", "customer"] = "contact"
    """The newer key names, or the older ones."""
    misprint: bool = False
    """Give ``contactcontact_method`` on forward, as the vendor's example is printed."""
    zone: str = "UTC"
    """Zone in which a time without one is read; the real one is not documented."""
    times: Literal["documented", "iso"] = "documented"
    """Take ``yyyy-mm-dd hh:mm`` alone, or ISO 8601 as well."""
    followups: Literal["pending", "all"] = "pending"
    """Whether executed follow-ups stay in the list; not documented."""
    reporting: bool = True
    """Whether the user token's person may use the reporting interface, and so SPQL."""

    @field_validator("zone")
    @classmethod
    def _known(cls, zone: str) -> str:
        try:
            ZoneInfo(zone)
        except KeyError:
            raise ValueError(f"no time zone {zone!r}") from None
        return zone


@dataclass(frozen=True)
class Books:
    """The data of one helpdesk at one moment."""

    store: Store
    catalogue: Catalogue
    settings: Settings
    now: datetime

    @property
    def present(self) -> str:
        """The present moment as it is stored."""
        return stamp(self.now)

    def note(self, ticket: int, description: str, user: int | None = None) -> None:
        """Add an event to a ticket's log."""
        self.store.run(
            "INSERT INTO log_events (ticket_id, description, user_id, timestamp) VALUES (?, ?, ?, ?)",
            (ticket, description, user, self.present),
        )


def missing(what: str, reference: str) -> RefusedError:
    """404: there is no such thing. The vendor's wording is not known; this one is plainly ours."""
    return RefusedError(Answer.json({"error": f"(local helpdesk) no {what} {reference!r}"}, 404))


def forbidden(why: str) -> RefusedError:
    """403; key and wording are inferred from client code."""
    return RefusedError(Answer.json({"error": f"(local helpdesk) {why}"}, 403))


def invalid(errors: dict[str, list[str]] | list[str]) -> RefusedError:
    """422 with messages by model attribute, or (SPQL) a plain list."""
    return RefusedError(Answer.json({"errors": errors}, 422))


BLANK = "can't be blank"


def shown_time(stored: str | None) -> str | None:
    """A stored time as the tickets and follow-up pages print it."""
    return None if stored is None else stored[:19] + "+00:00"


def shown_time_z(stored: str | None) -> str | None:
    """A stored time as the newer pages (updates, log events) print it."""
    return None if stored is None else stored[:19] + "Z"


def shown_number(number: Any) -> str | None:
    """A decimal number as text, which is how the vendor gives them."""
    if number is None:
        return None
    text = str(float(number))
    return f"{float(number):.12f}" if "e" in text else text
