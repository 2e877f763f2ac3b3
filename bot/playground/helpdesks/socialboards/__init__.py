"""A local SocialBoards: the Ticket API as the vendor's pages describe it."""

from bot.playground.helpdesks.front import Front
from bot.playground.helpdesks.socialboards.books import Settings
from bot.playground.helpdesks.socialboards.desk import SocialBoards
from bot.playground.helpdesks.socialboards.tables import SCHEMA
from bot.playground.helpdesks.socialboards.webhooks import Webhook
from bot.playground.helpdesks.store import Store


def create_socialboards(
    *,
    db: str = ":memory:",
    client_id: str = "demo-client",
    refresh_token: str = "demo-refresh",
    expires_in: int = 3599,
    rotate: bool = False,
    teammate_ids: bool = False,
    webhook_url: str | None = None,
    verify_token: str = "demo-verify",
) -> Front:
    """The ASGI application of a local SocialBoards. ``expires_in`` is the life of an access token, in seconds."""
    settings = Settings(expires_in=expires_in, rotate=rotate, teammate_ids=teammate_ids)
    webhook = Webhook(webhook_url, verify_token)
    helpdesk = SocialBoards(
        Store(db, SCHEMA), settings, client_id=client_id, refresh_token=refresh_token, webhook=webhook
    )
    return Front(helpdesk)
