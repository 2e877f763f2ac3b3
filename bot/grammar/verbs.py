"""One function a verb: what may stand in its line, in which order."""

from collections.abc import Callable

from bot.actions.commands import ALIASES, KEYS, SPELLINGS, VERBS, Address, Command, Verb, VerbName, Who
from bot.errors import UsageError
from bot.grammar.fields import KNOWN, Collected, closest, duplicate, read_email, read_person
from bot.grammar.lines import command_on, said_in, stray_words, take_fields_then_note, take_reference
from bot.grammar.references import Reference, read_reference
from bot.grammar.slacktext import LINK, plain, retyped, visible
from bot.grammar.suggestions import as_update, is_slash_command, suggested, swapped
from bot.grammar.words import Word, skip_space, words

_MARKS = ".,;:!…) \t\n"
"""Marks that end a sentence: nothing else was said, as behind a name in «thanks, @bot!»."""
_HELP = frozenset({"help", "--help", "-h", "—help"})


def parse(text: str) -> Command:
    """Read what follows the slash command, as Slack sends it with ``should_escape`` on.

    Raises:
        UsageError: with a code, words for the person, and the corrected line where there is one.
    """
    try:
        return _read(text.strip())
    except UsageError as error:
        error.corrected = suggested(text.strip(), error, _read)
        raise


def _read(text: str) -> Command:
    if not text.strip(_MARKS):
        return Command(action="help")
    first = next(words(text))
    spoken = first.text.rstrip(":").lower()
    if spoken == "mine":
        return _list(text, first.end, VERBS["list"], mine=True)
    if name := ALIASES.get(spoken):
        return _verb(text, first, VERBS[name])
    if reference := read_reference(first.raw):
        return _bare(text, first, reference)
    raise _unknown_command(first, text)


def _verb(text: str, first: Word, verb: Verb) -> Command:
    rest = text[first.end :].strip()
    if verb.name == "help":
        return _help(rest)
    if rest.lower() in _HELP:
        return Command(action="help", topic=_name(verb))
    return _READERS.get(verb.name, _update)(text, first.end, verb)


def _help(rest: str) -> Command:
    if not rest or rest.lower() in _HELP:
        return Command(action="help")
    word = next(words(rest))
    spoken = word.text.lower().rstrip(":?.")
    name = ALIASES.get(spoken, "list" if spoken == "mine" else None)
    if name is None:
        raise _unknown_command(word, rest)
    return Command(action="help", topic=_name(VERBS[name]))


def _bare(text: str, first: Word, reference: Reference) -> Command:
    if text[first.end :].strip():
        ref = reference.written
        raise UsageError(
            f"What should happen to {ref}? Put the verb first: reply {ref} …, note {ref} …",
            code="verb-missing",
            corrected=swapped(text, first.end, reference),
        )
    return command_on(reference, "view")


def _create(text: str, at: int, verb: Verb) -> Command:
    fields = Collected(verb, text)
    subject: list[Word] = []
    message: str | None = None
    end = at
    for word in words(text, at, lines=True, known=KNOWN):
        end = word.end
        if word.separates:
            break
        if not fields.take(word, strict=False):
            subject.append(word)
    message = plain(text[end:].strip())
    if not subject:
        raise UsageError(f"A ticket needs a subject: {verb.usage}", code="missing-subject")
    only = subject[0].quoted if len(subject) == 1 else None
    title = plain(only).strip() if only is not None else " ".join(word.text for word in subject)
    if not visible(title):
        raise UsageError(f"A ticket needs a subject: {verb.usage}", code="missing-subject")
    said = {"message": message} if message else {}
    return Command.model_validate({"action": "create", "subject": title, **said} | said_in(fields))


def _text_on(text: str, at: int, verb: Verb) -> Command:
    reference, at = take_reference(text, at, verb)
    body = plain(text[at:].strip())
    if not visible(body):
        raise UsageError(f"{verb.name} needs the text: {verb.name} {reference.written} <text>", code="missing-text")
    return command_on(reference, verb.name, text=body)


def _update(text: str, at: int, verb: Verb) -> Command:
    reference, at = take_reference(text, at, verb)
    fields, stray = take_fields_then_note(text, at, verb)
    if stray:
        raise stray_words(text, at, stray, verb, reference)
    if not fields and verb.name == "update":
        raise UsageError(
            f"What should change? update {reference.written} takes fields, or a note after --, "
            f"as in: update {reference.written} status:resolved",
            code="nothing-to-do",
        )
    return command_on(reference, verb.name, **said_in(fields))


def _assign(text: str, at: int, verb: Verb) -> Command:
    reference, at = take_reference(text, at, verb)
    fields = Collected(VERBS["update"], text)
    named: list[Word] = []
    for word in words(text, at, known=KNOWN):
        if word.key and SPELLINGS.get(word.key.lower()) == "assign":
            fields.take(word)
        elif word.key and word.key.lower() in SPELLINGS:
            key = KEYS[SPELLINGS[word.key.lower()]]
            raise UsageError(
                f"assign has no {key.name}: field; update takes it.",
                code="key-not-here",
                corrected=as_update(text, at, reference, KNOWN),
            )
        else:
            named.append(word)
    if named and named[0].raw.lower() == "to" and len(named) > 1:
        named = named[1:]
    if fields:
        if named:
            raise duplicate(KEYS["assign"])
        return command_on(reference, "assign", assign=fields.build().assign)
    if not named:
        raise UsageError(
            f"Who should take {reference.written}? assign takes me, @name, an e-mail address, or none, as in: "
            f"assign {reference.written} me",
            code="missing-person",
        )
    return command_on(reference, "assign", assign=_assignee(named, as_update(text, at, reference, KNOWN)))


def _assignee(named: list[Word], corrected: str | None) -> Who | None:
    if len(named) == 1:
        (word,) = named
        if word.quoted is None and word.raw.lower() == "none":
            return None
        return read_person(word.quoted if word.quoted is not None else word.raw)
    if any(word.raw.startswith(("<", "@", "--", "—")) or word.quoted is not None for word in named):
        raise UsageError(
            f"assign takes one person, and nothing after it: {' '.join(word.text for word in named[1:])}",
            code="stray-words",
            corrected=corrected,
        )
    return read_person(" ".join(word.raw for word in named))


def _followup(text: str, at: int, verb: Verb) -> Command:
    reference, at = take_reference(text, at, verb)
    fields, others = take_fields_then_note(text, at, verb)
    said = said_in(fields)
    if others and "when" in fields:
        raise duplicate(KEYS["when"])
    if others:
        only = others[0].quoted if len(others) == 1 else None
        when = plain(only).strip() if only is not None else " ".join(word.text for word in others)
    else:
        when = fields.build().when or ""
        said.pop("fields", None)
        if rest := fields.without("when"):
            said["fields"] = rest
    if not when:
        raise UsageError(
            "When should it happen? followup takes the moment after the ticket (in 2 hours, fri 14:30), as in: "
            f"followup {reference.written} tomorrow 9am",
            code="missing-when",
        )
    return command_on(reference, "followup", when=when, **said)


def _forward(text: str, at: int, verb: Verb) -> Command:
    reference, at = take_reference(text, at, verb)
    fields = Collected(verb, text)
    to: Address | None = None
    place = skip_space(text, at)
    for word in words(text, at, known=KNOWN):
        if to is None and word.key is None:
            to = _address(word, reference)
            place = word.end
            continue
        broken = "\n" in text[place : word.start]
        if word.separates:
            place = word.end
            break
        if broken or not fields.take(word, strict=False):
            break
        place = word.end
    if to is None:
        raise _no_recipient(reference, "")
    message = plain(text[place:].strip())
    if not message:
        raise UsageError(
            "What should the message say? It goes in front of the ticket's history: "
            f"forward {reference.written} {to.email} <message>",
            code="missing-text",
        )
    return command_on(reference, "forward", to=to, message=message, **said_in(fields))


def _address(word: Word, reference: Reference) -> Address:
    link = LINK.fullmatch(word.raw)
    if link and link["url"].lower().startswith("mailto:"):
        email, label = plain(link["url"][7:]), plain(link["label"] or "").strip()
        read_email(email)
        return Address(email=email) if label.lower() in {"", email.lower()} else Address(email=email, name=label)
    text = word.quoted if word.quoted is not None else word.text
    if "@" not in text:
        raise _no_recipient(reference, text)
    return Address(email=read_email(text.rstrip(",;:")))


def _no_recipient(reference: Reference, typed: str) -> UsageError:
    what = f"«{typed}» is not an e-mail address. " if typed else ""
    return UsageError(
        f"{what}To whom? forward takes an e-mail address after the ticket: "
        f"forward {reference.written} jo@acme.example <message>",
        code="missing-recipient",
    )


def _view(text: str, at: int, verb: Verb) -> Command:
    reference, at = take_reference(text, at, verb)
    if rest := text[at:].strip():
        raise UsageError(
            f"view takes a ticket and nothing after it: {plain(rest)}",
            code="stray-words",
            corrected=f"view {reference.written}",
        )
    return command_on(reference, "view")


def _search(text: str, at: int, verb: Verb) -> Command:
    fields = Collected(verb, text)
    query = [word for word in words(text, at, known=KNOWN) if not fields.take(word, strict=False)]
    if not any(visible(plain(word.raw if word.quoted is None else word.quoted)) for word in query):
        raise UsageError(f"Search for what? For example: {verb.example}", code="missing-query")
    return Command.model_validate(
        {"action": "search", "query": " ".join(word.text for word in query)} | said_in(fields)
    )


def _list(text: str, at: int, verb: Verb, *, mine: bool = False) -> Command:
    fields = Collected(verb, text)
    if mine:
        if text[at:].strip().lower() in _HELP:
            return Command(action="help", topic="list")
        fields.put("assign", Who(me=True))
    stray = [word for word in words(text, at, known=KNOWN) if not fields.take(word)]
    if not mine and [word.raw.lower() for word in stray] == ["mine"]:
        fields.put("assign", Who(me=True))
        stray = []
    if stray:
        raise stray_words(text, at, stray, verb)
    return Command.model_validate({"action": "list"} | said_in(fields))


_READERS: dict[str, Callable[[str, int, Verb], Command]] = {
    "create": _create,
    "reply": _text_on,
    "note": _text_on,
    "update": _update,
    "close": _update,
    "assign": _assign,
    "followup": _followup,
    "forward": _forward,
    "view": _view,
    "search": _search,
    "list": _list,
}
"""The verbs that have a shape of their own; any other takes a ticket, fields and a note."""


def _name(verb: Verb) -> VerbName:
    return verb.name  # type: ignore[return-value]  # the table's names are VerbName; Verb is also used for usage lines


def _unknown_command(word: Word, text: str) -> UsageError:
    if is_slash_command(word.text):
        return UsageError(
            f"There is no command «{word.text[:80]}» here: leave that out. help lists them all.",
            code="unknown-command",
            corrected=retyped(text[word.end :]),
        )
    near = closest(word.text.lower(), [*ALIASES, "mine"])
    rest = retyped(text[word.end :])
    return UsageError(
        f"There is no command «{word.text[:80]}»." + (f" Did you mean {near}?" if near else " help lists them all."),
        code="unknown-command",
        corrected=f"{near}{rest}" if near else None,
    )
