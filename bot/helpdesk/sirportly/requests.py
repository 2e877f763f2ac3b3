"""The parameters of Sirportly's writes, built from actions. Pure functions: everything they need is an argument.

The parameter names are those of the vendor's pages on posting an update, changing properties, adding a follow-up and
forwarding (https://sirportly.com/docs/api-specification/tickets).
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from html import escape
from zoneinfo import ZoneInfo

from bot.actions import AddFollowup, Contact, CreateTicket, ForwardTicket, Named, PostReply, Staff, UpdateTicket
from bot.errors import InvalidFields
from bot.helpdesk.sirportly.settings import CreateDefaults, ForwardDefaults

Params = dict[str, str]

SOONEST = timedelta(minutes=2)
"""A follow-up "must be greater than now" by the helpdesk's clock, in whole minutes: this much is left in between."""
DELAYED = timedelta(seconds=90)
"""How late a request may go out before "in 2 hours" has to be sent as what is left of them."""
OF_A_DEPARTMENT = frozenset({"team", "brand"})
"""Defaults that fit the default department, and would be refused in another."""
ALWAYS = ("status", "priority", "department", "subject", "updated_at")
"""Documented as refused when blank for the first two; of the others it is inferred."""
PRIORITY_STEPS = {"raise": "-1", "lower": "-2"}
TEAM_STEPS = {"escalate": "-1", "de-escalate": "-2"}


@dataclass(frozen=True)
class By:
    """Whose update it is: the parameters that say so, and, where the token decides, the words that open the text."""

    params: Mapping[str, str]
    notice: str = ""
    staff: bool = True

    def text(self, message: str) -> str:
        """``message``, opened with the person's name where the helpdesk would show another."""
        return f"{self.notice}\n\n{message}" if self.notice else message

    def markup(self, html: str) -> str:
        """The same for HTML."""
        return f"<p>{escape(self.notice)}</p>\n{html}" if self.notice else html


def username(staff: Staff) -> str:
    """How Sirportly is told of a person: "the username or ID"."""
    return staff.username or staff.id


def flag(value: bool) -> str:
    """A boolean, as most clients send it; the pages do not spell it."""
    return "1" if value else "0"


def request_time(at: datetime, zone: ZoneInfo | None) -> str:
    """A time as the follow-up page prints it. In UTC as long as the account's zone is not confirmed: an inference."""
    return at.astimezone(zone or UTC).strftime("%Y-%m-%d %H:%M")


def submit(action: CreateTicket, *, defaults: CreateDefaults, contact: Mapping[str, str], marker: str) -> Params:
    """``tickets/submit``: everything but the message. ``department`` may still be a name.

    Raises:
        InvalidFields: Sirportly insists on something that neither the person nor the configuration gave.
    """
    params: Params = {"subject": action.subject}
    elsewhere = action.department is not None and not _is_default(action.department, defaults.department)
    for field in ("status", "priority", "department", "team", "brand", "sla"):
        given: Named | None = getattr(action, field)
        if given is not None:
            params[field] = given.id
        elif field in action.model_fields_set or (elsewhere and field in OF_A_DEPARTMENT):
            continue
        elif (default := getattr(defaults, field)) is not None:
            params[field] = default
    needed = {
        field: "Sirportly needs one, and this helpdesk's configuration has no default"
        for field in ("status", "priority", "department")
        if field not in params
    }
    if needed:
        raise InvalidFields(needed)
    if action.assignee is not None:
        params["user"] = username(action.assignee)
    params["tag_list"] = tag_list((*action.tags, marker))
    return {**params, **_custom(action.custom), **contact}


def new_contact(contact: Contact) -> Params | None:
    """The contact of a new ticket, or None where only a name is known and it has to be looked up."""
    if contact.reference is not None:
        return {"contact": contact.reference}
    if contact.email is not None:
        kind, data = "email", contact.email
    elif contact.telephone is not None:
        kind, data = "telephone", contact.telephone
    else:
        return None
    return {"contact_method_type": kind, "contact_method_data": data, "contact_name": contact.name or data}


def post_update(message: str, by: By, *, html: str | None = None) -> Params:
    """``tickets/post_update`` apart from the ticket and what only some updates have."""
    params = {"message": by.text(message), **by.params}
    if html is not None:
        params |= {"html_body": by.markup(html), "html_safe": "1"}
    return params


def reply(action: PostReply, by: By, *, outgoing: str | None, zone: ZoneInfo | None) -> Params:
    """``tickets/post_update`` for a reply or an internal note."""
    params = {"ticket": action.ticket.ref, **post_update(action.message, by, html=action.html)}
    if action.visibility == "private":
        params["private"] = "1"
    if action.subject is not None:
        params["subject"] = action.subject
    if action.authenticated is not None:
        params["authenticated"] = flag(action.authenticated)
    if action.parse_variables is not None:
        params["parse_ticket_variables"] = flag(action.parse_variables)
    if action.posted_at is not None:
        params["posted_at"] = request_time(action.posted_at, zone)
    if action.macro is not None:
        params["macro"] = action.macro
    if outgoing is not None:
        params["outgoing"] = outgoing
    return params


def update(action: UpdateTicket, *, contact: Mapping[str, str], zone: ZoneInfo | None) -> Params:
    """``tickets/update``: what was given, and nothing else; a field given as None is sent empty, which clears it.

    Raises:
        InvalidFields: a field without which no ticket is, given as None: Sirportly would answer «can't be blank».
    """
    params: Params = {}
    given = action.model_fields_set
    if blank := [field for field in ALWAYS if field in given and not getattr(action, field)]:
        raise InvalidFields(dict.fromkeys(blank, "a ticket always has one"))
    for field in ("status", "priority", "sla", "team", "department"):
        if field in given:
            named: Named | None = getattr(action, field)
            params[field] = named.id if named is not None else ""
    if (department := params.get("department")) and not department.isdecimal():
        raise InvalidFields({"department": f"Sirportly takes a department's number here; «{department}» is none"})
    if "assignee" in given:
        params["user"] = username(action.assignee) if action.assignee is not None else ""
    if "subject" in given:
        params["subject"] = action.subject or ""
    if "tags" in given:
        params["tag_list"] = tag_list(action.tags or ())
    for field in ("updated_at", "reply_due_at", "resolution_due_at"):
        if field in given:
            at: datetime | None = getattr(action, field)
            params[field] = request_time(at, zone) if at is not None else ""
    if action.contact_method is not None:
        params["contact_method"] = action.contact_method
    if "additional_contacts" in given:
        params["additional_contact_methods"] = ",".join(action.additional_contacts or ())
    params |= _custom(action.custom) | dict(contact)
    return {"ticket": action.ticket.ref, **params} if params else {}


def followup(action: AddFollowup, by: By, *, when: Mapping[str, str]) -> Params:
    """``tickets/add_followup``. The sentinels that raise, lower and escalate exist here alone."""
    params: Params = {"ticket": action.ticket.ref, **by.params, **when}
    if action.status is not None:
        params["status"] = action.status.id
    if action.priority is not None:
        params["priority"] = _step(action.priority, PRIORITY_STEPS, "priority")
    if action.team is not None:
        params["team"] = _step(action.team, TEAM_STEPS, "team")
    if action.assignee is not None:
        params["user"] = username(action.assignee)
    if action.macro:
        params["macro"] = action.macro
    texts = {"reply": action.reply, "private_note": action.note}
    return params | {name: by.text(text) for name, text in texts.items() if text}


def followup_time(
    action: AddFollowup, *, asked: datetime, now: datetime, zone: ZoneInfo | None
) -> tuple[Params, datetime]:
    """When a follow-up runs, as parameters and as the instant to expect in the answer.

    Words like "in 2 hours" go as they are, unless the request waited so long that they would mean something later.

    Raises:
        InvalidFields: the moment has passed.
    """
    when = action.when
    if when.at <= now:
        raise InvalidFields({"when": "that moment has passed while this was waiting; choose another"})
    if when.amount is not None and when.unit is not None and now - asked <= DELAYED:
        return {"time_type": when.unit, "time_length": str(when.amount)}, when.at
    at = max(when.at, now + SOONEST)
    if zone is not None:
        whole = _whole_minute(at.astimezone(zone))
        if whole.replace(fold=0).utcoffset() == whole.replace(fold=1).utcoffset():
            return {"run_at": request_time(whole, zone)}, whole
        # This local time comes twice that night, and the format cannot say which is meant: minutes can.
    minutes = math.ceil((at - now) / timedelta(minutes=1))
    return {"time_type": "minute", "time_length": str(minutes)}, now + timedelta(minutes=minutes)


def forward(action: ForwardTicket, by: By, *, outgoing: str, defaults: ForwardDefaults) -> Params:
    """``tickets/forward``.

    Raises:
        InvalidFields: nobody said which status the new ticket gets.
    """
    status = action.status.id if action.status is not None else defaults.status
    if status is None:
        raise InvalidFields({"status": "Sirportly needs one for the new ticket, and the configuration has no default"})
    params = {
        "ticket": action.ticket.ref,
        "contact_name": action.to.name,
        "contact_method_data": action.to.email,
        "outgoing": outgoing,
        "status": status,
        "message": by.text(action.message),
        **by.params,
    }
    if action.subject is not None:
        params["subject"] = action.subject
    priority = action.priority.id if action.priority is not None else defaults.priority
    return params if priority is None else {**params, "priority": priority}


def _step(value: Named | str, steps: Mapping[str, str], field: str) -> str:
    """A list entry or one of the words for a step; -1 and -2 are never passed on from what somebody typed."""
    if not isinstance(value, Named):
        return steps[value]
    if value.id in steps.values():
        raise InvalidFields({field: f"say {' or '.join(steps)} instead of a number below zero"})
    return value.id


def tag_list(tags: Sequence[str]) -> str:
    """Tags as one parameter. Spaces and commas part them, so no tag can have one. Raises InvalidFields."""
    if parted := [tag for tag in tags if "," in tag or len(tag.split()) != 1]:
        better = "-".join(parted[0].replace(",", " ").split())
        raise InvalidFields({"tags": f"Sirportly parts tags at spaces and commas; say «{better}» for «{parted[0]}»"})
    return ",".join(tags)


def _is_default(department: Named, default: str | None) -> bool:
    return default is not None and default.casefold() in {department.id.casefold(), department.name.casefold()}


def _custom(custom: Mapping[str, str | None]) -> Params:
    return {f"custom[{name}]": value or "" for name, value in custom.items()}


def _whole_minute(at: datetime) -> datetime:
    whole = at.replace(second=0, microsecond=0)
    return whole if whole == at else whole + timedelta(minutes=1)
