"""Settings: what is wrong refuses to start, and says where."""

from pathlib import Path

import pytest

from bot.actions import Ticket
from bot.config import ConfigError, line_of, load
from bot.config.shapes import LANES
from bot.mirror.entries import look_lane, watch_key
from bot.mirror.links import Thread
from bot.slack.cards.places import CARD_LANES
from bot.slack.results import form_lane
from bot.slack.threads.stamps import STAMP_LANES

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
    "a name among the permitted": ({}, FILE.replace("impersonate = []", 'note = ["U0ADAM", "adam"]'),
                                   ["ticketbot.toml:23: permissions.note", "«adam»", "U0123ABCD", "Copy member ID"]),
    "a group's name": ({}, FILE.replace("impersonate = []", 'reply = ["@staff"]'), ["«@staff»", "S0123ABCD"]),
    "everyone": ({}, FILE.replace("impersonate = []", 'impersonate = ["everyone"]'), ["impersonate", "«everyone»"]),
    "an id in small letters": ({}, FILE.replace("impersonate = []", 'reply = ["u0adam"]'), ["«u0adam»"]),
    "a name for a person": ({}, FILE.replace("U0ADAM", "adam"), ["ticketbot.toml:20: people.adam", "U0123ABCD"]),
    "an address for a person": ({}, FILE.replace("U0ADAM", '"adam@example.com"'), ["ticketbot.toml:20", "«adam@exa"]),
    "a group for a person": ({}, FILE.replace("U0ADAM", "S0STAFF"), ["«S0STAFF»", "Slack user"]),
    "a name in a channel's people": ({}, FILE.replace("[people]", 'people = ["adam"]\n[people]'),
                                     ["ticketbot.toml:19: channels.C0SOCIAL.people", "«adam»"]),
    "a channel's name": ({}, FILE.replace("C0SOCIAL", "general"), ["ticketbot.toml:16", "«general»", "C0123ABCD"]),
    "a name among the permitted channels": ({}, FILE.replace("impersonate = []", 'channels = ["#general"]'),
                                            ["ticketbot.toml:23", "«#general»", "C0123ABCD"]),
    "no country": ({}, f'{FILE}country = "XX"\n', ["ticketbot.toml:27: times.country", "«XX»", "GB-SCT"]),
    "a country in small letters": ({}, f'{FILE}country = "gb"\n', ["times.country", "«gb»"]),
    "an empty country": ({}, f'{FILE}country = ""\n', ["times.country"]),
    "no such part of a country": ({}, f'{FILE}country = "GB-XX"\n', ["ticketbot.toml:27", "GB-XX", "SCT"]),
    "a word of Python for a country": ({}, f'{FILE}country = "__doc__"\n', ["times.country", "__doc__"]),
    "a port too high": ({"PORT": "99999"}, None, ["PORT: must be 65535 or less."]),
    "a port below nothing": ({"PORT": "-1"}, None, ["PORT: must be 0 or more."]),
    "an ellipsis in a secret": ({"SIRPORTLY_TOKEN": "abc…"}, None, ["SIRPORTLY_TOKEN", "character 4 of 4", "ASCII"]),
    "a line break in a secret": ({"SLACK_SIGNING_SECRET": "abc\n"}, None, ["SLACK_SIGNING_SECRET", "a line break"]),
    "a space before a token": ({"SLACK_BOT_TOKEN": " xoxb-1"}, None,
                               ["SLACK_BOT_TOKEN", "character 1 of 7 is a space"]),
    "a sign that nobody sees": ({"SOCIALBOARDS_REFRESH_TOKEN": "a\u200bb"}, None,
                                ["SOCIALBOARDS_REFRESH_TOKEN", "character 2"]),
    "an ellipsis in an address": ({"SIRPORTLY_URL": "https://api.sirportly.com…"}, None, ["SIRPORTLY_URL"]),
    "an address that goes on": ({"SIRPORTLY_URL": "https://api.sirportly.com x"}, None, ["SIRPORTLY_URL", "spaces"]),
    "an address with an odd port": ({"SIRPORTLY_URL": "https://desk.example:99999"}, None, ["SIRPORTLY_URL"]),
    "a path of the API": ({"SIRPORTLY_URL": "https://api.sirportly.com/api/v2"}, None,
                          ["SIRPORTLY_URL", "«/api/v2»", ": https://api.sirportly.com\n"]),
    "a path and a slash": ({"SOCIALBOARDS_URL": "http://[::1]:81/v1/"}, "", ["SOCIALBOARDS_URL", ": http://[::1]:81\n"]),
    "a query": ({"SIRPORTLY_URL": "https://a:hush@desk.example/?token=hush"}, None,
                ["SIRPORTLY_URL", "a query, «?»", ": https://desk.example\n"]),
    "a fragment": ({"SIRPORTLY_URL": "https://desk.example#top"}, None, ["SIRPORTLY_URL", "«#»", "https://desk.exam"]),
    "a directory for a file": ({"TICKETBOT_CONFIG": "/"}, None, ["/ is a directory"]),
    "a span of hours that is none": ({}, FILE.replace("[people]", 'quiet = "18-8"\n[people]'),
                                     ["channels.C0SOCIAL.quiet", "«18-8»", '"18:00-08:00"']),
    "a hook's path that can be guessed": ({"SIRPORTLY_HOOK_PATH": "hook"}, None, ["SIRPORTLY_HOOK_PATH", "openssl"]),
    "a number for a text": ({}, FILE.replace('"/ticket"', "3"), ["ticketbot.toml:1: command: must be text"]),
    "a number for a table": ({}, "people = 3", ["people: must be a table"]),
    "a text for a list": ({}, FILE.replace("impersonate = []", 'note = "U0ADAM"'),
                          ["permissions.note: must be a list"]),
    "two names that sound alike": ({}, FILE.replace("helpdesks.social", "helpdesks.Support"),
                                   ["«Support»", "capitals"]),
    **{f"a helpdesk called {name or 'nothing'}": ({}, FILE.replace("helpdesks.social", f'helpdesks."{name}"'),
                                                  ["ticketbot.toml:12", f"«{name}»"])
       for name in ("My Desk", "", "me", "https", "mailto", "reply", "Create", "status", "b.ro", "büro", "slack")},
}  # fmt: skip


@pytest.mark.parametrize(("environ", "text", "words"), WRONG.values(), ids=list(WRONG))
def test_what_is_wrong_refuses_to_start(
    tmp_path: Path, environ: dict[str, str], text: str | None, words: list[str]
) -> None:
    """Each refusal names the variable, or the file and line, and what would be right."""
    more = SOCIAL if text is not None else {}

    with pytest.raises(ConfigError) as caught:
        load(_environment(tmp_path, text, **{**more, **environ}))

    told = "".join(f"{problem}\n" for problem in caught.value.problems)
    assert "hush" not in told
    assert [word for word in words if word not in told] == [], told
    assert [sign for sign in ("pattern", "^", "input", "[key]", "\\d") if sign in told] == [], "words, and no regex"


@pytest.mark.parametrize("url", ["https://desk.example:8443/", "http://[::1]:81", "https://xn--bro-hoa.example"])
def test_an_address_may_end_in_a_slash(tmp_path: Path, url: str) -> None:
    """And have a port; the one of Slack has a path."""
    api = "https://slack.example/proxied/api/"
    settings = load(_environment(tmp_path, SIRPORTLY_URL=url, SLACK_API_URL=api))

    assert (settings.env.sirportly_url, settings.env.slack_api_url) == (url, api)


def test_lanes_of_helpdesks_are_no_others() -> None:
    """What the ledger's other lanes begin with cannot be a helpdesk's name."""
    thread = Thread(channel="C0", ts="1")
    lanes = [CARD_LANES, STAMP_LANES, look_lane(Ticket(helpdesk="x", ref="1")), watch_key("x"), form_lane("m")]

    assert {lane.partition(":")[0] for lane in (*lanes, thread.orders_lane, thread.tellings_lane)} <= LANES


def test_refusals_keep_secrets() -> None:
    """Not even a part of it."""
    with pytest.raises(ConfigError) as caught:
        load({**GOOD, "SIRPORTLY_TOKEN": "hush-hush…", "SIRPORTLY_HOOK_PATH": "hush"})

    assert "hush" not in f"{caught.value} {caught.value.__cause__}"


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
