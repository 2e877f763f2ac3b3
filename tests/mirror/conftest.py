"""A ledger on both databases, a helpdesk that says what it is told to, and a thread that notes what it hears."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.actions import Ticket
from bot.errors import TicketNotFound, Unavailable
from bot.helpdesk import Change, Changes, Helpdesk
from bot.ledger import Claim, Entry, Ledger, NewEntry, Perform, Settle, Settlement
from bot.mirror.links import Link, Thread, linking
from bot.mirror.looking import MIRRORED, Looking
from bot.mirror.policy import ChannelPolicy, Policies
from bot.mirror.tellings import Telling
from bot.outcomes import Scheduled, TicketView, Update
from tests.ledger.conftest import settled, working

TICKET = Ticket(helpdesk="support", ref="AB-1")
SUPPORT, SHARED, INTERNAL = "C0SUPPORT", "C0SHARED", "C0INTERNAL"


class Scripted(Helpdesk):
    """A helpdesk with one ticket."""

    vendor = "Scripted"
    settle_after = 25.0

    def __init__(self) -> None:
        super().__init__("support")
        self.updates: list[Update] = []
        self.properties: dict[str, Any] = {"status": "New", "priority": "Normal", "assignee": None}
        self.scheduled: list[Scheduled] | None = []
        self.after_show: Callable[[], Awaitable[None]] | None = None
        """Happens while the answer is on its way."""
        self.down = False
        self.there = True
        self.asked: list[tuple[datetime, Sequence[str]]] = []
        self.changes = Changes(tickets=())

    async def show(self, ticket: Ticket, *, updates: bool = False) -> TicketView:
        if self.down:
            raise Unavailable("down")
        if not self.there:
            raise TicketNotFound("gone")
        view = TicketView(ticket=ticket, subject="Till dead", updates=tuple(self.updates), **self.properties)
        if self.after_show is not None:
            await self.after_show()
        return view

    async def followups(self, ticket: Ticket) -> Sequence[Scheduled] | None:
        return self.scheduled

    async def changed(self, since: datetime, *, among: Sequence[str] = ()) -> Changes:
        self.asked.append((since, tuple(among)))
        if self.down:
            raise Unavailable("down")
        return self.changes

    def write(self, message: str, *, staff: bool = False, private: bool = False, **more: Any) -> Update:
        """Somebody writes on the ticket."""
        number = len(self.updates) + 1
        given = {
            "id": str(number), "remote": f"update:{number}", "message": message, "by_staff": staff or private,
            "private": private, "author": "Priya" if staff or private else "Jo", "posted_at": datetime.now(UTC),
        }  # fmt: skip
        self.updates.append(Update(**{**given, **more}))
        return self.updates[-1]

    def change(self, *refs: str, mark: str = "1", **more: Any) -> None:
        """These have changed."""
        self.changes = Changes(tickets=tuple(Change(ref, mark) for ref in refs), **more)


class Channels:
    """Who reads along."""

    def __init__(self) -> None:
        self.away = False
        self.partners: dict[str, str] = {}

    async def shared(self, channel: str) -> bool:
        if self.away:
            raise Unavailable("Slack is away")
        return channel == SHARED

    async def alone(self, channel: str) -> str | None:
        return self.partners.get(channel)


class Mirror:
    """The mirror of one ticket, without Slack."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        self.desk = Scripted()
        self.channels = Channels()
        self.policies = Policies(
            channels={INTERNAL: ChannelPolicy(internal=True), SHARED: ChannelPolicy(internal=True)}
        )
        self.refreshed: list[str] = []
        self.looks = 0

    async def link(self, channel: str = SUPPORT, ts: str = "1.1", *, ago: float = 60) -> Thread:
        """Link a thread to the ticket."""
        thread = Thread(channel=channel, ts=ts)
        since = (datetime.now(UTC) - timedelta(seconds=ago)).timestamp()
        await self.ledger.keep(*linking(Link(thread=thread, ticket=TICKET, since=since)))
        return thread

    def tell(self, telling: Telling) -> Sequence[NewEntry]:
        """What is told, as entries that say it."""
        return [
            NewEntry(
                key=f"tell:{news.key}:{telling.thread.key}",
                lane=telling.thread.tellings_lane,
                kind="telling",
                body={"kind": news.kind, "text": news.text, "author": news.author, "files": len(news.files)},
                origin={"thread": telling.thread.key, "discreet": telling.discreet},
                not_before=telling.not_before,
            )
            for news in telling.news
        ]

    async def refresh(self, ticket: Ticket, because: str) -> Sequence[NewEntry]:
        self.refreshed.append(because)
        return ()

    async def look(self, *, resync: bool = False, **more: Any) -> Settlement:
        """Look once, and write down what comes of it, as the worker does."""
        self.looks += 1
        body = {"ticket": TICKET.model_dump(), "resync": resync}
        lane = "look:support:AB-1"
        (its,) = await self.ledger.record(
            [NewEntry(key=f"{lane}:{self.looks}", lane=lane, kind="look", body=body, **more)]
        )
        entry = await self.ledger.get(its.id)
        assert entry is not None
        looking = Looking(
            self.ledger, {"support": self.desk}, self.policies, self.channels, tell=self.tell, refresh=self.refresh
        )
        end = await looking.perform(entry, _NoClaim())
        if isinstance(end, Settle):
            await self.ledger.record(list(end.then), keep=list(end.keep))
            await self.ledger.discard(its.id, "test")
        return end

    async def told(self, thread: Thread | None = None) -> list[dict[str, Any]]:
        """What threads were told so far, in order."""
        found = await self.ledger.find(kind="telling", after_id=0, limit=1000)
        return [each.body for each in found if thread is None or each.origin["thread"] == thread.key]

    async def texts(self, thread: Thread | None = None) -> list[str]:
        return [each["text"] for each in await self.told(thread)]

    async def acted(self, key: str, **more: Any) -> Entry:
        """An action of the bot's on the ticket."""
        given = {"key": key, "lane": "support:AB-1", "kind": "action", "body": {}, "origin": {"channel": SUPPORT}}
        (its,) = await self.ledger.record([NewEntry(**{**given, **more})])
        entry = await self.ledger.get(its.id)
        assert entry is not None
        return entry

    async def work(self, last: int, perform: Perform) -> None:
        """Have actions performed until the last of them is over."""
        async with working(self.ledger, perform):
            await settled(self.ledger, last)

    async def forget(self) -> None:
        """As if there had been no look yet."""
        await self.ledger.forget(MIRRORED, "support/AB-1")


class _NoClaim(Claim):
    async def save(self, progress: Any, holds: Sequence[str] = ()) -> None:
        raise AssertionError("a look writes nothing down before its end")

    async def held(self, ids: Sequence[str]) -> set[str]:
        return set()


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where the ledger is."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/ledger.db"
    found: str = request.getfixturevalue("postgres_url")
    return found


@pytest.fixture
async def ledger(url: str, tmp_path: Path) -> AsyncIterator[Ledger]:
    """An open ledger."""
    opened = await Ledger.open(url, state_dir=tmp_path)
    yield opened
    await opened.close()


@pytest.fixture
async def mirror(ledger: Ledger) -> Mirror:
    """The mirror of one ticket."""
    return Mirror(ledger)
