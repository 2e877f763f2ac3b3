"""The fields of each form, derived from the actions' models and what a helpdesk can do.

A field that is added to a model is in the form at once, behind *More options*; what stands in front, in which order, is
said in :data:`FIRST`.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import Enum, auto
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin

from pydantic import AwareDatetime

from bot.actions import (
    ACTIONS,
    HAPPENED,
    NEEDS_IMPERSONATE,
    Action,
    Attachment,
    Author,
    Contact,
    Moment,
    Named,
    Recipient,
    Staff,
)
from bot.dispatch.forms import KINDS
from bot.helpdesk import Helpdesk, ListName
from bot.slack.forms import FormKind

LISTS = frozenset(get_args(ListName))
MODELS: dict[str, type[Action]] = {model.model_fields["kind"].default: model for model in ACTIONS}
FIRST: dict[str, tuple[str, ...]] = {
    "create": ("subject", "message", "department", "team", "assignee", "priority", "contact", "attachments", "custom"),
    "update": ("status", "priority", "department", "team", "assignee", "tags", "custom", "note"),
    "reply": ("message", "attachments"),
    "followup": ("when", "note", "status", "assignee", "reply"),
    "forward": ("to", "message"),
}
"""What is there before *More options*, in order."""
NARROWED_BY: dict[str, str] = {"department": "brand", "team": "department", "custom": "department", "assignee": "team"}
"""Field to the field whose choice narrows it."""
_LABELS = {
    "to": "Forward to",
    "when": "When",
    "sla": "SLA",
    "cc": "Copies to",
    "html": "HTML, in place of the message",
    "posted_at": "Posted at",
    "updated_at": "Updated at",
    "reply_due_at": "Reply due",
    "resolution_due_at": "Resolution due",
    "sender": "Sent by",
    "outgoing": "Outgoing address",
    "note": "Internal note",
    "reply": "Answer to the customer",
    "contact": "Customer's e-mail address",
    "author": "Author's e-mail address",
    "additional_contacts": "Other customers",
}
_HINTS = {
    "tags": "Separated by commas.",
    "cc": "E-mail addresses, separated by commas.",
    "additional_contacts": "E-mail addresses, separated by commas.",
    "note": "Your team sees it, the customer never does.",
    "to": "An e-mail address.",
    "when": "Words do as well: tomorrow 9am, in 2 hours, fri 14:30. Press return to see what is understood.",
}
_CLEARING = {"tags": "They replace the tags that are there, and none removes them all."}
"""Said as well where there is something that can be emptied."""
_NEVER_EMPTY = frozenset({"status", "priority", "department", "subject", "note", "updated_at"})
_LONG = frozenset({"message", "note", "reply", "html"})


class Takes(Enum):
    """What is entered into a field."""

    TEXT = auto()
    LINES = auto()
    PICK = auto()
    STAFF = auto()
    CHOICE = auto()
    FLAG = auto()
    LIST = auto()
    MOMENT = auto()
    CONTACT = auto()
    AUTHOR = auto()
    RECIPIENT = auto()
    FILES = auto()
    CUSTOM = auto()


@dataclass(frozen=True)
class Field:
    """One field of a form; its name is the model's, and the ``block_id``."""

    name: str
    takes: Takes
    required: bool = False
    rare: bool = False
    clearable: bool = False
    """Whether it can be emptied, which is not the same as left alone."""
    list: ListName | None = None
    choices: tuple[str, ...] = ()
    """Words that may be chosen, beside the entries of a list."""
    text: bool = False
    """Whether an entry of the list is sent as its words."""
    guarded: bool = False
    """Whether it takes the permission *impersonate*."""
    parts: tuple[str, ...] = ()
    """Of somebody outside: what the helpdesk takes of them."""

    @property
    def label(self) -> str:
        """What stands over it."""
        return _LABELS.get(self.name, self.name.replace("_", " ").capitalize())

    @property
    def hint(self) -> str:
        """What stands below it."""
        if self.guarded:
            words = "Words do as well: yesterday 9am, 2 hours ago." if self.name in HAPPENED else None
            return " ".join(filter(None, ("Needs the permission «impersonate».", words)))
        if self.takes is Takes.MOMENT:
            return _HINTS["when"]
        said = (_HINTS.get(self.name), _CLEARING.get(self.name) if self.clearable else None)
        return " ".join(filter(None, said))


def kind_of(form: FormKind) -> str:
    """The action's kind."""
    return KINDS.get(form, form)


def fields_of(kind: str, helpdesk: Helpdesk) -> tuple[Field, ...]:
    """The fields of an action that this helpdesk takes, in the order of the form; empty where it lacks the action."""
    if kind not in helpdesk.capabilities:
        return ()
    taken = helpdesk.capabilities[kind]
    made = {}
    for name, info in MODELS[kind].model_fields.items():
        if name in {"kind", "helpdesk", "ticket", "visibility"} or not (info.is_required() or name in taken):
            continue
        taken_of = helpdesk.parts.get(name, frozenset(Contact.model_fields))
        parts = tuple(part for part in Contact.model_fields if part in taken_of)
        made[name] = replace(_field(kind, name, info.annotation, required=info.is_required()), parts=parts)
    first = [made[name] for name in FIRST.get(kind, ()) if name in made]
    return (*first, *(field for field in made.values() if field not in first))


def _field(kind: str, name: str, annotation: Any, *, required: bool) -> Field:
    types = list(_flat(annotation))
    words = tuple(word for each in types if get_origin(each) is Literal for word in get_args(each))
    rare = name not in FIRST.get(kind, ())
    guarded = name in NEEDS_IMPERSONATE.get(kind, ())
    listed: ListName | None = name if name in LISTS else None  # type: ignore[assignment]  # LISTS are its names
    takes = _takes(types, words, name)
    if takes is Takes.TEXT and listed:
        takes = Takes.PICK
    return Field(
        name=name,
        takes=takes,
        required=required,
        rare=rare,
        clearable=kind == "update" and type(None) in types and name not in _NEVER_EMPTY,
        list="staff" if takes is Takes.STAFF else listed,
        choices=words,
        text=Named not in types,
        guarded=guarded,
    )


_OF_TYPE = {
    Staff: Takes.STAFF,
    Named: Takes.PICK,
    Contact: Takes.CONTACT,
    Author: Takes.AUTHOR,
    Recipient: Takes.RECIPIENT,
    Moment: Takes.MOMENT,
    AwareDatetime: Takes.MOMENT,
    bool: Takes.FLAG,
}


def _takes(types: list[Any], words: tuple[str, ...], name: str) -> Takes:
    for each in types:
        if each in _OF_TYPE:
            return _OF_TYPE[each]
        if get_origin(each) is tuple:
            return Takes.FILES if get_args(each)[0] is Attachment else Takes.LIST
        if get_origin(each) is dict:
            return Takes.CUSTOM
    if words:
        return Takes.CHOICE
    return Takes.LINES if name in _LONG else Takes.TEXT


def _flat(annotation: Any) -> Iterator[Any]:
    """The members of a union."""
    if get_origin(annotation) in {Union, UnionType}:
        for part in get_args(annotation):
            yield from _flat(part)
    else:
        yield annotation
