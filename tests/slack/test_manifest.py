"""The manifest declares what the bot listens to and calls: exactly that, so that nobody grants more than is used."""

import ast
import inspect
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, get_type_hints

import jsonschema
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.config import TicketbotFile
from bot.playground.methods import METHODS
from bot.slack.listeners import Listeners
from tests.shared import SHARED, needs_shared

ROOT = Path(__file__).resolve().parents[2]
MANIFEST = json.loads((ROOT / "manifest.json").read_text(encoding="utf-8"))
SOURCES = [each for each in sorted((ROOT / "bot").rglob("*.py")) if "playground" not in each.parts]

MESSAGES = {"message.channels", "message.groups", "message.im", "message.mpim"}
"""Of which conversations the bot hears messages: those that it does something with."""

_HISTORY = frozenset({"channels:history", "groups:history", "im:history", "mpim:history"})
_INFO = frozenset({"channels:read", "groups:read", "im:read", "mpim:read"})
"""Of direct messages it is asked with whom they are: that may be somebody of another organisation."""
SCOPES: dict[str, frozenset[str]] = {
    "apps.connections.open": frozenset(),  # of an app-level token: connections:write is not in a manifest
    "auth.test": frozenset(),
    "chat.delete": frozenset({"chat:write"}),
    "chat.getPermalink": frozenset(),
    "chat.postEphemeral": frozenset({"chat:write"}),
    "chat.postMessage": frozenset({"chat:write", "chat:write.public"}),  # results go where the bot is no member, too
    "chat.update": frozenset({"chat:write"}),
    "conversations.history": _HISTORY,
    "conversations.info": _INFO,
    "conversations.open": frozenset({"im:write"}),  # with one person at a time
    "conversations.replies": _HISTORY,
    "files.completeUploadExternal": frozenset({"files:write"}),
    "files.getUploadURLExternal": frozenset({"files:write"}),
    "files.info": frozenset({"files:read"}),
    "reactions.add": frozenset({"reactions:write"}),
    "reactions.get": frozenset({"reactions:read"}),
    "reactions.remove": frozenset({"reactions:write"}),
    "usergroups.list": frozenset({"usergroups:read"}),
    "usergroups.users.list": frozenset({"usergroups:read"}),
    "users.info": frozenset({"users:read"}),
    "views.open": frozenset(),
    "views.publish": frozenset(),
    "views.update": frozenset(),
}
"""Method to the scopes it takes for what the bot does with it (docs.slack.dev/reference/methods/…)."""
OF_EVENTS = {
    "app_home_opened": None,
    "app_mention": "app_mentions:read",
    "message.channels": "channels:history",
    "message.groups": "groups:history",
    "message.im": "im:history",
    "message.mpim": "mpim:history",
    "reaction_added": "reactions:read",
    "reaction_removed": "reactions:read",
    "subteam_members_changed": "usergroups:read",
    "subteam_updated": "usergroups:read",
    "user_change": "users:read",
}
"""Event to the scope it takes (docs.slack.dev/reference/events/…)."""
OF_WORDS = {"url_private": "files:read", "email": "users:read.email", "icon_url": "chat:write.customize"}
"""What is read of Slack's answers to the scope without which it is not there."""


class Registered:
    """Stands where Bolt's app stands, and writes down what is listened to."""

    def __init__(self) -> None:
        self.kinds: dict[str, list[Any]] = {}

    def __getattr__(self, kind: str) -> Callable[..., Any]:
        def listen(what: Any) -> Callable[[Any], Any]:
            self.kinds.setdefault(kind, []).append(what)
            return lambda listener: listener

        return listen

    def names(self, kind: str) -> set[str]:
        """What is listened to by its name; a pattern that takes anything is there so that nothing is repeated."""
        return {each for each in self.kinds.get(kind, ()) if isinstance(each, str)}

    def patterns(self, kind: str) -> set[str]:
        """The patterns that take something in particular."""
        return {each.pattern for each in self.kinds.get(kind, ()) if isinstance(each, re.Pattern)} - {".*"}


@pytest.fixture(scope="module")
def registered() -> Registered:
    """What the listeners register; they need nothing for that."""
    parts = get_type_hints(Listeners.__init__)
    whole = {
        name: parts[name].__new__(parts[name]) if hasattr(parts.get(name), "register") else None
        for name in inspect.signature(Listeners).parameters
    }
    app = Registered()
    Listeners(**whole).register(app, TicketbotFile().command)  # type: ignore[arg-type]  # it is asked for nothing else
    return app


def test_commands(registered: Registered) -> None:
    """The one that is listened to unless another is configured."""
    assert registered.names("command") == {each["command"] for each in MANIFEST["features"]["slash_commands"]}


def test_shortcuts(registered: Registered) -> None:
    """The same ids, five on messages at most, names of 24 characters at most."""
    shortcuts = MANIFEST["features"]["shortcuts"]

    assert registered.names("shortcut") == {each["callback_id"] for each in shortcuts}
    assert len({each["callback_id"] for each in shortcuts}) == len(shortcuts)
    assert sum(each["type"] == "message" for each in shortcuts) <= 5
    assert all(len(each["name"]) <= 24 for each in shortcuts)


def test_events(registered: Registered) -> None:
    """Each that is listened to is subscribed to, and no other; by name, so that none hides behind a pattern."""
    subscribed = set(MANIFEST["settings"]["event_subscriptions"]["bot_events"])

    assert registered.patterns("event") == set()
    assert registered.names("event") == {each.partition(".")[0] for each in subscribed}
    assert {each for each in subscribed if each.startswith("message.")} == MESSAGES
    assert len(MANIFEST["settings"]["event_subscriptions"]["bot_events"]) == len(subscribed)


def test_interactivity(registered: Registered) -> None:
    """Buttons, forms and menus that ask have somewhere to go, and a Home is there because it is published."""
    settings = MANIFEST["settings"]["interactivity"]
    pressed = registered.patterns("action") | registered.names("view") | registered.names("shortcut")

    assert settings["is_enabled"] is bool(pressed)
    assert ("request_url" in settings) is bool(pressed)
    assert ("message_menu_options_url" in settings) is bool(registered.patterns("options"))
    assert MANIFEST["features"]["app_home"]["home_tab_enabled"] is ("app_home_opened" in registered.names("event"))
    assert MANIFEST["features"]["app_home"]["messages_tab_read_only_enabled"] is ("message.im" not in MESSAGES)


def _tree() -> Iterator[tuple[Path, ast.AST]]:
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            yield path, node


def _called() -> dict[str, set[str]]:
    """The Web API methods that the sources name, and where: as the client's methods, or in words."""
    every = {name: name.replace("_", ".") for name in dir(AsyncWebClient) if "_" in name.strip("_")}
    found: dict[str, set[str]] = {}
    for path, node in _tree():
        name = None
        if isinstance(node, ast.Attribute) and "client" in ast.unparse(node.value):
            name = every.get(node.attr)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            name = node.value if node.value in every.values() else None
        if name is not None and name != "api.call":
            found.setdefault(name, set()).add(path.relative_to(ROOT).as_posix())
    return found


def test_scopes() -> None:
    """Those of the methods called, of the events subscribed to, and of what is read: no more, no fewer."""
    called = _called()
    assert len(called) > 10  # something was found at all
    assert not {method: where for method, where in called.items() if method not in SCOPES}, "say which scopes it takes"
    needed = {scope for method in called for scope in SCOPES[method]}
    subscribed = MANIFEST["settings"]["event_subscriptions"]["bot_events"]
    assert not set(subscribed) - set(OF_EVENTS), "say which scope it takes"
    needed |= {OF_EVENTS[each] or "" for each in subscribed}
    words = {node.value for _, node in _tree() if isinstance(node, ast.Constant)}
    needed |= {scope for word, scope in OF_WORDS.items() if word in words}
    needed |= {"commands"} if MANIFEST["features"]["slash_commands"] or MANIFEST["features"]["shortcuts"] else set()

    scopes = MANIFEST["oauth_config"]["scopes"]["bot"]
    assert set(scopes) == needed - {""}
    assert len(scopes) == len(set(scopes))


def test_the_local_workspace_takes_the_same_scopes() -> None:
    """It was written from the same documents by itself: one of its scopes is enough, and ours are among them."""
    for method, scopes in SCOPES.items():
        if method in METHODS and METHODS[method].scopes:
            assert scopes - {"chat:write.public"} <= set(METHODS[method].scopes), method


@needs_shared
def test_the_manifest_is_valid() -> None:
    """By Slack's own schema."""
    schema = json.loads((SHARED / "slack" / "manifest.schema.json").read_text(encoding="utf-8"))

    assert list(jsonschema.Draft7Validator(schema).iter_errors(MANIFEST)) == []
