"""The contract in README.md, and what the server does, name the same things."""

import re
from pathlib import Path

import pytest
from starlette.routing import Route

import bot.playground
from bot.playground.__main__ import _parser
from bot.playground.app import create_app
from bot.playground.manifest import Manifest
from bot.playground.seed import seed
from bot.playground.settings import Settings
from tests.playground.slack.workspace import MANIFEST

CONTRACT = (Path(bot.playground.__file__).parent / "README.md").read_text(encoding="utf-8")
_SETTINGS = Settings(Manifest.of(MANIFEST), "http://127.0.0.1:1", "secret", "xoxb-1", "xapp-1")
PATHS = [route.path for route in create_app(_SETTINGS).routes if isinstance(route, Route)]


@pytest.mark.parametrize("path", [path for path in PATHS if path.startswith(("/ui/", "/control/"))])
def test_every_path_is_in_the_contract(path: str) -> None:
    assert path.partition("{")[0] in CONTRACT


def test_every_path_of_the_contract_is_there() -> None:
    named = set(re.findall(r"/(?:ui|control)/[a-z_/]*[a-z_]", CONTRACT))
    served = {path.partition("/{")[0] for path in PATHS}
    assert named - served == set()


def test_every_option_is_in_the_contract() -> None:
    options = {option for action in _parser()._actions for option in action.option_strings if option.startswith("--")}
    assert {option for option in options - {"--help"} if f"`{option}" not in CONTRACT} == set()


def test_every_id_is_in_the_contract() -> None:
    workspace = seed(Manifest.of(MANIFEST))
    ids = [*workspace.people, *workspace.groups, *(c.id for c in workspace.channels.values() if c.kind != "im")]
    assert [each for each in ids if f"`{each}`" not in CONTRACT] == []


def test_nothing_of_the_bot_is_imported() -> None:
    folder = Path(bot.playground.__file__).parent
    imported = {
        line
        for path in folder.rglob("*.py")
        for line in path.read_text(encoding="utf-8").splitlines()
        if re.match(r"\s*(from|import) bot\b", line) and not re.match(r"\s*(from|import) bot\.playground\b", line)
    }
    assert imported == set()
