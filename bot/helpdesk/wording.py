"""Actions and their fields as people say them, for telling what a helpdesk does not have."""

from collections.abc import Mapping, Sequence

_DOING: Mapping[str, tuple[str, str]] = {
    "create": ("open tickets", "open a ticket"),
    "update": ("change tickets", "change a ticket"),
    "reply": ("answer tickets", "write on a ticket"),
    "followup": ("schedule follow-ups", "schedule a follow-up"),
    "forward": ("forward tickets", "forward a ticket"),
}
"""Action kind to what is done with many, and with one."""
_FIELDS: Mapping[str, str] = {
    "sla": "SLA",
    "html": "HTML",
    "cc": "copies",
    "custom": "custom fields",
    "note": "internal note",
    "reply": "answer to the customer",
    "attachments": "files",
    "sender": "other sender",
    "outgoing": "outgoing address",
    "author": "other author",
    "posted_at": "time of writing",
    "updated_at": "time of the change",
    "reply_due_at": "time by which a reply is due",
    "resolution_due_at": "time by which it has to be resolved",
    "contact": "customer",
    "contact_method": "way to reach the customer",
    "additional_contacts": "other customers",
    "authenticated": "mark that the author is known",
    "parse_variables": "variables in the text",
}
"""Fields whose name is not the word for it."""


def doing_any(kind: str) -> str:
    """What people do with an action: «forward tickets»."""
    return _DOING[kind][0]


def doing(kind: str) -> str:
    """The same, once: «forward a ticket»."""
    return _DOING[kind][1]


def none_of(fields: Sequence[str]) -> str:
    """Fields that are not there: «priority, SLA or custom fields»."""
    words = [_FIELDS.get(name, name.replace("_", " ")) for name in fields]
    return " or ".join(filter(None, (", ".join(words[:-1]), words[-1])))
