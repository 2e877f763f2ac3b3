"""A note that was to be private is private, or somebody is told loudly."""

import structlog

from bot.actions import Ticket
from bot.errors import TicketbotError, UserError
from bot.helpdesk import JSON
from bot.helpdesk.sirportly.client import Client
from bot.helpdesk.sirportly.decode import as_object

logger = structlog.get_logger(__name__)


class BecamePublic(UserError):
    """A note went where the customer can see it, and could not be taken back."""

    code = "became-public"


async def keep_private(client: Client, ticket: Ticket, posted: JSON) -> list[str]:
    """Check that Sirportly took a note as private; where it did not, hide it.

    Returns:
        What to tell the person: nothing if all is well.

    Raises:
        BecamePublic: it was public and stays so.
    """
    if posted.get("private") is True:
        return []
    update = str(posted["id"])
    logger.error("note.became_public", ticket=ticket.ref, update=update)
    try:
        await client.write("ticket_updates/destroy", {"ticket": ticket.ref, "update": update, "privatise": "1"})
        now = as_object(await client.read("ticket_updates/info", ticket=ticket.ref, update=update), writes=False)
    except TicketbotError as error:
        logger.error("note.not_hidden", ticket=ticket.ref, update=update, error=str(error))
        now = {}
    if now.get("private") is True:
        return ["Sirportly took this note as public. It has been hidden again, but look who may have seen it."]
    raise BecamePublic(
        f"Sirportly took your note on {ticket} as public, and it could not be hidden: open the ticket and remove it."
    )
