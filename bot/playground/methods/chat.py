"""chat.*: posting, updating, deleting; messages for one person; permalinks and unfurls."""

from bot.playground.arguments import Arguments
from bot.playground.content import TEXT_CUT, TEXT_MOST, content, no_longer_than, warned
from bot.playground.errors import SlackError, invalid_arguments
from bot.playground.messages import shown_ephemeral
from bot.playground.methods.destination import destination, parent, signed, writable
from bot.playground.methods.method import Method, codes
from bot.playground.playground import Playground
from bot.playground.rates import OFTEN, TIER_3, TIER_4
from bot.playground.shapes import JSON
from bot.playground.store import BOT, BOT_USER, Channel


def post_message(playground: Playground, args: Arguments) -> JSON:
    """Post to a channel or thread."""
    channel = destination(playground, args.required("channel"))
    writable(playground, channel)
    message = content(args)
    extra = warned(message)
    playground.rates.spend_post(channel.id)
    thread = parent(channel, args)
    message |= signed(playground, args)
    if thread is not None:
        message["thread_ts"] = thread
        if args.flag("reply_broadcast"):
            message |= {"subtype": "thread_broadcast", "root": channel.messages[thread]}
    posted = playground.messages.post(channel, message)
    return {"channel": channel.id, "ts": posted["ts"], "message": posted, **extra}


def post_ephemeral(playground: Playground, args: Arguments) -> JSON:
    """Show a message to one member of a channel; in a thread that has no reply yet, say so and show nothing.

    «Ephemeral messages in threads are only shown if there is already an active thread» (chat.postEphemeral).
    """
    user = args.required("user")
    channel = destination(playground, args.required("channel"))
    if BOT_USER not in channel.members:
        raise SlackError("not_in_channel")
    if channel.is_archived:
        raise SlackError("is_archived")
    if user not in channel.members:
        raise SlackError("user_not_in_channel")
    no_longer_than(args, TEXT_CUT)
    message = content(args, with_metadata=False)
    extra = warned(message)
    thread = parent(channel, args)
    message |= signed(playground, args)
    if thread is not None:
        if not channel.messages[thread].get("reply_count"):
            return {"message_ts": playground.messages.stamp(), **extra}
        message["thread_ts"] = thread
    ephemeral = playground.messages.whisper(channel, user, message)
    return {"message_ts": shown_ephemeral(ephemeral)["ts"], **extra}


def update(playground: Playground, args: Arguments) -> JSON:
    """Change one of the app's own messages. Text alone takes the blocks away; metadata stays unless it is given."""
    channel = _by_id(playground, args)
    message = _message(channel, args.required("ts"))
    if message.get("bot_id") != BOT or message.get("subtype") == "tombstone":
        raise SlackError("cant_update_message")
    no_longer_than(args, TEXT_MOST)
    new = content(args)
    extra = warned(new)
    metadata = new.pop("metadata", message.get("metadata"))
    kept = {
        key: value
        for key, value in message.items()
        if key not in ("text", "blocks", "attachments", "metadata", "edited")
    }
    changed = {**kept, **new}
    if metadata:
        changed["metadata"] = metadata
    if (
        args.has("attachments") is False
        and "attachments" in message
        and not args.has("text")
        and not args.has("blocks")
    ):
        changed["attachments"] = message["attachments"]
    if not changed.get("blocks"):
        changed["edited"] = {"user": BOT_USER, "ts": playground.messages.stamp()}
    playground.messages.change(channel, message["ts"], changed)
    return {"channel": channel.id, "ts": message["ts"], "text": changed["text"], "message": changed, **extra}


def delete(playground: Playground, args: Arguments) -> JSON:
    """Delete one of the app's own messages."""
    channel = _by_id(playground, args)
    message = _message(channel, args.required("ts"))
    if message.get("bot_id") != BOT or message.get("subtype") == "tombstone":
        raise SlackError("cant_delete_message")
    playground.messages.delete(channel, message["ts"])
    return {"channel": channel.id, "ts": message["ts"]}


def get_permalink(playground: Playground, args: Arguments) -> JSON:
    """The address of a message."""
    channel = playground.channel(args.required("channel"))
    message = _message(channel, args.required("message_ts"))
    link = f"{playground.settings.base_url}/archives/{channel.id}/p{message['ts'].replace('.', '')}"
    thread = message.get("thread_ts")
    if thread and thread != message["ts"]:
        link += f"?thread_ts={thread}&cid={channel.id}"
    return {"channel": channel.id, "permalink": link}


def unfurl(playground: Playground, args: Arguments) -> JSON:
    """Show something below a link of the app's own domains."""
    unfurls = args.parsed("unfurls", error=SlackError("invalid_unfurls_format"))
    if unfurls is None:
        raise SlackError("missing_unfurls")
    if not isinstance(unfurls, dict) or not all(isinstance(each, dict) for each in unfurls.values()):
        raise SlackError("invalid_unfurls_format")
    channel, ts = _unfurled(playground, args)
    message = channel.messages.get(ts)
    if message is None:
        raise SlackError("cannot_find_message")
    if any(
        playground.settings.manifest.unfurls(url) is None or url not in message["text"].replace("&amp;", "&")
        for url in unfurls
    ):
        raise SlackError("cannot_unfurl_url")
    attachments = [each for each in message.get("attachments", []) if each.get("from_url") not in unfurls]
    for number, (url, shown) in enumerate(unfurls.items(), start=len(attachments) + 1):
        attachments.append(
            {**shown, "id": number, "from_url": url, "app_unfurl_url": url, "is_app_unfurl": True, "bot_id": BOT}
        )
    playground.messages.change(channel, ts, {**message, "attachments": attachments})
    return {}


def _unfurled(playground: Playground, args: Arguments) -> tuple[Channel, str]:
    if args.has("unfurl_id"):
        if not args.has("source"):
            raise SlackError("missing_source")
        if args.text("source") not in ("composer", "conversations_history"):
            raise SlackError("invalid_source")
        place, _, rest = args.text("unfurl_id").partition(".")
        ts = ".".join(rest.split(".")[:2])
        channel = playground.workspace.channels.get(place)
        if channel is None:
            raise SlackError("invalid_unfurl_id")
        return channel, ts
    if not args.has("channel"):
        raise SlackError("missing_channel")
    if not args.has("ts"):
        raise SlackError("missing_ts")
    channel = playground.workspace.channels.get(args.text("channel"))
    if channel is None:
        raise SlackError("cannot_find_channel")
    return channel, args.text("ts")


def _by_id(playground: Playground, args: Arguments) -> Channel:
    """Updating and deleting take a conversation's id only, never a person's or a name."""
    return playground.channel(args.required("channel"))


def _message(channel: Channel, ts: str) -> JSON:
    message = channel.messages.get(ts)
    if message is None:
        raise SlackError("message_not_found")
    return message


def me_message(playground: Playground, args: Arguments) -> JSON:
    """Post what the app is doing."""
    channel = destination(playground, args.required("channel"))
    writable(playground, channel)
    no_longer_than(args, TEXT_MOST)
    if not args.has("text"):
        raise SlackError("no_text")
    if args.has("blocks"):
        raise invalid_arguments("invalid additional property: blocks")
    posted = playground.messages.post(
        channel, {**signed(playground, args), "subtype": "me_message", "text": args.text("text")}
    )
    return {"channel": channel.id, "ts": posted["ts"]}


_BLOCKS = (
    "invalid_blocks invalid_blocks_format msg_blocks_too_long invalid_attachments too_many_attachments "
    "markdown_text_conflict no_text "
)
_META = "invalid_metadata_format invalid_metadata_schema metadata_too_large "
WRITE = ("chat:write",)
METHODS = {
    "chat.postMessage": Method(
        post_message,
        OFTEN,
        WRITE,
        codes(
            "channel_not_found not_in_channel is_archived cannot_reply_to_message messages_tab_disabled "
            + _BLOCKS
            + _META
        ),
    ),
    "chat.postEphemeral": Method(
        post_ephemeral,
        TIER_4,
        WRITE,
        codes(
            "channel_not_found not_in_channel user_not_in_channel is_archived cannot_reply_to_message "
            "messages_tab_disabled msg_too_long " + _BLOCKS
        ),
    ),
    "chat.update": Method(
        update,
        TIER_3,
        WRITE,
        codes("channel_not_found message_not_found cant_update_message msg_too_long " + _BLOCKS + _META),
    ),
    "chat.delete": Method(delete, TIER_3, WRITE, codes("channel_not_found message_not_found cant_delete_message")),
    "chat.getPermalink": Method(get_permalink, OFTEN, (), codes("channel_not_found message_not_found")),
    "chat.meMessage": Method(
        me_message,
        TIER_3,
        WRITE,
        codes("channel_not_found not_in_channel is_archived no_text msg_too_long messages_tab_disabled"),
    ),
    "chat.unfurl": Method(
        unfurl,
        TIER_3,
        ("links:write",),
        codes(
            "cannot_find_channel cannot_find_message cannot_unfurl_url invalid_source invalid_unfurl_id "
            "invalid_unfurls_format missing_channel missing_source missing_ts missing_unfurls"
        ),
    ),
}
