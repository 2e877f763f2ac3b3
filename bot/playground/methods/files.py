"""files.*: the two-step upload, and what is known of a file."""

import mimetypes

from bot.playground.arguments import Arguments
from bot.playground.attachments import described
from bot.playground.errors import SlackError, invalid_arguments
from bot.playground.ids import new_id
from bot.playground.messages import from_app
from bot.playground.methods.destination import parent
from bot.playground.methods.method import Method, codes
from bot.playground.playground import Playground
from bot.playground.rates import TIER_3, TIER_4
from bot.playground.shapes import JSON
from bot.playground.store import BOT_USER, Channel, File

MOST_BYTES = 1_000_000_000
"""Slack takes files of up to 1 GB (slack.com/help)."""
_REFUSED = frozenset({"exe", "bat", "cmd", "scr"})
"""Slack leaves this list to each workspace's administrators; this one refuses programs."""


def get_upload_url(playground: Playground, args: Arguments) -> JSON:
    """Where to send a file's bytes."""
    name = args.maybe("filename")
    if name is None or not args.has("length"):
        raise SlackError("missing_argument")
    length = args.number("length", 0)
    if length < 1:
        raise invalid_arguments("must be greater than 0 [json-pointer:/length]")
    if length > MOST_BYTES:
        raise SlackError("file_upload_size_restricted")
    if name.rpartition(".")[2].lower() in _REFUSED:
        raise SlackError("file_type_not_allowed")
    if len(args.text("alt_txt")) > 1_000:
        raise SlackError("alt_txt_too_large")
    mimetype = mimetypes.guess_type(name)[0] or "application/octet-stream"
    file = File(new_id("F"), name, name, mimetype, BOT_USER, int(playground.clock.now()), length=length)
    playground.workspace.files[file.id] = file
    return {"upload_url": f"{playground.settings.base_url}/upload/v1/{file.id}", "file_id": file.id}


def complete_upload(playground: Playground, args: Arguments) -> JSON:
    """Finish uploads, and share them if a channel is named."""
    wanted = args.parsed("files")
    if not isinstance(wanted, list) or not wanted or not all(isinstance(each, dict) for each in wanted):
        raise invalid_arguments("missing required field: files")
    files = []
    for each in wanted:
        file = playground.workspace.files.get(str(each.get("id")))
        if file is None or not file.uploaded or file.completed:
            raise SlackError("file_not_found")
        file.title = str(each.get("title") or file.name)
        files.append(file)
    channels = [
        _target(playground, name)
        for name in ([args.text("channel_id")] if args.has("channel_id") else args.listed("channels"))
    ]
    if len(channels) > 100:
        raise SlackError("channels_limit_exceeded")
    for file in files:
        file.completed = True
    for channel in channels:
        _share(playground, args, channel, files)
    return {"files": [described(playground.settings.base_url, file) for file in files]}


def _target(playground: Playground, channel_id: str) -> Channel:
    if not channel_id[:1].isalpha() or channel_id in playground.workspace.people:
        raise SlackError("invalid_channel")
    channel = playground.channel(channel_id)
    if BOT_USER not in channel.members:
        raise SlackError("not_in_channel")
    return channel


def _share(playground: Playground, args: Arguments, channel: Channel, files: list[File]) -> None:
    for file in files:
        file.shown_in.append(channel.id)
    message = {
        **from_app(playground.settings.manifest.bot_name),
        "subtype": "file_share",
        "text": args.text("initial_comment"),
        "files": [described(playground.settings.base_url, file) for file in files],
        "upload": True,
        "display_as_bot": False,
    }
    thread = parent(channel, args)
    if thread is not None:
        message["thread_ts"] = thread
    playground.messages.post(channel, message)


def info(playground: Playground, args: Arguments) -> JSON:
    """One file."""
    return {"file": described(playground.settings.base_url, _file(playground, args)), "comments": []}


def delete(playground: Playground, args: Arguments) -> JSON:
    """Delete one of the app's own files."""
    file = _file(playground, args)
    if file.user != BOT_USER:
        raise SlackError("cant_delete_file")
    file.deleted, file.content = True, b""
    return {}


def _file(playground: Playground, args: Arguments) -> File:
    file = playground.workspace.files.get(args.required("file"))
    if file is None or not file.completed:
        raise SlackError("file_not_found")
    if file.deleted:
        raise SlackError("file_deleted")
    return file


WRITE, READ = ("files:write",), ("files:read",)
METHODS = {
    "files.getUploadURLExternal": Method(
        get_upload_url,
        TIER_4,
        WRITE,
        codes("missing_argument file_type_not_allowed file_upload_size_restricted alt_txt_too_large"),
    ),
    "files.completeUploadExternal": Method(
        complete_upload,
        TIER_4,
        WRITE,
        codes("file_not_found channel_not_found not_in_channel invalid_channel channels_limit_exceeded"),
    ),
    "files.info": Method(info, TIER_4, READ, codes("file_not_found file_deleted")),
    "files.delete": Method(delete, TIER_3, WRITE, codes("file_not_found file_deleted cant_delete_file")),
}
