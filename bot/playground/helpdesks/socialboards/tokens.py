"""``POST /token``, and telling a good access token from a bad one."""

import base64
import hmac
import json
import secrets
from datetime import timedelta
from urllib.parse import parse_qsl

from bot.playground.helpdesks.clock import stamp
from bot.playground.helpdesks.exchange import Answer, Incoming, Logged, RefusedError
from bot.playground.helpdesks.socialboards.books import Books, unauthorized


def token(books: Books, incoming: Incoming, logged: Logged, client_id: str) -> Answer:
    """``POST /token``. Its refusals are OAuth's, which is inferred; so is that the refresh token may be replaced."""
    form: dict[str, str] = {}
    if incoming.content_type == "application/x-www-form-urlencoded":
        form = dict(parse_qsl(incoming.body.decode("utf-8", "replace"), keep_blank_values=True))
    logged.params = {name: value if name != "refresh_token" else "***" for name, value in form.items()}
    if form.get("grant_type") != "refresh_token":
        raise _refused("unsupported_grant_type")
    if not hmac.compare_digest(form.get("client_id", "").encode(), client_id.encode()):
        raise _refused("invalid_client")
    shown = form.get("refresh_token", "")
    if not books.store.one("SELECT 1 FROM refresh_tokens WHERE token = ? AND valid", (shown,)):
        raise _refused("invalid_grant")
    rotated = incoming.fault is not None and incoming.fault.kind == "rotated"
    if books.settings.rotate or rotated:
        books.store.run("UPDATE refresh_tokens SET valid = 0 WHERE token = ?", (shown,))
        shown = base64.b64encode(secrets.token_bytes(32)).decode()
        books.store.run("INSERT INTO refresh_tokens VALUES (?, 1)", (shown,))
    access = _access_token()
    expires = stamp(books.now + timedelta(seconds=books.settings.expires_in))
    books.store.run("DELETE FROM access_tokens WHERE expires_at < ?", (books.present,))
    books.store.run("INSERT INTO access_tokens VALUES (?, ?)", (access, expires))
    answer = {"access_token": access, "token_type": "bearer", "expires_in": books.settings.expires_in}
    return Answer.json({**answer, "refresh_token": shown})


def _refused(error: str) -> RefusedError:
    return RefusedError(Answer.json({"error": error}, 400))


def _access_token() -> str:
    """Something in the form of a JWT; what is in it says nothing, the store knows until when it is good."""
    header = json.dumps({"alg": "HS256", "typ": "JWT"}).encode()
    parts = (header, json.dumps({"jti": secrets.token_hex(12)}).encode(), secrets.token_bytes(32))
    return ".".join(base64.urlsafe_b64encode(part).rstrip(b"=").decode() for part in parts)


def check(books: Books, incoming: Incoming) -> None:
    """Refuse with 401 unless the request carries an access token that has not expired."""
    scheme, _, shown = incoming.headers.get("authorization", "").partition(" ")
    row = books.store.one("SELECT expires_at FROM access_tokens WHERE token = ?", (shown.strip(),))
    if scheme.lower() != "bearer" or row is None:
        raise unauthorized("no such access token")
    if row["expires_at"] <= books.present:
        raise unauthorized("the access token has expired")
