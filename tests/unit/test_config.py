"""Settings: what is wrong refuses to start, and says where."""

from pathlib import Path

import pytest

from bot.config import ConfigError, line_of, load

GOOD = {
    "SLACK_BOT_TOKEN": "xoxb-1",
    "SLACK_SIGNING_SECRET": "s",
    "SIRPORTLY_URL": "https://api.sirportly.com",
    "SIRPORTLY_TOKEN": "t",
    "SIRPORTLY_SECRET": "s",
}
SOCIAL = {
    "SOCIALBOARDS_URL": "https://api.socialboards.com",
    "SOCIALBOARDS_CLIENT_ID": "c",
    "SOCIALBOARDS_REFRESH_TOKEN": "r",
}
FILE = """\
command = "/ticket"
default_helpdesk = "support"

[helpdesks.support]
kind = "sirportly"
outgoing = "support@example.com"
timeout = 5
settle_after = 25
create = { status = "New", priority = "Normal", department = "3", team = "1st Line Support" }
forward = { status = "New" }

[helpdesks.social]
kind = "socialboards"
unconfirmed = ["notes", "status"]

[channels.C0SOCIAL]
helpdesk = "social"

[people]
U0ADAM = "adam"

[permissions]
impersonate = []

[times]
default_time = 08:30:00
"""


def _environment(tmp_path: Path, text: str | None = None, **more: str) -> dict[str, str]:
    environ = {**GOOD, "TICKETBOT_STATE_DIR": str(tmp_path), **more}
    if text is not None:
        file = tmp_path / "ticketbot.toml"
        file.write_text(text, encoding="utf-8")
        environ["TICKETBOT_CONFIG"] = str(file)
    return {name: value for name, value in environ.items() if value != "-"}


def test_five_variables_are_enough(tmp_path: Path) -> None:
    """Nothing but the environment: one helpdesk, SQLite in the state directory."""
    settings = load(_environment(tmp_path))

    assert list(settings.helpdesks) == ["support"]
    assert settings.default_helpdesk == "support"
    assert settings.database_url == f"sqlite:///{tmp_path / 'ticketbot.sqlite3'}"
    assert not settings.socket_mode


def test_the_documented_file_is_read(tmp_path: Path) -> None:
    """Everything in it arrives."""
    settings = load(_environment(tmp_path, f'reaction = ":ticket:"\n{FILE}', **SOCIAL))

    assert settings.file.reaction == "ticket"
    assert list(settings.helpdesks) == ["support", "social"]
    assert settings.helpdesks["support"].timeout == 5
    assert settings.file.channels["C0SOCIAL"].helpdesk == "social"
    assert settings.file.people == {"U0ADAM": "adam"}
    assert settings.file.times.policy().default_time.hour == 8


WRONG = {
    "no token": ({"SLACK_BOT_TOKEN": "-"}, None, ["SLACK_BOT_TOKEN"]),
    "no way in": ({"SLACK_SIGNING_SECRET": "-"}, None, ["SLACK_SIGNING_SECRET", "SLACK_APP_TOKEN"]),
    "half a helpdesk": ({"SIRPORTLY_SECRET": "-"}, None, ["SIRPORTLY_SECRET", "SIRPORTLY_URL is set"]),
    "half another": ({"SOCIALBOARDS_CLIENT_ID": "c"}, None, ["SOCIALBOARDS_URL", "SOCIALBOARDS_REFRESH_TOKEN"]),
    "no helpdesk at all": (dict.fromkeys(("SIRPORTLY_URL", "SIRPORTLY_TOKEN", "SIRPORTLY_SECRET"), "-"), None,
                           ["no helpdesk"]),
    "no address": ({"SIRPORTLY_URL": "api.sirportly.com"}, None, ["SIRPORTLY_URL", "https://"]),
    "no number": ({"PORT": "http"}, None, ["PORT"]),
    "no file": ({"TICKETBOT_CONFIG": "nowhere.toml"}, None, ["nowhere.toml"]),
    "a disk that does not last": ({"DYNO": "web.1"}, None, ["DATABASE_URL", "DYNO"]),
    "no TOML": ({}, "command = \nx = 1", ["ticketbot.toml", "line 1"]),
    "an unknown key": ({}, FILE.replace("timeout", "timeuot"), ["ticketbot.toml:7", "timeuot", "no such setting"]),
    "an unknown table": ({}, f"{FILE}\n[chanels.C1]\nhelpdesk = 'support'\n", ["chanels", "no such setting"]),
    "an unknown kind": ({}, FILE.replace('"sirportly"', '"zendesk"'), ["ticketbot.toml:", "kind", "sirportly"]),
    "a route that does not exist": ({}, FILE.replace('"notes"', '"nots"'), ["ticketbot.toml:14", "unconfirmed"]),
    "a channel's helpdesk that does not exist": ({}, FILE.replace('helpdesk = "social"', 'helpdesk = "socail"'),
                                                ["ticketbot.toml:17", "socail", "support, social"]),
    "a default that does not exist": ({}, FILE.replace('default_helpdesk = "support"', 'default_helpdesk = "x"'),
                                      ["ticketbot.toml:2", "«x»"]),
    "a command without a slash": ({}, FILE.replace('"/ticket"', '"ticket"'), ["ticketbot.toml:1", "command"]),
    "a zone that does not exist": ({}, f'timezone = "Europe/Lodnon"\n{FILE}', ["ticketbot.toml:1", "Lodnon"]),
    "a negative time-out": ({}, FILE.replace("timeout = 5", "timeout = -5"), ["ticketbot.toml:7", "timeout"]),
    "an emoji of two words": ({}, f'reaction = "two words"\n{FILE}', ["ticketbot.toml:1", "reaction"]),
    "a part of day nobody knows": ({}, f"{FILE}parts = {{ teatime = 16:00:00 }}\n", ["teatime", "morning"]),
}  # fmt: skip


@pytest.mark.parametrize(("environ", "text", "words"), WRONG.values(), ids=list(WRONG))
def test_what_is_wrong_refuses_to_start(
    tmp_path: Path, environ: dict[str, str], text: str | None, words: list[str]
) -> None:
    """Each refusal names the variable, or the file and line, and what would be right."""
    more = SOCIAL if text is not None else {}

    with pytest.raises(ConfigError) as caught:
        load(_environment(tmp_path, text, **{**more, **environ}))

    told = "\n".join(caught.value.problems)
    assert [word for word in words if word not in told] == [], told


def test_everything_that_is_wrong_is_said_at_once(tmp_path: Path) -> None:
    """Not one thing per start."""
    with pytest.raises(ConfigError) as caught:
        load(_environment(tmp_path, SLACK_BOT_TOKEN="-", SIRPORTLY_SECRET="-"))

    assert len(caught.value.problems) == 2


def test_lines_are_found_in_nested_tables() -> None:
    """The deepest line that leads to a setting counts."""
    assert line_of(FILE, ["helpdesks", "support", "create", "status"]) == 9
    assert line_of(FILE, ["helpdesks", "social", "nothing"]) == 12
    assert line_of(FILE, ["nowhere"]) is None
