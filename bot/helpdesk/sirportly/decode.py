"""What Sirportly answers, turned into values or into what went wrong. Pure functions.

A refusal has one of three shapes: ``{"errors": {"status_id": ["can't be blank"]}}`` (the four ticket pages),
``{"errors": ["Invalid column …"]}`` (SPQL) and ``{"error": "…"}`` (404, and by what clients look for, 403). Clients
take the key for a failure whatever the status, and so does this. List endpoints answer with an array, which is neither.
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any, Literal

from bot.actions import Named, Staff, Ticket
from bot.errors import AuthenticationFailed, InvalidFields, UnexpectedResponse, UserError
from bot.helpdesk import CustomField
from bot.helpdesk.http import Answer, read_json, unclear
from bot.outcomes import Attached, Scheduled, TicketView, Update

JSONObject = dict[str, Any]

FIELDS = {
    "base": "",
    "actor": "",
    "run_at": "when",
    "time_type": "when",
    "time_length": "when",
    "user": "assignee",
    "contact_method_type": "contact",
    "contact_method_data": "contact",
    "contact_name": "contact",
    "additional_contact_methods": "additional_contacts",
    "private_note": "note",
    "tag_list": "tags",
    "html_body": "html",
    "author_name": "author",
    "author_email": "author",
    "parse_ticket_variables": "parse_variables",
}
"""Their attribute names, without ``_id``, to our fields; what is not here is called the same."""

STATUS_KINDS: dict[int, Literal["open", "closed", "on-hold"]] = {0: "open", 1: "closed", 2: "on-hold"}


class Missing(UserError):
    """404: the ticket, or something that was named in the request. Which of them, the answer does not say."""


class Refused(UserError):
    """409: Sirportly may not do that to this object."""


def decode(answer: Answer, *, writes: bool) -> Any:
    """The JSON of a success.

    Raises:
        InvalidFields: 422, in either shape, under our field names.
        Missing: 404.
        AuthenticationFailed: 401 or 403, which may also mean that the token has no access to that method.
        UnexpectedResponse: another refusal; nothing was done.
        RateLimited, OutcomeUnknown, Unavailable: as :func:`bot.helpdesk.http.read_json`.
    """
    value = read_json(answer, writes=writes)
    text = _error_text(value)
    if answer.status in {401, 403}:
        raise AuthenticationFailed(f"{text or answer.quote} (or this token has no access to the method)")
    if answer.status == 404 and text is not None:
        raise Missing(text)
    if answer.status == 409:
        raise Refused(text or "Sirportly does not allow that.")
    if reasons := _reasons(value):
        raise InvalidFields(reasons)
    if text is not None and answer.status < 500:
        raise InvalidFields({"": text})
    if not 200 <= answer.status < 300:
        raise UnexpectedResponse(answer.quote)
    return value


def as_object(value: Any, *, writes: bool, having: str | None = None) -> JSONObject:
    """``value`` as the object it should be, ``having`` that key; a bare ``true`` tells nothing about what was done."""
    if isinstance(value, dict) and (having is None or value.get(having) is not None):
        return value
    raise unclear(f"an object {f'with {having} ' if having else ''}was expected, not {str(value)[:100]}", writes=writes)


def as_list(value: Any) -> list[JSONObject]:
    """``value`` as the list of objects it should be, alone or under ``records``."""
    records = value.get("records") if isinstance(value, dict) else value
    if isinstance(records, list):
        return [record for record in records if isinstance(record, dict)]
    raise unclear(f"a list was expected, not {str(value)[:100]}", writes=False)


def moment(value: Any) -> datetime | None:
    """One of their times; one without a zone is taken as UTC (an inference: every example carries one)."""
    if not isinstance(value, str):
        return None
    try:
        read = datetime.fromisoformat(value)
    except ValueError:
        return None
    return read if read.tzinfo else read.replace(tzinfo=UTC)


def ticket_view(record: Mapping[str, Any], *, helpdesk: str, url: str | None = None) -> TicketView:
    """A ticket, whole or reduced as in a search, in either dialect (``contact`` or ``customer``)."""
    status = record.get("status")
    contact = contact_of(record)
    method = method_of(record)
    return TicketView(
        ticket=Ticket(helpdesk=helpdesk, ref=str(record["reference"])),
        subject=str(record.get("subject") or ""),
        url=url,
        status=_name(status),
        status_kind=STATUS_KINDS.get(status.get("status_type", -1)) if isinstance(status, dict) else None,
        priority=_name(record.get("priority")),
        department=_name(record.get("department")),
        team=_name(record.get("team")),
        assignee=person(record["user"]).name if isinstance(record.get("user"), dict) else None,
        contact=_name(contact),
        contact_address=str(method["data"]) if method and method.get("data") else None,
        sla=_name(record.get("sla")),
        created_at=moment(record.get("submitted_at")),
        reply_due_at=moment(record.get("reply_due_at")),
        resolution_due_at=moment(record.get("resolution_due_at")),
        update_count=record.get("update_count"),
    )


def contact_of(record: Mapping[str, Any]) -> JSONObject | None:
    """The contact of a ticket, in either dialect."""
    return _first(record, "contact", "customer")


def method_of(record: Mapping[str, Any]) -> JSONObject | None:
    """How the contact of a ticket is reached, in either dialect, or as the forwarding page misprints it."""
    return _first(record, "contact_method", "customer_contact_method", "contactcontact_method")


def update_view(record: Mapping[str, Any]) -> Update:
    """One entry of a ticket's history."""
    author = record.get("author")
    picture = record.get("avatar_url")
    return Update(
        id=str(record["id"]),
        author=_author_name(author) or record.get("from_name") or record.get("from_address"),
        by_staff=is_staff(author),
        private=bool(record.get("private")),
        message=str(record.get("message") or ""),
        posted_at=moment(record.get("posted_at")),
        remote=f"update:{record['id']}",
        email=person(author or {}).email if is_staff(author) else record.get("from_address"),
        picture=picture if isinstance(picture, str) and picture.startswith("https://") else None,
        html=record.get("html_body") or None,
        signature=record.get("signature_text") or None,
        attachments=tuple(_attached(each) for each in record.get("attachments") or () if isinstance(each, dict)),
    )


def scheduled(record: Mapping[str, Any]) -> Scheduled:
    """A follow-up. How ``-1`` and ``-2`` look in one is not documented; whatever has no name is left out."""
    actor, user = record.get("actor"), record.get("user")
    named_too = ((word, _name(record.get(word))) for word in ("status", "priority", "team", "macro"))
    does = [f"{word}: {name}" for word, name in named_too if name]
    does += [f"assign to {person(user).name}"] if isinstance(user, dict) else []
    does += ["answer the customer"] if record.get("reply") else []
    does += ["leave a note"] if record.get("private_note") else []
    by = person(actor).name if isinstance(actor, dict) else None
    return Scheduled(id=str(record["id"]), run_at=moment(record.get("run_at")), by=by, does=tuple(does))


def _attached(record: Mapping[str, Any]) -> Attached:
    size = record.get("file_size")
    return Attached(
        id=str(record["id"]),
        name=str(record.get("name") or record["id"]),
        size=size if isinstance(size, int) else None,
        content_type=str(record.get("content_type") or ""),
    )


def is_staff(author: Any) -> bool:
    """Whether an author is staff: ``type`` in newer answers; older contacts carry a ``pin``, as no user does."""
    if not isinstance(author, dict):
        return False
    if "type" in author:
        return bool(author["type"] == "User")
    return "pin" not in author and "abbreviated_name" not in author


def person(record: Mapping[str, Any]) -> Staff:
    """A user of the account."""
    name = " ".join(part for part in (record.get("first_name"), record.get("last_name")) if part)
    id_ = str(record.get("id") or record.get("username") or "")
    return Staff(
        id=id_,
        name=name or str(record.get("name") or record.get("username") or id_),
        username=record.get("username"),
        email=record.get("email_address"),
    )


def named(record: Mapping[str, Any]) -> Named:
    """An entry of one of the lists."""
    return Named(id=str(record["id"]), name=str(record.get("name") or record["id"]))


def custom_field(record: Mapping[str, Any]) -> CustomField:
    """A custom field; its choices come one a line."""
    values = str(record.get("values") or "")
    return CustomField(
        id=str(record["id"]),
        name=str(record.get("name") or record["system_name"]),
        system_name=str(record["system_name"]),
        kind=str(record.get("field_type") or "string"),
        values=tuple(line.strip() for line in values.splitlines() if line.strip()),
    )


def _author_name(author: Any) -> str | None:
    if not isinstance(author, dict):
        return None
    return person(author).name if is_staff(author) else _name(author)


def _name(value: Any) -> str | None:
    return str(value["name"]) if isinstance(value, dict) and value.get("name") else None


def _first(record: Mapping[str, Any], *keys: str) -> JSONObject | None:
    return next((record[key] for key in keys if isinstance(record.get(key), dict)), None)


def _error_text(value: Any) -> str | None:
    error = value.get("error") if isinstance(value, dict) else None
    return str(error) if error else None


def _reasons(value: Any) -> dict[str, str]:
    errors = value.get("errors") if isinstance(value, dict) else None
    if isinstance(errors, dict):
        reasons: dict[str, str] = {}
        for attribute, problems in errors.items():
            name = str(attribute).removesuffix("_id")
            field = FIELDS.get(name, name)
            text = _sentence(problems)
            reasons[field] = f"{reasons[field]}; {text}" if field in reasons else text
        return reasons
    return {"": _sentence(errors)} if errors else {}


def _sentence(problems: Any) -> str:
    if isinstance(problems, str) or not isinstance(problems, Iterable):
        return str(problems)
    return "; ".join(str(problem) for problem in problems)
