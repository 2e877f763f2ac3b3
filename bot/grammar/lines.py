"""What the lines of several verbs have in common: the reference, the fields, the note behind them."""

import re
from dataclasses import replace

from bot.actions.commands import SPELLINGS, Command, Verb
from bot.errors import UsageError
from bot.grammar.fields import KNOWN, Collected, shown, unknown_key
from bot.grammar.references import Reference, read_reference
from bot.grammar.slacktext import plain, retyped
from bot.grammar.suggestions import in_order, one_of, other_tickets, ticket_first, together
from bot.grammar.words import Word, words


def take_reference(text: str, at: int, verb: Verb) -> tuple[Reference, int]:
    """The reference that has to come next, and the place after it."""
    word = next(words(text, at, known=KNOWN), None)
    field = word is not None and word.key is not None and SPELLINGS.get(word.key.partition(".")[0].lower()) is not None
    reference = read_reference(word.raw) if word else None
    if word is None or (field and reference is None) or word.separates:
        raise UsageError(
            f"Which ticket? {verb.name} takes the reference right after the verb: {verb.usage}",
            code="missing-ref",
            corrected=ticket_first(text, at),
        )
    if several := together(word.raw):
        raise UsageError(_one_at_a_time(verb, several[0]), code="bad-ref", corrected=one_of(text, word, several[0]))
    if reference is None:
        raise UsageError(
            f"«{word.text}» is not a ticket; references look like AB-123456. The line is: {verb.usage}",
            code="bad-ref",
            corrected=ticket_first(text, at),
        )
    return reference, word.end


def take_fields_then_note(text: str, at: int, verb: Verb) -> tuple[Collected, list[Word]]:
    """The fields, the words that are none, and what follows ``--`` or the first line break as the note."""
    fields = Collected(verb, text)
    others: list[Word] = []
    end = at
    for word in words(text, at, lines=True, known=KNOWN):
        end = word.end
        if word.separates:
            break
        if not fields.take(word):
            others.append(word)
    if note := plain(text[end:].strip()):
        fields.put("note", note)
    return fields, others


def said_in(fields: Collected) -> dict[str, object]:
    """What the fields add to a command."""
    return {"fields": fields.build().model_dump(exclude_unset=True, by_alias=True)} if fields else {}


def command_on(reference: Reference, action: str, **said: object) -> Command:
    """A command about that ticket."""
    where = {"helpdesk": reference.helpdesk} if reference.helpdesk else {}
    return Command.model_validate({"action": action, "ref": reference.ref, **where, **said})


def stray_words(text: str, at: int, stray: list[Word], verb: Verb, reference: Reference | None = None) -> UsageError:
    """Words where only fields can stand, from ``at`` on; with the line that was probably meant."""
    first = stray[0]
    if first.key is not None and not first.key.lower().startswith("http"):
        return unknown_key(first, verb)
    loose = " ".join(word.text for word in stray)
    before = text[: first.start].rstrip()
    match = re.search(r"(?P<start>\S*:)(?P<value>[^\s\"“”]+)$", before)
    if match and text[match.start() : match.end()].partition(":")[0].partition(".")[0].lower() in KNOWN:
        until = first.end
        for word in stray[1:]:
            if text[until : word.start].strip():
                break
            until = word.end
        value = shown(plain(text[match.start("value") : until]))
        return UsageError(
            f"«{loose}» belongs to no field; a value of several words goes in quotes.",
            code="stray-words",
            corrected=retyped(f"{before[: match.start('value')]}{value}{text[until:]}"),
        )
    others = other_tickets(stray) if reference else 0
    if reference and others:
        last = stray[others - 1].end
        rest = in_order(f"{text[:at]}{text[last:]}", at, stray_after(stray, others, last - at), verb, KNOWN)
        return UsageError(_one_at_a_time(verb, reference), code="stray-words", corrected=rest)
    advice = " Free text goes after --." if verb.name in {"update", "close"} else f" For example: {verb.example}"
    corrected = in_order(text, at, stray, verb, KNOWN)
    return UsageError(
        f"«{loose}» belongs to no field of {verb.name}.{advice}",
        code="stray-words",
        corrected=corrected,
    )


def stray_after(stray: list[Word], others: int, back: int) -> list[Word]:
    """The words behind so many, moved to the left."""
    return [replace(word, start=word.start - back, end=word.end - back) for word in stray[others:]]


def _one_at_a_time(verb: Verb, first: Reference) -> str:
    return f"{verb.name} takes one ticket at a time; this is the line for {first.written}, each other needs its own."
