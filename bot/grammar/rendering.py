"""A command as a line that reads back as the same command."""

from typing import Any

from bot.actions.commands import KEYS, Address, Command, Fields, Reads, Who
from bot.errors import UsageError
from bot.grammar.fields import shown
from bot.grammar.slacktext import encode, plain
from bot.grammar.verbs import parse
from bot.grammar.words import quote


def render(command: Command) -> str:
    """The line that :func:`bot.grammar.parse` reads as ``command``."""
    if command.action == "help":
        return f"help {command.topic or ''}".rstrip()
    pieces: list[str] = [command.action]
    if command.ref:
        pieces.append(f"{command.helpdesk}:{command.ref}" if command.helpdesk else command.ref)
    if command.subject is not None:
        pieces.append(quote(command.subject))
    if command.when is not None:
        pieces.append(quote(command.when))
    if command.to:
        to = command.to
        pieces.append(f"<mailto:{encode(to.email)}|{encode(to.name)}>" if to.name else encode(to.email))
    if command.query is not None:
        pieces.append(encode(command.query))
    if "assign" in command.model_fields_set:
        pieces.append(_person(command.assign))
    note = command.fields.note if command.action in {"update", "close"} else None
    pieces += _fields(command.fields, without={"note"} if note is not None else set())
    line = " ".join(pieces)
    if command.text is not None:
        return f"{line} {encode(command.text)}"
    if command.message is not None:
        return f"{line} -- {encode(command.message)}"
    return f"{line} -- {encode(note)}" if note is not None else line


def typed(command: Command) -> str | None:
    """The line for a person to type, as they see it; ``None`` where none would read as ``command`` again.

    A mention is the person's id: a name might be somebody else's.
    """
    said: dict[str, Any] = {}
    if command.to and command.to.name:
        to, name = Address(email=command.to.email), command.fields.name or command.to.name
        said = {"to": to, "fields": command.fields.model_copy(update={"name": name})}
    if command.assign:
        said["assign"] = _unlabelled(command.assign)
    people = {field: getattr(command.fields, field) for field in ("assign", "contact")}
    if changed := {field: _unlabelled(who) for field, who in people.items() if who}:
        said["fields"] = said.get("fields", command.fields).model_copy(update=changed)
    meant = command.model_copy(update=said)
    line = plain(render(meant))
    try:
        return line if parse(encode(line)).said() == meant.said() else None
    except UsageError:
        return None


def _unlabelled(who: Who) -> Who:
    return Who(slack_user=who.slack_user) if who.slack_user else who


def _fields(fields: Fields, *, without: set[str]) -> list[str]:
    said: list[str] = []
    for field in Fields.model_fields:
        if field not in fields.model_fields_set or field in without:
            continue
        value = getattr(fields, field)
        key = KEYS["from" if field == "sender" else field]
        if key.reads is Reads.CUSTOM:
            said += [f"custom.{quote(name)}:{_text(text)}" for name, text in value.items()]
        elif key.reads in {Reads.PERSON, Reads.CONTACT}:
            said.append(f"{key.name}:{_person(value)}")
        elif key.reads in {Reads.LIST, Reads.EMAILS}:
            said.append(f"{key.name}:{','.join(quote(item) for item in value) or 'none'}")
        else:
            said.append(f"{key.name}:{_text(value)}")
    return said


def _text(value: str | None) -> str:
    return "none" if value is None else shown(value) if encode(value) == value else quote(value)


def _person(who: Who | None) -> str:
    if who is None:
        return "none"
    if who.me:
        return "me"
    if who.slack_user:
        return f"<@{who.slack_user}|{encode(who.name)}>" if who.name else f"<@{who.slack_user}>"
    if who.email:
        return f"<mailto:{encode(who.email)}|{encode(who.email)}>"
    return quote(who.name or "")
