"""The README's tables are what the code says. ``python -m tests.unit.test_docs`` rewrites them."""

import re
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import pytest

from bot.actions import ACTIONS
from bot.actions.commands import KEYS, VERBS, Reads
from bot.config import Environment
from bot.grammar import parse
from bot.helpdesk import Helpdesk
from bot.helpdesk.sirportly import Sirportly, SirportlySettings
from bot.helpdesk.socialboards import UNCONFIRMED, SocialBoards, SocialBoardsSettings

README = Path(__file__).resolve().parents[2] / "README.md"


def commands() -> Iterator[str]:
    yield "| command | what it does | for example |"
    yield "|---|---|---|"
    for verb in VERBS.values():
        yield f"| `{_cell(verb.usage)}` | {verb.summary} | `/ticket {_cell(verb.example)}` |"


def keys() -> Iterator[str]:
    yield "| key | also | with |"
    yield "|---|---|---|"
    for key in KEYS.values():
        name = "custom.NAME" if key.reads is Reads.CUSTOM else key.name
        also = ", ".join(f"`{word}`" for word in key.also)
        verbs = ", ".join(verb for verb in VERBS if verb in key.verbs)
        yield f"| `{name}:{_cell(key.hint)}` | {also} | {verbs} |"


def capabilities() -> Iterator[str]:
    yield "| action | Sirportly | SocialBoards |"
    yield "|---|---|---|"
    desks = _desks()
    for action in ACTIONS:
        kind = action.model_fields["kind"].default
        yield f"| {kind} | " + " | ".join(_can(desk, kind) for desk in desks) + " |"


def _desks() -> list[Helpdesk]:
    confirmed = SocialBoardsSettings(url="http://x", client_id="c", refresh_token="r", unconfirmed=UNCONFIRMED)
    return [
        Sirportly("a", SirportlySettings(url="http://x", token="t", secret="s"), fetch=_fetch),
        SocialBoards("b", confirmed),
    ]


async def _fetch(url: str) -> AsyncIterator[bytes]:
    yield url.encode()


def _can(desk: Helpdesk, kind: str) -> str:
    if kind not in desk.capabilities:
        return "no"
    fields = ", ".join(sorted(name.replace("_", " ") for name in desk.capabilities[kind]))
    kept = "kept by the bot; " if kind in desk.bot_keeps else ""
    return f"{kept}{fields}"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


TABLES: dict[str, Callable[[], Iterator[str]]] = {"commands": commands, "keys": keys, "capabilities": capabilities}


def _between(text: str, name: str) -> str:
    found = re.search(rf"<!-- {name} -->\n(.*?)\n?<!-- /{name} -->", text, re.DOTALL)
    assert found, f"README.md has no part «{name}»"
    return found[1]


@pytest.mark.parametrize("name", TABLES)
def test_tables_are_what_the_code_says(name: str) -> None:
    """A verb, key or capability that changes shows here first."""
    assert _between(README.read_text(encoding="utf-8"), name).splitlines() == list(TABLES[name]())


def test_every_variable_is_documented() -> None:
    """Every environment variable that is read stands in the README, and no other."""
    table = _between(README.read_text(encoding="utf-8"), "environment")
    documented = set(re.findall(r"`([A-Z][A-Z_]+)`", "\n".join(line.split("|")[1] for line in table.splitlines())))

    assert documented == {name.upper() for name in Environment.model_fields}


def test_lines_of_the_readme_parse() -> None:
    """Every `/ticket …` in the README is a command."""
    for line in re.findall(r"/ticket ([^`\n]+?)(?:`|\n)", README.read_text(encoding="utf-8")):
        parse(line.replace("\\|", "|"))


if __name__ == "__main__":
    text = README.read_text(encoding="utf-8")
    for part, rows in TABLES.items():
        text = text.replace(_between(text, part), "\n".join(rows()))
    README.write_text(text, encoding="utf-8")
