"""A playground, and a client of all its doors."""

import copy
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
from starlette.applications import Starlette

from bot.playground.app import create_app
from bot.playground.manifest import Manifest
from bot.playground.playground import Playground
from bot.playground.settings import Settings
from tests.playground.slack.recorder import SECRET
from tests.playground.slack.served import address, listener, serving

BOT_TOKEN, APP_TOKEN = "xoxb-1-2-abc", "xapp-1-A0-def"

SCOPES = [
    *("bookmarks:write", "bookmarks:read", "channels:history", "channels:join", "channels:manage", "channels:read"),
    *("chat:write", "chat:write.customize", "commands", "emoji:read", "files:read", "files:write", "groups:history"),
    *("groups:read", "groups:write", "im:history", "im:read", "im:write", "links:read", "links:write", "mpim:history"),
    *(
        "mpim:read",
        "mpim:write",
        "pins:read",
        "pins:write",
        "reactions:read",
        "reactions:write",
        "team:read",
        "usergroups:read",
    ),
    *("users.profile:read", "users:read", "users:read.email", "app_mentions:read"),
]
EVENTS = [
    *("app_home_opened", "app_mention", "app_uninstalled", "link_shared", "member_joined_channel", "message.channels"),
    *("message.groups", "message.im", "message.mpim", "reaction_added", "reaction_removed", "tokens_revoked"),
    *("user_change", "channel_archive"),
]
MANIFEST: dict[str, Any] = {
    "display_information": {"name": "Testbot"},
    "features": {
        "app_home": {
            "home_tab_enabled": True,
            "messages_tab_enabled": True,
            "messages_tab_read_only_enabled": False,
        },
        "bot_user": {"display_name": "Testbot"},
        "slash_commands": [
            {"command": "/ticket", "description": "Tickets", "usage_hint": "[create]", "should_escape": True},
            {"command": "/raw", "description": "As typed"},
        ],
        "shortcuts": [
            {"type": "global", "name": "New ticket", "callback_id": "new_ticket", "description": "Open the form"},
            {"type": "message", "name": "Make a ticket", "callback_id": "from_message", "description": "Of this"},
        ],
        "unfurl_domains": ["tickets.example"],
    },
    "oauth_config": {"scopes": {"bot": SCOPES}},
    "settings": {
        "interactivity": {"is_enabled": True, "request_url": "http://127.0.0.1:1/"},
        "event_subscriptions": {"request_url": "http://127.0.0.1:1/", "bot_events": EVENTS},
    },
}


def without(*, scopes: tuple[str, ...] = (), events: tuple[str, ...] = ()) -> dict[str, Any]:
    """The manifest without some of what it asks for."""
    manifest = copy.deepcopy(MANIFEST)
    manifest["oauth_config"]["scopes"]["bot"] = [each for each in SCOPES if each not in scopes]
    manifest["settings"]["event_subscriptions"]["bot_events"] = [each for each in EVENTS if each not in events]
    return manifest


class Workspace(httpx.Client):
    """All doors of one playground."""

    playground: Playground

    def api(self, method: str, token: str | None = BOT_TOKEN, **arguments: Any) -> dict[str, Any]:
        """Call a Web API method with a JSON body; the answer must have status 200."""
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        response = self.post(f"/api/{method}", json=arguments, headers=headers)
        assert response.status_code == 200, response.text
        answer: dict[str, Any] = response.json()
        return answer

    def done(self, method: str, **arguments: Any) -> dict[str, Any]:
        """Call a method that must work."""
        answer = self.api(method, **arguments)
        assert answer["ok"], answer
        return answer

    def ui(self, verb: str, person: str = "U0ADAM", **body: Any) -> dict[str, Any]:
        """Act as a person; what they do must work."""
        response = self.post(f"/ui/{verb}", json={"as": person, **body})
        answer: dict[str, Any] = response.json()
        assert answer["ok"], answer
        return answer

    def refused(self, verb: str, person: str = "U0ADAM", **body: Any) -> str:
        """Act as a person; what they do must be refused. Returns the error."""
        response = self.post(f"/ui/{verb}", json={"as": person, **body})
        assert response.status_code in (400, 404), response.text
        error: str = response.json()["error"]
        return error

    def state(self, person: str = "U0ADAM") -> dict[str, Any]:
        """What a person sees."""
        seen: dict[str, Any] = self.get("/ui/state", params={"as": person}).json()
        return seen

    def control(self, path: str, **body: Any) -> dict[str, Any]:
        """Use the control API."""
        response = self.post(f"/control/{path}", json=body)
        assert response.status_code == 200, response.text
        answer: dict[str, Any] = response.json()
        return answer

    def idle(self) -> None:
        """Wait until nothing is being delivered."""
        assert self.control("idle")["idle"]

    def log(self, **query: Any) -> list[dict[str, Any]]:
        """The journal."""
        entries: list[dict[str, Any]] = self.get("/control/log", params=query).json()["entries"]
        return entries

    def texts(self, channel: str = "C0SUPPORT", person: str = "U0ADAM") -> list[str]:
        """What the messages of a channel say."""
        return [each["text"] for each in self.state(person)["messages"][channel]]


@contextmanager
def playing(
    request_url: str | None = None, manifest: dict[str, Any] | None = None, **options: Any
) -> Iterator[Workspace]:
    """A playground of its own, with rate limits off unless a test asks for them."""
    taken = listener()
    settings = Settings(
        manifest=Manifest.of(manifest or MANIFEST),
        base_url=address(taken),
        signing_secret=SECRET,
        bot_token=BOT_TOKEN,
        app_token=APP_TOKEN,
        request_url=request_url,
        **{"speed": "off", **options},
    )
    application: Starlette = create_app(settings)
    with serving(application, taken), Workspace(base_url=address(taken), timeout=20, trust_env=False) as workspace:
        workspace.playground = application.state.playground
        yield workspace
