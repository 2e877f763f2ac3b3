"""What whoever runs the bot does beside it while it runs."""

import json
import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families
from typer.testing import CliRunner, Result

from bot.__main__ import app
from tests.e2e.stack import APP_TOKEN, TOKEN, Stack, text_of, until
from tests.unit.test_ops import expressions

TICKET = "AB-123456"
SECRET = "0123456789abcdef0123456789abcdef"

pytestmark = pytest.mark.xdist_group("operating")


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    running = Stack(tmp_path_factory.mktemp("operating"), more='[people]\nU0ADAM = "adam"').start()
    yield running
    running.stop()


@pytest.fixture(scope="module")
def worked(stack: Stack) -> Stack:
    """Somebody said something, and something was refused."""
    stack.command(f"reply {TICKET} the fuser is new")
    stack.command(f"note {TICKET} they never pay")
    stack.command(f"note {TICKET} I am nobody", user="U0SAM")
    until(lambda: len(_settled(stack)) == 3)
    until(lambda: any("fuser" in update["message"] for update in stack.desk()["updates"]))
    return stack


def _settled(stack: Stack) -> list[dict[str, Any]]:
    return [entry for entry in stack.entries() if entry["settled_at"]]


def _quiet(stack: Stack) -> bool:
    """Whether nothing is under way; what looks at tickets now and then is never over."""
    return not [
        each for each in stack.entries("--all") if each["state"] in {"waiting", "running"} and each["kind"] != "watch"
    ]


def environment(stack: Stack) -> dict[str, str]:
    """As the running bot has it."""
    return {
        "SLACK_BOT_TOKEN": TOKEN,
        "SLACK_SIGNING_SECRET": SECRET,
        "SLACK_API_URL": f"{stack.workspace}/api/",
        "SIRPORTLY_URL": stack.support,
        "SIRPORTLY_TOKEN": "demo-token",
        "SIRPORTLY_SECRET": "demo-secret",
        "SOCIALBOARDS_URL": stack.social,
        "SOCIALBOARDS_CLIENT_ID": "demo-client",
        "SOCIALBOARDS_REFRESH_TOKEN": "demo-refresh",
        "TICKETBOT_CONFIG": str(stack.directory / "ticketbot.toml"),
        "TICKETBOT_STATE_DIR": str(stack.directory / "state"),
    }


def run(stack: Stack, *arguments: str, **environ: str) -> Result:
    """A command, whatever its exit status."""
    with pytest.MonkeyPatch.context() as patched:
        for name in {*os.environ} & {"DATABASE_URL", "SLACK_APP_TOKEN", "STATUS_TOKEN"}:
            patched.delenv(name)
        patched.chdir(stack.directory)
        done = CliRunner().invoke(app, arguments, env=environment(stack) | environ)
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done


def cli(stack: Stack, *arguments: str) -> str:
    """What a command says that succeeds."""
    done = run(stack, *arguments)
    assert done.exit_code == 0, done.stderr
    return done.stdout


def test_the_doctor_finds_nothing_wrong_beside_the_running_bot(worked: Stack) -> None:
    """Every part is looked at; the helpdesk whose tokens the bot owns is asked through the bot."""
    done = run(worked, "doctor", "--json")

    told = json.loads(done.stdout)
    states = {finding["check"]: finding["state"] for finding in told["findings"]}
    assert (done.exit_code, told["ok"]) == (0, True), done.stdout
    expected = {
        "settings", "slack.token", "slack.scopes", "slack.clock", "slack.signing_secret", "slack.channel.C0SOCIAL",
        "ledger.place", "ledger.schema", "ledger.owner", "helpdesk.support", "helpdesk.social", "catalogue.support",
        "catalogue.support.create", "catalogue.support.outgoing", "people",
    }  # fmt: skip
    assert {check for check in expected if states.get(check) != "ok"} == set(), done.stdout
    assert all(finding["fix"] for finding in told["findings"] if finding["state"] in {"warning", "wrong"})
    assert "demo-secret" not in done.stdout


def test_the_doctor_writes_a_note_only_where_it_is_told(worked: Stack) -> None:
    """It says so before, and whether the note came back private."""
    before = len(worked.desk()["updates"])

    done = run(worked, "doctor", "--helpdesk", "support", "--ticket", TICKET)

    new = worked.desk()["updates"][before:]
    assert done.exit_code == 0, done.stdout
    assert [update["private"] for update in new] == [True]
    assert f"A private note is going to be written on {TICKET}" in done.stderr
    assert "came back private" in done.stdout


def test_the_audit_log_is_exported_beside_the_running_bot(worked: Stack) -> None:
    """Who, what, when, who sees it, what became of it; and no words."""
    lines = [json.loads(line) for line in cli(worked, "actions", "export").splitlines()]
    table = cli(worked, "actions", "export", "--format", "csv", "--since", "2020-01-01")

    assert [(line["person"], line["action"], line["visibility"], line["state"]) for line in lines[:3]] == [
        ("U0ADAM", "reply", "public", "done"),
        ("U0ADAM", "note", "private", "done"),
        ("U0SAM", "note", "private", "rejected"),
    ]
    assert len(table.splitlines()) == len(lines) + 1
    assert "fuser" not in table + json.dumps(lines)
    assert "fuser" in cli(worked, "actions", "export", "--texts")
    assert cli(worked, "actions", "export", "--until", "2020-01-01") == ""


WRONG_WORDS = {
    "no moment": (["actions", "export", "--since", "yesterday"], "--since"),
    "no format": (["actions", "export", "--format", "xml"], "jsonl, csv"),
    "nobody's id": (["people", "forget", "@adam"], "Copy member ID"),
    "a backup onto the ledger": (["ledger", "backup", "state/ticketbot.sqlite3"], "already"),
    "a downgrade of what is in use": (["ledger", "downgrade", "--lose-everything"], "owned by another process"),
    "an upgrade of what is in use": (["ledger", "upgrade"], "owned by another process"),
    "the end of watching a helpdesk": (["actions", "discard", "1"], "Entry 1 (watch) is the bot's own upkeep"),
    "watching it again by hand": (["actions", "retry", "1"], "ticketbot resync"),
    "an entry that is not": (["actions", "show", "999999"], "There is no entry 999999."),
}


@pytest.mark.parametrize(("arguments", "word"), WRONG_WORDS.values(), ids=list(WRONG_WORDS))
def test_what_cannot_be_done_is_said_in_a_line(worked: Stack, arguments: list[str], word: str) -> None:
    """And the running bot is not disturbed."""
    done = run(worked, *arguments)

    assert done.exit_code == 2
    assert word in done.stderr
    assert worked.http.get(f"{worked.bot_url}/readyz").status_code == 200


def test_a_backup_beside_the_running_bot(worked: Stack) -> None:
    """Everything is in it, and it is for its owner alone."""
    said = cli(worked, "ledger", "backup", "copy.sqlite3")

    copy = worked.directory / "copy.sqlite3"
    with sqlite3.connect(copy) as connection:
        (count,) = connection.execute("SELECT count(*) FROM entries WHERE kind = 'action'").fetchone()
    connection.close()
    assert count == len(worked.entries())
    assert "whole" in said
    assert copy.stat().st_mode & 0o777 == 0o600


def test_the_numbers_say_whose_fault_it_is(worked: Stack) -> None:
    """Per helpdesk and Slack method, by party; and everything that alerts and dashboard ask for is there."""
    text = worked.http.get(f"{worked.bot_url}/metrics").text
    families = {family.name for family in text_string_to_metric_families(text)}

    assert 'ticketbot_helpdesk_request_seconds_count{helpdesk="support",result="ok"}' in text
    assert 'ticketbot_slack_request_seconds_count{method="auth.test",result="ok"}' in text
    assert 'ticketbot_errors_total{kind="not-mapped",party="person"}' in text
    assert 'ticketbot_ready{part="slack"} 1.0' in text
    assert 'ticketbot_oldest_waiting_seconds{kind="action"} 0.0' in text
    assert "ticketbot_build_info{version=" in text
    asked = {name.removesuffix("_total") for text in expressions() for name in _names(text)}
    assert asked <= families


def _names(expression: str) -> set[str]:
    words = expression.replace("(", " ").replace("{", " ").replace("[", " ").replace(")", " ").split()
    return {word.removesuffix("_bucket").removesuffix("_count") for word in words if word.startswith("ticketbot_")}


def test_the_page_for_people_has_nobodys_words(worked: Stack) -> None:
    """And answers this machine."""
    answer = worked.http.get(f"{worked.bot_url}/status")

    assert answer.status_code == 200
    assert "support, social" in answer.text
    assert not [word for word in ("fuser", "never pay", TOKEN, "demo-secret") if word in answer.text]
    assert worked.http.get(f"{worked.bot_url}/status", headers={"x-forwarded-for": "192.0.2.1"}).status_code == 404


def test_a_person_is_forgotten_by_the_running_bot(worked: Stack) -> None:
    """Their words and name are gone from the ledger's file; what they did is not."""
    worked.command("note AB-123456 my own secret thoughts", user="U0SAM")
    until(lambda: any(entry["person"] == "U0SAM" and entry["settled_at"] for entry in worked.entries("--limit", "1")))
    until(lambda: any("account" in text_of(message) for message in worked.private(person="U0SAM")))
    until(lambda: _quiet(worked))

    first = json.loads(cli(worked, "people", "forget", "U0SAM", "--json"))
    again = json.loads(cli(worked, "people", "forget", "U0SAM", "--json"))

    assert first["changed"] >= 2
    assert (again["changed"], again["stay"]) == (0, 0)
    lines = [json.loads(line) for line in cli(worked, "actions", "export", "--texts").splitlines()]
    assert sum(line["forgotten"] for line in lines) == 2
    assert "U0SAM" not in json.dumps(lines)
    with sqlite3.connect(worked.directory / "state" / "ticketbot.sqlite3") as connection:
        kept = [connection.execute(f"SELECT * FROM {table}").fetchall() for table in ("entries", "kept")]
    connection.close()
    assert [word for word in ("U0SAM", "secret thoughts", "I am nobody") if word in repr(kept)] == []


def test_the_doctor_of_a_socket_mode_bot(worked: Stack) -> None:
    """The app-level token is tried, and a wrong one is told from a good one."""
    good = run(worked, "doctor", "--json", SLACK_APP_TOKEN=APP_TOKEN, SLACK_SIGNING_SECRET="")
    bad = run(worked, "doctor", "--json", SLACK_APP_TOKEN="xapp-wrong", SLACK_SIGNING_SECRET="")

    assert _state(good, "slack.socket_mode") == "ok", good.stdout
    assert _state(bad, "slack.socket_mode") == "wrong", bad.stdout


def _state(done: Result, check: str) -> str:
    findings = {finding["check"]: finding for finding in json.loads(done.stdout)["findings"]}
    state: str = findings[check]["state"]
    return state


def test_the_same_on_postgresql(tmp_path: Path, postgres_url: str) -> None:
    """Beside a running bot: the doctor uses the tokens that all processes share, and nothing is taken from under it."""
    stack = Stack(tmp_path, database_url=postgres_url).start()
    try:
        stack.command(f"reply {TICKET} the fuser is new")
        until(lambda: [entry for entry in stack.entries("--all") if entry["settled_at"]])
        until(lambda: _quiet(stack))
        database = {"DATABASE_URL": postgres_url}

        looked = run(stack, "doctor", "--json", **database)
        log = run(stack, "actions", "export", "--texts", **database)
        forgotten = run(stack, "people", "forget", "U0ADAM", "--json", **database)
        backup = run(stack, "ledger", "backup", "copy.sqlite3", **database)
        back = run(stack, "ledger", "downgrade", "--lose-everything", **database)

        assert looked.exit_code == 0, looked.stdout
        assert (_state(looked, "helpdesk.social"), _state(looked, "ledger.pooler")) == ("ok", "ok")
        assert "fuser" in log.stdout
        assert json.loads(forgotten.stdout)["changed"] >= 2
        assert "fuser" not in run(stack, "actions", "export", "--texts", **database).stdout
        assert (backup.exit_code, "pg_dump" in backup.stderr) == (2, True)
        assert (back.exit_code, "stop those first" in back.stderr) == (2, True)
        assert stack.http.get(f"{stack.bot_url}/readyz").status_code == 200
        assert "auth.test" in stack.http.get(f"{stack.bot_url}/metrics").text
        assert "all is well" in stack.http.get(f"{stack.bot_url}/status").text
    finally:
        stack.stop()
