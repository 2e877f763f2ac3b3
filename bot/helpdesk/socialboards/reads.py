"""What SocialBoards tells: tickets, people, and the lists that the configuration knows."""

from collections.abc import AsyncIterator, Callable, Sequence
from datetime import UTC, datetime

import httpx

from bot.actions import Named, Staff, Ticket
from bot.errors import TicketNotFound, UnexpectedResponse, UsageError
from bot.helpdesk import CustomField, Entries, Filters, Helpdesk, ListName
from bot.helpdesk.socialboards.client import Client
from bot.helpdesk.socialboards.decode import (
    JSONObject,
    Refused,
    as_list,
    as_object,
    below,
    opening,
    reply_view,
    tag_names,
    teammate,
    ticket_view,
)
from bot.helpdesk.socialboards.settings import SocialBoardsSettings
from bot.helpdesk.socialboards.tokens import MemoryTokens, TokenStore
from bot.outcomes import Page, TicketView

STATUSES = ("open", "pending", "completed")
"""The values seen on the pages; the page with all of them could not be read."""
COMPLETED = Named(id="completed", name="completed")

MOST = 50
"""Tickets in one answer, at most (page "List Tickets")."""
DEEPEST = 10
"""Answers that are looked through for what the API cannot narrow to: words, people, tags."""
PAGE = 25


class SocialBoardsReads(Helpdesk):
    """The reading half of a SocialBoards community."""

    vendor = "SocialBoards"

    def __init__(
        self,
        name: str,
        settings: SocialBoardsSettings,
        *,
        tokens: TokenStore | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        super().__init__(name)
        self.settings = settings
        self.answer_cancels_followups = settings.answer_cancels_followups
        self.settle_after = settings.settle_after
        self._client = Client(settings, store=tokens or MemoryTokens(), clock=clock, transport=transport)
        self._clock = clock

    def canonical(self, ref: str) -> str:
        """A number. Raises UsageError."""
        text = ref.strip().lstrip("#")
        if not (text.isascii() and text.isdigit() and len(text) <= 18):
            raise UsageError(f"«{ref}» is no SocialBoards ticket; they are numbers like 4484636.", code="bad-ref")
        return str(int(text))

    def url(self, ref: str) -> str | None:
        """The ticket in the inbox, as notifications link to it."""
        inbox = self.settings.inbox_url
        return f"{inbox.rstrip('/')}/tickets?ticketId={ref}" if inbox else None

    async def show(self, ticket: Ticket, *, updates: bool = False) -> TicketView:
        """One ticket; with its replies where reading them is confirmed. Raises TicketNotFound."""
        record = await self.record(ticket.ref)
        view = self._view(record)
        if not updates:
            return view
        history = [opening(record)]
        if self._may("replies"):
            replies = await self._replies(ticket.ref)
            history += [reply_view(each) for each in sorted(replies, key=lambda each: int(each["id"]))]
        return view.model_copy(update={"updates": tuple(history)})

    async def record(self, ref: str) -> JSONObject:
        """A ticket as SocialBoards tells it. Raises TicketNotFound."""
        if self._may("ticket"):
            try:
                return as_object(await self._client.read("GET", f"/tickets/{ref}"), writes=False)
            except (Refused, UnexpectedResponse):
                pass  # how this route says that there is none is not documented; the list does so plainly
        found = await self._listed(ticketIds=[int(ref)])
        if not found:
            raise TicketNotFound(f"There is no ticket {ref} in {self.name}.")
        return found[0]

    async def search(self, query: str, filters: Filters, *, page: int = 1) -> Page:
        """Tickets in which all the words occur, among the last few hundred: the API has no search."""
        words = query.casefold().split()
        return await self._narrowed(filters, page, words)

    async def list(self, filters: Filters, *, page: int = 1) -> Page:
        """Tickets, the latest active first; with filters, among the last few hundred."""
        return await self._narrowed(filters, page, [])

    async def entries(self, name: ListName) -> Entries | None:
        """What can be known: people from the teammates' page and the table, the rest from the configuration alone."""
        match name:
            case "status":
                return Entries(items=tuple(Named(id=each, name=each) for each in STATUSES))
            case "category":
                return Entries(items=tuple(await self._categories()), open_ended=True)
            case "custom":
                fields = tuple(
                    CustomField(id=str(number), name=each, system_name=str(number))
                    for each, number in self.settings.custom_fields.items()
                )
                return Entries(custom=fields, open_ended=True)
            case "staff":
                return Entries(staff=tuple(await self._people()), open_ended=True)
            case _:
                return None

    async def closing_status(self) -> Named:
        """``completed``."""
        return COMPLETED

    async def staff_by_email(self, email: str) -> Staff | None:
        """The teammate with that e-mail address."""
        wanted = email.casefold()
        return next((each for each in await self._people() if (each.email or "").casefold() == wanted), None)

    async def verify(self) -> None:
        """Raise what is wrong with the address or the credentials."""
        as_list(await self._client.read("GET", "/Teammates"))

    async def close(self) -> None:
        """Let go of connections."""
        await self._client.close()

    # ------------------------------------------------------------------------------------------------------------------

    def _may(self, route: str) -> bool:
        return route in self.settings.unconfirmed

    def _view(self, record: JSONObject) -> TicketView:
        return ticket_view(record, helpdesk=self.name, url=self.url(str(record["id"])))

    async def _people(self) -> Sequence[Staff]:
        """Teammates, and whoever the table knows beside them."""
        people = self.settings.people
        found = [teammate(each, people) for each in as_list(await self._client.read("GET", "/Teammates"))]
        known = {each.id.casefold() for each in found}
        extra = [Staff(id=guid, name=name) for name, guid in people.items() if guid.casefold() not in known]
        return [*found, *extra]

    async def _categories(self) -> Sequence[Named]:
        """The configured categories and, from the page of each, what is under it: the full list has no known route."""
        configured = self.settings.categories
        items = [Named(id=str(number), name=name) for name, number in configured.items()]
        known = set(configured.values())
        for number in configured.values():
            try:
                whole = as_object(await self._client.read("GET", f"/categories/{number}"), writes=False)
            except (Refused, UnexpectedResponse):
                continue
            for each in below(whole):
                if each["id"] not in known:
                    known.add(each["id"])
                    items.append(Named(id=str(each["id"]), name=str(each["name"])))
        return items

    async def _listed(self, **asked: object) -> Sequence[JSONObject]:
        return as_list(await self._client.read("POST", "/tickets/list", {"take": MOST, **asked}))

    async def _all_listed(self, **asked: object) -> AsyncIterator[JSONObject]:
        for number in range(DEEPEST):
            found = await self._listed(skip=number * MOST, **asked)
            for record in found:
                yield record
            if len(found) < MOST:
                return

    async def _replies(self, ref: str) -> Sequence[JSONObject]:
        """Every reply (inferred route; its paging is, too)."""
        found: Sequence[JSONObject] = []
        for number in range(DEEPEST):
            query = {"skip": number * MOST, "take": MOST}
            some = as_list(await self._client.read("GET", f"/tickets/{ref}/replies", query=query))
            known = {each["id"] for each in found}
            fresh = [each for each in some if each["id"] not in known]
            found = [*found, *fresh]
            if len(some) < MOST or not fresh:
                break
        return found

    async def _logged(self, ref: str, action: str) -> Sequence[JSONObject]:
        """The log entries of one kind; in which order they come is not documented, so all of them."""
        found: Sequence[JSONObject] = []
        for number in range(DEEPEST):
            query = {"skip": number * MOST, "take": MOST}
            body = {"action_types": [action]}
            some = as_list(await self._client.read("POST", f"/tickets/{ref}/log", body, query))
            found = [*found, *some]
            if len(some) < MOST:
                break
        return found

    async def _narrowed(self, filters: Filters, page: int, words: Sequence[str]) -> Page:
        asked: dict[str, object] = {"orderBy": "last_thread_activity_desc"}
        if filters.status == "closed":
            asked["status"] = COMPLETED.id
        elif filters.status is not None and filters.status != "open":
            asked["status"] = filters.status
        if filters.category is not None and filters.category.isdecimal():
            asked["categoryId"] = int(filters.category)
        first, last = (page - 1) * PAGE, page * PAGE
        matching: Sequence[JSONObject] = []
        more = False
        async for record in self._all_listed(**asked):
            if not _matches(record, filters, words):
                continue
            if len(matching) == last:
                more = True
                break
            matching = [*matching, record]
        shown = tuple(self._view(each) for each in matching[first:])
        return Page(tickets=shown, page=page, pages=page + more, total=None if more else len(matching))


def _matches(record: JSONObject, filters: Filters, words: Sequence[str]) -> bool:
    text = f"{record.get('title') or ''}\n{record.get('message') or ''}".casefold()
    author = record.get("author") or {}
    callers = {str(author[key]).casefold() for key in ("email", "name", "customIdentifier") if author.get(key)}
    tags = {tag.casefold() for tag in tag_names(record)}
    locked = record.get("lockedBy") or {}
    unknown_here = (filters.priority, filters.team, filters.department, filters.brand, filters.sla)
    return (
        all(word in text for word in words)
        and (filters.status != "open" or record.get("status") != COMPLETED.id)
        and (filters.contact is None or filters.contact.casefold() in callers)
        and all(tag.casefold() in tags for tag in filters.tags)
        and (filters.assignee is None or _is(locked, filters.assignee))
        and not (filters.unassigned and locked)
        and not any(unknown_here)
    )


def _is(user: JSONObject, staff: Staff) -> bool:
    same_id = bool(staff.id) and str(user.get("id")).casefold() == staff.id.casefold()
    same_email = bool(staff.email) and str(user.get("email")).casefold() == (staff.email or "").casefold()
    return same_id or same_email
