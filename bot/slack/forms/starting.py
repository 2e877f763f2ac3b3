"""What a form begins with: a command that says too little, or a message in Slack."""

import re
from collections.abc import Mapping
from typing import Any, get_args

from bot.actions.commands import ALIASES, VERBS, Verb
from bot.dispatch.forms import Verb as FormVerb
from bot.errors import UsageError
from bot.grammar.fields import KNOWN, Collected, read_person
from bot.grammar.references import Reference, read_reference
from bot.grammar.slacktext import plain
from bot.grammar.words import Word, words
from bot.slack.emoji import spelled
from bot.slack.forms.entered import Entered, file_of, of_fields, of_person
from bot.slack.forms.opening import carried
from bot.slack.text import clip

ACTIONS: frozenset[FormVerb] = frozenset(get_args(FormVerb))
LACKING = frozenset(
    {"missing-subject", "missing-ref", "missing-text", "missing-when", "missing-recipient", "missing-person"}
    | {"nothing-to-do"}
)
"""Codes of sentences that are right as far as they go: the form asks for the rest."""
_REFERENCE = re.compile(r"(?<![\w-])[A-Za-z]{1,10}-\d{1,12}(?![\w-])|(?<=#)\d{1,18}\b")
_SUBJECT = 200


def guess(text: str, asker: str) -> tuple[FormVerb, Reference | None, Entered] | None:
    """What can be made of a command that does not parse; ``None`` where not even the verb is an action's."""
    first = next(words(text), None) if text.strip() else None
    if first is None:
        return ("create", None, {}) if not text.strip() else None
    verb = next((name for name in ACTIONS if name == ALIASES.get(first.text.rstrip(":").lower())), None)
    if verb is None:
        return None
    at, reference = first.end, None
    if verb != "create":
        reference, at = _reference(text, at)
    if verb in {"reply", "note"}:
        rest = plain(text[at:].strip())
        return verb, reference, {"message": rest} if rest else {}
    return verb, reference, _read(text, at, verb, asker)


def _reference(text: str, at: int) -> tuple[Reference | None, int]:
    try:
        word = next(words(text, at, known=KNOWN), None)
    except UsageError:
        return None, at
    reference = read_reference(word.raw) if word else None
    return (reference, word.end) if word and reference else (None, at)


def _read(text: str, at: int, verb: FormVerb, asker: str) -> Entered:
    fields = Collected(_fields_of(verb), text)
    loose: list[Word] = []
    free, end = "", at
    try:
        for word in words(text, at, lines=True, known=KNOWN):
            end = word.end
            if word.separates:
                free = plain(text[end:].strip())
                break
            try:
                taken = fields.take(word, strict=False)
            except UsageError:
                taken = False
            if not taken:
                loose.append(word)
        else:
            free = plain(text[end:].strip())
    except UsageError:  # an open quotation mark: the rest is text
        free = plain(text[end:].strip())
    entered = of_fields(fields.build(), asker)
    return entered | _placed(verb, loose, free)


def _fields_of(verb: FormVerb) -> Verb:
    return VERBS["update" if verb in {"assign", "close"} else verb]


def _placed(verb: FormVerb, loose: list[Word], free: str) -> Entered:
    """Words that belong to no field, where this verb's form has them."""
    said = " ".join(_text(word) for word in loose)
    match verb:
        case "create":
            return _only(subject=said, message=free)
        case "followup":
            return _only(when=said, note=free)
        case "assign" if loose:
            try:
                return of_person("assignee", read_person(" ".join(word.raw for word in loose)))
            except UsageError:
                return {}
        case "forward":
            to = next((word for word in loose if "@" in word.text and not word.text.startswith("@")), None)
            rest = " ".join(_text(word) for word in loose if word is not to)
            return _only(to=_text(to) if to else "", message="\n".join(filter(None, (rest, free))))
        case _:
            return _only(note=" ".join(filter(None, (said, free))))


def _text(word: Word) -> str:
    return plain(word.quoted) if word.quoted is not None else word.text


def _only(**said: str) -> Entered:
    return {name: text for name, text in said.items() if text}


def of_message(message: Mapping[str, Any], *, address: str) -> Entered:
    """A new ticket from a message: its words, its author, its files, and the ``address`` where it stands."""
    text = plain(spelled(message)).strip()
    first = next((line.strip() for line in text.splitlines() if line.strip()), "")
    files = [file_of(file) for file in message.get("files") or ()]
    entered = _only(subject=clip(first, _SUBJECT), message="\n\n".join(filter(None, (text, address))))
    if message.get("user") and not message.get("bot_id"):
        entered["contact.person"] = {"user": str(message["user"])}
    return entered | carried([file for file in files if file["url"]])


def on_message(verb: FormVerb, message: Mapping[str, Any]) -> Entered:
    """An action on the ticket that a message is about; what a person wrote there is what is said."""
    text = spelled(message)
    found = _REFERENCE.search(plain(text)) or _REFERENCE.search(_blocks_text(message))
    entered = {"ticket": found.group()} if found else {}
    if message.get("bot_id"):
        return entered
    field = {"reply": "message", "note": "message", "forward": "message", "followup": "note"}[verb]
    files = [file_of(file) for file in message.get("files") or ()] if verb in {"reply", "note"} else []
    return entered | _only(**{field: plain(text).strip()}) | carried([file for file in files if file["url"]])


def thread_of(message: Mapping[str, Any]) -> str | None:
    """The ``ts`` of the thread that a message is in or begins."""
    return str(message.get("thread_ts") or message.get("ts") or "") or None


def permalink(domain: str, channel: str | None, ts: str, thread_ts: str | None) -> str:
    """The address of a message, made up as Slack makes it (inferred from chat.getPermalink's answers)."""
    if not domain or not channel or not ts:
        return ""
    address = f"https://{domain}.slack.com/archives/{channel}/p{ts.replace('.', '')}"
    return f"{address}?thread_ts={thread_ts}&cid={channel}" if thread_ts and thread_ts != ts else address


def _blocks_text(message: Mapping[str, Any]) -> str:
    """The words of the first blocks, links by their labels."""
    texts = [(block.get("text") or {}).get("text") or "" for block in message.get("blocks") or ()]
    return plain(" ".join(text for text in texts if isinstance(text, str)))
