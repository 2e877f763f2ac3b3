"""Whether a ticket is one of those asked for. Pure: the API narrows by little, so the rest is done here."""

from collections.abc import Mapping
from typing import Any

from bot.helpdesk import Filters
from bot.helpdesk.sirportly.decode import STATUS_KINDS, contact_of, method_of

PLAIN = ("priority", "team", "department", "sla")


def narrowed(record: Mapping[str, Any], filters: Filters) -> bool:
    """Whether a whole ticket matches everything but the tags, which no ticket shows."""
    return (
        all(_is(record.get(field), getattr(filters, field)) for field in PLAIN)
        and _is((record.get("department") or {}).get("brand"), filters.brand)
        and _has_status(record.get("status"), filters.status)
        and _has_assignee(record.get("user"), filters)
        and _has_contact(record, filters.contact)
        and filters.category is None
    )


def _is(value: Any, wanted: str | None) -> bool:
    if wanted is None:
        return True
    return isinstance(value, Mapping) and _same(wanted, value.get("id"), value.get("name"))


def _has_status(value: Any, wanted: str | None) -> bool:
    kind = STATUS_KINDS.get(value.get("status_type", -1)) if isinstance(value, Mapping) else None
    return _is(value, wanted) or (kind is not None and _same(wanted or "", kind))


def _has_assignee(value: Any, filters: Filters) -> bool:
    if filters.unassigned:
        return value is None
    if filters.assignee is None:
        return True
    return isinstance(value, Mapping) and str(value.get("id")) == filters.assignee.id


def _has_contact(record: Mapping[str, Any], wanted: str | None) -> bool:
    if wanted is None:
        return True
    contact = contact_of(record) or {}
    method = method_of(record) or {}
    return _same(wanted, contact.get("id"), contact.get("reference"), contact.get("name"), method.get("data"))


def _same(wanted: str, *values: Any) -> bool:
    return wanted.casefold() in {str(value).casefold() for value in values if value not in (None, "")}
