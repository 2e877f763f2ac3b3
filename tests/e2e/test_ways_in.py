"""Socket Mode beside HTTP, and several processes over one database."""

from pathlib import Path
from subprocess import CalledProcessError

import pytest

from tests.e2e.nursery import inherited
from tests.e2e.process import output
from tests.e2e.stack import Process, Stack, text_of, until

TICKET = "AB-123456"


def _has(stack: Stack, words: str) -> bool:
    return any(words in text_of(message) for message in stack.messages())


def test_socket_mode_does_the_same(tmp_path: Path) -> None:
    """Commands, results and problems, without a public address; and nothing is taken over HTTP then."""
    stack = Stack(tmp_path, socket_mode=True, fresh=True).start()
    until(lambda: stack.http.get(f"{stack.workspace}/control/state").json()["connections"])

    assert stack.say(f"/ticket reply {TICKET} over a socket")["result"] == "acknowledged"
    until(lambda: _has(stack, "over a socket"))
    stack.say("/ticket dance")
    until(lambda: any("dance" in text_of(message) for message in stack.private()))

    stack.http.post(f"{stack.workspace}/control/socket/disconnect", json={"reason": "refresh_requested"})
    until(lambda: stack.say(f"/ticket reply {TICKET} after a new socket")["result"] == "acknowledged", every=0.5)
    until(lambda: _has(stack, "after a new socket"))
    assert stack.signed("command=/ticket").status_code == 404
    stack.stop()


def test_serve_and_work_share_the_load(tmp_path: Path, postgres_url: str) -> None:
    """One process takes commands, others work them off; each is done once, in order, though a worker is killed."""
    stack = Stack(tmp_path, database_url=postgres_url, settle_after=2, timeout=1, fresh=True).start()
    stack.stop_bot()
    stack.start_bot("--no-work")
    for number in range(30):
        assert stack.command(f"reply {TICKET} step {number:02}").status_code == 200
    assert not _has(stack, "step 00")

    workers: list[Process] = [stack.launch_bot(command="work", port=0) for _ in range(2)]
    until(lambda: _has(stack, "step 03"), within=60)
    workers[0].kill()
    until(lambda: _has(stack, "step 29"), within=60)

    said = [update["message"] for update in stack.desk()["updates"] if update["message"].startswith("step ")]
    workers[1].stop()
    stack.stop()
    assert said == [f"step {number:02}" for number in range(30)]


def test_a_graceful_stop_finishes_what_runs(tmp_path: Path) -> None:
    """SIGTERM while the helpdesk is slow: the action is done once, and the next start says so."""
    stack = Stack(tmp_path, timeout=10, fresh=True).start()
    stack.fault(kind="slow", seconds=2, times=1, path="*/post_update")
    stack.command(f"reply {TICKET} last words")
    until(lambda: any("post_update" in r["path"] for r in stack.http.get(f"{stack.support}/control/requests").json()))

    assert stack.bot is not None
    assert stack.bot.stop() == 0
    assert sum("last words" in update["message"] for update in stack.desk()["updates"]) == 1
    stack.start_bot()
    until(lambda: _has(stack, "last words"))
    assert sum("last words" in update["message"] for update in stack.desk()["updates"]) == 1
    stack.stop()


def test_a_second_process_on_the_same_file_is_refused(tmp_path: Path) -> None:
    """One line says why, and the first goes on."""
    stack = Stack(tmp_path, fresh=True).start()

    second = stack.launch_bot(port=0)

    assert second.wait() == 1
    said = second.log.read_text(encoding="utf-8").strip().splitlines()[-1]
    assert "Traceback" not in second.log.read_text(encoding="utf-8")
    assert "ticketbot.sqlite3" in said, said
    assert stack.http.get(f"{stack.bot_url}/healthz").status_code == 200

    before = second.log.read_text(encoding="utf-8")
    third = stack.launch_bot(port=stack.port)
    assert third.wait() == 1
    said = third.log.read_text(encoding="utf-8").removeprefix(before)
    assert said == f"cannot listen on 127.0.0.1:{stack.port}: the port is in use; is the bot running already?\n"
    assert stack.http.get(f"{stack.bot_url}/healthz").status_code == 200
    stack.stop()


# Where a process is to keep its ledger, how it is to listen, and what it says; HERE is a directory of its own.
NOWHERE = {
    "a state directory that is a file": ({"TICKETBOT_STATE_DIR": "HERE/ticketbot.toml"}, [], "it is not a directory"),
    "one below a file": ({"TICKETBOT_STATE_DIR": "HERE/ticketbot.toml/state"}, [], "no ledger can be kept in"),
    "one that cannot be made": ({"TICKETBOT_STATE_DIR": "/proc/nope"}, [], "no ledger can be kept in /proc/nope"),
    "a full disk": ({"TICKETBOT_STATE_DIR": "HERE/full"}, [], "No space left on device"),
    "a directory for a file": ({"DATABASE_URL": "sqlite:///HERE"}, [], "is a directory"),
    "no file": ({"DATABASE_URL": "sqlite:///:memory:"}, [], "names no file"),
    "an address of another machine": ({}, ["--host", "192.0.2.1"], "cannot listen on 192.0.2.1:0"),
    "no address": ({}, ["--host", "nonesuch.invalid"], "cannot listen on nonesuch.invalid:0"),
}


@pytest.mark.parametrize(("variables", "arguments", "word"), NOWHERE.values(), ids=list(NOWHERE))
def test_where_it_cannot_be_it_does_not_start(
    tmp_path: Path, variables: dict[str, str], arguments: list[str], word: str
) -> None:
    """One line says why, and nothing is made."""
    (tmp_path / "ticketbot.toml").write_text('[helpdesks.support]\nkind = "sirportly"\n', encoding="utf-8")
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "ticketbot.sqlite3.owner").symlink_to("/dev/full")
    before = sorted(tmp_path.rglob("*"))
    environment = {
        "SLACK_BOT_TOKEN": "xoxb-1", "SLACK_SIGNING_SECRET": "0123456789abcdef0123456789abcdef",
        "SIRPORTLY_URL": "http://127.0.0.1:9", "SIRPORTLY_TOKEN": "a", "SIRPORTLY_SECRET": "b",
        "TICKETBOT_CONFIG": str(tmp_path / "ticketbot.toml"), "TICKETBOT_STATE_DIR": str(tmp_path / "state"),
        **{name: value.replace("HERE", str(tmp_path)) for name, value in variables.items()},
    }  # fmt: skip

    with pytest.raises(CalledProcessError) as ended:
        output(["bot", "serve", "--port", "0", *arguments], tmp_path, inherited() | environment)

    assert (ended.value.returncode, ended.value.output) == (1, "")
    assert word in ended.value.stderr
    assert ended.value.stderr.count("\n") == 1
    assert {*tmp_path.rglob("*")} == {*before, tmp_path / "command.log"}


@pytest.mark.parametrize("line", ["parse create X", "parse --batch", "when tomorrow"])
def test_the_command_line_needs_no_configuration(stack: Stack, line: str) -> None:
    """Parsing and times work anywhere."""
    assert stack.cli(*line.split(), fresh=True) is not None
