"""What stands in a form: block id to what was entered there, in a shape of our own that a draft can keep.

Text is text. What was chosen is ``{"value": …, "text": …}``; a moment ``{"at": seconds}``; an account in Slack
``{"user": …}``; a place ``{"channel": …}``; ticked boxes ``{"chosen": […]}``; files ``{"files": […]}``.

The first character of a chosen value says what it is: ``#`` an id of the helpdesk's, ``=`` words to be looked up, ``@``
an account in Slack, ``^`` one of the words that the field itself knows, ``-`` nothing: the field is to be emptied.
"""

import json
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bot.actions.commands import KEYS, Command, Fields, Reads, Who
from bot.grammar.words import listed

Entered = dict[str, Any]

MOST_TEXT = 3000
"""What one input holds (docs.slack.dev/reference/block-kit/block-elements/plain-text-input-element)."""
MOST_PIECES = 20
MOST_INPUTS = 50
"""A view has 100 blocks, and those that are empty or explain something need room as well."""
MOST_BYTES = 150_000
"""Of everything in a form, as JSON: Slack takes views of 250 kB, and the rest of the form has to fit as well."""

_RENAMED = {
    "assign": "assignee",
    "contact_name": "contact.name",
    "also": "additional_contacts",
    "reply_due": "reply_due_at",
    "resolution_due": "resolution_due_at",
    "name": "to.name",
    "sender": "outgoing",
}
_PICKED = frozenset(
    {"status", "priority", "sla", "team", "department", "brand", "category", "macro", "sender", "sentiment"}
)
_KNOWN_WORDS = frozenset({"raise", "lower", "escalate", "de-escalate"})


def words(text: str) -> dict[str, str]:
    """What was said in words, where something is chosen."""
    if text.lower() in _KNOWN_WORDS:
        return {"value": f"^{text.lower()}", "text": text.lower()}
    return {"value": f"={text}", "text": text}


NOTHING = {"value": "-", "text": "none"}


def of_state(values: Mapping[str, Mapping[str, Mapping[str, Any]]]) -> Entered:
    """What ``view.state.values`` says (docs.slack.dev/reference/interaction-payloads/view-interactions-payload)."""
    entered: Entered = {}
    for block, elements in values.items():
        for state in elements.values():
            value = _of(state)
            if value not in (None, "", []):
                entered[block] = value
    return entered


def _of(state: Mapping[str, Any]) -> Any:
    match state:
        case {"selected_option": {"value": value, "text": {"text": text}}}:
            return {"value": value, "text": text}
        case {"selected_options": [_, *_] as options}:
            return {"chosen": [each["value"] for each in options]}
        case {"selected_date_time": int(at)}:
            return {"at": at}
        case {"selected_user": str(user)}:
            return {"user": user}
        case {"selected_conversation": str(channel)}:
            return {"channel": channel}
        case {"files": [_, *_] as files}:
            return {"files": [file_of(each) for each in files]}
        case {"selected_date": str(day)}:
            return day
        case {"value": str(text)}:
            return text
    return None


def file_of(file: Mapping[str, Any]) -> dict[str, Any]:
    """A file of Slack's as an attachment."""
    said: dict[str, Any] = {
        "name": str(file.get("name") or file.get("title") or file.get("id") or "file"),
        "url": str(file.get("url_private_download") or file.get("url_private") or ""),
        "content_type": str(file.get("mimetype") or "application/octet-stream"),
    }
    said |= {"size": file["size"]} if isinstance(file.get("size"), int) else {}
    return said | ({"permalink": str(file["permalink"])} if file.get("permalink") else {})


def pieces(text: str) -> list[str]:
    """The text in pieces that fit into one input each; joined they are the text again.

    Slack does not say how it counts characters beyond the first 65,536, so the way that counts more is taken.
    """
    found, piece, length = [], "", 0
    for character in text:
        wide = 2 if ord(character) > 0xFFFF else 1
        if length + wide > MOST_TEXT:
            found.append(piece)
            piece, length = "", 0
        piece, length = piece + character, length + wide
    return [*found, piece]


def whole(entered: Entered, block: str) -> str | None:
    """The text of a field, whose pieces stand in ``block``, ``block+1``, ``block+2``, …"""
    parts = [entered.get(block), *(entered.get(f"{block}+{number}") for number in range(1, MOST_PIECES))]
    said = [part for part in parts if isinstance(part, str)]
    return "".join(said) if said else None


def joined(entered: Entered) -> Entered:
    """The same with every text in one piece."""
    together = {}
    for block, value in entered.items():
        if re.search(r"\+\d+$", block):
            continue
        together[block] = whole(entered, block) if isinstance(value, str) else value
    return together


def fits(entered: Entered) -> bool:
    """Whether a form can show all of it."""
    inputs = [len(pieces(text)) if isinstance(text, str) else 1 for text in entered.values()]
    if max(inputs, default=0) > MOST_PIECES or sum(inputs) > MOST_INPUTS:
        return False
    return len(json.dumps(entered, ensure_ascii=False).encode("utf-8", "surrogatepass")) <= MOST_BYTES


def of_prefill(prefill: Mapping[str, Any]) -> Entered:
    """What others fill in: words for a field, people as :class:`Who`, instants, or what is entered already."""
    entered: Entered = {}
    for name, value in prefill.items():
        match value:
            case None | "":
                continue
            case Who():
                entered |= of_person(name, value)
            case datetime():
                entered[f"{name}.at"] = {"at": int(value.timestamp())}
            case list() | tuple():
                entered[name] = listed([str(each) for each in value])
            case str() if name in _PICKED or name in {"assignee", "outgoing"}:
                entered[name] = words(value)
            case _:
                entered[name] = value
    return entered


def of_person(field: str, who: Who) -> Entered:
    """A person as a command names them."""
    if field == "assignee":
        if who.me:
            return {field: {"value": "=me", "text": "me"}}
        if who.slack_user:
            return {field: {"value": f"@{who.slack_user}", "text": f"@{who.name or who.slack_user}"}}
        return {field: words(who.email or who.name or "")}
    if who.slack_user:
        return {f"{field}.person": {"user": who.slack_user}}
    return {field: who.email} if who.email else {f"{field}.name": who.name or ""}


def of_fields(fields: Fields, asker: str) -> Entered:
    """The fields of a command."""
    entered: Entered = {}
    for name in fields.model_fields_set:
        value = getattr(fields, name)
        key = KEYS["from" if name == "sender" else name]
        block = _RENAMED.get(name, name)
        if key.reads is Reads.CUSTOM:
            entered |= {f"custom.{field}": "none" if text is None else text for field, text in value.items()}
        elif key.reads is Reads.PERSON and value is None:
            entered[block] = NOTHING
        elif isinstance(value, Who):
            entered |= of_person(block, Who(slack_user=asker) if value.me and block == "contact" else value)
        elif isinstance(value, tuple):
            entered[block] = listed(value) or "none"
        elif name in _PICKED:
            entered[block] = NOTHING if value is None else words(value)
        else:
            entered[block] = "none" if value is None else value
    return entered


def of_command(command: Command, asker: str) -> Entered:
    """All that a command says."""
    entered = of_fields(command.fields, asker)
    for name, block in (("subject", "subject"), ("message", "message"), ("text", "message"), ("when", "when")):
        if text := getattr(command, name):
            entered[block] = text
    if command.to:
        entered["to"] = command.to.email
        if command.to.name:
            entered.setdefault("to.name", command.to.name)
    if "assign" in command.model_fields_set:
        entered |= of_person("assignee", command.assign) if command.assign else {"assignee": NOTHING}
    return entered
