"""Lines as they are typed in a thread."""

import pytest

from bot.slack.payloads import after_name
from bot.slack.threads.commands import in_thread

LINES = {
    "update AB-1 status:new": "!update status:new",
    "update ab-1 status:new\nbelow": "!update status:new\nbelow",
    "reply AB-1\nhello": "!reply\nhello",
    "close AB-1": "!close",
    "update AB-12 status:new": "!update AB-12 status:new",
    "search printer": "!search printer",
}


@pytest.mark.parametrize(("line", "there"), LINES.items())
def test_the_threads_own_ticket_need_not_be_named(line: str, there: str) -> None:
    """And line breaks stay what they are."""
    assert in_thread(line, "AB-1") == there


NAMED = {
    "<@U0BOT> close": "close",
    "<@U0BOT|bot>: close": "close",
    "<@U0BOT>, : close": "close",
    "thanks <@U0BOT> :tada:": ":tada:",
    "<@U0BOT>: :tada: close": ":tada: close",
    "<@U0BOT>:close": "close",
}


@pytest.mark.parametrize(("text", "rest"), NAMED.items())
def test_what_follows_the_name(text: str, rest: str) -> None:
    """Without the colon that people put behind a name, and with the one that begins an emoji."""
    assert after_name(text, "U0BOT") == rest
