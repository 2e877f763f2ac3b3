"""What is put onto messages and channels: reactions, pins, bookmarks."""

import re

from bot.playground.arguments import Arguments
from bot.playground.errors import SlackError
from bot.playground.ids import is_stamp, new_id
from bot.playground.methods.method import Method, codes
from bot.playground.playground import Playground
from bot.playground.rates import TIER_2, TIER_3
from bot.playground.shapes import JSON
from bot.playground.store import BOT_USER, Channel

_EMOJI = re.compile(r"[a-z0-9_+'-]+(::skin-tone-[2-6])?")
MOST_EMOJI, MOST_BY_ONE = 50, 23
"""Different emoji on one message, and of one person (slack.com/help: a limit of 50, and 23 each)."""
MOST_PINS = 100


def add(playground: Playground, args: Arguments) -> JSON:
    """React to a message."""
    name = _name(args)
    channel, message = _item(playground, args)
    if channel.is_archived:
        raise SlackError("is_archived")
    reactions = message.get("reactions", [])
    if any(each["name"] == name and BOT_USER in each["users"] for each in reactions):
        raise SlackError("already_reacted")
    if len(reactions) >= MOST_EMOJI and all(each["name"] != name for each in reactions):
        raise SlackError("too_many_emoji")
    if sum(BOT_USER in each["users"] for each in reactions) >= MOST_BY_ONE:
        raise SlackError("too_many_reactions")
    playground.messages.react(channel, message, BOT_USER, name, on=True)
    return {}


def remove(playground: Playground, args: Arguments) -> JSON:
    """Take a reaction of the app away."""
    name = _name(args)
    channel, message = _item(playground, args)
    if not playground.messages.react(channel, message, BOT_USER, name, on=False):
        raise SlackError("no_reaction")
    return {}


def get(playground: Playground, args: Arguments) -> JSON:
    """A message with its reactions."""
    channel, message = _item(playground, args)
    return {"type": "message", "channel": channel.id, "message": message}


def _name(args: Arguments) -> str:
    name = args.required("name").strip(":")
    if not _EMOJI.fullmatch(name):
        raise SlackError("invalid_name")
    return name


def _item(playground: Playground, args: Arguments) -> tuple[Channel, JSON]:
    if not args.has("channel") or not args.has("timestamp"):
        raise SlackError("no_item_specified")
    channel = playground.channel(args.text("channel"))
    stamp = args.text("timestamp")
    if not is_stamp(stamp):
        raise SlackError("bad_timestamp")
    message = channel.messages.get(stamp)
    if message is None or (BOT_USER not in channel.members and channel.is_direct):
        raise SlackError("message_not_found")
    return channel, message


def pin(playground: Playground, args: Arguments) -> JSON:
    """Pin a message to its channel."""
    channel, message = _item(playground, args)
    if BOT_USER not in channel.members:
        raise SlackError("not_in_channel")
    if message["ts"] in channel.pins:
        raise SlackError("already_pinned")
    if message.get("subtype") in ("channel_join", "channel_leave", "tombstone"):
        raise SlackError("not_pinnable")
    if len(channel.pins) >= MOST_PINS:
        raise SlackError("too_many_pins")
    channel.pins.append(message["ts"])
    return {}


def unpin(playground: Playground, args: Arguments) -> JSON:
    """Take a pin away."""
    channel, message = _item(playground, args)
    if message["ts"] not in channel.pins:
        raise SlackError("no_pin")
    channel.pins.remove(message["ts"])
    return {}


def pins(playground: Playground, args: Arguments) -> JSON:
    """What is pinned to a channel."""
    channel = playground.channel(args.required("channel"))
    found = [channel.messages[ts] for ts in channel.pins if ts in channel.messages]
    return {"items": [{"type": "message", "channel": channel.id, "message": message} for message in found]}


def bookmark(playground: Playground, args: Arguments) -> JSON:
    """Put a link at the head of a channel."""
    channel = playground.channel(args.required("channel_id"))
    kind, title, link = args.required("type"), args.required("title"), args.text("link")
    if kind != "link":
        raise SlackError("invalid_bookmark_type")
    if not link.startswith(("https://", "http://")):
        raise SlackError("invalid_link")
    marks = playground.workspace.bookmarks.setdefault(channel.id, [])
    if len(marks) >= 100:
        raise SlackError("too_many_bookmarks")
    now = int(playground.clock.now())
    made: JSON = {
        "id": new_id("Bk"),
        "channel_id": channel.id,
        "title": title,
        "link": link,
        "emoji": args.text("emoji"),
    }
    made |= {"type": kind, "date_created": now, "date_updated": now, "last_updated_by_user_id": BOT_USER, "app_id": ""}
    marks.append(made)
    return {"bookmark": made}


def bookmarks(playground: Playground, args: Arguments) -> JSON:
    """The links at the head of a channel."""
    channel = playground.channel(args.required("channel_id"))
    return {"bookmarks": playground.workspace.bookmarks.get(channel.id, [])}


def edit_bookmark(playground: Playground, args: Arguments) -> JSON:
    """Change a link at the head of a channel."""
    mark = _bookmark(playground, args)
    if args.has("link") and not args.text("link").startswith(("https://", "http://")):
        raise SlackError("invalid_link")
    mark |= {name: args.text(name) for name in ("title", "link", "emoji") if args.has(name)}
    mark["date_updated"] = int(playground.clock.now())
    return {"bookmark": mark}


def remove_bookmark(playground: Playground, args: Arguments) -> JSON:
    """Take a link from the head of a channel."""
    mark = _bookmark(playground, args)
    playground.workspace.bookmarks[mark["channel_id"]].remove(mark)
    return {}


def _bookmark(playground: Playground, args: Arguments) -> JSON:
    channel = playground.channel(args.required("channel_id"))
    wanted = args.required("bookmark_id")
    found = next((each for each in playground.workspace.bookmarks.get(channel.id, []) if each["id"] == wanted), None)
    if found is None:
        raise SlackError("not_found")
    return found


_ITEM = "bad_timestamp channel_not_found message_not_found no_item_specified "
METHODS = {
    "reactions.add": Method(
        add,
        TIER_3,
        ("reactions:write",),
        codes(_ITEM + "already_reacted invalid_name is_archived too_many_emoji too_many_reactions"),
    ),
    "reactions.remove": Method(remove, TIER_2, ("reactions:write",), codes(_ITEM + "invalid_name no_reaction")),
    "reactions.get": Method(get, TIER_3, ("reactions:read",), codes(_ITEM)),
    "pins.add": Method(
        pin, TIER_2, ("pins:write",), codes(_ITEM + "already_pinned not_in_channel not_pinnable too_many_pins")
    ),
    "pins.remove": Method(unpin, TIER_2, ("pins:write",), codes(_ITEM + "no_pin")),
    "bookmarks.add": Method(
        bookmark,
        TIER_2,
        ("bookmarks:write",),
        codes("channel_not_found invalid_bookmark_type invalid_link too_many_bookmarks"),
    ),
    "pins.list": Method(pins, TIER_2, ("pins:read",), codes("channel_not_found")),
    "bookmarks.edit": Method(
        edit_bookmark, TIER_2, ("bookmarks:write",), codes("channel_not_found not_found invalid_link")
    ),
    "bookmarks.remove": Method(remove_bookmark, TIER_2, ("bookmarks:write",), codes("channel_not_found not_found")),
    "bookmarks.list": Method(bookmarks, TIER_3, ("bookmarks:read",), codes("channel_not_found")),
}
