"""conversations.*: which there are, who is in them, joining and making them. Reading messages is in ``history``."""

import re

from bot.playground.arguments import Arguments
from bot.playground.errors import SlackError
from bot.playground.methods.method import Method, codes
from bot.playground.paging import page
from bot.playground.places import described
from bot.playground.playground import Playground
from bot.playground.rates import TIER_2, TIER_3, TIER_4
from bot.playground.shapes import JSON
from bot.playground.store import BOT_USER, Channel

_TYPES = {"public_channel": "public", "private_channel": "private", "im": "im", "mpim": "mpim"}
_PREFIX = {"public": "channels", "private": "groups", "im": "im", "mpim": "mpim"}
READ = tuple(f"{prefix}:read" for prefix in _PREFIX.values())
_NAME = re.compile(r"[\w-]+")
NAME_MOST = 80


def list_channels(playground: Playground, args: Arguments) -> JSON:
    """What the app can see: all public channels, and what else it is a member of."""
    return _listed(playground, args, [c for c in playground.workspace.channels.values() if _seen(c)])


def users_conversations(playground: Playground, args: Arguments) -> JSON:
    """What a person, by default the app, is a member of, as far as the app can see it."""
    user = args.text("user") or BOT_USER
    if user not in playground.workspace.people:
        raise SlackError("user_not_found")
    return _listed(
        playground, args, [c for c in playground.workspace.channels.values() if user in c.members and _seen(c)]
    )


def _seen(channel: Channel) -> bool:
    return channel.kind == "public" or BOT_USER in channel.members


def _listed(playground: Playground, args: Arguments, channels: list[Channel]) -> JSON:
    types = args.listed("types") or ["public_channel"]
    if any(each not in _TYPES for each in types):
        raise SlackError("invalid_types")
    kinds = {_TYPES[each] for each in types}
    for kind in kinds:
        playground.need_scope(f"{_PREFIX[kind]}:read")
    hide = args.flag("exclude_archived")
    found, cursor = page([c for c in channels if c.kind in kinds and not (hide and c.is_archived)], args)
    return {
        "channels": [described(channel, args.flag("include_num_members", default=True)) for channel in found],
        "response_metadata": {"next_cursor": cursor},
    }


def info(playground: Playground, args: Arguments) -> JSON:
    """One channel."""
    channel = playground.channel(args.required("channel"))
    playground.need_scope(f"{_PREFIX[channel.kind]}:read")
    return {"channel": described(channel, args.flag("include_num_members"))}


def members(playground: Playground, args: Arguments) -> JSON:
    """Who is in a channel."""
    channel = playground.channel(args.required("channel"))
    playground.need_scope(f"{_PREFIX[channel.kind]}:read")
    found, cursor = page(channel.members, args)
    return {"members": found, "response_metadata": {"next_cursor": cursor}}


def open_conversation(playground: Playground, args: Arguments) -> JSON:
    """The direct message with one or more people; made when there is none."""
    if args.has("channel"):
        channel = playground.channel(args.text("channel"))
        if not channel.is_direct:
            raise SlackError("method_not_supported_for_channel_type")
        return {"channel": _opened(channel, args)}
    users = args.listed("users")
    if not users:
        raise SlackError("users_list_not_supplied")
    if len(users) > 8:
        raise SlackError("too_many_users")
    for user in users:
        if user not in playground.workspace.people:
            raise SlackError("user_not_found")
    others = [user for user in users if user != BOT_USER]
    if not others:
        raise SlackError("not_enough_users")
    playground.need_scope("mpim:write" if len(others) > 1 else "im:write")
    existed = playground.workspace.direct({*others, BOT_USER}) is not None
    channel = playground.places.direct([*others, BOT_USER])
    return {"channel": _opened(channel, args), **({"no_op": True, "already_open": True} if existed else {})}


def _opened(channel: Channel, args: Arguments) -> JSON:
    return described(channel) if args.flag("return_im") else {"id": channel.id}


def join(playground: Playground, args: Arguments) -> JSON:
    """Become a member of a public channel."""
    channel = playground.channel(args.required("channel"))
    if channel.kind != "public":
        raise SlackError("method_not_supported_for_channel_type")
    if channel.is_archived:
        raise SlackError("is_archived")
    if BOT_USER in channel.members:
        return {"channel": described(channel), "warning": "already_in_channel"}
    playground.places.join(channel, BOT_USER)
    return {"channel": described(channel)}


def leave(playground: Playground, args: Arguments) -> JSON:
    """Stop being a member."""
    channel = playground.channel(args.required("channel"))
    if channel.is_direct:
        raise SlackError("method_not_supported_for_channel_type")
    if BOT_USER not in channel.members:
        return {"not_in_channel": True}
    playground.places.leave(channel, BOT_USER)
    return {}


def invite(playground: Playground, args: Arguments) -> JSON:
    """Bring people into a channel."""
    channel = _member_of(playground, args)
    users = args.listed("users")
    if not users:
        raise SlackError("no_user")
    for user in users:
        if user not in playground.workspace.people:
            raise SlackError("user_not_found")
        if user == BOT_USER:
            raise SlackError("cant_invite_self")
        if user in channel.members:
            raise SlackError("already_in_channel")
    for user in users:
        playground.places.join(channel, user, inviter=BOT_USER)
    return {"channel": described(channel)}


def _member_of(playground: Playground, args: Arguments) -> Channel:
    channel = playground.channel(args.required("channel"))
    if channel.is_direct:
        raise SlackError("method_not_supported_for_channel_type")
    if BOT_USER not in channel.members:
        raise SlackError("not_in_channel")
    if channel.is_archived:
        raise SlackError("is_archived")
    return channel


def create(playground: Playground, args: Arguments) -> JSON:
    """Make a channel, with the app in it."""
    name = args.text("name")
    private = args.flag("is_private")
    playground.need_scope("groups:write" if private else "channels:manage")
    if not name:
        raise SlackError("invalid_name_required")
    if len(name) > NAME_MOST:
        raise SlackError("invalid_name_maxlength")
    if name != name.lower() or not _NAME.fullmatch(name):
        raise SlackError("invalid_name_specials")
    if not any(letter.isalnum() for letter in name):
        raise SlackError("invalid_name_punctuation")
    if any(channel.name == name for channel in playground.workspace.channels.values()):
        raise SlackError("name_taken")
    return {"channel": described(playground.places.create(name, BOT_USER, private=private))}


def archive(playground: Playground, args: Arguments) -> JSON:
    """Close a channel for good."""
    channel = playground.channel(args.required("channel"))
    if channel.is_direct:
        raise SlackError("method_not_supported_for_channel_type")
    if channel.is_general:
        raise SlackError("cant_archive_general")
    if channel.is_archived:
        raise SlackError("already_archived")
    if BOT_USER not in channel.members:
        raise SlackError("not_in_channel")
    playground.places.archive(channel, BOT_USER, on=True)
    return {}


_JOIN = ("channels:join", "channels:write")
_KIND = "method_not_supported_for_channel_type"
_PAGED = "invalid_cursor invalid_limit "
METHODS = {
    "conversations.list": Method(list_channels, TIER_2, READ, codes(_PAGED + "invalid_types")),
    "users.conversations": Method(users_conversations, TIER_2, READ, codes(_PAGED + "invalid_types user_not_found")),
    "conversations.info": Method(info, TIER_3, READ, codes("channel_not_found")),
    "conversations.members": Method(members, TIER_4, READ, codes(_PAGED + "channel_not_found")),
    "conversations.open": Method(
        open_conversation,
        TIER_3,
        ("im:write", "mpim:write"),
        codes(
            "channel_not_found users_list_not_supplied too_many_users not_enough_users user_not_found "
            "method_not_supported_for_channel_type"
        ),
    ),
    "conversations.join": Method(
        join, TIER_3, _JOIN, codes("channel_not_found is_archived method_not_supported_for_channel_type")
    ),
    "conversations.leave": Method(
        leave,
        TIER_3,
        ("channels:manage", "groups:write"),
        codes("channel_not_found method_not_supported_for_channel_type"),
    ),
    "conversations.invite": Method(
        invite,
        TIER_3,
        ("channels:manage", "groups:write", "channels:write.invites"),
        codes(
            "channel_not_found no_user user_not_found cant_invite_self already_in_channel not_in_channel is_archived "
            "method_not_supported_for_channel_type"
        ),
    ),
    "conversations.create": Method(
        create,
        TIER_2,
        ("channels:manage", "groups:write"),
        codes("invalid_name_required invalid_name_maxlength invalid_name_specials invalid_name_punctuation name_taken"),
    ),
    "conversations.archive": Method(
        archive,
        TIER_2,
        ("channels:manage", "groups:write"),
        codes("channel_not_found already_archived cant_archive_general not_in_channel " + _KIND),
    ),
}
