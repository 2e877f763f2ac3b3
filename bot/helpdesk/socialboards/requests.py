"""The bodies of SocialBoards' writes, built from actions. Pure functions.

Field names are those of the pages "Create Ticket", "Create Reply" and "Update Ticket Assignee"; notes, status and tags
are inferred (their pages could not be read).
"""

import re
from collections.abc import Mapping
from typing import Any

from bot.actions import Asker, Attachment, Contact, CreateTicket, Named, PostReply, Staff
from bot.errors import InvalidFields

Body = dict[str, Any]

GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


def create(action: CreateTicket, asker: Asker, *, marker: str, fields: Mapping[str, int]) -> Body:
    """``POST /tickets``. Without a message it gets the subject.

    Raises:
        InvalidFields: a category, person or custom field that is no number or GUID here; nobody to create it for.
    """
    body: Body = {
        "title": action.subject,
        "message": action.html or action.message or action.subject,
        "isHtml": bool(action.html),  # true unless said otherwise, and Slack's text is no HTML
        "creator": creator(action.contact, asker),
        "tags": [*action.tags, marker],
    }
    given = action.model_fields_set
    if "assignee" in given:
        body["assigneeId"] = guid(action.assignee)
    if "category" in given:
        body["categoryId"] = category_id(action.category)
    if action.cc:
        body["cc"] = list(action.cc)
    if action.custom:
        body["customFields"] = custom_fields(action.custom, fields)
    if action.sentiment is not None:
        body["sentiment"] = action.sentiment
    if action.source is not None:
        body["sourceName"] = action.source
    if action.attachments:
        body["attachments"] = files(action.attachments)
    return body


def creator(contact: Contact | None, asker: Asker) -> Body:
    """The client who asks: the contact that was given, else the person in Slack, with their picture."""
    if contact is None:
        contact = Contact(name=asker.name, email=asker.email, image=asker.image)
    if not (contact.name or contact.email or contact.telephone or contact.reference):
        raise InvalidFields({"contact": "say who the customer is: I know neither your name nor your e-mail address"})
    body: Body = {
        "name": contact.name or contact.email or contact.telephone or contact.reference,
        "email": contact.email,
        "image": contact.image,
        "phoneNumber": contact.telephone,
    }
    return body if contact.reference is None else {**body, "customIdentifier": contact.reference}


def reply(action: PostReply, email: str) -> Body:
    """``POST /tickets/{ticketId}/replies``: sent at once, never a draft."""
    body: Body = {
        "author": {"email": email},
        "message": action.html or action.message,
        "isHtml": bool(action.html),
        "isDraft": False,
    }
    return body if not action.attachments else {**body, "attachments": files(action.attachments)}


def note(message: str, email: str, attachments: tuple[Attachment, ...] = ()) -> Body:
    """``POST /tickets/{ticketId}/notes`` (inferred)."""
    body: Body = {"author": {"email": email}, "message": message}
    return body if not attachments else {**body, "attachments": files(attachments)}


def files(attachments: tuple[Attachment, ...]) -> list[Body]:
    """Files by their addresses: SocialBoards fetches them, there is no upload."""
    return [{"url": each.url, "name": each.name} for each in attachments]


def guid(person: Staff | None) -> str | None:
    """The identifier of a teammate; None for nobody.

    Raises:
        InvalidFields: it is not known. The teammates' page prints none.
    """
    if person is None:
        return None
    if not GUID.fullmatch(person.id):
        problem = f"the identifier of {person.name} is not known; it belongs under people in the configuration"
        raise InvalidFields({"assignee": problem})
    return person.id


def category_id(category: Named | None) -> int | None:
    """The number of a category; None for none. Raises InvalidFields."""
    return None if category is None else _number(category.id, "category")


def custom_fields(custom: Mapping[str, str | None], fields: Mapping[str, int]) -> list[Body]:
    """Custom fields by number; names are those of the configuration. Raises InvalidFields."""
    table = {name.casefold(): number for name, number in fields.items()}
    return [
        {"id": table[name.casefold()] if name.casefold() in table else _number(name, "custom"), "value": value or ""}
        for name, value in custom.items()
    ]


def _number(text: str, field: str) -> int:
    if not (text.isascii() and text.isdigit()):
        raise InvalidFields({field: f"«{text}» is no number, and not among the configured names"})
    return int(text)
