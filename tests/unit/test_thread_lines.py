"""Lines as they are typed in a thread."""

import pytest

from bot.slack.payloads import SlashCommand, after_name
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


TWICE = {
    "create x": "create x",
    "/ticket create x": "create x",
    " /Ticket  /ticket\ncreate x\nbelow": "create x\nbelow",
    "/ticket": "",
    "/tickets create x": "/tickets create x",
    "note AB-1 /ticket create x": "note AB-1 /ticket create x",
}


@pytest.mark.parametrize(("text", "said"), TWICE.items())
def test_the_name_of_the_command_counts_once(text: str, said: str) -> None:
    """However often it begins the line, and nowhere else."""
    body = {"channel_id": "C1", "user_id": "U1", "command": "/ticket", "text": text}
    assert SlashCommand.model_validate(body).text == said
