"""What a card looks like. Pure, and within Slack's limits whatever a ticket holds.

A card never shows the text of notes. ``discreet`` leaves out everything that a customer wrote or is.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.actions import CreateTicket, Named, Staff
from bot.helpdesk import Helpdesk
from bot.outcomes import Receipt, TicketView
from bot.slack.blocks import Block, actions, button, context, section
from bot.slack.cards.facts import Facts
from bot.slack.forms import FormKind
from bot.slack.messages import Message
from bot.slack.text import inline, link, moment, quoted

ASSIGN_ME, CLOSE, SHARE = "card.assign_me", "card.close", "card.share"
"""The ``action_id`` of each button that does something at once; its value names the ticket."""

FORMS: Mapping[str, tuple[str, FormKind, str]] = {
    "card.reply": ("Reply", "reply", "reply"),
    "card.note": ("Note", "note", "reply"),
    "card.update": ("Update", "update", "update"),
    "card.followup": ("Follow up", "followup", "followup"),
    "card.forward": ("Forward", "forward", "forward"),
}
"""The buttons that open a form: label, form, and the kind of action that the helpdesk must be capable of."""

_LONGEST_URL = 600
_LATEST = 3


def value_of(view: TicketView) -> str:
    """How a button names its ticket."""
    return f"{view.ticket.helpdesk}:{view.ticket.ref}"


@dataclass(frozen=True)
class Faces:
    """Draws cards.

    Args:
        helpdesks: By name; their capabilities decide which buttons there are.
        zone: For readers whose device does not tell, an IANA name.
        forms: Whether there are forms for the buttons that need one.
    """

    helpdesks: Mapping[str, Helpdesk]
    zone: str
    forms: bool = False

    def card(self, view: TicketView, facts: Facts, *, discreet: bool) -> Message:
        """The card, for everybody in a channel."""
        blocks = [self._head(view, facts, discreet=discreet)]
        if facts.opened_by:
            blocks.append(context(f"created by {inline(facts.opened_by, 80)}"))
        row = self._buttons(view)
        blocks += [actions(*row)] if row else []
        return Message(text=_summary(view, facts, discreet=discreet), blocks=tuple(blocks))

    def viewed(self, view: TicketView, facts: Facts) -> Message:
        """The same for the person who asked to see the ticket, with what was written last and a way to share it."""
        blocks = [self._head(view, facts, discreet=False)]
        more = [
            f"*{name}:* {inline(value, 120)}"
            for name, value in (("Department", view.department), ("SLA", view.sla), ("Category", view.category))
            if value
        ]
        blocks += [context(" · ".join(more))] if more else []
        for update in [update for update in view.updates if not update.private][-_LATEST:]:
            when = f", {moment(update.posted_at, self.zone)}" if update.posted_at else ""
            said = quoted(update.message, 400) or "> "
            blocks.append(context(f"{inline(update.author or 'System', 80)}{when}", said))
        row = actions(*self._buttons(view), button("Share", SHARE, value_of(view)))
        return Message(text=_summary(view, facts, discreet=False), blocks=(*blocks, row))

    def _head(self, view: TicketView, facts: Facts, *, discreet: bool) -> Block:
        return section(title(view, discreet=discreet), fields=self._facts(view, facts, discreet=discreet))

    def _facts(self, view: TicketView, facts: Facts, *, discreet: bool) -> list[str]:
        tags = ", ".join(_tags(view, facts))
        said = [
            f"*{name}:* {inline(value, most)}"
            for name, value, most in (
                ("Status", view.status, 80),
                ("Priority", view.priority, 80),
                ("Team", view.team, 80),
                ("Assigned to", view.assignee or "nobody", 80),
                ("Customer", None if discreet else view.contact, 120),
                ("Tags", None if discreet else tags, 300),
            )
            if value
        ]
        due = [("Reply due", view.reply_due_at), ("Resolution due", view.resolution_due_at)]
        known = [(at, name) for name, at in due if at is not None and view.status_kind != "closed"]
        if known:
            at, name = min(known)
            said.append(f"*{name}:* {moment(at, self.zone)}")
        if facts.followup:
            said.append(f"*Follow-up:* {moment(facts.followup, self.zone)}")
        return said

    def _buttons(self, view: TicketView) -> list[Block]:
        """What can be done to it there; never what its helpdesk always refuses."""
        helpdesk = self.helpdesks.get(view.ticket.helpdesk)
        if helpdesk is None:
            return []
        capable, value = helpdesk.capabilities, value_of(view)
        changes = capable.get("update", frozenset())
        forms = {
            form: button(label, action_id, value)
            for action_id, (label, form, kind) in FORMS.items()
            if self.forms and kind in capable and (form != "note" or helpdesk.takes_notes)
        }
        said = [forms.pop(form) for form in ("reply", "note") if form in forms]
        mine = [button("Assign to me", ASSIGN_ME, value)] if "assignee" in changes else []
        closing = "status" in changes and view.status_kind != "closed"
        close = [button("Close", CLOSE, value, style="danger")] if closing else []
        return [*said, *mine, *forms.values(), *close]


def title(view: TicketView, *, discreet: bool) -> str:
    """The linked reference and the subject."""
    url = view.url if view.url and len(view.url) <= _LONGEST_URL else None
    ref = f"🎫 {link(url, view.ticket.ref)}"
    return ref if discreet else f"{ref} *{inline(view.subject) or 'no subject'}*"


def fresh(action: CreateTicket, receipt: Receipt) -> TicketView:
    """A ticket that was opened right now: as the helpdesk answered, and where that tells nothing as it was asked for.

    A contact that was named may be called otherwise there, so that is not shown as it was typed.
    """
    asked = TicketView(
        ticket=receipt.ticket,
        subject=action.subject,
        url=receipt.url,
        status=_name(action.status),
        priority=_name(action.priority),
        department=_name(action.department),
        team=_name(action.team),
        assignee=_name(action.assignee),
        contact=(action.contact.name or action.contact.email) if action.contact and action.contact.email else None,
        tags=action.tags or None,
    )
    told = {name: value for name, value in receipt.view or () if value not in (None, "", ())}
    return asked.model_copy(update=told)


def _summary(view: TicketView, facts: Facts, *, discreet: bool) -> str:
    said = [inline(value, 80) for value in (view.status, view.priority, view.assignee) if value]
    by = f" created by {inline(facts.opened_by, 80)}" if facts.opened_by else ""
    return f"{title(view, discreet=discreet)}{by}" + (f" — {' · '.join(said)}" if said else "")


def _tags(view: TicketView, facts: Facts) -> tuple[str, ...]:
    """The helpdesk's where it tells them, else the bot's own copy."""
    return facts.tags if view.tags is None else view.tags


def _name(entry: Named | Staff | None) -> str | None:
    return entry.name if entry else None
