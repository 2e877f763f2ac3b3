"""The Slack app's manifest, as it is shipped, and the link that makes an app of it."""

import json
from copy import deepcopy
from pathlib import Path
from typing import Any
from urllib.parse import quote

EXAMPLE = "https://ticketbot.example.com"
_PACKAGE = Path(__file__).resolve().parents[1]


def shipped() -> dict[str, Any] | None:
    """The manifest: beside the package in a checkout, inside it when installed; None where neither has it."""
    for path in (_PACKAGE.parent / "manifest.json", _PACKAGE / "playground" / "manifest.json"):
        if path.is_file():
            found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
            return found
    return None


def scopes(manifest: dict[str, Any]) -> frozenset[str]:
    """What the bot's token has to be allowed."""
    return frozenset(manifest["oauth_config"]["scopes"]["bot"])


def adapted(manifest: dict[str, Any], *, url: str | None, command: str) -> dict[str, Any]:
    """The manifest for one installation: its public address, or without one Socket Mode; and its command."""
    own = deepcopy(manifest)
    for slash in own["features"]["slash_commands"]:
        slash["command"] = command
    if url is not None:
        text = json.dumps(own).replace(EXAMPLE, url.rstrip("/"))
        replaced: dict[str, Any] = json.loads(text)
        return replaced
    settings = own["settings"]
    settings["socket_mode_enabled"] = True
    for slash in own["features"]["slash_commands"]:
        slash.pop("url", None)
    settings["event_subscriptions"].pop("request_url", None)
    for name in ("request_url", "message_menu_options_url"):
        settings["interactivity"].pop(name, None)
    return own


def link(manifest: dict[str, Any]) -> str:
    """The address at which Slack offers to make that app.

    docs.slack.dev/app-manifests/configuring-apps-with-app-manifests, "Sharing manifests".
    """
    return "https://api.slack.com/apps?new_app=1&manifest_json=" + quote(
        json.dumps(manifest, separators=(",", ":")), safe=""
    )
