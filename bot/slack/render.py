"""Outcomes as messages. Pure; what may be shown to whom is decided by the caller. Tickets are not drawn here.

A note's text is never rendered. ``discreet`` leaves out everything that a customer wrote or is: it is set for channels
that are shared with another organisation.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from bot.actions import Action, AddFollowup, Author, Contact, ForwardTicket, Named, PostReply, Staff, UpdateTicket
from bot.outcomes import Failed, Outcome, Receipt, Rejected, Unsure
from bot.slack.blocks import actions, button, code, context, section
from bot.slack.messages import Message, give_back, say
from bot.slack.text import MOST_TEXT, clip, counted, escape, inline, link, moment, quoted

RETRY, DISCARD, WAS_DONE, SEND_AGAIN, DO_AGAIN = (
    "entry.retry",
    "entry.discard",
    "entry.was_done",
    "entry.send_again",
    "entry.do_again",
)
"""The ``action_id`` of each button; its value is the entry's id."""
FIX = "form.fix"
"""The ``action_id`` of the button that opens what was refused; its value is the draft's token."""
_MOST_BOXED = 2500
"""Characters of a box of code; a line that is longer is not suggested, because it would be cut."""


def done(action: Action, receipt: Receipt, *, by: str, verb: str, zone: str, discreet: bool) -> Message:
    """What happened to a ticket, for the channel; one that is new gets a card."""
    ticket = link(receipt.url, receipt.ticket.ref)
    who = inline(by, 80)
    match action:
        case PostReply(visibility="private"):
            return say(f"🔒 {ticket}: internal note by {who}.")
        case PostReply():
            text = "" if discreet else "\n" + quoted(action.message, 600)
            what = (
                "answered" if action.author is None else f"words of {_author(action.author, discreet=discreet)} added"
            )
            unsent = ", and nothing was mailed" if receipt.mailed is False else ""
            return say(f"🌍 {ticket}: {what} by {who}{unsent}.{text}")
        case UpdateTicket():
            word = {"close": "closed", "assign": "assigned"}.get(verb, "updated")
            real: dict[str, Any] = {each.field: each.told for each in receipt.otherwise}
            if action.contact and receipt.view and receipt.view.contact:
                real["contact"] = Contact(name=receipt.view.contact)
            changes = ", ".join(_changes(action.model_copy(update=real), zone=zone, discreet=discreet))
            note = " 🔒 with an internal note" if action.note else ""
            return say(f"✏️ {ticket}: {word} by {who}{': ' + changes if changes else ''}{note}.")
        case AddFollowup():
            at = moment(receipt.run_at or action.when.at, zone)
            todo = ", ".join(_todo(action))
            return say(f"⏰ {ticket}: follow-up {at} by {who}{': ' + todo if todo else ''}.")
        case ForwardTicket():
            to = "" if discreet else f" to {inline(action.to.email)}"
            new = f" as {link(None, receipt.new_ticket.ref)}" if receipt.new_ticket else ""
            return say(f"↪️ {ticket}: forwarded{to} by {who}{new}.")
        case _:
            return say(f"✅ {ticket}: {action.done} by {who}.")


def _changes(action: UpdateTicket, *, zone: str, discreet: bool) -> list[str]:
    said: list[str] = []
    for field in UpdateTicket.model_fields:
        if field in {"kind", "ticket", "note"} or field not in action.model_fields_set:
            continue
        value = getattr(action, field)
        name = field.replace("_", " ")
        if discreet and field not in {"status", "priority", "team", "assignee"}:
            said.append(name)
        elif isinstance(value, Named | Staff):
            said.append(f"{name} → {inline(value.name, 80)}")
        elif isinstance(value, Contact):
            said.append(f"{name} → {inline(_called(value), 80)}")
        elif isinstance(value, dict):
            said += [f"{inline(each, 80)} → {inline(text, 80) if text else 'none'}" for each, text in value.items()]
        elif isinstance(value, datetime):
            said.append(f"{name} → {moment(value, zone)}")
        elif isinstance(value, tuple):
            said.append(f"{name} → {inline(', '.join(value), 120) or 'none'}")
        elif value is None:
            said.append(f"{name} → none")
        elif isinstance(value, str):
            said.append(f"{name} → {inline(value, 120)}")
        else:
            said.append(name)
    return said


def _author(author: Author, *, discreet: bool) -> str:
    return "a contact" if discreet else inline(_called(author.contact), 80)


def _called(contact: Contact) -> str:
    return contact.name or contact.email or contact.telephone or contact.reference or "somebody"


def _todo(action: AddFollowup) -> list[str]:
    said = []
    for field in ("status", "priority", "team", "assignee"):
        value = getattr(action, field)
        if value is not None:
            said.append(f"{field} → {value if isinstance(value, str) else inline(value.name, 80)}")
    said += [f"macro {inline(action.macro, 80)}"] if action.macro else []
    said += ["🌍 a reply"] if action.reply else []
    return said + (["🔒 a note"] if action.note else [])


def problem(outcome: Outcome, *, command: str, typed: str, entry: int, fix: str | None = None) -> Message | None:
    """What was wrong, for the person alone; ``None`` if nothing was. ``fix`` is the draft of what was refused."""
    match outcome:
        case Rejected():
            return refused(outcome.message, command=command, typed=typed, corrected=outcome.corrected, fix=fix)
        case Failed(reason="expired"):
            text = "⚠️ The helpdesk could not be reached for so long that this was given up. Nothing more will be sent."
        case Failed():
            text = (
                "⚠️ This failed, and it is not your fault. Whoever runs the bot finds it in the log as "
                f"*{inline(outcome.incident)}*. I will not try it again by myself."
            )
        case Unsure():
            row = actions(
                button("It was done", WAS_DONE, str(entry)),
                button("Send it again", SEND_AGAIN, str(entry)),
            )
            text = (
                f"❓ The helpdesk gave no answer, so it is not certain whether this was done: {inline(outcome.what)}. "
                "Please look there, and then say which it was. Until then nothing else is done on this ticket."
            )
            return give_back(text, f"{command} {typed}".strip(), row)
        case _:
            return None
    return give_back(text, f"{command} {typed}".strip(), actions(button("Try again", RETRY, str(entry))))


def refused(message: str, *, command: str, typed: str, corrected: str | None, fix: str | None = None) -> Message:
    """A sentence that cannot be taken, with what to type instead, or a form to put it right in.

    ``command`` is what stands before both lines: the slash command, or nothing in a thread.
    """
    text = f"⚠️ {escape(clip(message, 1500 if len(escape(message)) <= 2500 else 500))}"
    line = f"{command} {typed}".strip()
    row = () if fix is None else (actions(button("Fix and send again", FIX, fix, style="primary")),)
    given = line if fix is None else clip(line, 2000)  # the draft has all of it
    better = f"{command} {corrected.strip()}".strip() if corrected and corrected.strip() != typed.strip() else ""
    short = f"{text}\nTry: `{escape(better)}`"
    if better and _fits_inline(better) and len(short) < MOST_TEXT - 20:
        text = short
    elif better and max(len(better), len(given)) <= _MOST_BOXED:
        said = f"{text}\nTry:\n```\n{escape(better)}\n```\nYou typed:\n{escape(given)}"
        blocks = (section(f"{text}\nTry:"), code(better), section("You typed:"), code(given), *row)
        return Message(text=clip(said, 3900), blocks=blocks)
    return give_back(f"{text}\nYou typed:", given, *row)


def left(receipt: Receipt, *, lines: Sequence[str], words: str, fix: str | None) -> Message | None:
    """What a new ticket lacks, for the person alone, with their words and the ways to that ticket.

    None where it lacks nothing. ``lines`` put words there, each in its own way; ``fix`` is the draft that has them.
    """
    if receipt.left is None:
        return None
    why = escape(clip(receipt.left.message, 1000))
    ways = " or ".join(f"`{inline_code(line)}`" for line in lines)
    text = (
        f"⚠️ {link(receipt.url, receipt.ticket.ref)} is open, but its first message was refused and is not on it: {why}"
        f"\nPlease do not open a second ticket: put it on this one{' with the button,' if fix else ''} with {ways}."
    )
    row = () if fix is None else (actions(button("Fix and send again", FIX, fix, style="primary")),)
    if not words.strip():
        return say(text, *row)
    return give_back(f"{text}\nYou wrote:", words if fix is None else clip(words, 2000), *row)


def _fits_inline(line: str) -> bool:
    """Whether a line between backticks is shown, and copied, letter by letter."""
    return len(line) <= 300 and "`" not in line and line == " ".join(line.split())


def inline_code(text: str) -> str:
    """Foreign text between backticks, to be recognised and not to be copied."""
    return escape(clip(" ".join(text.split()), 1000).replace("`", "ˋ"))


def under_way(
    *,
    attempts: int,
    next_try: datetime | None,
    reason: str | None,
    typed: str,
    zone: str,
    entry: int,
    more: int = 0,
    afterwards: str = "You will hear here once it has gone through.",
) -> Message:
    """An action that is not settled yet, for the person who asked; ``afterwards`` is how they learn that it is."""
    why = {
        "unavailable": "the helpdesk does not answer",
        "slack": "Slack does not answer, and I have to ask it something first",
        "rate-limited": "the helpdesk asked for a pause",
        "checking": "the helpdesk gave no answer, so it is checked first whether it was done",
    }.get(reason or "", "it is waiting for its turn")
    tried = f" Tried {'once' if attempts == 1 else f'{attempts} times'}," if attempts else ""
    when = f" next try {moment(next_try, zone)}." if attempts and next_try else ""
    text = f"⏳ Recorded and still under way: {why}.{tried}{when} {afterwards}"
    if more:
        text += f" {counted(more, 'more of yours is', 'more of yours are')} waiting too: see the App Home."
    row = actions(button("Try now", RETRY, str(entry)), button("Discard", DISCARD, str(entry), style="danger"))
    return say(text, context(f"`{inline_code(clip(typed, 300))}`"), row)


def repeated(state: str, entry: int) -> Message:
    """The same words again within five seconds."""
    text = f"You said exactly that a moment ago; it is {escape(state)}. It was not recorded a second time."
    return say(text, actions(button("Do it again", DO_AGAIN, str(entry))))


_OTHERWISE = {"reply_due_at": "The reply is due", "resolution_due_at": "The resolution is due", "run_at": "It will run"}


def warned(receipt: Receipt, *, zone: str) -> Message | None:
    """What the person has to know about something that was done."""
    said = [
        f"{_OTHERWISE[each.field]} {moment(each.told, zone)}, not {moment(each.asked, zone)} as asked."
        for each in receipt.otherwise
    ]
    said += map(escape, receipt.warnings)
    if not said:
        return None
    lines = "\n".join(f"• {each}" for each in said)
    return say(f"⚠️ {link(receipt.url, receipt.ticket.ref)} was done, but please look at this:\n{lines}")
