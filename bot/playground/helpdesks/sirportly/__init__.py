"""A local Sirportly: API v2 as the vendor's pages describe it."""

from bot.playground.helpdesks.front import Front
from bot.playground.helpdesks.sirportly.books import Settings
from bot.playground.helpdesks.sirportly.desk import Sirportly, tokens
from bot.playground.helpdesks.sirportly.tables import SCHEMA
from bot.playground.helpdesks.store import Store


def create_sirportly(
    *,
    db: str = ":memory:",
    token: str = "demo-token",
    secret: str = "demo-secret",
    user_token: str = "demo-user-token",
    user_secret: str = "demo-user-secret",
    application: str = "demo-application",
    user: str = "priya",
    zone: str = "UTC",
) -> Front:
    """The ASGI application of a local Sirportly. Raises ValueError when ``user`` is nobody of the account."""
    known = tokens(token, secret, user_token, user_secret, application, user)
    return Front(Sirportly(Store(db, SCHEMA), known, Settings(zone=zone)))
