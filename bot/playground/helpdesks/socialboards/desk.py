"""The local SocialBoards itself: who may call, and which function answers."""

import json
import re
from collections.abc import Callable, Iterable
from typing import Any, ClassVar
from urllib.parse import parse_qs

from pydantic import BaseModel, ConfigDict
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from bot.playground.helpdesks.control import guarded
from bot.playground.helpdesks.exchange import Answer, Incoming, Logged
from bot.playground.helpdesks.helpdesk import Helpdesk, Reply
from bot.playground.helpdesks.page import ticket_page
from bot.playground.helpdesks.socialboards import replies, seed, tickets, tokens, views
from bot.playground.helpdesks.socialboards.books import (
    ABSENT,
    INVALID,
    UNAUTHORIZED,
    Books,
    Settings,
    done,
    failure,
    invalid,
    missing,
    unauthorized,
)
from bot.playground.helpdesks.socialboards.community import category
from bot.playground.helpdesks.socialboards.webhooks import Webhook
from bot.playground.helpdesks.store import Store

OfTicket = Callable[[Books, Incoming, int], Answer]
TICKET = re.compile(r"/tickets/(\d{1,18})(/[a-z]+)?")
OF_TICKET: dict[tuple[str, str], OfTicket] = {
    ("GET", ""): tickets.show,
    ("GET", "/replies"): replies.list_replies,
    ("POST", "/replies"): replies.create_reply,
    ("POST", "/notes"): replies.create_note,
    ("PATCH", "/assignee"): tickets.assign,
    ("PATCH", "/category"): tickets.categorise,
    ("PATCH", "/status"): tickets.change_status,
    ("PUT", "/tags"): tickets.tag,
    ("POST", "/log"): tickets.log,
}
"""What can be asked about one ticket. Paths are compared in lower case: the documents mix cases."""
CATEGORY = re.compile(r"/categories/(\d{1,18})")


class Subscriber(BaseModel):
    """Where notifications are to go; None for nowhere."""

    model_config = ConfigDict(extra="forbid")

    url: str | None
    verify_token: str | None = None


class SocialBoards(Helpdesk):
    """SocialBoards Ticket API over a SQLite store."""

    name: ClassVar[str] = "socialboards"
    settings: Settings

    def __init__(
        self, store: Store, settings: Settings, *, client_id: str, refresh_token: str, webhook: Webhook
    ) -> None:
        super().__init__(store)
        self._client_id = client_id
        self._refresh_token = refresh_token
        self.webhook = webhook
        self._initial = self.settings = settings
        self.open()

    @property
    def initial_settings(self) -> Settings:
        return self._initial

    def books(self) -> Books:
        """The data as of now."""
        return Books(self.store, self.settings, self.clock.now())

    async def answer(self, incoming: Incoming, logged: Logged) -> Answer:
        books, path = self.books(), incoming.path.rstrip("/").lower()
        with self.store.transaction():
            if path == "/token" and incoming.method == "POST":
                return tokens.token(books, incoming, logged, self._client_id)
            logged.params = _noted(incoming)
            if self.expired(incoming.fault):
                raise unauthorized("the access token has expired")
            tokens.check(books, incoming)
            answer = self._route(books, incoming, path)
            self.webhook.notify(books, incoming.fault)
            return answer

    def _route(self, books: Books, incoming: Incoming, path: str) -> Answer:
        match incoming.method, path:
            case "POST", "/tickets":
                return tickets.create(books, incoming)
            case "POST", "/tickets/list":
                return tickets.listed(books, incoming)
            case "GET", "/teammates":
                return _teammates(books, incoming)
        if found := TICKET.fullmatch(path):
            method = OF_TICKET.get((incoming.method, found[2] or ""))
            if method is not None:
                return method(books, incoming, int(found[1]))
        if incoming.method == "GET" and (found := CATEGORY.fullmatch(path)):
            chosen = category(int(found[1]))
            if chosen is None:
                raise missing("category", found[1])
            return done(chosen.full())
        return failure(404, ABSENT, f"nothing answers {incoming.method} {incoming.path}")

    def failure(self, status: int, text: str) -> Answer:
        return failure(status, {401: UNAUTHORIZED, 404: ABSENT}.get(status, INVALID), text)

    def seed(self) -> None:
        seed.sow(self.books())

    def open(self) -> None:
        super().open()
        self.store.run("INSERT OR IGNORE INTO refresh_tokens VALUES (?, 1)", (self._refresh_token,))

    def reset(self) -> None:
        super().reset()
        self.webhook.forget()

    async def started(self) -> None:
        await self.webhook.start()

    async def stopped(self) -> None:
        await self.webhook.stop()

    def secrets(self) -> Iterable[str]:
        rows = self.store.all("SELECT token FROM refresh_tokens UNION SELECT token FROM access_tokens")
        return [self._refresh_token, *(row["token"] for row in rows)]

    def state(self) -> dict[str, Any]:
        return {**views.state(self.books()), "webhook": self.webhook.url}

    def tickets(self) -> list[dict[str, Any]]:
        return views.tickets(self.books())

    def ticket(self, reference: str) -> dict[str, Any]:
        return views.conversation(self.books(), reference)

    def reply(self, reference: str, reply: Reply) -> dict[str, Any]:
        books = self.books()
        with self.store.transaction():
            made = views.reply(books, reference, reply)
            self.webhook.notify(books, self.faults.take("POST", f"/control/tickets/{reference}/answer"))
        return made

    def routes(self) -> list[Route]:
        async def subscriber(request: Request) -> Response:
            if request.method == "POST":
                asked = Subscriber.model_validate(await request.json())
                problem = None
                if asked.url is None:
                    self.webhook.url = None
                else:
                    problem = await self.webhook.verify(asked.url, asked.verify_token or self.webhook.verify_token)
                if problem is not None:
                    return JSONResponse({"error": problem}, 422)
            return JSONResponse({"url": self.webhook.url})

        async def expire(_: Request) -> Response:
            self.store.run("UPDATE access_tokens SET expires_at = ?", (self.books().present,))
            return JSONResponse({"expired": True})

        async def page(request: Request) -> Response:
            return HTMLResponse(_page(self.ticket(request.path_params["reference"])))

        return [
            Route("/control/webhook", guarded(subscriber), methods=["GET", "POST"]),
            Route("/control/expire", guarded(expire), methods=["POST"]),
            Route("/inbox/{reference}", guarded(page)),
        ]


def _noted(incoming: Incoming) -> Any:
    """The body for the log: as JSON where it is JSON."""
    try:
        return json.loads(incoming.body) if incoming.body else None
    except ValueError:
        return None


def _teammates(books: Books, incoming: Incoming) -> Answer:
    """``GET /Teammates``, of one group if asked; with ids only when the settings say so."""
    group = parse_qs(incoming.query).get("group", [""])[-1]
    if group and not group.isdecimal():
        raise invalid("group is a whole number")
    shown = []
    for row in books.store.all("SELECT * FROM users WHERE status = 'team' ORDER BY name"):
        if group and int(group) not in json.loads(row["groups"]):
            continue
        entry = {"name": row["name"], "email": row["email"], "role": row["role"]}
        shown.append({"id": row["id"], **entry} if books.settings.teammate_ids else entry)
    return done(shown)


def _page(shown: dict[str, Any]) -> str:
    asked = {**shown, "author": shown["contact"]["name"], "private": False, "posted_at": shown["submitted_at"]}
    asked["message"] = shown["message"] or ""
    return ticket_page(f"{shown['reference']} {shown['subject'] or ''}", shown["status"], [asked, *shown["updates"]])
