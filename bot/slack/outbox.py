"""Deliveries: messages to Slack as entries of the ledger, so that a result is not lost either."""

from collections.abc import Mapping
from typing import Any, Literal

from bot.actions import Frozen, Ticket
from bot.ledger import NewEntry
from bot.slack.messages import Message

KIND = "delivery"


class Delivery(Frozen):
    """One message and where it goes."""

    way: Literal["channel", "person"]
    channel: str
    user: str
    message: dict[str, Any]
    answers: str = ""
    """The marker of the action it is about, under which its ``response_url`` is kept."""
    card_of: Ticket | None = None
    """This message is the ticket's own in this channel: later ones go to its thread."""
    about: Ticket | None = None
    """Goes to this ticket's thread, if there is one in this channel."""
    thread: str | None = None
    """Goes to this thread, because that is where it was asked."""


def to_channel(
    key: str, message: Message, origin: Mapping[str, Any], *, answers: str, card_of: Ticket | None, about: Ticket | None
) -> NewEntry:
    """A message for everybody in the channel where something was asked."""
    delivery = Delivery(
        way="channel",
        channel=origin["channel"],
        user=origin["user"],
        message=message.arguments(),
        answers=answers,
        card_of=card_of,
        about=about,
        thread=origin.get("thread"),
    )
    return _entry(key, f"slack:{origin['channel']}", delivery, origin)


def to_person(key: str, message: Message, origin: Mapping[str, Any], *, answers: str) -> NewEntry:
    """A message for the person who asked, and for nobody else; in a direct message anything is.

    It goes to the thread where they asked, unless :func:`begins` says that there may be none yet: «Ephemeral messages
    in threads are only shown if there is already an active thread» (docs.slack.dev, chat.postEphemeral).
    """
    delivery = Delivery(
        way="channel" if origin.get("surface") == "direct" else "person",
        channel=origin["channel"],
        user=origin["user"],
        message=message.arguments(),
        answers=answers,
        thread=origin.get("thread") if origin.get("active", True) else None,
    )
    return _entry(key, f"slack:{origin['channel']}:{origin['user']}", delivery, origin)


def spoken_to(origin: Mapping[str, Any], command: str) -> str:
    """What stands before a line where it was said: the slash command, the bot's name, or nothing to the bot alone."""
    return str(origin.get("before", command))


def begins(thread: str) -> dict[str, Any]:
    """What an origin says of a thread that hangs on the message with which somebody asked: nobody has replied yet."""
    return {"thread": thread, "active": False}


def _entry(key: str, lane: str, delivery: Delivery, origin: Mapping[str, Any]) -> NewEntry:
    body = delivery.model_dump(mode="json")
    return NewEntry(key=key, lane=lane, kind=KIND, body=body, origin=dict(origin), person=origin["user"])
