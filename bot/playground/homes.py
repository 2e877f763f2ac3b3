"""Opening the app's own conversation: its Home and Messages tabs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.playground import payloads
from bot.playground.errors import PageError
from bot.playground.modals import shown
from bot.playground.shapes import JSON
from bot.playground.store import BOT_USER, Person
from bot.playground.values import state_values

if TYPE_CHECKING:
    from bot.playground.playground import Playground


def open_home(playground: Playground, person: Person, tab: str) -> JSON:
    """Open a tab, which tells the app so; answers the Home view as it is."""
    manifest = playground.settings.manifest
    if tab not in ("home", "messages") or not (manifest.home_tab if tab == "home" else manifest.messages_tab):
        raise PageError("no_such_tab", "The app has no such tab.")
    channel = playground.places.direct([person.id, BOT_USER])
    view = playground.workspace.homes.get(person.id)
    event: JSON = {
        "type": "app_home_opened",
        "user": person.id,
        "channel": channel.id,
        "tab": tab,
        "event_ts": playground.messages.stamp(),
    }
    if view is not None and tab == "home":
        state = state_values(view.content["blocks"], view.values)
        event["view"] = payloads.view_payload(view, full=playground.settings.full_payloads, state=state)
    playground.events.emit(event, channel=channel)
    return {"view": shown(view) if view is not None else None}
