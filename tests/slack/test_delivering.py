"""A post that may have happened is looked for before it is repeated, and not before it can be there."""

import time
from dataclasses import replace
from types import SimpleNamespace
from typing import Any, cast

import pytest
from slack_sdk.errors import SlackApiError

from bot.ledger import Later, Settle
from bot.slack.blocks import section
from bot.slack.deliver import Deliverer
from bot.slack.messages import say
from bot.slack.outbox import to_channel
from tests.slack.tellings import running

ORIGIN = {"channel": "C0SUPPORT", "user": "U0ADAM"}


class Slack:
    """Has one post in the channel, and notes what is asked."""

    def __init__(self, refusal: str | None = None) -> None:
        self.asked: list[str] = []
        self.refusal = refusal
        self.told: list[Any] = []

    async def conversations_history(self, **_: Any) -> dict[str, Any]:
        self.asked.append("history")
        return {"messages": [{"ts": "1.5", "metadata": {"event_payload": {"entry": 1}}}]}

    async def conversations_open(self, **_: Any) -> dict[str, Any]:
        return {"ok": True, "channel": {"id": "D0ADAM"}}

    async def chat_postMessage(self, **said: Any) -> dict[str, Any]:  # noqa: N802 - Slack's name
        self.asked.append("post")
        if self.refusal and said["channel"] == "C0SUPPORT":
            raise SlackApiError("no", {"ok": False, "error": self.refusal})  # type: ignore[no-untyped-call]
        self.told.append(said.get("blocks"))
        return {"ok": True, "channel": "C0SUPPORT", "ts": "1.6"}


async def _perform(slack: Slack, *, ago: float) -> tuple[Any, float]:
    """What becomes of a result that another process began to post so many seconds ago, and when it began."""
    posting = time.time() - ago
    body = dict(to_channel("k", say("done"), ORIGIN, answers="", card_of=None, about=None).body)
    entry = replace(running({}), body=body, progress={"posting": posting})
    deliverer = Deliverer(cast("Any", slack), cast("Any", None), cast("Any", None), hosts=frozenset())
    return await deliverer.perform(entry, cast("Any", SimpleNamespace())), posting


async def test_what_may_still_come_is_given_time() -> None:
    """Neither looked for nor sent: looked for too early it would not be found, and sent twice."""
    slack = Slack()
    end, posting = await _perform(slack, ago=0.5)
    assert isinstance(end, Later)
    assert not end.tried
    assert end.at.timestamp() >= posting + 2.9
    assert slack.asked == []


async def test_afterwards_it_is_found_and_not_sent_again() -> None:
    """By the entry's number, which it carries."""
    slack = Slack()
    end, _ = await _perform(slack, ago=5)
    assert isinstance(end, Settle)
    assert (end.state, slack.asked) == ("done", ["history"])


WAYS_ROUND = {
    "not_in_channel": "`/invite` me",
    "is_archived": "is archived",
    "restricted_action": "not allowed to post",
}


@pytest.mark.parametrize(("refusal", "words"), WAYS_ROUND.items(), ids=list(WAYS_ROUND))
async def test_why_a_result_is_not_in_its_channel(refusal: str, words: str) -> None:
    """The one reason, below the result that comes as a direct message."""

    async def save(*_: Any) -> None:
        return None

    slack = Slack(refusal)
    body = dict(to_channel("k", say("done", section("done")), ORIGIN, answers="", card_of=None, about=None).body)
    deliverer = Deliverer(cast("Any", slack), cast("Any", None), cast("Any", None), hosts=frozenset())
    await deliverer.perform(replace(running({}), body=body), cast("Any", SimpleNamespace(save=save)))

    assert [word in str(slack.told) for word in WAYS_ROUND.values()] == [word == words for word in WAYS_ROUND.values()]
