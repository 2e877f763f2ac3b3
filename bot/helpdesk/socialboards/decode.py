"""What SocialBoards answers, turned into values or into what went wrong. Pure functions.

Everything but ``/token`` comes in an envelope, ``{"data": …, "errorCode": -1, "errorText": null}``, and success is both
HTTP 2xx and ``errorCode`` -1 (that both are needed is an inference; the page on errors could not be read). Times carry
an offset and up to seven digits of fraction.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal

from bot.actions import Staff, Ticket
from bot.errors import AuthenticationFailed, UnexpectedResponse, UserError
from bot.helpdesk.http import Answer, read_json, unclear
from bot.helpdesk.journal import is_own_tag
from bot.outcomes import Attached, TicketView, Update

JSONObject = dict[str, Any]
SUCCESS = -1

STATUS_KINDS: dict[str, Literal["open", "closed", "on-hold"]] = {"open": "open", "completed": "closed"}
"""``pending`` is neither: who is waited for is not documented."""


class Refused(UserError):
    """SocialBoards said no: ``errorCode`` is anything but -1. What its values mean is not documented."""

    code = "refused-by-helpdesk"

    def __init__(self, text: str | None, *, status: int, number: Any) -> None:
        super().__init__(f"SocialBoards refused this: {text or 'it did not say why'} (error {number}).")
        self.status = status
        self.text = text


def decode(answer: Answer, *, writes: bool) -> Any:
    """The ``data`` of a success.

    Raises:
        Refused: an envelope that says no.
        AuthenticationFailed: 401 or 403.
        UnexpectedResponse: another refusal; nothing was done.
        RateLimited, OutcomeUnknown, Unavailable: as :func:`bot.helpdesk.http.read_json`.
    """
    value = read_json(answer, writes=writes)
    number = value.get("errorCode") if isinstance(value, dict) else None
    if answer.status in {401, 403}:
        raise AuthenticationFailed(answer.quote)
    if number is not None and number != SUCCESS:
        text = value.get("errorText")
        raise Refused(str(text) if text else None, status=answer.status, number=number)
    if not 200 <= answer.status < 300:
        raise UnexpectedResponse(answer.quote)
    if number is None:
        raise unclear(f"no envelope: {answer.quote}", writes=writes)
    return value.get("data")


def as_object(data: Any, *, writes: bool, having: str | None = None) -> JSONObject:
    """``data`` as the object it should be, ``having`` that key."""
    if isinstance(data, dict) and (having is None or data.get(having) is not None):
        return data
    raise unclear(f"an object {f'with {having} ' if having else ''}was expected, not {str(data)[:100]}", writes=writes)


def as_list(data: Any) -> list[JSONObject]:
    """``data`` as the list of objects it should be."""
    if isinstance(data, list):
        return [each for each in data if isinstance(each, dict)]
    raise unclear(f"a list was expected, not {str(data)[:100]}", writes=False)


def as_number(data: Any) -> int:
    """``data`` as the number of what was made."""
    if isinstance(data, int) and not isinstance(data, bool):
        return data
    raise unclear(f"a number was expected, not {str(data)[:100]}", writes=True)


def moment(value: Any) -> datetime | None:
    """One of their times; what is finer than microseconds is dropped."""
    try:
        read = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
    return read if read is not None and read.tzinfo else None


def ticket_view(record: Mapping[str, Any], *, helpdesk: str, url: str | None = None) -> TicketView:
    """A ticket."""
    status = str(record.get("status") or "")
    author = record.get("author") or {}
    return TicketView(
        ticket=Ticket(helpdesk=helpdesk, ref=str(record["id"])),
        subject=str(record.get("title") or first_line(record.get("message")) or ""),
        url=url,
        status=status or None,
        status_kind=STATUS_KINDS.get(status),
        assignee=(record.get("lockedBy") or {}).get("name"),
        contact=author.get("name"),
        contact_address=author.get("email"),
        category=(record.get("category") or {}).get("name"),
        tags=tuple(tag for tag in tag_names(record) if not is_own_tag(tag)),
        created_at=moment(record.get("creationTime")),
        update_count=record.get("replyCount"),
    )


def opening(record: Mapping[str, Any]) -> Update:
    """A ticket's own message, as the first entry of its history."""
    update = _written(record, id_=f"ticket:{record['id']}", remote=f"ticket:{record['id']}")
    return update.model_copy(update={"by_staff": (record.get("author") or {}).get("status") == "team"})


def reply_view(record: Mapping[str, Any]) -> Update:
    """A reply. A draft has been sent to nobody."""
    author = record.get("author") or {}
    properties = record.get("properties") or {}
    draft = bool(properties.get("isDraft"))
    by_staff = bool(properties.get("isByTeam", author.get("status") == "team"))
    update = _written(record, id_=str(record["id"]), remote=f"reply:{record['id']}")
    return update.model_copy(update={"by_staff": by_staff, "private": draft, "draft": draft})


def _written(record: Mapping[str, Any], *, id_: str, remote: str) -> Update:
    author = record.get("author") or {}
    image = author.get("image")
    return Update(
        id=id_,
        author=author.get("name"),
        message=str(record.get("message") or ""),
        posted_at=moment(record.get("creationTime")),
        remote=remote,
        email=author.get("email"),
        picture=image if isinstance(image, str) and image.startswith("https://") else None,
        html=record.get("htmlMessage") or None,
        attachments=tuple(
            Attached(id=str(each["url"]), name=str(each.get("name") or "file"), address=str(each["url"]))
            for each in record.get("attachments") or ()
            if isinstance(each, dict) and each.get("url")
        ),
    )


def tag_names(record: Mapping[str, Any]) -> tuple[str, ...]:
    """The tags of a ticket; the examples show none, so names and objects with a name are both read."""
    tags = record.get("tags") or ()
    return tuple(str(each["name"]) if isinstance(each, dict) else str(each) for each in tags)


def below(category: Mapping[str, Any]) -> list[JSONObject]:
    """Everything under a category that a ticket may have, at any depth."""
    found: list[JSONObject] = []
    for child in category.get("children") or ():
        if child.get("canBeChosen", True) and not child.get("isHidden"):
            found.append(child)
        found += below(child)
    return found


def teammate(record: Mapping[str, Any], people: Mapping[str, str]) -> Staff:
    """A teammate. The documented example carries no id, so it is taken from the configured table where that has one."""
    name, email = str(record["name"]), record.get("email")
    guid = record.get("id") or guid_of(name, email, people)
    return Staff(id=str(guid or ""), name=name, username=str(email or "").partition("@")[0] or None, email=email)


def guid_of(name: str | None, email: str | None, people: Mapping[str, str]) -> str | None:
    """The configured GUID for a person: by address, by the part of it before the ``@``, or by name."""
    table = {key.casefold(): guid for key, guid in people.items()}
    keys = (email or "", (email or "").partition("@")[0], name or "")
    return next((table[key.casefold()] for key in keys if key and key.casefold() in table), None)


def first_line(text: Any) -> str:
    """The first line of a message, for a ticket without a title."""
    return str(text or "").strip().split("\n", 1)[0][:120]
