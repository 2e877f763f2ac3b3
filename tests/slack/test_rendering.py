"""Whatever people and helpdesks write: messages within Slack's limits, and nothing in them can notify or mislead."""

import json
import re
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.actions import (
    AddFollowup,
    Author,
    Contact,
    ForwardTicket,
    Moment,
    Named,
    PostReply,
    Recipient,
    Staff,
    Ticket,
    UpdateTicket,
)
from bot.actions.commands import VERBS
from bot.outcomes import Failed, Left, Otherwise, Outcome, Receipt, Rejected, TicketView, Unsure
from bot.slack import render
from bot.slack.forms.opening import offer
from bot.slack.help import help_message
from bot.slack.messages import say
from bot.slack.text import clip, escape, inline, link
from tests.slack.drawing import TEXT, WHEN, check_message

Shown = UpdateTicket | PostReply | AddFollowup | ForwardTicket

POSTED = 40_000
"""Characters that chat.postMessage takes: what is given back whole is never updated."""
SOME = TEXT.filter(str.strip)
NAMED = st.builds(Named, id=st.just("1"), name=SOME)
STAFF = st.builds(Staff, id=st.just("1"), name=SOME)
TICKET = st.just(Ticket(helpdesk="support", ref="AB-123456"))
URL = st.one_of(st.none(), st.just("https://help.example.com/staff/tickets/AB-123456"), SOME)
MAYBE = st.none() | SOME
ACTION: st.SearchStrategy[Shown] = st.one_of(
    st.builds(PostReply, ticket=TICKET, message=SOME, visibility=st.sampled_from(["public", "private"])),
    st.builds(UpdateTicket, ticket=TICKET, status=st.none() | NAMED, subject=MAYBE, note=MAYBE,
              tags=st.none() | st.lists(SOME, max_size=300).map(tuple), reply_due_at=st.none() | WHEN,
              custom=st.dictionaries(SOME, MAYBE, max_size=5)),
    st.builds(AddFollowup, ticket=TICKET, when=st.builds(Moment, at=WHEN, text=TEXT), note=MAYBE, reply=MAYBE,
              macro=MAYBE, priority=st.none() | NAMED | st.just("raise")),
    st.builds(ForwardTicket, ticket=TICKET, message=SOME,
              to=st.builds(Recipient, email=SOME.map(lambda text: f"{text}@x"), name=SOME)),
)  # fmt: skip
OUTCOME: st.SearchStrategy[Outcome] = st.one_of(
    st.builds(Rejected, code=st.just("x"), message=TEXT, corrected=st.none() | TEXT),
    st.builds(Failed, incident=SOME, reason=st.sampled_from(["helpdesk", "credentials", "bug", "expired"])),
    st.builds(Unsure, what=TEXT),
)


@settings(max_examples=100)
@given(ACTION, URL, TEXT, st.booleans(), st.sampled_from(sorted(VERBS)))
def test_results(action: Shown, url: str | None, by: str, discreet: bool, verb: str) -> None:
    """What was done; what was created is shown by its card, which has tests of its own."""
    receipt = Receipt(ticket=Ticket(helpdesk="support", ref="AB-123456"), url=url)

    message = render.done(action, receipt, by=by, verb=verb, zone="Europe/London", discreet=discreet)

    check_message(message, url)


@given(st.builds(PostReply, ticket=TICKET, message=st.just("sesame opens"), visibility=st.just("private")), TEXT)
def test_the_text_of_a_note_is_never_shown(action: PostReply, by: str) -> None:
    """Only that there is one."""
    receipt = Receipt(ticket=action.ticket)

    message = render.done(action, receipt, by=by, verb="note", zone="UTC", discreet=False)

    assert "sesame" not in json.dumps(message.arguments())


@settings(max_examples=100)
@given(OUTCOME, TEXT)
def test_problems(outcome: Outcome, typed: str) -> None:
    """What went wrong, with what was typed."""
    message = render.problem(outcome, command="/ticket", typed=typed, entry=7)

    assert message is not None
    check_message(message, most=POSTED)


@given(TEXT, st.lists(SOME, min_size=1, max_size=30))
def test_the_rest(typed: str, warnings: list[str]) -> None:
    """Under way, repeated, warned, offered, given back."""
    now, zone = datetime.now(UTC), "Europe/London"
    for more in (0, 7):
        late = render.under_way(attempts=3, next_try=now, reason="x", typed=typed, zone=zone, entry=7, more=more)
        check_message(late)
    check_message(render.repeated("waiting", 7))
    check_message(render.refused(typed, command="/ticket", typed=typed, corrected=typed, fix="token"), most=POSTED)
    check_message(offer(f"The form. {escape(clip(typed, 1000))}", "token"))
    check_message(notice := say(escape(typed)))
    assert notice.blocks
    receipt = Receipt(ticket=Ticket(helpdesk="s", ref="AB-1"), warnings=tuple(warnings), left=Left(message=typed))
    warned = render.warned(receipt, zone=zone)
    assert warned is not None
    check_message(warned)
    for words in ("", typed, typed * 200):
        left = render.left(receipt, lines=["/ticket reply AB-1 …"], words=words, fix="token")
        assert left is not None
        check_message(left)


def test_moments_that_came_back_otherwise_are_said_in_the_readers_zone() -> None:
    """Both to the person; to the channel the one that holds."""
    asked, told = datetime(2026, 11, 23, 22, tzinfo=UTC), datetime(2026, 11, 23, 13, tzinfo=UTC)
    ticket = Ticket(helpdesk="support", ref="AB-1")
    receipt = Receipt(ticket=ticket, otherwise=(Otherwise(field="reply_due_at", asked=asked, told=told),))

    warned = render.warned(receipt, zone="Europe/London")
    assert warned is not None
    assert re.findall(r"<!date\^(\d+)\^", warned.text) == [str(int(each.timestamp())) for each in (told, asked)]
    assert "2026-11-23T" not in warned.text

    action = UpdateTicket(ticket=ticket, reply_due_at=asked, resolution_due_at=asked)
    done = render.done(action, receipt, by="Charlie", verb="update", zone="Europe/London", discreet=False)
    assert re.findall(r"(\w+) due at → <!date\^(\d+)\^", done.text) == [
        ("reply", str(int(told.timestamp()))),
        ("resolution", str(int(asked.timestamp()))),
    ]


CONTACTS: dict[str, tuple[Contact, str | None, str]] = {
    "as asked for": (Contact(email="jo@acme.example"), None, "contact → jo@acme.example"),
    "as the helpdesk says": (Contact(name="R104"), "Jo Smith", "contact → Jo Smith"),
}


@pytest.mark.parametrize(("asked", "told", "words"), CONTACTS.values(), ids=CONTACTS)
def test_which_contact_a_ticket_has_now(asked: Contact, told: str | None, words: str) -> None:
    """Said in the channel, and not where another organisation reads along."""
    ticket = Ticket(helpdesk="support", ref="AB-1")
    view = TicketView(ticket=ticket, subject="Till 4", contact=told) if told else None
    action, receipt = UpdateTicket(ticket=ticket, contact=asked), Receipt(ticket=ticket, view=view)

    for discreet in (False, True):
        done = render.done(action, receipt, by="Charlie", verb="update", zone="UTC", discreet=discreet)
        assert (words in done.text) is not discreet
        assert "contact" in done.text


JO = Author(contact=Contact(name="Jo Smith", email="jo@acme.example"))
SAID: dict[str, tuple[Author | None, bool | None, str]] = {
    "one's own words": (None, True, "answered by Charlie."),
    "nobody knows whether": (None, None, "answered by Charlie."),
    "that reach nobody": (None, False, "answered by Charlie, and nothing was mailed."),
    "somebody else's": (JO, False, "words of Jo Smith added by Charlie, and nothing was mailed."),
}


@pytest.mark.parametrize(("author", "mailed", "words"), SAID.values(), ids=SAID)
def test_whose_words_a_reply_has_and_whether_they_went_out(
    author: Author | None, mailed: bool | None, words: str
) -> None:
    """The truth, and no customer's name where another organisation reads along."""
    ticket = Ticket(helpdesk="support", ref="AB-1")
    reply = PostReply(ticket=ticket, message="It works", visibility="public", author=author)
    receipt = Receipt(ticket=ticket, mailed=mailed)

    done = render.done(reply, receipt, by="Charlie", verb="reply", zone="UTC", discreet=False)
    assert words in done.text
    shared = render.done(reply, receipt, by="Charlie", verb="reply", zone="UTC", discreet=True)
    assert words.replace("Jo Smith", "a contact") in shared.text


COPIED = {
    "a line": ("note AB-1 is rude", "`/ticket note AB-1 is rude`"),
    "what Slack escapes": ("note AB-1 a<b & c", "`/ticket note AB-1 a&lt;b &amp; c`"),
    "several lines": ("create X priority:high\none\n  two", None),
    "a backtick": ("note AB-1 run `ls`", None),
    "two spaces": ("note AB-1 a  b", None),
    "a long line": (f"note AB-1 {'x' * 2000}", None),
}


@pytest.mark.parametrize(("line", "inline"), COPIED.values(), ids=COPIED)
@pytest.mark.parametrize("fix", [None, "token"])
def test_a_suggestion_is_copied_letter_by_letter(line: str, inline: str | None, fix: str | None) -> None:
    """On one line where it is one, else in a box, with its line breaks."""
    message = render.refused("No.", command="/ticket", typed="x", corrected=line, fix=fix)

    check_message(message)
    if inline is not None:
        assert f"Try: {inline}" in message.blocks[0]["text"]["text"]
        return
    boxed = [block["elements"][0]["elements"][0]["text"] for block in message.blocks if block["type"] == "rich_text"]
    assert boxed == [f"/ticket {line}", "/ticket x"]
    assert message.blocks[0]["text"]["text"].endswith("\nTry:")


@pytest.mark.parametrize("typed", ["x", "x" * 3000])
def test_a_suggestion_that_would_be_cut_is_none(typed: str) -> None:
    """Half a line does something else."""
    for line in ("x" * 2500, "a\n" * 2000, typed):
        message = render.refused("No.", command="/ticket", typed=typed, corrected=line)
        check_message(message, most=POSTED)
        assert "Try" not in json.dumps(message.arguments())
    bare = render.refused("No.", command="", typed="!note a", corrected="!note b")
    assert "Try: `!note b`" in bare.text
    long = render.refused("&" * 1500, command="/ticket", typed="x", corrected="note AB-1 is rude")
    assert "note AB-1 is rude" in json.dumps(long.blocks)


@pytest.mark.parametrize("topic", [None, *VERBS])
def test_help(topic: Any) -> None:
    """Every page of the help."""
    check_message(help_message(topic, "/ticket"))


@given(TEXT)
def test_foreign_words_stay_words(text: str) -> None:
    """No mention, link or emphasis can be made of them, on one line or as a label."""
    assert not re.search(r"[<>]", escape(text))
    assert "\n" not in inline(text)
    assert not re.search("[\u202a-\u202e\u2066-\u2069]", inline(f"\u202e{text}\u2067"))
    assert not re.search(r"(?<![\w\u2060])[*_~`]|[*_~`](?![\w\u2060])", inline(text, most=9000))
    assert link("javascript:alert(1)", text) == inline(text.replace("|", "¦"))
