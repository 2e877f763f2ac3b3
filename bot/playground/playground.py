"""One local workspace with one app installed in it: everything that its doors (Web API, page, control) act upon."""

import asyncio

from bot.playground.changes import Changes
from bot.playground.clock import Clock
from bot.playground.commands import Commands
from bot.playground.courier_http import HttpCourier
from bot.playground.deliveries import Deliveries
from bot.playground.errors import SlackError
from bot.playground.events import Events
from bot.playground.faults import Faults
from bot.playground.interactions import Interactions
from bot.playground.journal import Journal
from bot.playground.keeping import keep, load
from bot.playground.messages import Messages
from bot.playground.modals import Modals
from bot.playground.places import Places
from bot.playground.rates import FAST, Rates
from bot.playground.response_urls import ResponseUrls
from bot.playground.seed import seed
from bot.playground.settings import Settings, Speed
from bot.playground.shapes import JSON
from bot.playground.socketmode import SocketMode
from bot.playground.store import APP, BOT, BOT_USER, Channel, Workspace
from bot.playground.submissions import Submissions
from bot.playground.triggers import Triggers


class Playground:
    """The workspace and what belongs to it."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.clock = Clock()
        self.changes = Changes()
        self.journal = Journal(self.clock, self.changes)
        self.faults = Faults()
        self.rates = Rates(self.clock, settings.speed)
        self.workspace: Workspace = seed(settings.manifest)
        self.triggers = Triggers(self.clock, settings.trigger_errors)
        self.http = HttpCourier(settings.signing_secret, self.clock)
        self.socket = SocketMode(self.clock, on_change=self.app_changed)
        courier = self.socket if settings.socket_mode else self.http
        self.deliveries = Deliveries(courier, self.clock, self.journal, self.faults, settings.ack_seconds)
        self.deliveries.event_url = settings.request_url or settings.manifest.events_url
        self.events = Events(settings.manifest, self.workspace, self.clock, self.deliveries)
        self.messages = Messages(self.workspace, self.clock, self.changes, self.events)
        self.modals = Modals(self.workspace, self.clock, self.changes)
        self.response_urls = ResponseUrls(settings.base_url, self.clock)
        self.commands = Commands(self)
        self.interactions = Interactions(self)
        self.submissions = Submissions(self)
        self.places = Places(self)
        self._keeping: asyncio.Task[None] | None = None
        self.set_speed(settings.speed)

    def set_speed(self, speed: Speed) -> None:
        """How strictly time is kept: ``real``, ``fast`` or ``off``."""
        self.rates.speed = speed
        self.deliveries.retry_scale = 1.0 if speed == "real" else 1 / FAST

    async def start(self) -> None:
        """Open what has to be open before the first request."""
        await self.socket.start()
        if self.settings.db is not None:
            load(self.settings.db, self.workspace)
            self._keeping = asyncio.create_task(keep(self.settings.db, self.workspace, lambda: self.changes.seq))

    async def stop(self) -> None:
        """Close everything; what is being delivered is dropped."""
        if self._keeping is not None:
            self._keeping.cancel()
            await asyncio.gather(self._keeping, return_exceptions=True)
        await self.deliveries.stop()
        await self.socket.stop()
        await self.http.close()

    async def reset(self) -> None:
        """Back to the seed."""
        await self.deliveries.stop()
        vars(self.workspace).update(vars(seed(self.settings.manifest)))
        for each in (self.faults, self.rates, self.triggers, self.response_urls, self.journal):
            each.clear()
        self.clock.reset()
        self.set_speed(self.settings.speed)
        self.changes.publish("reset")

    # What several methods share

    def need_scope(self, *any_of: str) -> None:
        """Raise ``missing_scope`` unless the manifest has one of these scopes."""
        provided = self.settings.manifest.scopes
        if any_of and provided.isdisjoint(any_of):
            raise SlackError("missing_scope", needed=any_of[0], provided=",".join(sorted(provided)))

    def has_scope(self, scope: str) -> bool:
        """Whether the manifest has the scope."""
        return scope in self.settings.manifest.scopes

    def channel(self, channel_id: str) -> Channel:
        """The channel, if the app may know of it; else ``channel_not_found``."""
        channel = self.workspace.channels.get(channel_id)
        if channel is None or (channel.kind != "public" and BOT_USER not in channel.members):
            raise SlackError("channel_not_found")
        return channel

    def app(self) -> JSON:
        """The app as the page shows it."""
        manifest = self.settings.manifest
        return {
            "id": APP,
            "name": manifest.name,
            "bot_user_id": BOT_USER,
            "bot_id": BOT,
            "home_tab": manifest.home_tab,
            "messages_tab": manifest.messages_tab,
            "messages_tab_read_only": manifest.messages_read_only,
            "commands": [
                {"command": each.command, "description": each.description, "usage_hint": each.usage_hint}
                for each in manifest.commands.values()
            ],
            "shortcuts": [
                {"type": each.type, "name": each.name, "callback_id": each.callback_id, "description": each.description}
                for each in manifest.shortcuts
            ],
            "delivery": "socket" if self.settings.socket_mode else "http",
            "connections": self.socket.count,
        }

    def app_changed(self) -> None:
        """Tell the pages that the app connected or disconnected."""
        self.changes.publish("app", app=self.app())
