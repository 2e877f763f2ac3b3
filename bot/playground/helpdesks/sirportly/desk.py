"""The local Sirportly itself: who may call, what they sent, and which function answers."""

import hmac
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar
from urllib.parse import parse_qsl

from starlette.datastructures import FormData, Headers, UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from bot.playground.helpdesks.control import guarded
from bot.playground.helpdesks.exchange import Answer, Incoming, Logged
from bot.playground.helpdesks.helpdesk import Helpdesk, Reply
from bot.playground.helpdesks.sirportly import (
    attachments,
    contacts,
    followups,
    forward,
    listing,
    macros,
    objects,
    seed,
    spql,
    tickets,
    updates,
    views,
)
from bot.playground.helpdesks.sirportly.account import ACCOUNT
from bot.playground.helpdesks.sirportly.books import Books, Settings, forbidden, invalid
from bot.playground.helpdesks.sirportly.call import Call, Upload
from bot.playground.helpdesks.sirportly.catalogue import User, find
from bot.playground.helpdesks.store import Store

PREFIX = "/api/v2/"
PATHS: Mapping[str, Callable[[Call], Answer]] = {
    "tickets/submit": tickets.submit,
    "tickets/update": tickets.update,
    "tickets/ticket": tickets.show,
    "tickets/permanently_delete": tickets.permanently_delete,
    "tickets/post_update": updates.post_update,
    "tickets/add_followup": followups.add_followup,
    "tickets/followups": followups.followups,
    "tickets/forward": forward.forward,
    "tickets/all": listing.all_tickets,
    "tickets/contact": listing.of_contact,
    "tickets/filter": listing.by_filter,
    "tickets/search": listing.search,
    "tickets/log_events": listing.log_events,
    "tickets/spql": spql.spql,
    "tickets/macro": macros.macro,
    "tickets/add_attachment": attachments.add_attachment,
    "tickets/attachment": attachments.attachment,
    "ticket_updates/all": updates.all_updates,
    "ticket_updates/info": updates.info,
    "ticket_updates/destroy": updates.destroy,
    "ticket_updates/pin": updates.pin,
    "ticket_updates/unpin": updates.unpin,
    "objects/statuses": objects.statuses,
    "objects/priorities": objects.priorities,
    "objects/brands": objects.brands,
    "objects/departments": objects.departments,
    "objects/teams": objects.teams,
    "objects/escalation_paths": objects.escalation_paths,
    "objects/slas": objects.slas,
    "objects/users": objects.users,
    "objects/filters": objects.filters,
    "objects/custom_fields": objects.custom_fields,
    "objects/email_addresses": objects.email_addresses,
    "contacts/search": contacts.search,
    "contacts/info": contacts.info,
    "contacts/create": contacts.create,
    "contacts/add_contact_method": contacts.add_contact_method,
    "contacts/all": contacts.all_contacts,
    "contacts/merge": contacts.merge,
    "users/info": objects.user_info,
    "users/all": objects.all_users,
}
"""Every method that is answered, whatever the HTTP verb."""


@dataclass(frozen=True)
class Tokens:
    """What callers must show: an account's token, or a person's together with a registered application."""

    token: str
    secret: str
    user_token: str
    user_secret: str
    application: str
    user: User


class Sirportly(Helpdesk):
    """Sirportly API v2 over a SQLite store."""

    name: ClassVar[str] = "sirportly"
    settings: Settings

    def __init__(self, store: Store, tokens: Tokens, settings: Settings) -> None:
        super().__init__(store)
        self._tokens = tokens
        self._initial = self.settings = settings
        self.open()

    @property
    def initial_settings(self) -> Settings:
        return self._initial

    def books(self, settings: Settings | None = None) -> Books:
        """The data as of now."""
        return Books(self.store, ACCOUNT, settings or self.settings, self.clock.now())

    async def answer(self, incoming: Incoming, logged: Logged) -> Answer:
        params, files = await _parameters(incoming)
        logged.params = {**params, **{name: {"file": each.name} for name, each in files.items()}}
        if not incoming.path.startswith(PREFIX):
            return self.failure(404, "no such path")
        owner = self._owner(incoming)
        method = PATHS.get(incoming.path[len(PREFIX) :].rstrip("/"))
        if method is None:
            return self.failure(404, "no such method")
        if incoming.fault and incoming.fault.kind == "refused":
            raise invalid(incoming.fault.value or {"base": ["(local helpdesk) refused on request"]})
        settings = self.settings
        if incoming.fault and incoming.fault.kind == "dialect":
            dialect = {"dialect": incoming.fault.value or "customer"}
            settings = Settings.model_validate({**settings.model_dump(), **dialect})
        with self.store.transaction():
            return method(Call(self.books(settings), params, files, owner))

    def failure(self, status: int, text: str) -> Answer:
        return Answer.json({"error": text}, status)

    def _owner(self, incoming: Incoming) -> User | None:
        """Whose token the caller shows; None for the account's. Refuses with 403."""
        if self.expired(incoming.fault):
            raise forbidden("credentials refused on request")
        shown, known = incoming.headers, self._tokens
        token, secret = shown.get("x-auth-token", ""), shown.get("x-auth-secret", "")
        if _same(token, known.token) and _same(secret, known.secret):
            return None
        application = shown.get("x-auth-application", "")
        mine = _same(token, known.user_token) and _same(secret, known.user_secret)
        if mine and _same(application, known.application):
            return known.user
        raise forbidden("token, secret or application is not right")

    def secrets(self) -> Iterable[str]:
        known = self._tokens
        return (known.token, known.secret, known.user_token, known.user_secret)

    def seed(self) -> None:
        self._name_things()
        seed.sow(self.books())

    def _name_things(self) -> None:
        """Copy the account's names to where queries can join them."""
        lists = {
            "status": ACCOUNT.statuses,
            "priority": ACCOUNT.priorities,
            "department": ACCOUNT.departments,
            "team": ACCOUNT.teams,
            "brand": ACCOUNT.brands,
            "user": ACCOUNT.users,
        }
        for kind, things in lists.items():
            for thing in things:
                row = {name: getattr(thing, name, None) for name in ("id", "name", "colour", "status_type", "position")}
                brand = getattr(thing, "brand", None)
                self.store.insert("named", {"kind": kind, **row, "parent_id": brand.id if brand else None})

    def tick(self) -> None:
        followups.execute_due(self.books())

    def state(self) -> dict[str, Any]:
        return views.state(self.books())

    def tickets(self) -> list[dict[str, Any]]:
        return views.tickets(self.books())

    def ticket(self, reference: str) -> dict[str, Any]:
        return views.conversation(self.books(), reference)

    def reply(self, reference: str, reply: Reply) -> dict[str, Any]:
        with self.store.transaction():
            return views.reply(self.books(), reference, reply)

    def routes(self) -> list[Route]:
        async def page(request: Request) -> Response:
            return HTMLResponse(views.staff_page(self.books(), request.path_params["reference"]))

        return [Route("/staff/tickets/{reference}", guarded(page))]


def _same(shown: str, known: str) -> bool:
    return hmac.compare_digest(shown.encode(), known.encode())


def tokens(token: str, secret: str, user_token: str, user_secret: str, application: str, user: str) -> Tokens:
    """The credentials of a server. Raises ValueError when ``user`` is nobody of the account."""
    owner = find(ACCOUNT.users, user)
    if owner is None:
        raise ValueError(f"no user {user!r}; there are {', '.join(each.name for each in ACCOUNT.users)}")
    return Tokens(token, secret, user_token, user_secret, application, owner)


async def _parameters(incoming: Incoming) -> tuple[dict[str, str], dict[str, Upload]]:
    """Query, form and multipart in one; the body wins over the query. A JSON body is as good as none."""
    params = dict(parse_qsl(incoming.query, keep_blank_values=True))
    match incoming.content_type:
        case "application/x-www-form-urlencoded":
            params.update(parse_qsl(incoming.body.decode("utf-8", "replace"), keep_blank_values=True))
        case "multipart/form-data":
            form = await _multipart(incoming)
            files = {name: each for name, each in form.multi_items() if isinstance(each, UploadFile)}
            params.update({name: each for name, each in form.multi_items() if isinstance(each, str)})
            return params, {name: await _upload(each) for name, each in files.items()}
    return params, {}


async def _multipart(incoming: Incoming) -> FormData:
    async def stream() -> Any:
        yield incoming.body

    parser = MultiPartParser(Headers(dict(incoming.headers)), stream(), max_part_size=64 * 1024 * 1024)
    try:
        return await parser.parse()
    except MultiPartException:
        return FormData()


async def _upload(file: UploadFile) -> Upload:
    content = await file.read()
    await file.close()
    return Upload(file.filename or "", file.content_type or "", content)
