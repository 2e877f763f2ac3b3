"""The JSON bodies that are taken. A field of another type than documented is refused; an unknown one is ignored."""

import json
from typing import Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError
from pydantic.alias_generators import to_camel

from bot.playground.helpdesks.exchange import Incoming, RefusedError
from bot.playground.helpdesks.socialboards.books import INVALID, failure, invalid

Status = Literal["open", "pending", "completed"]
"""The values seen; the page with all of them was not readable."""


class _Body(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel, strict=True, extra="ignore")


class AttachmentBody(_Body):
    """A file, by its address: there is no upload."""

    url: str = Field(pattern=r"^https?://\S+$")
    name: str


class Creator(_Body):
    """The client who asks."""

    name: str | None = None
    email: str | None = None
    image: str | None = Field(default=None, pattern=r"^https?://\S+$")
    phone_number: str | None = None
    custom_identifier: str | None = None


class CustomValue(_Body):
    """A custom field as ``POST /tickets`` takes it."""

    id: int
    value: str


class CreateTicket(_Body):
    """``POST /tickets``."""

    title: str | None = None
    message: str | None = None
    is_html: bool = True
    creator: Creator = Creator()
    assignee_id: str | None = None
    category_id: int | None = None
    cc: list[str] = []
    custom_fields: list[CustomValue] = []
    sentiment: Literal["question", "praise", "suggestion", "complaint"] | None = None
    source_name: str | None = None
    tags: list[str] = []
    attachments: list[AttachmentBody] = []


class CustomKey(_Body):
    """A custom field as ``POST /tickets/list`` takes it: ``key``, not ``id``."""

    key: int | str
    value: str


class ListTickets(_Body):
    """``POST /tickets/list``. A ``categoryId`` of null asks for tickets without one, so whether it was sent counts."""

    category_id: int | None = Field(default=None, ge=0, lt=2**63)
    custom_fields: list[CustomKey] = []
    from_: str | None = Field(default=None, alias="from")
    to: str | None = None
    order_by: Literal["last_thread_activity_desc"] | None = None
    skip: int = Field(default=0, ge=0, lt=2**63)
    take: int = Field(default=25, ge=0)
    source: str | None = None
    status: Status | None = None
    ticket_ids: list[int] | None = None


class AuthorEmail(_Body):
    """The login of a member of staff."""

    email: str


class CreateReply(_Body):
    """``POST /tickets/{ticketId}/replies``. That ``isHtml`` is true by default is inferred from creating a ticket."""

    author: AuthorEmail
    message: str
    is_html: bool = True
    is_draft: bool = False
    is_ticket_needed_to_be_completed: bool = False
    parent_reply_id: int | None = Field(default=None, ge=0, lt=2**63)
    suppress_ticket_status_autoupdate: bool = False
    attachments: list[AttachmentBody] = []


class CreateNote(_Body):
    """``POST /tickets/{ticketId}/notes``: inferred, the page was not readable."""

    author: AuthorEmail
    message: str
    attachments: list[AttachmentBody] = []


class Assign(_Body):
    """``PATCH /tickets/{ticketId}/Assignee``. Both are required; "null" as text is what the vendor's example sends."""

    assignee_id: str | None
    previous_assignee_id: str | None


class Categorise(_Body):
    """``PATCH /tickets/{ticketId}/category``."""

    id: int | None = None


class ChangeStatus(_Body):
    """``PATCH /tickets/{ticketId}/status``: inferred, the page was not readable."""

    status: Status


class LogFilter(_Body):
    """``POST /tickets/{ticketId}/log``: this one is written with an underscore."""

    action_types: list[str] = Field(default=[], alias="action_types")


B = TypeVar("B", bound=BaseModel)
TAGS = TypeAdapter(list[str])


def read(kind: type[B], incoming: Incoming) -> B:
    """The body as ``kind``; no body, or null, is one without fields."""
    try:
        return kind.model_validate(read_json(incoming) or {})
    except ValidationError as error:
        raise invalid(_problems(error)) from error


def read_tags(incoming: Incoming) -> list[str]:
    """The body as a list of tag names."""
    try:
        return TAGS.validate_python(read_json(incoming), strict=True)
    except ValidationError as error:
        raise invalid(_problems(error)) from error


def read_json(incoming: Incoming) -> Any:
    """The body as JSON, None when there is none; 415 for anything that does not say it is JSON."""
    if not incoming.body.strip():
        return None
    if incoming.content_type != "application/json":
        raise RefusedError(failure(415, INVALID, "the body must be application/json"))
    try:
        return json.loads(incoming.body)
    except ValueError:
        raise invalid("the body is not JSON") from None


def _problems(error: ValidationError) -> str:
    return "; ".join(f"{'.'.join(map(str, each['loc'])) or 'body'}: {each['msg']}" for each in error.errors())
