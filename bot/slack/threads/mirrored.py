"""What is said in a thread, as entries of the ledger: updates of the ticket, and what is told about them."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.actions import Ticket
from bot.dispatch.forms import Form
from bot.grammar.slacktext import plain, visible
from bot.ledger import Entry, Kept, NewEntry
from bot.mirror.links import Link
from bot.mirror.messages import Removed, Said, Visibility
from bot.mirror.policy import Policies
from bot.slack.blocks import actions, button
from bot.slack.files import is_withheld, refusal
from bot.slack.forms.entered import file_of
from bot.slack.intake import KIND, new_marker
from bot.slack.messages import say
from bot.slack.outbox import to_person
from bot.slack.text import clip, inline

SURFACE = "thread"
"""The surface of entries that were said in a thread: stamps say what became of them, not messages."""

UNDO, ASK_PRIVATE, ASK_PUBLIC, ASK_NO = "thread.undo", "thread.ask.private", "thread.ask.public", "thread.ask.no"
"""The ``action_id`` of each button; its value is the key of the message."""

ASKED, GONE, HEARD = "asked", "gone", "heard"
"""Under which the ledger keeps messages that wait for their author's word, names of those that must not be sent, and
which version of a message was heard last: Slack repeats the older ones."""
LIFE = timedelta(days=7)

DELETED = ":deleted"
"""Ends the key of the note that a message was deleted, which begins with the message's own."""

_SETTLES = timedelta(seconds=10)
"""An edit of something sent waits for the next one: the ticket hears of the final version."""


def mirrored(
    said: Said, link: Link, to: Visibility, text: str, policies: Policies, now: datetime, *, lead: str = ""
) -> NewEntry:
    """A message as an update of the ticket, in its place among the others of the thread; ``lead`` stands above it."""
    wait = max(policies.undo, policies.wait) if to == "public" else policies.wait
    contacts = policies.of(said.thread.channel).contacts and not said.elsewhere
    html = to == "public" and policies.of(said.thread.channel).html
    return _entry(
        said,
        link.ticket,
        key=said.key,
        to=to,
        text=text,
        lead=lead,
        files=said.files,
        now=now,
        position=float(said.ts),
        not_before=now + wait,
        about={"contacts": contacts, "edited": said.edited or "", "as": "message", "lead": lead, "html": html},
    )


def corrected(said: Said, entry: Entry, text: str, now: datetime, *, doubted: bool = False) -> NewEntry:
    """The new words of a message that is on the ticket already, as an internal note; or that none are left.

    ``doubted`` is whether it is not known yet if the message is there.
    """
    left = "It now reads:\n\n" if text.strip() else "None of its words are left there."
    return _entry(
        said,
        ticket_of(entry),
        key=f"{said.key}:edited:{said.edited}",
        to="private",
        text=text,
        lead=f"✏️ Edited in Slack after it was sent here. {left}",
        files=(),
        now=now,
        not_before=now + _SETTLES,
        about={"contacts": False, "edited": said.edited or "", "as": "edit", "of": entry.id, "doubted": doubted},
    )


def taken_out(removed: Removed, entry: Entry, now: datetime, *, doubted: bool = False) -> NewEntry:
    """That a message which is on the ticket was deleted, as an internal note that does not repeat it.

    ``doubted`` is whether it is not known yet if the message is there.
    """
    when = entry.received_at.astimezone(UTC)
    what = "reply" if entry.body["form"]["action"] == "reply" else "note"
    return _entry(
        removed,
        ticket_of(entry),
        key=f"{removed.key}{DELETED}",
        to="private",
        text=f"🗑️ The message in Slack that became a {what} here on {when:%d %b %Y at %H:%M} UTC was deleted there.",
        files=(),
        now=now,
        not_before=now,
        about={"contacts": False, "edited": "", "as": "deletion", "doubted": doubted, "was": what},
    )


def _entry(
    message: Said | Removed,
    ticket: Ticket,
    *,
    key: str,
    to: Visibility,
    text: str,
    files: tuple[dict[str, Any], ...],
    now: datetime,
    not_before: datetime,
    about: Mapping[str, Any],
    lead: str = "",
    position: float | None = None,
) -> NewEntry:
    attachments, left = travelling([file for file in files if not is_withheld(file)])
    withheld = [file["id"] for file in files if is_withheld(file)]
    wordless = not visible(plain(text)) and bool(files)
    if wordless:
        text = "📎 " + ", ".join(file_of(file)["name"] for file in files)
    values: dict[str, Any] = {"message": lead + text} | ({"attachments": attachments} if attachments else {})
    form = Form(action="note" if to == "private" else "reply", ref=ticket.ref, values=values)
    return NewEntry(
        key=key,
        lane=f"{ticket.helpdesk}:{ticket.ref}",
        kind=KIND,
        body={
            "marker": new_marker(),
            "helpdesk": ticket.helpdesk,
            "form": form.model_dump(mode="json"),
            "typed": clip(plain(text), 300),
            "received_at": now.isoformat(),
            "thread": {"ts": message.ts, "left": left, "withheld": withheld, "wordless": wordless, **about},
        },
        origin={
            "surface": SURFACE,
            "team": message.team,
            "channel": message.thread.channel,
            "user": message.user,
            "thread": message.thread.ts,
        },
        person=message.user,
        received_at=now,
        position=position,
        not_before=not_before,
    )


def travelling(files: Iterable[Mapping[str, Any]]) -> tuple[list[dict[str, Any]], list[str]]:
    """The files that can go along, and in words those that cannot."""
    going, left = [], []
    for file in files:
        said = file_of(file)
        if why := refusal(file):
            left.append(f"{said['name']} stays in Slack: {why}")
        else:
            going.append(said)
    return going, left


def ticket_of(entry: Entry) -> Ticket:
    """The ticket that a mirrored message is on."""
    return Ticket(helpdesk=entry.body["helpdesk"], ref=entry.body["form"]["ref"])


def undoable(reply: Entry, policies: Policies, *, certain: bool) -> NewEntry:
    """What is told to the author of a reply that is about to go out; not ``certain`` that it will be taken."""
    seconds = round(policies.undo.total_seconds())
    when = "one second" if seconds == 1 else f"{seconds} seconds"
    unless = "" if certain else ", unless the helpdesk refuses it"
    text = f"🌍 This goes to the customer of {inline(ticket_of(reply).ref)} in {when}{unless}."
    message = say(text, actions(button("Undo", UNDO, reply.key)))
    return to_person(f"{reply.key}:undo:{reply.body['thread']['edited']}", message, reply.origin, answers="")


def question(said: Said, link: Link, now: datetime) -> tuple[NewEntry, Kept]:
    """What is asked where a channel wants to be asked, and the message that waits for the answer."""
    text = f"Shall this go to {inline(link.ticket.ref)}?"
    row = actions(
        button("🔒 Internal note", ASK_PRIVATE, said.place),
        button("🌍 To the customer", ASK_PUBLIC, said.place, style="danger"),
        button("No", ASK_NO, said.place),
    )
    asked = to_person(f"{said.key}:ask:{said.edited or ''}", say(text, row), origin_of(said), answers="")
    return asked, Kept(ASKED, said.place, said.model_dump(mode="json"), now + LIFE)


def heard(said: Said, now: datetime) -> Kept:
    """That this version of a message is known."""
    return Kept(HEARD, said.place, said.edited or "", now + LIFE)


def origin_of(message: Said | Removed) -> dict[str, Any]:
    """Where what is told about a message goes: to its author, in its thread."""
    return {"channel": message.thread.channel, "user": message.user, "thread": message.thread.ts, "team": message.team}
