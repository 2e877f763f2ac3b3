"""``/status``: how the bot is, for people. No secrets, and nobody's words."""

import base64
import binascii
import hmac
import platform
import time
from collections.abc import Awaitable, Callable, Iterable, Sequence
from datetime import UTC, datetime
from html import escape
from ipaddress import ip_address
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from bot.app.audit import action_of, ticket_of
from bot.app.version import VERSION
from bot.app.watching import unwatched
from bot.ledger import Entry, Ledger, LedgerError
from bot.ledger.schema import HEAD
from bot.slack.intake import KIND

_FORWARDED = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip", "via")
_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
_LATEST = 20
_STYLE = """
:root { color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif; }
body { margin: 0 auto; max-width: 64rem; padding: 1rem; }
table { border-collapse: collapse; margin: .5rem 0 1.5rem; width: 100%; }
caption { font-weight: 600; text-align: left; padding: .25rem 0; }
th, td { border-bottom: 1px solid color-mix(in srgb, currentColor 25%, transparent); padding: .25rem .5rem .25rem 0;
  text-align: left; vertical-align: top; overflow-wrap: anywhere; }
.scroll { overflow-x: auto; }
"""

Missing = Callable[[], Awaitable[dict[str, str]]]


class Status:
    """The page, and who may see it.

    Args:
        token: Opens it; without one it answers this machine alone.
        helpdesks: What is configured, by name.
        missing: What is not ready, with why.
        ledger: The ledger, once it is open.
    """

    def __init__(
        self,
        token: str | None,
        helpdesks: Sequence[str],
        *,
        mode: str,
        missing: Missing,
        ledger: Callable[[], Ledger | None],
    ) -> None:
        self._token = token
        self._helpdesks = helpdesks
        self._mode = mode
        self._missing = missing
        self._ledger = ledger
        self._started = datetime.now(UTC)

    async def page(self, request: Request) -> Response:
        """The page; 401 to a wrong token or none, 404 where there is none to have."""
        if not (local(request) or (self._token and _shows(request, self._token))):
            if self._token is None:
                return PlainTextResponse("Not Found", 404)
            challenge = {"WWW-Authenticate": 'Basic realm="ticketbot status", charset="UTF-8"'}
            return PlainTextResponse("The password is STATUS_TOKEN.", 401, challenge)
        return Response(await self._html(), headers=_HEADERS, media_type="text/html; charset=utf-8")

    async def _html(self) -> str:
        missing = await self._missing()
        ledger = self._ledger()
        heading, parts = "something is missing", [self._about(missing)]
        if ledger is not None and "ledger" not in missing:
            try:
                trouble, shown = await _of_ledger(ledger, self._helpdesks)
                heading = heading if missing else trouble or "all is well"
                parts += shown
            except (LedgerError, TimeoutError) as error:
                heading = "the ledger does not answer"
                parts.append(f"<p>The ledger does not answer: {escape(type(error).__name__)}.</p>")
        return (
            '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>ticketbot: status</title>'
            '<meta name="viewport" content="width=device-width, initial-scale=1">'
            f"<style>{_STYLE}</style></head><body><main><h1>ticketbot: {heading}</h1>{''.join(parts)}"
            "</main></body></html>"
        )

    def _about(self, missing: dict[str, str]) -> str:
        rows = [(part, f"not ready: {why}") for part, why in missing.items()]
        rows += [
            ("version", f"{VERSION}, Python {platform.python_version()}, schema {HEAD}"),
            ("running since", _moment(self._started)),
            ("Slack", self._mode),
            ("helpdesks", ", ".join(self._helpdesks)),
        ]
        return _table("The bot", ("what", "how"), rows)


def local(request: Request) -> bool:
    """Whether somebody on this machine asks, directly and by its name.

    A request that a proxy passed on comes from this machine too, and says so in a header, or speaks HTTP/1.0 as
    nginx does to what is behind it (nginx.org, proxy_http_version). A page elsewhere that resolves its own name to
    this machine (DNS rebinding) gives itself away by that name.
    """
    client = request.client.host if request.client else ""
    host = urlsplit(f"//{request.headers.get('host', '')}").hostname or ""
    return (
        _loopback(client)
        and (host == "localhost" or _loopback(host))
        and request.scope.get("http_version") != "1.0"
        and not any(name in request.headers for name in _FORWARDED)
    )


def _loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _shows(request: Request, token: str) -> bool:
    """Whether the request has the token: as a bearer's, or as the password that a browser asks for."""
    scheme, _, value = request.headers.get("authorization", "").partition(" ")
    given = value.strip()
    if scheme.lower() == "basic":
        try:
            given = base64.b64decode(given, validate=True).decode().partition(":")[2]
        except (binascii.Error, ValueError):
            return False
    elif scheme.lower() != "bearer":
        return False
    return hmac.compare_digest(given.encode(), token.encode())


async def _of_ledger(ledger: Ledger, helpdesks: Sequence[str]) -> tuple[str, list[str]]:
    """What is not as it should be, in a few words, and all that the ledger says."""
    gone = await unwatched(ledger, helpdesks)
    lanes = await ledger.queue(limit=_LATEST)
    again = any(tries for *_, tries in lanes)
    trouble = "a helpdesk is not watched" if gone else "something has to be tried again" if again else ""
    return trouble, [_watching(gone), await _queue(ledger), _lanes(lanes), await _errors(ledger)]


def _watching(gone: Iterable[str]) -> str:
    says = "is not watched: what changes there is not told in threads; a running worker begins again within a minute"
    return "".join(f"<p>{escape(name)} {says}.</p>" for name in gone)


async def _queue(ledger: Ledger) -> str:
    stats = await ledger.stats()
    rows = [(kind, state, f"{count:,}") for (state, kind), count in sorted(stats.counts.items(), key=_by_kind)]
    return _table("The ledger", ("kind", "state", "entries"), rows)


def _by_kind(item: tuple[tuple[str, str], int]) -> tuple[bool, str, str]:
    (state, kind), _ = item
    return (kind != KIND, kind, state)


def _lanes(lanes: Iterable[tuple[str, str, int, float, int]]) -> str:
    now = time.time()
    rows = [(lane, kind, str(count), _age(now - since), str(tries)) for lane, kind, count, since, tries in lanes]
    return _table("What waits, the longest first", ("lane", "kind", "entries", "for", "tries"), rows)


async def _errors(ledger: Ledger) -> str:
    found = await ledger.find(states=("failed", "unknown"), limit=_LATEST)
    rows = [_error(entry) for entry in found if entry.state in ("failed", "unknown")]
    columns = ("when", "entry", "what", "ticket", "state", "reason", "incident")
    return _table("The latest that failed", columns, rows)


def _error(entry: Entry) -> tuple[str, ...]:
    outcome = entry.outcome or {}
    what = action_of(entry) if entry.kind == KIND else entry.kind
    ticket = f"{entry.body.get('helpdesk') or ''}:{ticket_of(entry) or ''}".strip(":") if entry.kind == KIND else ""
    reason = str(outcome.get("reason") or outcome.get("error") or outcome.get("code") or "")
    when = _moment(entry.settled_at or entry.received_at)
    return (when, str(entry.id), what, ticket, entry.state, reason[:60], str(outcome.get("incident") or ""))


def _table(caption: str, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    body = "".join(
        "<tr>"
        + f'<th scope="row">{escape(row[0])}</th>'
        + "".join(f"<td>{escape(cell)}</td>" for cell in row[1:])
        + "</tr>"
        for row in rows
    )
    if not body:
        return f"<h2>{escape(caption)}</h2><p>Nothing.</p>"
    head = "".join(f'<th scope="col">{escape(column)}</th>' for column in columns)
    return (
        f'<div class="scroll"><table><caption>{escape(caption)}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S UTC")


def _age(seconds: float) -> str:
    for size, unit in ((86400, "d"), (3600, "h"), (60, "min")):
        if seconds >= size:
            return f"{seconds / size:.1f} {unit}"
    return f"{max(seconds, 0):.0f} s"
