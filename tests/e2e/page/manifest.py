"""The manifest of the app that the page is tested with."""

from typing import Any

COMMANDS = {
    "/fill": ("Fill in every kind of field", "[subject]"),
    "/card": ("Post a card with buttons", ""),
    "/whisper": ("Answer so that only you see it", "[words]"),
    "/sleep": ("Answer too late", ""),
    "/told": ("Open a form that tells of every change", ""),
    "/gallery": ("Post every kind of block", ""),
}
SCOPES = (
    "commands chat:write chat:write.public app_mentions:read channels:history groups:history im:history channels:read "
    "groups:read im:read im:write users:read reactions:read reactions:write files:read"
)
EVENTS = ("app_home_opened", "message.channels", "message.groups", "message.im", "reaction_added")

MANIFEST: dict[str, Any] = {
    "display_information": {"name": "Clerk", "description": "Tries out the page"},
    "features": {
        "app_home": {"home_tab_enabled": True, "messages_tab_enabled": True, "messages_tab_read_only_enabled": False},
        "bot_user": {"display_name": "Clerk", "always_online": True},
        "shortcuts": [
            {"name": "New note", "type": "global", "callback_id": "new_note", "description": "Write a note"},
            {"name": "Keep as note", "type": "message", "callback_id": "keep", "description": "Keep this message"},
        ],
        "slash_commands": [
            {
                "command": command,
                "url": "https://example.com/slack/events",
                "description": description,
                **({"usage_hint": hint} if hint else {}),
                "should_escape": False,
            }
            for command, (description, hint) in COMMANDS.items()
        ],
    },
    "oauth_config": {"scopes": {"bot": SCOPES.split()}},
    "settings": {
        "event_subscriptions": {"request_url": "https://example.com/slack/events", "bot_events": list(EVENTS)},
        "interactivity": {
            "is_enabled": True,
            "request_url": "https://example.com/slack/events",
            "message_menu_options_url": "https://example.com/slack/events",
        },
        "org_deploy_enabled": False,
        "socket_mode_enabled": False,
        "token_rotation_enabled": False,
    },
}
