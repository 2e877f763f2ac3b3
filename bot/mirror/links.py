"""Which thread is which ticket's: kept in the ledger, found from either side."""

from bot.actions import Frozen, Ticket
from bot.ledger import Kept, Ledger

LINKS = "link"
"""Under which the ledger keeps the ticket of a thread."""
LINKED = "linked"
"""Under which it keeps the threads of a ticket."""


class Thread(Frozen):
    """A thread in Slack: a channel and the ``ts`` of the message that it hangs on."""

    channel: str
    ts: str

    @property
    def key(self) -> str:
        """The one spelling under which things about it are kept."""
        return f"{self.channel}/{self.ts}"

    # What is ordered about a thread waits for Slack and a helpdesk, up to an hour; what happens on its ticket is told
    # meanwhile. So there are two lanes, whose names differ in one character: these properties are to be used.

    @property
    def orders_lane(self) -> str:
        """Where it is linked, unlinked, and brought along, one after the other."""
        return f"thread:{self.channel}/{self.ts}"

    @property
    def tellings_lane(self) -> str:
        """Where it is told things, one after the other."""
        return f"thread:{self.channel}:{self.ts}"


class Link(Frozen):
    """A thread and its ticket."""

    thread: Thread
    ticket: Ticket
    since: float
    """Seconds since 1970: what was said or posted before has not been mirrored."""
    by: str = ""
    """Who linked them, a Slack user; empty where it followed from a ticket being created there."""


class Links:
    """Finds links."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger

    async def of_thread(self, thread: Thread) -> Link | None:
        """The link of a thread, if it has one: a read by primary key."""
        kept = await self.ledger.kept(LINKS, thread.key)
        return Link.model_validate(kept) if kept else None

    async def of_ticket(self, ticket: Ticket) -> list[Link]:
        """Every thread that hears of a ticket.

        One that was unlinked hears of nothing, and one that was linked again of nothing from before.
        """
        kept = await self.ledger.kept_all(LINKED, _prefix(ticket))
        found = [Link.model_validate(value) for value in kept.values()]
        own = {each.thread.key: await self.of_thread(each.thread) for each in found}
        return [each for each in found if (link := own[each.thread.key]) is not None and link.since <= each.since]

    async def rows(self, link: Link) -> tuple[tuple[str, str], ...]:
        """What is to be forgotten with a link: besides itself, that its thread hears of tickets which followed."""
        heard = [key for key in await self.ledger.kept_all(LINKED) if key.endswith(f"/{link.thread.key}")]
        return tuple(dict.fromkeys([*unlinking(link), *((LINKED, key) for key in heard)]))


def linking(link: Link) -> tuple[Kept, ...]:
    """What is to be kept for a link, in one transaction with whatever made it."""
    value = link.model_dump(mode="json")
    return (Kept(LINKS, link.thread.key, value), Kept(LINKED, _prefix(link.ticket) + link.thread.key, value))


def following(link: Link) -> tuple[Kept, ...]:
    """What is to be kept so that a thread hears of one more ticket, while what is said there is for its own."""
    return (Kept(LINKED, _prefix(link.ticket) + link.thread.key, link.model_dump(mode="json")),)


def unlinking(link: Link) -> tuple[tuple[str, str], ...]:
    """What is to be forgotten with a link."""
    return ((LINKS, link.thread.key), (LINKED, _prefix(link.ticket) + link.thread.key))


def link_of_card(channel: str, ticket: Ticket, ts: str, thread: str | None, *, at: float) -> Link:
    """The link that a ticket's card makes: the thread that it was posted in, or the one that hangs on it."""
    return Link(thread=Thread(channel=channel, ts=thread or ts), ticket=ticket, since=at)


def _prefix(ticket: Ticket) -> str:
    return f"{ticket.helpdesk}/{ticket.ref}/"
