"""Messages for later: chat.scheduleMessage and its relatives."""

from bot.playground.arguments import Arguments
from bot.playground.content import content, no_longer_than, warned
from bot.playground.errors import SlackError
from bot.playground.ids import new_id
from bot.playground.methods.destination import destination, parent, signed, writable
from bot.playground.methods.method import Method, codes
from bot.playground.paging import page
from bot.playground.playground import Playground
from bot.playground.rates import TIER_3
from bot.playground.shapes import JSON
from bot.playground.store import Channel

FARTHEST = 120 * 86_400
"""At most so many seconds ahead (docs.slack.dev/reference/methods/chat.scheduleMessage)."""
MOST, WITHIN = 30, 300
"""So many messages to one channel within five minutes (the same page)."""
TEXT_MOST = 40_000


def schedule(playground: Playground, args: Arguments) -> JSON:
    """Post later."""
    channel = destination(playground, args.required("channel"))
    writable(playground, channel)
    now = playground.clock.now()
    if not args.has("post_at") or not args.text("post_at").isdigit():
        raise SlackError("invalid_time")
    at = args.number("post_at", 0)
    if at <= now:
        raise SlackError("time_in_past")
    if at - now > FARTHEST:
        raise SlackError("time_too_far")
    no_longer_than(args, TEXT_MOST)
    near = [each for each in playground.workspace.scheduled.values() if each["channel_id"] == channel.id]
    if sum(abs(each["post_at"] - at) < WITHIN for each in near) >= MOST:
        raise SlackError("restricted_too_many")
    message = content(args)
    extra = warned(message)
    thread = parent(channel, args)
    message |= signed(playground, args) | ({"thread_ts": thread} if thread else {})
    made = {
        "id": new_id("Q"),
        "channel_id": channel.id,
        "post_at": at,
        "date_created": int(now),
        "text": message["text"],
    }
    playground.workspace.scheduled[made["id"]] = made
    playground.deliveries.start(_post(playground, made["id"], channel, message, at - now))
    return {"channel": channel.id, "scheduled_message_id": made["id"], "post_at": at, "message": message, **extra}


async def _post(playground: Playground, scheduled_id: str, channel: Channel, message: JSON, delay: float) -> None:
    await playground.clock.sleep(delay)
    if playground.workspace.scheduled.pop(scheduled_id, None) is not None:
        playground.messages.post(channel, message)


def delete(playground: Playground, args: Arguments) -> JSON:
    """Do not post it after all."""
    channel = playground.channel(args.required("channel"))
    found = playground.workspace.scheduled.get(args.required("scheduled_message_id"))
    if found is None or found["channel_id"] != channel.id:
        raise SlackError("invalid_scheduled_message_id")
    del playground.workspace.scheduled[found["id"]]
    return {}


def scheduled_list(playground: Playground, args: Arguments) -> JSON:
    """What is still to be posted."""
    waiting = [
        each for each in playground.workspace.scheduled.values() if args.text("channel") in ("", each["channel_id"])
    ]
    found, cursor = page(waiting, args)
    return {"scheduled_messages": found, "response_metadata": {"next_cursor": cursor}}


_BLOCKS = (
    "invalid_blocks invalid_blocks_format msg_blocks_too_long too_many_attachments markdown_text_conflict no_text "
)
METHODS = {
    "chat.scheduleMessage": Method(
        schedule,
        TIER_3,
        ("chat:write",),
        codes(
            _BLOCKS
            + "channel_not_found not_in_channel is_archived invalid_time time_in_past time_too_far restricted_too_many "
            "msg_too_long invalid_metadata_format metadata_too_large messages_tab_disabled"
        ),
    ),
    "chat.deleteScheduledMessage": Method(
        delete, TIER_3, ("chat:write",), codes("channel_not_found invalid_scheduled_message_id")
    ),
    "chat.scheduledMessages.list": Method(scheduled_list, TIER_3, (), codes("invalid_cursor invalid_limit")),
}
