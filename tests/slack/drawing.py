"""Tickets at random, as bad as they get, and what must hold of whatever is shown of them."""

import json
import re
from collections.abc import Collection, Iterator
from datetime import UTC, datetime
from typing import Any, Literal

from hypothesis import strategies as st

from bot.actions import Ticket
from bot.outcomes import TicketView, Update
from bot.playground.blockkit import refused as refuses
from bot.playground.blockkit import validate_message, validate_view
from bot.slack.cards.facts import Facts
from bot.slack.messages import Message
from bot.slack.text import escape
from tests.slack.oracle import take_message, take_view

NASTY = [
    "<!channel>", "<!here|x>", "@everyone", "@here #general", "<@U0ADAM>", "<#C0SUPPORT>", "<!subteam^S0STAFF>",
    "<https://evil.example|bank>", "&lt;!channel&gt;", "&amp;lt;!here&amp;gt;", "```\n<!channel>\n```", "`x`", "*bold*",
    "_x_", "~x~", "> quote\n>> deeper\n>>> <!channel>", "שלום עולם", "مرحبا", "🔥👩‍👩‍👧" * 30, ":fire:" * 50,
    "\u202eevil",
    "a|b", "<", ">", "&" * 700, "*" * 300, "\n\n", " ", "x" * 5000, "\u0000", "<" * 5000, "_a " * 2000,
]  # fmt: skip
TEXT = st.one_of(
    st.sampled_from(NASTY), st.text(max_size=60), st.lists(st.sampled_from(NASTY), min_size=1, max_size=4).map(" ".join)
)
WHEN = st.datetimes(min_value=datetime(2000, 1, 1), max_value=datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
MAYBE = st.none() | TEXT
URL = st.sampled_from(
    [None, "https://help.example.com/staff/tickets/AB-123456", f"https://help.example.com/{'x' * 4000}", "javascript:x"]
) | TEXT.map(lambda text: f"https://help.example.com/{text}")
TICKET = st.builds(Ticket, helpdesk=st.sampled_from(["support", "gone"]), ref=st.sampled_from(["AB-123456", "K-2SO"]))
UPDATE = st.builds(
    Update,
    id=st.just("1"),
    author=MAYBE,
    private=st.booleans(),
    message=TEXT,
    posted_at=st.none() | WHEN,
)
VIEW = st.builds(
    TicketView,
    ticket=TICKET,
    subject=TEXT,
    url=URL,
    status=MAYBE,
    status_kind=st.sampled_from([None, "open", "closed", "on-hold"]),
    priority=MAYBE,
    department=MAYBE,
    team=MAYBE,
    assignee=MAYBE,
    contact=MAYBE,
    sla=MAYBE,
    category=MAYBE,
    tags=st.none() | st.lists(TEXT, max_size=300).map(tuple),
    reply_due_at=st.none() | WHEN,
    resolution_due_at=st.none() | WHEN,
    updates=st.lists(UPDATE, max_size=5).map(tuple),
)
FACTS = st.builds(Facts, tags=st.lists(TEXT, max_size=300).map(tuple), opened_by=MAYBE, followup=st.none() | WHEN)

MANY_TAGS = tuple(f"tag-{number}-<!channel>" for number in range(300))


def shown(node: Any) -> Iterator[str]:
    """Everything that Slack reads as mrkdwn; foreign words are in it, so it must be verbatim."""
    if isinstance(node, dict):
        if node.get("type") == "mrkdwn":
            assert node["verbatim"] is True
            yield node["text"]
        for value in node.values():
            yield from shown(value)
    elif isinstance(node, list):
        for value in node:
            yield from shown(value)


def harmless(texts: Collection[str], urls: Collection[str | None]) -> None:
    """No mention, no broadcast, and no link but ours."""
    ours = {escape(url) for url in urls if url}
    for text in texts:
        for unit in re.findall(r"<([^>]*)>?", text):
            assert unit.startswith("!date^") or unit.split("|")[0] in ours, unit


def check_message(message: Message, *urls: str | None, most: int = 4000) -> None:
    """Slack would take it, and nothing in it notifies anybody or misleads; chat.update takes 4,000 characters."""
    arguments = json.loads(json.dumps(message.arguments()))
    problems = validate_message({"channel": "C1", **arguments})
    assert not refuses(problems), [problem.rendered for problem in problems]
    assert len(arguments["text"]) <= most
    take_message(arguments)
    harmless([arguments["text"], *shown(arguments.get("blocks", []))], urls)


def check_home(view: dict[str, Any], *urls: str | None) -> None:
    """The same for a Home view."""
    _check_view(view, *urls, kind="home")


def check_modal(view: dict[str, Any]) -> None:
    """The same for a form, which links to nothing."""
    _check_view(view, kind="modal")


def _check_view(view: dict[str, Any], *urls: str | None, kind: Literal["home", "modal"]) -> None:
    view = json.loads(json.dumps(view))
    problems = validate_view(view, kind=kind)
    assert not refuses(problems), [problem.rendered for problem in problems]
    take_view(view)
    harmless(list(shown(view["blocks"])), urls)
