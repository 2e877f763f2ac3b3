"""What an App Home looks like. Pure, and within Slack's limits whatever tickets and people hold."""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from bot.grammar import render as line_of
from bot.ledger import Entry
from bot.outcomes import Page
from bot.slack.blocks import Block, actions, button, context, plain, section
from bot.slack.cards.face import value_of
from bot.slack.cards.lists import Place, position, screen, turning
from bot.slack.cards.lists import line_of as ticket_line
from bot.slack.intake import command_of
from bot.slack.render import inline_code
from bot.slack.text import clip, escape, inline, moment

NEW, SEARCH, CLEAR, NEXT, PREVIOUS = "home.new", "home.search", "home.clear", "home.next", "home.previous"
RETRY, DISCARD, WAS_DONE, SEND_AGAIN, CANCEL = (
    "home.retry",
    "home.discard",
    "home.was_done",
    "home.send_again",
    "home.cancel",
)
"""The ``action_id`` of each element; those in the second line carry an entry's id."""

ROWS = 5
LISTS = 8
SEARCHED = 4
"""Helpdesks whose answers to a search are shown."""
_ALL = 9
"""Lists of either kind; each takes up to seven of a view's hundred blocks."""
_ACCOUNTS = 3
_WAITING = 5
_FOLLOWUPS = 10


@dataclass(frozen=True)
class Listed:
    """One list: what was found, or why nothing was."""

    title: str
    place: Place
    found: Page | None = None
    trouble: str | None = None


@dataclass(frozen=True)
class Content:
    """Everything that a Home shows."""

    lists: Sequence[Listed] = ()
    waiting: Sequence[Entry] = ()
    followups: Sequence[Entry] = ()
    searched: Sequence[Listed] = ()
    """What each helpdesk found."""
    query: str = ""
    notice: str = ""
    lacking: Sequence[str] = ()
    """The helpdesks in which they have no account, as people call them."""
    email: str | None = None
    """Of the person, by which an account would be found."""


def home(content: Content, *, zone: str, command: str) -> dict[str, Any]:
    """The view, as views.publish takes it."""
    blocks: list[Block] = [section(escape(clip(content.notice, 500)))] if content.notice else []
    blocks += [_named(actions(button("New ticket", NEW, "new", style="primary")), "new"), _search(content.query)]
    searched = content.searched[:SEARCHED]
    for listed in searched:
        blocks += _list(listed)
    if content.query:
        blocks.append(_named(actions(button("Clear the search", CLEAR, "clear")), "clear"))
    blocks += [section(_no_account(vendor, content.email)) for vendor in content.lacking[:_ACCOUNTS]]
    blocks += _waiting(content.waiting, zone, command)
    for listed in content.lists[: min(LISTS, _ALL - len(searched))]:
        blocks += _list(listed)
    blocks += _followups(content.followups, zone)
    return {"type": "home", "blocks": _each_once(blocks)}


def _named(block: Block, *name: str) -> Block:
    """With an id that it has every time: who presses while the Home is published anew has pressed what they saw.

    Slack: block_id, «if a view is updated, use the same». Without one each publishing gives it another.
    """
    return block | {"block_id": sha256("\0".join(name).encode()).hexdigest()[:32]}


def _each_once(blocks: Sequence[Block]) -> list[Block]:
    """Without the second of an id, which Slack refuses: a helpdesk may name a ticket twice in a list."""
    seen: set[str] = set()
    kept = []
    for block in blocks:
        name = block.get("block_id")
        again = name in seen
        kept.append({key: value for key, value in block.items() if key != "block_id"} if again else block)
        seen |= {name} if name else set()
    return kept


def _no_account(vendor: str, email: str | None) -> str:
    """How to get an account, and what goes without one."""
    address = f"the e-mail address that you have in Slack, {inline(email, 120)}" if email else "your e-mail address"
    return (
        f"🔑 *You have no account in {inline(vendor, 60)} yet*, so there is nothing of yours to show. Ask whoever "
        f"looks after it for one with {address}; or whoever runs this bot can name the one you have, under [people] "
        "in its configuration. You can open tickets without one."
    )


def _search(query: str) -> Block:
    element: Block = {
        "type": "plain_text_input",
        "action_id": SEARCH,
        "placeholder": plain("Words, and fields as in: printer status:open", 150),
        "max_length": 300,
        "dispatch_action_config": {"trigger_actions_on": ["on_enter_pressed"]},
    }
    if query:
        element["initial_value"] = clip(query, 300)
    label = plain("Search tickets")
    return {"type": "input", "block_id": "search", "dispatch_action": True, "label": label, "element": element}


def _list(listed: Listed) -> list[Block]:
    head = section(f"*{inline(listed.title, 100)}*")
    if listed.trouble is not None or listed.found is None:
        return [head, context(escape(clip(listed.trouble or "Looking that up …", 500)))]
    seen = screen(listed.found, listed.place, shown=ROWS)
    if seen.alone and not seen.tickets:
        return [head, context("None.")]
    if not seen.alone:
        head = section(f"*{inline(listed.title, 100)}* · {position(listed.found, seen)}")
    rows = []
    for view in seen.tickets:
        row = section(ticket_line(view))
        row["accessory"] = button("Update", "card.update", value_of(view))
        rows.append(_named(row, "ticket", listed.title, view.ticket.helpdesk, view.ticket.ref))
    pages = turning(seen, previous=PREVIOUS, following=NEXT)
    return [head, *rows, *(_named(row, "pages", listed.title) for row in pages)]


def _waiting(entries: Sequence[Entry], zone: str, command: str) -> list[Block]:
    blocks: list[Block] = [section("*Waiting*")] if entries else []
    for entry in entries[:_WAITING]:
        value = str(entry.id)
        typed = f"`{escape(command)} {inline_code(_typed(entry))}`"
        if entry.state == "unsure":
            said = f"❓ {typed}\nIt is not certain whether this was done. Please look there, and then say which it was."
            row = actions(button("It was done", WAS_DONE, value), button("Send it again", SEND_AGAIN, value))
        else:
            next_try = f" Next try {moment(entry.not_before, zone)}." if entry.not_before else ""
            said = f"⏳ {typed}\nRecorded, and still under way.{next_try}"
            row = actions(button("Try now", RETRY, value), button("Discard", DISCARD, value, style="danger"))
        blocks += [section(said), _named(row, "waiting", value)]
    return blocks + _more(entries, _WAITING)


def _followups(entries: Sequence[Entry], zone: str) -> list[Block]:
    blocks: list[Block] = [section("*Follow-ups to come*")] if entries else []
    for entry in entries[:_FOLLOWUPS]:
        at = f"{moment(entry.due, zone)}: " if entry.due else ""
        row = section(f"⏰ {at}`{inline_code(_typed(entry))}`")
        cancel = button("Cancel", CANCEL, str(entry.id))
        cancel["confirm"] = {
            "title": plain("Cancel this follow-up?"),
            "text": plain("It will not be carried out."),
            "confirm": plain("Cancel it"),
            "deny": plain("Keep it"),
        }
        row["accessory"] = cancel
        blocks.append(_named(row, "followup", str(entry.id)))
    return blocks + _more(entries, _FOLLOWUPS)


def _more(entries: Sequence[Entry], shown: int) -> list[Block]:
    return [context(f"and {len(entries) - shown} more")] if len(entries) > shown else []


def _typed(entry: Entry) -> str:
    """What the person said, or chose in a form."""
    if typed := entry.body.get("typed"):
        return clip(str(typed), 300)
    return clip(line_of(command_of(entry.body)), 300) if "command" in entry.body else entry.kind
