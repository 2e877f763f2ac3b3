"""``docs/configuration.md`` is what the settings models say. ``python -m tests.unit.test_configuration`` writes it."""

import ast
import inspect
import json
import re
import textwrap
from collections.abc import Iterator
from datetime import time
from pathlib import Path, PurePath
from typing import Any, get_args

import pytest
from pydantic import BaseModel

from bot.config import Environment, TicketbotFile, load, tables

PAGE = Path(__file__).resolve().parents[2] / "docs" / "configuration.md"
TITLES: dict[str, type[BaseModel]] = {
    "At the top of the file": TicketbotFile,
    '`[helpdesks.NAME]`, `kind = "sirportly"`': tables.SirportlyTable,
    "`create` of a Sirportly helpdesk": tables.CreateDefaults,
    "`forward` of a Sirportly helpdesk": tables.ForwardDefaults,
    '`[helpdesks.NAME]`, `kind = "socialboards"`': tables.SocialBoardsTable,
    "`[channels.ID]`": tables.ChannelTable,
    "`[threads]`": tables.ThreadsTable,
    "`[permissions]`": tables.PermissionsTable,
    "`[times]`": tables.TimesTable,
}
HEAD = """\
# Configuration

Secrets are environment variables, everything else stands in `ticketbot.toml`. What is unknown, half set or contradicts
itself refuses to start, with the variable or the line that is wrong; `ticketbot doctor` looks at all of it.

`.env` in the working directory is read as well (`TICKETBOT_ENV_FILE` names another file), line by line `NAME=value`,
unless the environment has `SLACK_BOT_TOKEN` itself: then whoever started the process has configured it, and nothing is
mixed in. An empty variable counts as not set. `ticketbot setup` writes both files.

*This page is written from the settings themselves: `python -m tests.unit.test_configuration`.*

Ids are Slack's own, and not names: people are `U0123ABCD` (or `W…`; in their profile's menu, *Copy member ID*), user
groups `S0123ABCD` (in the group's menu, under *User groups*), channels `C0123ABCD` (channel details, at the bottom).
A helpdesk's `NAME` is what people type, as in `support:AB-123456`: a letter, then letters, digits, `-` and `_`; no word
of a command, such as `reply` or `status`.

## Environment

"""
TAIL = """\
## An example

```toml
command = "/ticket"
default_helpdesk = "support"
timezone = "Europe/London"

[helpdesks.support]
kind = "sirportly"
outgoing = "support@example.com"
create = { status = "New", priority = "Normal", department = "3", team = "1st Line Support" }
forward = { status = "New" }

[helpdesks.social]
kind = "socialboards"
unconfirmed = ["notes", "status"]
people = { adam = "31aee6af-3e38-40d9-98b1-aa2b9238f24d" }

[channels.C0SOCIAL]
helpdesk = "social"
actions = ["create", "note"]

[people]
U0ADAM = "adam"

[permissions]
forward = ["S0LEADS"]
```

See also: [Sirportly](sirportly.md), [SocialBoards](socialboards.md), [times](times.md).
"""


def page() -> str:
    """The whole page."""
    parts = [HEAD, "\n".join(_variables()), "\n\n"]
    for title, model in TITLES.items():
        parts += [f"## {title}\n\n", "\n".join(_rows(model)), "\n\n"]
    return "".join([*parts, TAIL])


def _variables() -> Iterator[str]:
    yield "| variable | meaning | default |"
    yield "|---|---|---|"
    words = _docstrings(Environment)
    for name, info in Environment.model_fields.items():
        yield f"| `{name.upper()}` | {words[name]} | {_default(info.default)} |"


def _rows(model: type[BaseModel]) -> Iterator[str]:
    yield "| setting | meaning | takes | default |"
    yield "|---|---|---|---|"
    words = _docstrings(model)
    for name, info in model.model_fields.items():
        if name not in words:
            assert _is_tables(info.annotation), f"{model.__name__}.{name} needs a docstring"
            continue
        default = "required" if info.is_required() else _default(info.default)
        takes = _takes(name, model)
        yield f"| `{name}` | {words[name]} | {takes} | {default} |"


def _docstrings(model: type[BaseModel]) -> dict[str, str]:
    """What stands below each field in the source."""
    (tree,) = ast.parse(textwrap.dedent(inspect.getsource(model))).body
    assert isinstance(tree, ast.ClassDef)
    words = {}
    for field, after in zip(tree.body, tree.body[1:], strict=False):
        if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name) and isinstance(after, ast.Expr):
            assert isinstance(after.value, ast.Constant)
            words[field.target.id] = " ".join(str(after.value.value).split()).replace("|", "\\|")
    return words


def _is_tables(annotation: Any) -> bool:
    """Whether it is a table, or tables by name: those have a section of their own."""
    parts = [annotation, *get_args(annotation)]
    return any(isinstance(part, type) and issubclass(part, BaseModel) for part in parts) or "Table" in str(annotation)


def _takes(name: str, model: type[BaseModel]) -> str:
    schema = model.model_json_schema()
    found = schema["properties"][name]
    return _shape(found, schema.get("$defs", {})).replace("|", "\\|")


def _shape(found: dict[str, Any], defs: dict[str, Any]) -> str:
    if "$ref" in found:
        return _shape(defs[found["$ref"].rpartition("/")[2]], defs) if "/" in found["$ref"] else "a table"
    if "anyOf" in found:
        return " or ".join(_shape(each, defs) for each in found["anyOf"] if each.get("type") != "null")
    if "enum" in found:
        return ", ".join(f"`{json.dumps(each)}`" for each in found["enum"])
    if "const" in found:
        return f"`{json.dumps(found['const'])}`"
    match found.get("type"):
        case "array":
            return f"a list of {_shape(found['items'], defs)}"
        case "object":
            return "a table"
        case "number" | "integer":
            least = found.get("minimum", found.get("exclusiveMinimum"))
            most = found.get("maximum", found.get("exclusiveMaximum"))
            more = "more than " if "exclusiveMinimum" in found else ""
            return f"{more}{least:g} to {most:g}" if least is not None and most is not None else "a number"
        case "boolean":
            return "`true`, `false`"
        case _:
            return {"time": "a time", "date": "a date"}.get(found.get("format", ""), "text")


def _default(value: Any) -> str:
    match value:
        case None | () | "":
            return ""
        case BaseModel() | dict():
            return ""
        case bool():
            return f"`{str(value).lower()}`"
        case PurePath() | str():
            return f"`{value}`"
        case time():
            return f"`{value.isoformat()}`"
        case frozenset():
            return ", ".join(f"`{each}`" for each in sorted(value))
        case _:
            return f"`{value:g}`" if isinstance(value, float) else f"`{value}`"


def test_the_page_is_what_the_settings_say() -> None:
    """A setting that changes shows here first; the module's docstring says how to write it anew."""
    assert PAGE.read_text(encoding="utf-8") == page()


def test_every_table_has_a_section() -> None:
    """No model is forgotten."""
    models = {each for each in vars(tables).values() if isinstance(each, type) and issubclass(each, tables._Table)} - {
        tables._Table
    }

    assert models == set(TITLES.values())


@pytest.mark.parametrize("page", ["configuration.md", "sirportly.md", "socialboards.md", "install.md"])
def test_examples_are_taken(page: str, tmp_path: Path) -> None:
    """Every TOML on these pages is a configuration."""
    examples = re.findall(r"```toml\n(.*?)```", (PAGE.parent / page).read_text(encoding="utf-8"), re.DOTALL)
    for number, example in enumerate(examples):
        file = tmp_path / f"{number}.toml"
        file.write_text(example, encoding="utf-8")
        load(
            {
                "SLACK_BOT_TOKEN": "xoxb-1", "SLACK_SIGNING_SECRET": "s", "TICKETBOT_CONFIG": str(file),
                "SIRPORTLY_URL": "https://a.example", "SIRPORTLY_TOKEN": "t", "SIRPORTLY_SECRET": "s",
                "SOCIALBOARDS_URL": "https://b.example", "SOCIALBOARDS_CLIENT_ID": "c",
                "SOCIALBOARDS_REFRESH_TOKEN": "r",
            }
        )  # fmt: skip


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
