"""conversations.history and conversations.replies: reading messages."""

from bot.playground.arguments import Arguments
from bot.playground.errors import SlackError
from bot.playground.ids import is_stamp
from bot.playground.methods.method import Method, codes
from bot.playground.paging import page
from bot.playground.playground import Playground
from bot.playground.rates import TIER_3
from bot.playground.shapes import JSON
from bot.playground.store import BOT_USER, Channel

_PREFIX = {"public": "channels", "private": "groups", "im": "im", "mpim": "mpim"}
READ = tuple(f"{prefix}:history" for prefix in _PREFIX.values())
PAGE_MOST = 999


def history(playground: Playground, args: Arguments) -> JSON:
    """What a channel shows, the newest first."""
    channel = _readable(playground, args, outside="not_in_channel")
    found = [each for each in channel.top_level() if _between(each, args)]
    return _answer(found[::-1], channel, args)


def replies(playground: Playground, args: Arguments) -> JSON:
    """A thread, its parent first."""
    # The documents of this method know no not_in_channel.
    channel = _readable(playground, args, outside="channel_not_found")
    ts = args.required("ts")
    given = channel.messages.get(ts)
    if given is None:
        raise SlackError("thread_not_found")
    thread = channel.thread(given.get("thread_ts", ts))
    found = [each for number, each in enumerate(thread) if number == 0 or _between(each, args)]
    return _answer(found, channel, args)


def _readable(playground: Playground, args: Arguments, *, outside: str) -> Channel:
    channel = playground.channel(args.required("channel"))
    playground.need_scope(f"{_PREFIX[channel.kind]}:history")
    if BOT_USER not in channel.members:
        raise SlackError(outside)
    return channel


def _between(message: JSON, args: Arguments) -> bool:
    oldest, latest = args.maybe("oldest"), args.maybe("latest")
    inclusive = args.flag("inclusive")
    if oldest is not None:
        limit = _stamp(oldest, "invalid_ts_oldest")
        if message["ts"] < limit or (message["ts"] == limit and not inclusive):
            return False
    if latest is not None:
        limit = _stamp(latest, "invalid_ts_latest")
        if message["ts"] > limit or (message["ts"] == limit and not inclusive):
            return False
    return True


def _stamp(text: str, error: str) -> str:
    """A bound as a message's stamp; whole seconds are allowed."""
    whole, _, _ = text.partition(".")
    if is_stamp(text):
        return f"{int(whole):010d}.{text.partition('.')[2]:0<6}"
    if not (whole.isascii() and whole.isdigit()):
        raise SlackError(error)
    return f"{int(whole):010d}.000000"


def _answer(messages: list[JSON], channel: Channel, args: Arguments) -> JSON:
    for name, error in (("oldest", "invalid_ts_oldest"), ("latest", "invalid_ts_latest")):
        if args.has(name):
            _stamp(args.text(name), error)
    found, cursor = page(messages, args, most=PAGE_MOST, wrong="invalid_arguments")
    if not args.flag("include_all_metadata"):
        found = [{key: value for key, value in each.items() if key != "metadata"} for each in found]
    body: JSON = {"messages": found, "has_more": bool(cursor), "pin_count": len(channel.pins)}
    return {**body, "response_metadata": {"next_cursor": cursor}} if cursor else body


_CODES = codes("channel_not_found invalid_cursor invalid_ts_latest invalid_ts_oldest")
METHODS = {
    "conversations.history": Method(history, TIER_3, READ, _CODES | {"not_in_channel"}),
    "conversations.replies": Method(replies, TIER_3, READ, _CODES | {"thread_not_found"}),
}
