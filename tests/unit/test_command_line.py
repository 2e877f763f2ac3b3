"""Commands where there is nothing to work with, or nothing that makes sense: a line says so, and nothing is made."""

import asyncio
import os
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from bot.__main__ import app
from bot.ledger import Ledger
from tests.ledger.conftest import new


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty directory, with no setting of anybody's."""
    for name in os.environ:
        if name.startswith(("SLACK_", "SIRPORTLY_", "SOCIALBOARDS_", "TICKETBOT_")) or name in {"DATABASE_URL", "PORT"}:
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TICKETBOT_STATE_DIR", str(tmp_path / "state"))
    return tmp_path


def run(*arguments: str, **environ: str) -> Result:
    """A command that ends as commands do."""
    done = CliRunner().invoke(app, arguments, env=environ)
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done


LOOKING = {
    "list": ["actions", "list"],
    "show": ["actions", "show", "1"],
    "export": ["actions", "export"],
    "retry": ["actions", "retry", "1"],
    "discard": ["actions", "discard", "1"],
    "resync": ["resync"],
    "forget": ["people", "forget", "U0ADAM"],
    "backup": ["ledger", "backup", "copy.sqlite3"],
}


@pytest.mark.parametrize("arguments", LOOKING.values(), ids=list(LOOKING))
def test_without_a_ledger_none_is_made(here: Path, arguments: list[str]) -> None:
    """It is said where it was looked for."""
    done = run(*arguments)

    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr == f"there is no ledger at {here}/state/ticketbot.sqlite3 yet\n"
    assert list(here.iterdir()) == []


PLACES = {
    "a directory": ("sqlite:////proc", "/proc is a directory"),
    "below a file": ("sqlite:////dev/null/x", "there is no ledger at /dev/null/x yet"),
    "no file": ("sqlite:///", "names no file"),
    "no lasting one": ("sqlite:///:memory:", "names no file"),
}


@pytest.mark.parametrize("arguments", [LOOKING["list"], LOOKING["export"], LOOKING["discard"], LOOKING["forget"]])
@pytest.mark.parametrize(("url", "word"), PLACES.values(), ids=list(PLACES))
def test_where_no_ledger_can_be_a_line_says_so(here: Path, arguments: list[str], url: str, word: str) -> None:
    """With DATABASE_URL naming the place."""
    done = run(*arguments, DATABASE_URL=url)

    assert (done.exit_code, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert word in done.stderr
    assert list(here.iterdir()) == []


NONSENSE = {
    "a number that no database has": (["actions", "show", "99999999999999999999999"], "There is no entry 9999"),
    "the same, to be tried": (["actions", "retry", "99999999999999999999999"], "There is no entry 9999"),
    "the same, to be dropped": (["actions", "discard", "99999999999999999999999"], "There is no entry 9999"),
    "nothing": (["actions", "show", "0"], "There is no entry 0"),
    "what is over": (["actions", "discard", "1"], "Entry 1 is discarded"),
    "the bot's own watching": (["actions", "discard", "2"], "Entry 2 (watch) is the bot's own upkeep"),
    "the bot's own looking": (["actions", "retry", "3"], "Entry 3 (look) is the bot's own upkeep"),
    "more entries than there are numbers": (["actions", "list", "--limit", "99999999999999999999"], "--limit"),
    "fewer entries than none": (["actions", "list", "--limit", "-1"], "--limit"),
    "a comparison by nobody": (["resync"], "resync needs the bot to be running"),
    "a port that is none": (["serve", "--port", "99999"], "--port"),
    "a port below them": (["serve", "--port", "-1"], "--port"),
    "a worker's port that is none": (["work", "--port", "65536"], "--port"),
    "a page's port that is none": (["demo", "--port", "65536"], "--port"),
}


@pytest.fixture(scope="module")
def state(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A ledger with an action that was discarded, and entries of the bot's own."""
    directory = tmp_path_factory.mktemp("state")

    async def made() -> None:
        ledger = await Ledger.open(f"sqlite:///{directory}/ticketbot.sqlite3", state_dir=directory)
        (first, *_) = await ledger.record([new("a"), new("w", "w", kind="watch"), new("l", "l", kind="look")])
        await ledger.discard(first.id, "test")
        await ledger.close()

    asyncio.run(made())
    return directory


@pytest.mark.parametrize(("arguments", "word"), NONSENSE.values(), ids=list(NONSENSE))
def test_what_makes_no_sense_is_refused(here: Path, state: Path, arguments: list[str], word: str) -> None:
    """In words."""
    done = run(*arguments, TICKETBOT_STATE_DIR=str(state), COLUMNS="300", TERM="dumb")

    assert (done.exit_code, done.stdout) == (2, "")
    assert word in done.stderr


def test_a_persons_action_is_steered(here: Path, state: Path) -> None:
    """Back and forth, by the same number."""
    for verb, said in (("retry", "is tried again"), ("discard", "is discarded")):
        done = run("actions", verb, "1", TICKETBOT_STATE_DIR=str(state))
        assert (done.exit_code, done.stdout) == (0, f"Entry 1 {said}.\n")
