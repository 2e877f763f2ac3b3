"""What a thread is told, as messages: within Slack's limits, and nothing in them that their author did not write."""

import json
from datetime import UTC, datetime
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.actions import Ticket
from bot.ledger import Entry, Later, Settle
from bot.mirror.links import Thread
from bot.mirror.policy import ChannelPolicy, Policies
from bot.mirror.tellings import Kind, News, Telling
from bot.outcomes import Attached
from bot.slack.threads.telling import MOST_PARTS, Teller, Tellings
from bot.slack.threads.uploading import KIND as UPLOAD
from tests.slack.tellings import Readers, running

AT = datetime(2024, 1, 1, 12, tzinfo=UTC)
KINDS: tuple[Kind, ...] = ("customer", "staff", "note", "changes", "followup", "gone", "flood", "summary")


def _telling(*news: News, discreet: bool = False) -> Telling:
    thread = Thread(channel="C0SUPPORT", ts="1.1")
    return Telling(thread, Ticket(helpdesk="support", ref="AB-1"), "https://example.com/AB-1", news, discreet=discreet)


def _messages(news: News, *, discreet: bool = False) -> list[dict[str, Any]]:
    return Teller("UTC").messages(_telling(news, discreet=discreet), news)


@settings(max_examples=200, deadline=None)
@given(
    st.sampled_from(KINDS),
    st.text(max_size=400)
    | st.sampled_from(["<!channel>", "<@U0ADAM>", "@here", "*b* _i_ `c`", "<https://x|y>", ":a:"]),
    st.text(max_size=40) | st.sampled_from(["<!here>", "<@U1>", "|", "*x*", ""]),
    st.booleans(),
)
def test_foreign_words_are_never_markup(kind: Kind, text: str, author: str, discreet: bool) -> None:
    """They stand in text elements, or escaped in our own sentences; a link is what was written out."""
    for message in _messages(News(key="1", kind=kind, text=text, author=author or None, at=AT), discreet=discreet):
        marked = [message["text"]]
        for block in message["blocks"]:
            if block["type"] == "rich_text":
                for part in block["elements"]:
                    for element in part["elements"]:
                        assert element["type"] in {"text", "link"}
                        assert element["type"] == "text" or element["url"] in text
            else:
                marked += [e["text"] for e in block.get("elements", [block.get("text")])]
                assert all(e["verbatim"] for e in block.get("elements", [block.get("text")]))
        for each in marked:
            bare = each.replace("<https://example.com/AB-1|AB-1>", "")
            assert "<!" not in bare.replace("<!date^", "")
            assert "<@" not in bare
            assert "<http" not in bare
        assert not set(message.get("username", "")) & set("<>&@#|:")
        assert len(message.get("username", "")) <= 80


@settings(max_examples=30, deadline=None)
@given(
    st.text(min_size=1, max_size=9).flatmap(lambda word: st.integers(1, 9000).map(lambda times: (word + " ") * times))
)
def test_long_texts_are_split(text: str) -> None:
    """Within what Slack takes, and no more than a few messages."""
    made = _messages(News(key="1", kind="customer", text=text, author="Jo", at=AT))
    assert len(made) <= MOST_PARTS
    for message in made:
        assert len(message["blocks"]) <= 50
        assert len(json.dumps(message["blocks"])) < 100_000
        assert len(message["text"]) <= 4000


def test_a_reply_has_its_authors_name_and_picture() -> None:
    """And says that it is a customer's, whatever they call themselves."""
    (message,) = _messages(
        News(key="1", kind="customer", text="Hi", author="Slackbot", picture="https://x.example/p.png")
    )
    assert message["username"] == "Slackbot (customer)"
    assert message["icon_url"] == "https://x.example/p.png"
    (message,) = _messages(News(key="1", kind="customer", text="Hi", author="Jo", picture="javascript:x"))
    assert "icon_url" not in message


def test_what_was_left_out_is_said() -> None:
    """And how many files there are."""
    news = News(key="1", kind="customer", text="Hi", author="Jo", folded=12, files=(Attached(id="1", name="a"),))
    (message,) = _messages(news)
    assert "12 lines of history or signature left out" in str(message["blocks"])
    entries = Teller("UTC").entries(_telling(news))
    assert [each.kind for each in entries] == ["telling", UPLOAD]
    assert len({each.lane for each in entries}) == 1


def test_another_organisation_sees_no_words_and_no_files() -> None:
    """Even if they were there."""
    news = News(key="1", kind="customer", text="SECRET", author="SECRET", files=(Attached(id="1", name="SECRET"),))
    entries = Teller("UTC").entries(_telling(News(key="1", kind="customer"), discreet=True))
    assert "the customer replied on the ticket." in str(entries[0].body)
    assert [each.kind for each in Teller("UTC").entries(_telling(news, discreet=True))] == ["telling"]


def test_another_organisation_hears_of_no_follow_up() -> None:
    """What it does may be a customer's or a colleague's words."""
    news = News(key="1", kind="followup", text="SECRET", author="SECRET", at=AT)
    assert Teller("UTC").entries(_telling(news, discreet=True)) == []
    assert "SECRET" in str(Teller("UTC").entries(_telling(news))[0].body)


async def test_it_is_looked_once_more_who_sees_it() -> None:
    """A channel may have been shared, or a setting changed, while a message waited."""
    sent: list[int] = []

    async def deliver(entry: Entry, claim: object) -> Settle:
        sent.append(entry.id)
        return Settle(state="done", outcome={})

    async def perform(shared: bool | None, policy: ChannelPolicy, **origin: Any) -> Any:
        policies = Policies(channels={"C0SUPPORT": policy})
        return await Tellings(deliver, Readers(shared), policies).perform(running(origin), None)  # type: ignore[arg-type]

    usual, internal = ChannelPolicy(), ChannelPolicy(internal=True)
    assert (await perform(False, usual)).state == "done"
    assert (await perform(True, usual, discreet=True)).state == "done"
    assert (await perform(False, internal, internal=True)).state == "done"
    assert len(sent) == 3
    assert (await perform(True, usual)).state == "failed"
    assert (await perform(False, usual, internal=True)).state == "failed"
    assert (await perform(True, internal, internal=True)).state == "failed"
    assert isinstance(await perform(None, internal, internal=True), Later)
    assert len(sent) == 3
