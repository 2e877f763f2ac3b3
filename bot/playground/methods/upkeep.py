"""conversations.*: changing channels that are there: topic, purpose, members, archive."""

from bot.playground.arguments import Arguments
from bot.playground.errors import SlackError
from bot.playground.methods.method import Method, codes
from bot.playground.places import described
from bot.playground.playground import Playground
from bot.playground.rates import TIER_2, TIER_3
from bot.playground.shapes import JSON
from bot.playground.store import BOT_USER, Channel

TEXT_MOST = 250
"""A topic or purpose has at most so many characters (docs.slack.dev/reference/methods/conversations.setTopic)."""


def set_topic(playground: Playground, args: Arguments) -> JSON:
    """Say what a channel is about just now."""
    channel = _own(playground, args)
    channel.topic = _short(args, "topic")
    playground.places.show(channel)
    return {"channel": described(channel)}


def set_purpose(playground: Playground, args: Arguments) -> JSON:
    """Say what a channel is for."""
    channel = _own(playground, args)
    channel.purpose = _short(args, "purpose")
    playground.places.show(channel)
    return {"purpose": channel.purpose, "channel": described(channel)}


def _short(args: Arguments, name: str) -> str:
    text = args.text(name)
    if len(text) > TEXT_MOST:
        raise SlackError("too_long")
    return text


def kick(playground: Playground, args: Arguments) -> JSON:
    """Put somebody out of a channel."""
    channel = _own(playground, args)
    user = args.required("user")
    if user not in playground.workspace.people:
        raise SlackError("user_not_found")
    if user == BOT_USER:
        raise SlackError("cant_kick_self")
    if channel.is_general:
        raise SlackError("cant_kick_from_general")
    if user not in channel.members:
        raise SlackError("not_in_channel")
    playground.places.leave(channel, user)
    return {}


def unarchive(playground: Playground, args: Arguments) -> JSON:
    """Open a channel again."""
    channel = playground.channel(args.required("channel"))
    if channel.is_direct:
        raise SlackError("method_not_supported_for_channel_type")
    if not channel.is_archived:
        raise SlackError("not_archived")
    playground.places.archive(channel, BOT_USER, on=False)
    return {}


def _own(playground: Playground, args: Arguments) -> Channel:
    channel = playground.channel(args.required("channel"))
    if channel.is_direct:
        raise SlackError("method_not_supported_for_channel_type")
    if BOT_USER not in channel.members:
        raise SlackError("not_in_channel")
    if channel.is_archived:
        raise SlackError("is_archived")
    return channel


_MANAGE = ("channels:manage", "groups:write")
_COMMON = "channel_not_found not_in_channel is_archived method_not_supported_for_channel_type "
METHODS = {
    "conversations.setTopic": Method(
        set_topic, TIER_2, (*_MANAGE, "channels:write.topic", "groups:write.topic"), codes(_COMMON + "too_long")
    ),
    "conversations.setPurpose": Method(
        set_purpose, TIER_2, (*_MANAGE, "channels:write.topic", "groups:write.topic"), codes(_COMMON + "too_long")
    ),
    "conversations.kick": Method(
        kick, TIER_3, _MANAGE, codes(_COMMON + "user_not_found cant_kick_self cant_kick_from_general")
    ),
    "conversations.unarchive": Method(
        unarchive,
        TIER_2,
        _MANAGE,
        codes("channel_not_found not_archived method_not_supported_for_channel_type"),
    ),
}
