"""The app's manifest, as far as a workspace acts upon it.

Source of the fields: Slack's published manifest schema (docs.slack.dev/reference/app-manifest).
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from bot.playground.shapes import JSON


@dataclass(frozen=True)
class Command:
    """A slash command that the app declares."""

    command: str
    description: str
    usage_hint: str
    url: str | None
    should_escape: bool


@dataclass(frozen=True)
class Shortcut:
    """A global or message shortcut that the app declares; ``type`` is ``global`` or ``message``."""

    type: str
    name: str
    callback_id: str
    description: str


@dataclass(frozen=True)
class Manifest:
    """What an app asked for when it was installed. What is not in here does not happen."""

    name: str
    bot_name: str
    commands: dict[str, Command]
    shortcuts: tuple[Shortcut, ...]
    scopes: frozenset[str]
    events: frozenset[str]
    unfurl_domains: tuple[str, ...]
    home_tab: bool
    messages_tab: bool
    messages_read_only: bool
    interactivity: bool
    interactivity_url: str | None
    options_url: str | None
    events_url: str | None
    socket_mode: bool

    @classmethod
    def of(cls, source: JSON) -> "Manifest":
        """The manifest in a parsed document; raises ``ValueError`` when it is not one."""
        if not isinstance(source.get("display_information"), dict):
            raise ValueError("this is no app manifest: display_information is missing")
        features, settings = source.get("features") or {}, source.get("settings") or {}
        home, bot = features.get("app_home") or {}, features.get("bot_user") or {}
        interactivity = settings.get("interactivity") or {}
        events = settings.get("event_subscriptions") or {}
        scopes = ((source.get("oauth_config") or {}).get("scopes") or {}).get("bot") or []
        name = str(source["display_information"].get("name", "App"))
        return cls(
            name=name,
            bot_name=str(bot.get("display_name", name)),
            commands={each["command"]: _command(each) for each in features.get("slash_commands") or []},
            shortcuts=tuple(_shortcut(each) for each in features.get("shortcuts") or []),
            scopes=frozenset(scopes),
            events=frozenset(events.get("bot_events") or []),
            unfurl_domains=tuple(features.get("unfurl_domains") or []),
            home_tab=bool(home.get("home_tab_enabled", False)),
            # Slack's own default for an app without the section is a Messages tab that people cannot write in.
            messages_tab=bool(home.get("messages_tab_enabled", True)),
            messages_read_only=bool(home.get("messages_tab_read_only_enabled", not home)),
            interactivity=bool(interactivity.get("is_enabled", False)),
            interactivity_url=interactivity.get("request_url"),
            options_url=interactivity.get("message_menu_options_url"),
            events_url=events.get("request_url"),
            socket_mode=bool(settings.get("socket_mode_enabled", False)),
        )

    @classmethod
    def read(cls, path: Path) -> "Manifest":
        """The manifest in a JSON or YAML file; raises ``ValueError`` or ``OSError``."""
        text = path.read_text(encoding="utf-8")
        document: Any
        if path.suffix in {".yaml", ".yml"}:
            import yaml  # only who keeps a YAML manifest needs it

            document = yaml.safe_load(text)
        else:
            document = json.loads(text)
        if not isinstance(document, dict):
            raise ValueError(f"{path} is no app manifest")
        return cls.of(document)

    def unfurls(self, url: str) -> str | None:
        """The declared domain that ``url`` belongs to, if any: the domain itself or anything under it."""
        host = urlsplit(url).hostname or ""
        return next((d for d in self.unfurl_domains if host == d or host.endswith("." + d)), None)


def _command(source: JSON) -> Command:
    return Command(
        command=str(source["command"]),
        description=str(source.get("description", "")),
        usage_hint=str(source.get("usage_hint", "")),
        url=source.get("url"),
        should_escape=bool(source.get("should_escape", False)),
    )


def _shortcut(source: JSON) -> Shortcut:
    return Shortcut(
        type=str(source["type"]),
        name=str(source["name"]),
        callback_id=str(source["callback_id"]),
        description=str(source.get("description", "")),
    )
