"""``ticketbot setup``: what it writes can be used, and what is there is kept."""

import json
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from bot.app import manifest
from bot.app.dialogue import run
from bot.config import load

ROOT = Path(__file__).resolve().parents[2]
SECRETS = {
    "SLACK_BOT_TOKEN": "xoxb-1-secret",
    "SLACK_SIGNING_SECRET": "0123456789abcdef0123456789abcdef",
    "SIRPORTLY_TOKEN": "token;secret",
    "SIRPORTLY_SECRET": "$ecret#1",
}


def _setup(directory: Path, *arguments: str, said: str = "", **environ: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "bot", "setup", *arguments],
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), **environ},
        cwd=directory,
        input=said,
        capture_output=True,
        text=True,
    )


def _manifest(said: str) -> dict[str, object]:
    (link,) = [line.strip() for line in said.splitlines() if "manifest_json=" in line]
    found: dict[str, object] = json.loads(parse_qs(urlsplit(link).query)["manifest_json"][0])
    return found


def test_what_it_writes_is_a_configuration(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Secrets are for the owner's eyes alone and reach the bot as they are; the link holds the real manifest."""
    done = _setup(tmp_path, "--yes", "--url", "https://bot.acme.example", "--helpdesk", "sirportly", **SECRETS)

    assert done.returncode == 0, done.stderr
    assert (tmp_path / ".env").stat().st_mode & 0o777 == 0o600
    assert not [secret for secret in SECRETS.values() if secret in done.stdout]
    shipped = json.loads((ROOT / "manifest.json").read_text(encoding="utf-8"))
    expected = json.dumps(shipped).replace("ticketbot.example.com", "bot.acme.example")
    assert _manifest(done.stdout) == json.loads(expected)
    monkeypatch.chdir(tmp_path)
    for name in (*SECRETS, "SIRPORTLY_URL", "SLACK_APP_TOKEN", "TICKETBOT_CONFIG"):
        monkeypatch.delenv(name, raising=False)
    settings = load()
    assert {name: getattr(settings.env, name.lower()) for name in SECRETS} == SECRETS
    assert list(settings.helpdesks) == ["support"]
    assert settings.sources == (".env", "environment", "ticketbot.toml")


def test_a_second_run_changes_nothing(tmp_path: Path) -> None:
    """Not a byte, comments included; nothing is asked but what is open."""
    _setup(tmp_path, "--yes", "--url", "https://bot.acme.example", "--helpdesk", "sirportly", **SECRETS)
    for name in (".env", "ticketbot.toml"):
        path = tmp_path / name
        path.write_text(f"# my own words\n{path.read_text(encoding='utf-8')}", encoding="utf-8")
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    (tmp_path / ".env").chmod(0o644)

    again = _setup(tmp_path, "--yes", SLACK_BOT_TOKEN="xoxb-2-other")

    assert again.returncode == 0, again.stderr
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before
    assert "already" in again.stdout
    assert (tmp_path / ".env").stat().st_mode & 0o777 == 0o640


def test_what_is_missing_is_added_only_if_that_is_wanted(tmp_path: Path) -> None:
    """At the end, after everything that was there; and no secret is shown while asking."""
    (tmp_path / ".env").write_text("# mine\nSLACK_BOT_TOKEN=xoxb-mine\nSLACK_APP_TOKEN='xapp-mine'", encoding="utf-8")
    (tmp_path / "ticketbot.toml").write_text('command = "/desk" # ours', encoding="utf-8")
    before = {path.name: path.read_text(encoding="utf-8") for path in tmp_path.iterdir()}
    answers = ["socialboards", "", "client-1", "refresh-secret"]

    no = _setup(tmp_path, said="\n".join([*answers, "n", "n", ""]))

    assert no.returncode == 0, no.stderr
    assert {path.name: path.read_text(encoding="utf-8") for path in tmp_path.iterdir()} == before
    yes = _setup(tmp_path, said="\n".join([*answers, "y", "y", ""]))
    for name, text in before.items():
        assert (tmp_path / name).read_text(encoding="utf-8").startswith(text)
    assert "SOCIALBOARDS_REFRESH_TOKEN=refresh-secret\n" in (tmp_path / ".env").read_text(encoding="utf-8")
    assert '[helpdesks.social]\nkind = "socialboards"' in (tmp_path / "ticketbot.toml").read_text(encoding="utf-8")
    assert "refresh-secret" not in yes.stdout.replace("\n".join(answers), "")
    assert _manifest(yes.stdout)["features"]["slash_commands"][0]["command"] == "/desk"  # type: ignore[index]
    assert _manifest(yes.stdout)["settings"]["socket_mode_enabled"] is True  # type: ignore[index]


REFUSED = {
    "no address": ({"url": "http://bot.example.com"}, "https://"),
    "no command": ({"command": "ticket"}, "/ticket"),
    "no zone": ({"timezone": "Europe/Lodnon"}, "Lodnon"),
    "no helpdesk": ({"kinds": ["zendesk"]}, "sirportly, socialboards"),
    "no directory": ({"directory": Path("/proc/nowhere")}, "cannot be written"),
}


@pytest.mark.parametrize(("wrong", "word"), REFUSED.values(), ids=list(REFUSED))
def test_what_it_cannot_use_it_says_in_one_line(
    tmp_path: Path, wrong: dict[str, Any], word: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """No traceback, and nothing written."""
    usual: dict[str, Any] = {"url": None, "kinds": [], "command": "/ticket", "timezone": "UTC", "directory": tmp_path}

    problem = run(**{**usual, **wrong}, yes=True)

    assert word in (problem or ""), capsys.readouterr().out
    assert list(tmp_path.iterdir()) == []


# Not usable as which variable; a word of what is said.
NO_SECRETS = {
    "a person's token": ("SLACK_BOT_TOKEN", "xoxp-hush-1", "a person's token"),
    "an app-level token for the bot's": ("SLACK_BOT_TOKEN", "xapp-hush-1", "begins with xoxb-"),
    "something else for a token": ("SLACK_BOT_TOKEN", "hush", "begins with xoxb-"),
    "a token for the signing secret": ("SLACK_SIGNING_SECRET", "xoxb-hush", "the bot's token"),
    "an ellipsis": ("SIRPORTLY_TOKEN", "hush…", "character 5 of 5"),
    "a line break": ("SIRPORTLY_SECRET", "hu\nsh", "a line break"),
    "a path": ("SIRPORTLY_URL", "https://hush.example/api/v2", "without a path"),
    "no address": ("SIRPORTLY_URL", "hush.example", "https://api.sirportly.com"),
}


@pytest.mark.parametrize(("name", "value", "word"), NO_SECRETS.values(), ids=list(NO_SECRETS))
def test_what_can_be_no_secret_is_refused(
    tmp_path: Path,
    name: str,
    value: str,
    word: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Before anything is written, and without showing it."""
    for each, good in {**SECRETS, name: value}.items():
        monkeypatch.setenv(each, good)

    problem = run("https://bot.acme.example", ["sirportly"], "/ticket", "UTC", tmp_path, yes=True)

    assert name in (problem or "")
    assert word in (problem or "")
    assert "hush" not in f"{problem}{capsys.readouterr().out}"
    assert list(tmp_path.iterdir()) == []


def test_who_answers_what_cannot_be_used_is_asked_again(tmp_path: Path) -> None:
    """With what is wrong about it."""
    answers = [
        "zendesk", "sirportly", "http://bot.example.com", "", "xoxp-1", "xoxb-1", "xoxb-2", "xapp-1",
        "https://api.sirportly.com/api/v2", "https://desk.example/", "tok…", "tok", "secret", *[""] * 5,
    ]  # fmt: skip

    done = _setup(tmp_path, said="\n".join([*answers, ""]))

    assert done.returncode == 0, done.stderr
    said = ("«zendesk»", "no address that Slack can call", "a person's token", "SLACK_APP_TOKEN begins with xapp-",
            "without a path", "SIRPORTLY_TOKEN: its character 4 of 4")  # fmt: skip
    assert [each for each in said if each not in done.stdout] == []
    written = (tmp_path / ".env").read_text(encoding="utf-8").splitlines()[1:]
    assert written == [
        "SLACK_BOT_TOKEN=xoxb-1", "SLACK_APP_TOKEN=xapp-1", "SIRPORTLY_URL=https://desk.example",
        "SIRPORTLY_TOKEN=tok", "SIRPORTLY_SECRET=secret",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "text", ["helpdesks = 3", '[helpdesks]\nsupport = "x"', "helpdesks = [1]", "command = 3", 'command = "ticket"']
)
def test_a_file_with_something_else_in_it_is_told(tmp_path: Path, text: str) -> None:
    """In one line, and left alone."""
    (tmp_path / "ticketbot.toml").write_text(text, encoding="utf-8")

    problem = run(None, [], "/ticket", "UTC", tmp_path, yes=True)

    assert re.fullmatch(r".*(ticketbot\.toml: helpdesks are tables|no slash command).*", problem or "")
    assert [path.name for path in tmp_path.iterdir()] == ["ticketbot.toml"]


@pytest.mark.parametrize(
    ("text", "added"),
    [
        ('[helpdesks.social]\nkind = "sirportly"\n', "[helpdesks.socialboards]"),
        ('helpdesks = { desk = { kind = "sirportly" } }\n', ""),
    ],
    ids=["the usual name is taken", "an inline table"],
)
def test_what_is_added_can_be_read(
    tmp_path: Path, text: str, added: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Or it is shown, to be written where it belongs."""
    for name, value in SECRETS.items():
        monkeypatch.setenv(name, value)
    file = tmp_path / "ticketbot.toml"
    file.write_text(text, encoding="utf-8")

    assert run("https://bot.acme.example", ["socialboards"], "/ticket", "UTC", tmp_path, yes=True) is None

    assert tomllib.loads(file.read_text(encoding="utf-8"))
    assert added in file.read_text(encoding="utf-8").removeprefix(text)
    assert added or file.read_text(encoding="utf-8") == text
    assert 'kind = "socialboards"' in capsys.readouterr().out


def test_a_broken_file_is_left_alone(tmp_path: Path) -> None:
    """Adding to what cannot be read would make it worse."""
    (tmp_path / "ticketbot.toml").write_text("command = ", encoding="utf-8")

    done = _setup(tmp_path, "--yes")

    assert (done.returncode, "ticketbot.toml" in done.stderr) == (2, True)
    assert (tmp_path / "ticketbot.toml").read_text(encoding="utf-8") == "command = "


def test_socket_mode_needs_no_address_anywhere() -> None:
    """Slack refuses none of it, and nothing points to the example's host."""
    shipped = manifest.shipped()
    assert shipped is not None

    assert "example.com" not in json.dumps(manifest.adapted(shipped, url=None, command="/ticket"))


def test_a_file_with_variables_does_not_mix_into_a_configured_process(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever sets the token has configured the process: a DATABASE_URL that happens to lie there is not taken."""
    (tmp_path / ".env").write_text("SLACK_BOT_TOKEN=xoxb-file\nDATABASE_URL=sqlite:///from-file\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    for name in ("DATABASE_URL", "TICKETBOT_CONFIG", "SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET", "SIRPORTLY_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-environment")
    monkeypatch.setenv("SLACK_SIGNING_SECRET", "s")
    for name in ("SIRPORTLY_URL", "SIRPORTLY_TOKEN", "SIRPORTLY_SECRET"):
        monkeypatch.setenv(name, "https://desk.example")

    assert load().env.database_url is None
    monkeypatch.delenv("SLACK_BOT_TOKEN")
    assert load().env.slack_bot_token == "xoxb-file"
    assert load().env.database_url == "sqlite:///from-file"
