"""The guides in ``docs/`` say what is so: commands, links, scopes, methods, and words that can be searched for."""

import json
import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

from bot.__main__ import app

ROOT = Path(__file__).resolve().parents[2]
GUIDES = {
    name: (ROOT / "docs" / f"{name}.md").read_text(encoding="utf-8")
    for name in (
        "install", "sirportly", "socialboards", "configuration", "deploying", "capacity", "troubleshooting", "security",
    )
}  # fmt: skip
LATER = frozenset({"benchmarks.md"})
"""Pages that the guides point to and that are written from measurements."""


@pytest.mark.parametrize("name", GUIDES)
def test_links_lead_somewhere(name: str) -> None:
    """To a file that is there."""
    for target in re.findall(r"\]\((?!https?:)([^)#]+)", GUIDES[name]):
        assert target in LATER or (ROOT / "docs" / target).is_file(), target


def commands() -> Iterator[str]:
    """Every line of ticketbot's command line in the guides."""
    for text in GUIDES.values():
        for line in re.findall(r"(?:^|`|/bin/|&& |\s)ticketbot ([a-z][^`\n#]*)", text, re.MULTILINE):
            yield line.strip()


@pytest.mark.parametrize("line", sorted(set(commands())))
def test_commands_are_taken(line: str) -> None:
    """With the options that are shown."""
    command: Any = get_command(app)
    words = [word for word in shlex.split(line) if word != "\\"]
    while hasattr(command, "commands"):
        if words[0] not in command.commands:
            pytest.skip(f"«{line}» is about the bot and no command of it") if words[0] not in _WORDS else None
        command = command.commands[words.pop(0)]
    if not words or "ID" in words or words[-1] == "--ticket":
        return  # named, and not called
    command.make_parser(command.make_context("x", [], resilient_parsing=True)).parse_args(words)


_WORDS = frozenset({"doctor", "setup", "serve", "work", "ledger", "people", "actions", "demo"})


def test_every_scope_has_its_reason() -> None:
    """Those of the manifest, and no other."""
    manifest = json.loads((ROOT / "manifest.json").read_text(encoding="utf-8"))
    table = "\n".join(line.split("|")[1] for line in GUIDES["install"].splitlines() if line.startswith("| `"))

    assert set(re.findall(r"`([\w:.]+)`", table)) == set(manifest["oauth_config"]["scopes"]["bot"])


def test_every_method_that_is_called_is_named() -> None:
    """So that a token can be restricted to them."""
    source = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "bot/helpdesk/sirportly").glob("*.py"))
    called = set(re.findall(r'"(?:/api/v2/)?((?:tickets|ticket_updates|users|contacts|objects)/[a-z_]+)"', source))
    named = set(re.findall(r"`((?:tickets|ticket_updates|users|contacts)/\w+)`", GUIDES["sirportly"]))

    assert {method for method in called if not method.startswith("objects/")} == named
    assert "`objects/*`" in GUIDES["sirportly"]


def quotes() -> list[str]:
    """What the guide on troubles quotes of the bot's words."""
    return re.findall(r"^> (.+)$", GUIDES["troubleshooting"], re.MULTILINE)


@pytest.mark.parametrize("quote", quotes())
def test_what_is_quoted_is_said(quote: str, source: str) -> None:
    """Whoever searches for a message finds it; «…» stands for what differs."""
    parts = [part.strip(" :") for part in re.split(r"\s?… ?|\(pid …\)", quote) if part.strip(" :,.")]
    if quote.startswith("SLACK_BOT_TOKEN"):
        parts = [quote]
    for part in parts:
        assert _plain(part) in source, part


@pytest.fixture(scope="module")
def source() -> str:
    """Every text in the bot's source, pieces that stand beside each other joined."""
    text = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "bot").rglob("*.py"))
    joined = re.sub(r'"\s*\n\s*f?"', "", text)
    return _plain(re.sub(r"\{[^{}\"\n]*\}", "", joined))


def _plain(text: str) -> str:
    return " ".join(re.sub(r"[*_`\\]", "", text).split())
