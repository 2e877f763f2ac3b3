"""Where a message goes, and under whose name."""

from bot.playground.arguments import Arguments
from bot.playground.errors import SlackError
from bot.playground.ids import is_stamp
from bot.playground.messages import from_app
from bot.playground.playground import Playground
from bot.playground.shapes import JSON
from bot.playground.store import BOT_USER, Channel


def signed(playground: Playground, args: Arguments) -> JSON:
    """Who the message is from: the app, or (with ``chat:write.customize``) the app under another name."""
    author = from_app(playground.settings.manifest.bot_name)
    name, emoji, picture = args.maybe("username"), args.maybe("icon_emoji"), args.maybe("icon_url")
    if not (name or emoji or picture) or not playground.has_scope("chat:write.customize"):
        return author
    icons: JSON = {"emoji": emoji} if emoji else {"image_48": picture} if picture else {}
    shown = {"subtype": "bot_message", "bot_id": author["bot_id"], "app_id": author["app_id"]}
    return {**shown, "username": name or author["bot_profile"]["name"], **({"icons": icons} if icons else {})}


def destination(playground: Playground, given: str) -> Channel:
    """Where ``channel`` points: an id, a public channel's name, or a person's id, which means their direct message."""
    workspace = playground.workspace
    if given in workspace.people:
        if not playground.settings.manifest.messages_tab:
            raise SlackError("messages_tab_disabled")
        found = workspace.direct({given, BOT_USER})
        if found is None:
            raise SlackError("channel_not_found")
        return found
    named = next((c for c in workspace.channels.values() if c.name and c.name == given.removeprefix("#")), None)
    channel = playground.channel(named.id if named else given)
    if channel.kind == "im" and not playground.settings.manifest.messages_tab:
        raise SlackError("messages_tab_disabled")
    return channel


def writable(playground: Playground, channel: Channel) -> None:
    """Raise ``not_in_channel`` or ``is_archived`` where the app cannot write."""
    if BOT_USER not in channel.members and not playground.has_scope("chat:write.public"):
        raise SlackError("not_in_channel")
    if channel.is_archived:
        raise SlackError("is_archived")


def parent(channel: Channel, args: Arguments) -> str | None:
    """The thread to answer in. A reply's own ``ts`` counts as its parent's; an unknown one starts nothing.

    Raises ``cannot_reply_to_message`` for a message that takes no replies. That an unknown thread
    makes an ordinary message is believed, not documented.
    """
    given = args.maybe("thread_ts")
    if given is None:
        return None
    if not is_stamp(given):
        raise SlackError("invalid_arguments", ["[ERROR] invalid thread_ts"])
    message = channel.messages.get(given)
    if message is None:
        return None
    if message.get("subtype") in ("channel_join", "channel_leave"):
        raise SlackError("cannot_reply_to_message")
    return str(message.get("thread_ts", given))
