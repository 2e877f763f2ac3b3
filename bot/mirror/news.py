"""What is new on a ticket, as things to be told."""

import asyncio
from functools import partial

from bot.mirror import comparing
from bot.mirror.mail import readable
from bot.mirror.policy import ChannelPolicy
from bot.mirror.tellings import Kind, News
from bot.outcomes import Scheduled, Update

_LONG_TEXT = 20_000
"""Characters from which on a text is cleaned beside everything else."""


async def of_update(update: Update, policy: ChannelPolicy, *, discreet: bool) -> News:
    """An update; ``discreet`` leaves out everything that a customer wrote or is, and everybody's words."""
    key = comparing.name_of(update)
    kind: Kind = "note" if update.private else "customer" if is_customers(update) else "staff"
    if discreet:
        return News(key=key, kind=kind, author=update.author if kind == "staff" else None, at=update.posted_at)
    read = partial(readable, update.message, update.html, signature=update.signature)
    long = len(update.message) + len(update.html or "") > _LONG_TEXT
    text = await asyncio.to_thread(read) if long else read()
    return News(
        key=key,
        kind=kind,
        text=text.text,
        author=update.author or "System",
        picture=update.picture,
        at=update.posted_at,
        folded=text.folded,
        files=update.attachments if "files" in policy.shows else (),
    )


def of_followup(followup: Scheduled) -> News:
    """A follow-up that somebody made."""
    does = ", ".join(followup.does) or "something that its list does not tell"
    return News(key=f"followup:{followup.id}", kind="followup", text=does, author=followup.by, at=followup.run_at)


def is_customers(update: Update) -> bool:
    """Whether a customer wrote it; what nobody wrote is the helpdesk's own."""
    return not update.by_staff and update.author is not None
