"""What a request works with, and how the local SocialBoards says no."""

import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from bot.playground.helpdesks.clock import instant, stamp
from bot.playground.helpdesks.exchange import Answer, RefusedError
from bot.playground.helpdesks.store import Store

SUCCESS = -1
UNAUTHORIZED, INVALID, ABSENT, CHANGED = 9401, 9400, 9404, 9409
"""Error codes. The vendor's page of them was not readable; these are plainly ours."""


class Settings(BaseModel):
    """Where the documents are silent, what this server does."""

    model_config = ConfigDict(extra="forbid")

    expires_in: int = Field(default=3599, ge=1)
    """Life of an access token, in seconds."""
    rotate: bool = False
    """Whether every refresh replaces the refresh token; not documented."""
    teammate_ids: bool = False
    """Whether ``GET /Teammates`` gives ids; the documented example has none."""
    offset_minutes: int = Field(default=60, ge=-840, le=840)
    """Zone of the times that are given out; the documented ones are not always UTC."""
    reply_status: Literal["open", "pending", "completed"] | None = "pending"
    """What a reply of the team makes of the ticket's status; that it changes is documented, to what is not."""
    community: str = "playground"


@dataclass(frozen=True)
class Books:
    """The data of one helpdesk at one moment, and the status changes that came of the request."""

    store: Store
    settings: Settings
    now: datetime
    status_changes: list[tuple[int, str]] = field(default_factory=list)
    """Ticket and the status it had before, one for each change."""

    @property
    def present(self) -> str:
        """The present moment as it is stored."""
        return stamp(self.now)

    def shown_time(self, stored: str) -> str:
        """A stored time as the vendor prints it: seven digits of fraction (the last is made up), and an offset."""
        at = instant(stored).astimezone(timezone(timedelta(minutes=self.settings.offset_minutes)))
        text = at.isoformat(timespec="microseconds")
        return f"{text[:26]}{at.microsecond % 10}{text[26:]}"

    def note(self, ticket: int, action: str, text: str, user: str | None = None, **items: Any) -> None:
        """Add an entry to a ticket's log."""
        self.store.insert(
            "log",
            {
                "ticket_id": ticket,
                "action_type": action,
                "text": text,
                "user_id": user,
                "items": json.dumps({"categories": [], "tags": [], "users": [], **items}),
                "at": self.present,
            },
        )


def done(data: Any) -> Answer:
    """Success, in the vendor's envelope."""
    return Answer.json({"data": data, "errorCode": SUCCESS, "errorText": None})


def failure(status: int, code: int, text: str) -> Answer:
    """A refusal in the vendor's envelope. Statuses and codes of refusals are not documented."""
    return Answer.json({"data": None, "errorCode": code, "errorText": f"(local helpdesk) {text}"}, status)


def invalid(text: str) -> RefusedError:
    """400: what was sent is not acceptable."""
    return RefusedError(failure(400, INVALID, text))


def missing(what: str, key: object) -> RefusedError:
    """404: there is no such thing."""
    return RefusedError(failure(404, ABSENT, f"no {what} {key}"))


def unauthorized(text: str) -> RefusedError:
    """401: no access token, or one that has expired."""
    return RefusedError(failure(401, UNAUTHORIZED, text))
