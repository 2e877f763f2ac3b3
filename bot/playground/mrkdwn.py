"""What a person types, as Slack passes it on: escaped, references in angle brackets, and as ``rich_text`` blocks.

Source: docs.slack.dev/messaging/formatting-message-text. Which stretches of typed text become which rich text element
is inferred from messages of real workspaces.
"""

import re
from collections.abc import Iterator

from bot.playground.ids import new_block_id
from bot.playground.shapes import JSON
from bot.playground.store import Workspace

_URL = r"https?://[^\s<>|\"]+[^\s<>|\".,;:!?)\]']"
_EMAIL = r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"
_TYPED = re.compile(
    rf"(?P<ref><[@#!][^<>\s]+>)|(?P<url>{_URL})|(?P<email>{_EMAIL})|(?<![\w/])(?P<at>@[\w.-]*\w)|(?<![\w&/])(?P<hash>#[\w-]+)"
)
_TOKEN = re.compile(r"<([^<>]+)>")
_BROADCAST = frozenset({"here", "channel", "everyone"})


def escape(text: str) -> str:
    """The three characters that control formatting, as entities."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def unescape(text: str) -> str:
    """The opposite of ``escape``."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def from_typed(text: str, workspace: Workspace, *, labels: bool = False) -> str:
    """``text`` as typed, with mentions, channels and links put into angle brackets and the rest escaped.

    ``labels`` adds names (``<@U0ADAM|adam>``), as slash commands with ``should_escape`` have them.
    """
    parts, end = [], 0
    for match in _TYPED.finditer(text):
        parts += [escape(text[end : match.start()]), _reference(match, workspace, labels=labels)]
        end = match.end()
    return "".join([*parts, escape(text[end:])])


def _reference(match: re.Match[str], workspace: Workspace, *, labels: bool) -> str:
    typed = match.group()
    match match.lastgroup:
        case "ref":
            return typed
        case "url":
            return f"<{escape(typed)}>"
        case "email":
            return f"<mailto:{typed}|{typed}>"
        case "at":
            name = typed[1:].lower()
            if name in _BROADCAST:
                return f"<!{name}>"
            for person in workspace.people.values():
                if name in (person.name.lower(), person.id.lower()):
                    return f"<@{person.id}|{person.name}>" if labels else f"<@{person.id}>"
            group = next((g for g in workspace.groups.values() if g.handle == name), None)
            return f"<!subteam^{group.id}|@{group.handle}>" if group else escape(typed)
        case _:
            for channel in workspace.channels.values():
                if channel.name and channel.name == typed[1:].lower():
                    return f"<#{channel.id}|{channel.name if channel.kind == 'public' else ''}>"
            return escape(typed)


def rich_text(text: str) -> JSON:
    """Already escaped ``text`` as the one ``rich_text`` block that a person's message has."""
    elements = list(_elements(text)) or [{"type": "text", "text": ""}]
    return {
        "type": "rich_text",
        "block_id": new_block_id(),
        "elements": [{"type": "rich_text_section", "elements": elements}],
    }


def _elements(text: str) -> Iterator[JSON]:
    end = 0
    for match in _TOKEN.finditer(text):
        if match.start() > end:
            yield {"type": "text", "text": unescape(text[end : match.start()])}
        yield _element(match.group(1))
        end = match.end()
    if end < len(text):
        yield {"type": "text", "text": unescape(text[end:])}


def _element(token: str) -> JSON:
    target, _, label = token.partition("|")
    if target.startswith("@"):
        return {"type": "user", "user_id": target[1:]}
    if target.startswith("#"):
        return {"type": "channel", "channel_id": target[1:]}
    if target.startswith("!subteam^"):
        return {"type": "usergroup", "usergroup_id": target.removeprefix("!subteam^")}
    if target.startswith("!"):
        return {"type": "broadcast", "range": target[1:]}
    link: JSON = {"type": "link", "url": unescape(target)}
    return {**link, "text": unescape(label)} if label else link


def links(text: str) -> list[str]:
    """The web addresses in an already escaped ``text``."""
    targets = (match.group(1).partition("|")[0] for match in _TOKEN.finditer(text))
    return [unescape(target) for target in targets if target.startswith(("http://", "https://"))]
