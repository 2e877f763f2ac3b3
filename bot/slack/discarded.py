"""What is told of an action that an operator discarded: to whoever asked for it, with their words. Pure."""

from bot.helpdesk.journal import DECIDED
from bot.ledger import Entry, Kept, NewEntry
from bot.outcomes import Rejected
from bot.slack import render
from bot.slack.blocks import actions, button
from bot.slack.forms.drafts import asked, of_entry
from bot.slack.intake import KIND
from bot.slack.messages import give_back
from bot.slack.outbox import to_person
from bot.slack.results import line_of
from bot.slack.text import clip
from bot.slack.threads.speaking import is_said

_WHY = "Whoever runs the bot has discarded this."


def given_back(entry: Entry) -> tuple[tuple[NewEntry, ...], tuple[Kept, ...]]:
    """The message, and the draft behind its button; nothing for what nobody asked for.

    What was begun comes back without the button: it may have arrived, and would be there twice.
    """
    words = _words(entry)
    if entry.kind != KIND or not entry.origin.get("user") or not words:
        return (), ()
    begun = any(step != DECIDED for step in entry.progress)
    draft = None if begun else of_entry(entry, Rejected(code="discarded", message=_WHY))
    sent = "What was on its way may have arrived; nothing more is sent" if begun else "Nothing was sent"
    row = [] if draft is None else [actions(button("Fix and send again", render.FIX, draft.key, style="primary"))]
    message = give_back(f"🗑️ {_WHY} {sent}. You wrote:", words if draft is None else clip(words, 2000), *row)
    marker = entry.body["marker"]
    told = to_person(f"{marker}:discarded", message, entry.origin, answers="" if is_said(entry) else marker)
    return (told,), (() if draft is None else (draft,))


def _words(entry: Entry) -> str:
    """All that they wrote; of a form its line is short, and its texts stand below."""
    if is_said(entry) and entry.body["thread"].get("lead"):  # somebody else's words, which they brought along
        return ""
    draft = asked(entry) if "draft" in entry.body else None
    texts = [str(draft.entered[name]) for name in ("message", "note", "reply") if draft and name in draft.entered]
    return "\n".join([line_of(entry, ""), *texts]).strip()
