"""What Sirportly tells: tickets, lists and people."""

import asyncio
import re
from collections.abc import Callable, Iterable, MutableSequence, Sequence
from datetime import UTC, datetime

import httpx

from bot.actions import Named, Staff, Ticket
from bot.errors import (
    AuthenticationFailed,
    HelpdeskError,
    InvalidFields,
    TicketNotFound,
    UnexpectedResponse,
    UsageError,
    UserError,
)
from bot.helpdesk import Entries, Filters, Helpdesk, ListName
from bot.helpdesk.http import Fetch
from bot.helpdesk.sirportly.client import Client
from bot.helpdesk.sirportly.decode import (
    STATUS_KINDS,
    JSONObject,
    Missing,
    as_list,
    as_object,
    custom_field,
    named,
    person,
    ticket_view,
    update_view,
)
from bot.helpdesk.sirportly.narrowing import narrowed
from bot.helpdesk.sirportly.settings import SirportlySettings
from bot.outcomes import Page, TicketView

REFERENCE = re.compile(r"[A-Z]{1,4}-[0-9A-Z]{1,12}")
"""Two letters and six digits in most examples, but the forwarding page also prints ``K-2SO``."""
SAFE_TAG = re.compile(r"[\w.:+-]+", re.ASCII)
"""What may stand inside an SPQL string: how anything else would be quoted there is not documented."""

PAGE = 30
"""Tickets on a page, as the vendor's pages have it."""
DEEPEST = 10
"""Pages that are looked through for tickets that match what the API itself cannot narrow to."""
AT_ONCE = 6
"""Requests under way at the same time for one question."""

LISTS: dict[ListName, str] = {
    "status": "objects/statuses",
    "priority": "objects/priorities",
    "brand": "objects/brands",
    "sla": "objects/slas",
}


class SirportlyReads(Helpdesk):
    """The reading half of a Sirportly account."""

    vendor = "Sirportly"

    def __init__(
        self,
        name: str,
        settings: SirportlySettings,
        *,
        fetch: Fetch | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        super().__init__(name)
        self.settings = settings
        self.settle_after = settings.settle_after
        self._client = Client(settings, fetch=fetch, transport=transport)
        self._clock = clock

    def canonical(self, ref: str) -> str:
        """Letters, a dash and digits, in capitals. Raises UsageError."""
        text = ref.strip().lstrip("#").upper()
        if not REFERENCE.fullmatch(text):
            raise UsageError(f"«{ref}» is no Sirportly ticket; they look like AB-123456.", code="bad-ref")
        return text

    def url(self, ref: str) -> str | None:
        """The page where staff see the ticket."""
        return f"{self.settings.staff_pages}/staff/tickets/{ref}" if self.settings.staff_pages else None

    async def show(self, ticket: Ticket, *, updates: bool = False) -> TicketView:
        """One ticket. Raises TicketNotFound."""
        record = await self.record(ticket.ref)
        view = self._view(record)
        if not updates:
            return view
        history = sorted(as_list(record.get("updates", [])), key=lambda each: int(each["id"]))
        return view.model_copy(update={"updates": tuple(update_view(each) for each in history)})

    async def record(self, ref: str) -> JSONObject:
        """A ticket as Sirportly tells it. Raises TicketNotFound."""
        try:
            return as_object(await self._client.read("tickets/ticket", ticket=ref), writes=False)
        except Missing as error:
            raise TicketNotFound(f"There is no ticket {ref} in {self.name}.") from error

    async def search(self, query: str, filters: Filters, *, page: int = 1) -> Page:
        """Tickets in which the words occur, as ``tickets/search`` orders them."""
        answer = as_object(await self._client.read("tickets/search", query=query, page=str(page)), writes=False)
        records = [each["ticket"] for each in as_list(answer) if isinstance(each.get("ticket"), dict)]
        found = [self._view(each) for each in records]
        if filters != Filters():
            # A search answers with reduced tickets, which lack most of what can be narrowed by.
            whole = await self._several([view.ticket.ref for view in found])
            found = [self._view(each) for each in whole if narrowed(each, filters)]
        paging = answer.get("pagination") or {}
        pages, total = paging.get("pages", 1), paging.get("total_records")
        if filters != Filters():  # it counts what was found before it was narrowed
            total = len(found) if pages == 1 else None
        return Page(tickets=tuple(found), page=page, pages=pages, total=total)

    async def list(self, filters: Filters, *, page: int = 1) -> Page:
        """Tickets, the latest changed first; with filters, among the last few hundred."""
        if filters.tags:
            return await self._tagged(filters, page)
        if filters == Filters():
            records, paging = await self._latest(page)
            return Page(
                tickets=tuple(self._view(each) for each in records),
                page=page,
                pages=paging.get("pages", 1),
                total=paging.get("total_records"),
            )
        matching: MutableSequence[JSONObject] = []
        complete = False
        for number in range(1, DEEPEST + 1):
            records, paging = await self._latest(number)
            matching += [each for each in records if narrowed(each, filters)]
            complete = number >= paging.get("pages", 1)
            if complete or len(matching) > page * PAGE:
                break
        shown = matching[(page - 1) * PAGE : page * PAGE]
        return Page(
            tickets=tuple(self._view(each) for each in shown),
            page=page,
            pages=max(1, -(-len(matching) // PAGE)),
            total=len(matching) if complete else None,
        )

    async def entries(self, name: ListName) -> Entries | None:
        """One of the account's lists. Sirportly has none of macros and categories; a token may not see the others."""
        try:
            return await self._entries(name)
        except (AuthenticationFailed, Missing, UnexpectedResponse):
            return None

    async def staff_by_email(self, email: str) -> Staff | None:
        """The account with that e-mail address."""
        try:
            found = person(as_object(await self._client.read("users/info", user=email), writes=False))
        except Missing:
            return None
        except AuthenticationFailed:
            listed = await self._entries("staff")
            same = (
                (each for each in listed.staff if (each.email or "").casefold() == email.casefold()) if listed else ()
            )
            return next(iter(same), None)
        # users/info takes usernames too, and one of those may look like an address.
        return found if (found.email or "").casefold() == email.casefold() else None

    async def closing_status(self) -> Named:
        """The one closed status (``status_type`` 1), or the one called Resolved or Closed among several."""
        try:
            records = as_list(await self._client.read("objects/statuses"))
        except (UserError, UnexpectedResponse, AuthenticationFailed) as error:
            unknown = {"status": "this helpdesk does not tell which status closes a ticket; say it: status:…"}
            raise InvalidFields(unknown) from error
        closed = [named(each) for each in records if STATUS_KINDS.get(each.get("status_type", -1)) == "closed"]
        usual = [each for each in closed if each.name.casefold() in {"resolved", "closed"}]
        if len(closed) == 1 or len(usual) == 1:
            return (usual or closed)[0]
        names = ", ".join(each.name for each in closed)
        raise InvalidFields(
            {"status": f"say which status closes it: {names}" if names else "no status here is a closed one"}
        )

    async def name_of(self, email: str) -> str | None:
        """The name of the contact with that address. An answer would be nice, so nothing is raised for want of one."""
        try:
            matches = as_list(await self._client.read("contacts/search", query=email, types="email"))
        except HelpdeskError:
            return None
        same = (each for each in matches if str((each.get("method") or {}).get("data")).casefold() == email.casefold())
        return next((str(each["contact"]["name"]) for each in same if (each.get("contact") or {}).get("name")), None)

    async def verify(self) -> None:
        """Raise what is wrong with the address or the credentials."""
        as_list(await self._client.read("objects/statuses"))

    async def close(self) -> None:
        """Let go of connections."""
        await self._client.close()

    # ------------------------------------------------------------------------------------------------------------------

    def _view(self, record: JSONObject) -> TicketView:
        return ticket_view(record, helpdesk=self.name, url=self.url(str(record["reference"])))

    async def _several(self, refs: Iterable[str]) -> Sequence[JSONObject]:
        gate = asyncio.Semaphore(AT_ONCE)

        async def one(ref: str) -> JSONObject | None:
            async with gate:
                try:
                    return await self.record(ref)
                except TicketNotFound:
                    return None

        return [record for record in await asyncio.gather(*map(one, refs)) if record is not None]

    async def _latest(self, page: int) -> tuple[Sequence[JSONObject], JSONObject]:
        answer = await self._client.read("tickets/all", sort_by="updated_at", order="desc", page=str(page))
        paging = answer.get("pagination") if isinstance(answer, dict) else None
        return as_list(answer), paging or {}

    async def _tagged(self, filters: Filters, page: int) -> Page:
        """Tickets that carry all of the tags: only SPQL can tell, since no ticket shows its tags."""
        first, *others = [await self._by_tag(tag) for tag in filters.tags]
        refs = [ref for ref in first if all(ref in other for other in others)]
        here = await self._several(refs[(page - 1) * PAGE : page * PAGE])
        found = [self._view(each) for each in here if narrowed(each, filters)]
        pages = max(1, -(-len(refs) // PAGE))
        total = len(found) if pages == 1 else len(refs) if filters == Filters(tags=filters.tags) else None
        return Page(tickets=tuple(found), page=page, pages=pages, total=total)

    async def _by_tag(self, tag: str) -> Sequence[str]:
        if not SAFE_TAG.fullmatch(tag):
            raise UserError(f"Sirportly can only be asked for tags of letters, digits and «.:+-_», not «{tag}».")
        query = (
            f'SELECT tickets.reference, tickets.updated_at FROM tickets WHERE ticket_tags.tag="{tag}"'
            " ORDER BY tickets.updated_at DESC"
        )
        answer = as_object(await self._client.read("tickets/spql", spql=query), writes=False)
        return [str(row[0]) for row in answer.get("results") or ()]

    async def _entries(self, name: ListName) -> Entries | None:
        match name:
            case "status" | "priority" | "brand" | "sla":
                return Entries(items=tuple(named(each) for each in as_list(await self._client.read(LISTS[name]))))
            case "department":
                records = await self._departments()
                brands = {
                    str(each["id"]): frozenset({str(each["brand"]["id"])}) for each in records if each.get("brand")
                }
                return Entries(items=tuple(named(each) for each in records), parents=brands)
            case "team":
                return await self._teams()
            case "staff":
                return await self._people()
            case "custom":
                records = as_list(await self._client.read("objects/custom_fields"))
                some = {
                    str(each["id"]): frozenset(str(part["id"]) for part in each.get("departments") or ())
                    for each in records
                    if not each.get("all_departments", True)
                }
                return Entries(custom=tuple(custom_field(each) for each in records), parents=some)
            case "outgoing":
                return await self._outgoing()
            case _:
                return None

    async def _departments(self) -> Sequence[JSONObject]:
        return as_list(await self._client.read("objects/departments"))

    async def _teams(self) -> Entries:
        """Teams, each with the departments whose escalation path it is on; other teams are refused there."""
        teams, departments = await asyncio.gather(self._client.read("objects/teams"), self._departments())
        try:
            paths = as_list(await self._client.read("objects/escalation_paths"))
        except (AuthenticationFailed, Missing, UnexpectedResponse):
            paths = []
        on_path = {str(path["id"]): {str(team["id"]) for team in path.get("teams") or ()} for path in paths}
        parents: dict[str, frozenset[str]] = {}
        if on_path:
            for team in as_list(teams):
                ref = str(team["id"])
                parents[ref] = frozenset(
                    str(each["id"])
                    for each in departments
                    if ref in on_path.get(str((each.get("escalation_path") or {}).get("id")), ())
                )
        return Entries(items=tuple(named(each) for each in as_list(teams)), parents=parents)

    async def _people(self) -> Entries:
        """Everybody who answers tickets, each with the teams they work in; a ticket goes to nobody else of the account.

        That a team names its people is not in the vendor's page; an account that does not say so narrows nothing.
        """
        people = as_list(await self._client.read("objects/users"))
        try:
            teams = as_list(await self._client.read("objects/teams"))
        except (AuthenticationFailed, Missing, UnexpectedResponse):
            teams = []
        members = {str(team["id"]): {str(each["id"]) for each in team.get("users") or ()} for team in teams}
        parents: dict[str, frozenset[str]] = {}
        if any(members.values()):
            for each in people:
                ref = str(each["id"])
                parents[ref] = frozenset(team for team, inside in members.items() if ref in inside)
        return Entries(staff=tuple(person(each) for each in people), parents=parents)

    async def _outgoing(self) -> Entries:
        gate = asyncio.Semaphore(AT_ONCE)

        async def one(department: str) -> Sequence[str]:
            async with gate:
                return await self._addresses(department)

        ids = [str(each["id"]) for each in await self._departments()]
        parents: dict[str, frozenset[str]] = {}
        for ref, addresses in zip(ids, await asyncio.gather(*map(one, ids)), strict=True):
            for address in addresses:
                parents[address] = parents.get(address, frozenset()) | {ref}
        return Entries(items=tuple(Named(id=each, name=each) for each in sorted(parents)), parents=parents)

    async def _addresses(self, department: str) -> Sequence[str]:
        """The addresses that a department may send from, its own before its brand's."""
        answer = as_object(await self._client.read("objects/email_addresses", department=department), writes=False)
        both = [*as_list(answer.get("department") or []), *as_list(answer.get("brand") or [])]
        return [str(each["address"]) for each in both if each.get("allow_outbound")]
