"""Lines that are suggested in place of one that cannot be taken, and what such a line must never do.

People copy what they are shown. So a suggestion is about the ticket that was typed, makes nothing public that was not
asked to be, and has every word; where no such line can be made, there is none.
"""

import difflib
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from itertools import pairwise

from bot.actions.commands import ALIASES, SPELLINGS, Command, Verb
from bot.errors import UsageError
from bot.grammar.references import Reference, read_reference
from bot.grammar.slacktext import UNIT, encode, plain, retyped
from bot.grammar.words import Word, quote, words

_PUBLIC = frozenset({"create", "reply", "forward"})
_NO_TICKET = frozenset({"create", "search", "list", "help"})
_QUESTIONS = frozenset({"view", "search", "list", "help"})
_NAMED = frozenset({"status", "priority", "sla", "team", "department", "brand", "category", "assign"})
"""Keys whose values are looked up: what is no value of theirs is refused again."""
_MOST_SLIPS = 5
_LONGEST = 2500
"""Characters of a line that can be shown whole: a longer one is not worth its time."""
_TICKET_NUMBER = 5
"""Digits from which on a number that begins a line is taken for a ticket's."""
_OF_A_KEY = frozenset({"unknown-key", "flag-style", "key-not-here", "empty-value", "bad-value"})
"""What is wrong about a key, which the suggestion therefore changes."""
_PIECE = re.compile(rf"(?:{UNIT.pattern}|\S)+")
_KEY = re.compile(r"(?:--|—|–)?[A-Za-z][\w.-]*[:=]")
_SLASH = re.compile(r"/[A-Za-z][\w-]*")
_FLAG = re.compile(r"(?:--|—|–)[A-Za-z][\w.-]*")
_IN_QUOTES = re.compile(r"\s(?:--|—)\s|\n|\s(?P<key>[A-Za-z][A-Za-z-]*)(?:\.\S+)?:")
_LEADING = re.compile(
    r"(?:about|after|and|as|at|by|for|from|in|is|like|of|on|or|re|regarding|see|than|that|the|tickets?|to|with)",
    re.IGNORECASE,
)
"""Words that a reference behind them completes: it is spoken of there, not to."""


def suggested(typed: str, error: UsageError, read: Callable[[str], Command]) -> str | None:
    """The line to suggest: with everything in it put right that can be; ``None`` where that would be a guess.

    ``typed`` is what Slack sent and ``error`` what was wrong with it; ``read`` reads a line.
    """
    asked, about = _asked(typed), next(_references(typed), None)
    for _ in range(_MOST_SLIPS):
        line = error.corrected and error.corrected.strip()
        if not line or len(line) > _LONGEST or (error.code == "unclosed-quote" and _swallows(typed)):
            return None
        sent = encode(line)
        try:
            command = read(sent)
        except UsageError as again:
            if not _keeps(typed, line, error.code):
                return None
            typed, error = sent, again
            continue
        if command.action in _PUBLIC and asked != {command.action}:
            return None
        if command.ref is not None and about != Reference(command.ref, command.helpdesk):
            return None
        return line if command.action in _QUESTIONS & asked or _keeps(typed, line, error.code) else None
    return None


def _swallows(typed: str) -> bool:
    """Whether a quote that is closed at the very end would take in fields, or free text."""
    opened = max(typed.rfind(mark) for mark in '"“„')
    return any(found["key"] is None or _is_key(found["key"]) for found in _IN_QUOTES.finditer(typed, opened))


def _is_key(word: str) -> bool:
    return word.lower().replace("_", "-") in SPELLINGS


def _asked(typed: str) -> set[str]:
    """The verb that was typed, or those that a mistyped one may have been."""
    first, *rest = [plain(piece) for piece in _pieces(typed)]
    while is_slash_command(first) and rest:
        first, *rest = rest
    spoken = first.rstrip(":").lower()
    if spoken == "mine":
        return {"list"}
    if spoken in ALIASES:
        return {ALIASES[spoken]}
    if read_reference(first):
        return {ALIASES[word] for word in (spoken_verb(text) for text in rest[:1]) if word in ALIASES}
    near = difflib.get_close_matches(spoken, ALIASES, n=5, cutoff=0.7)
    return {ALIASES[word] for word in near}


def is_slash_command(word: str) -> bool:
    """Whether the word is the name of some slash command: people type it twice, or where it is not needed."""
    return _SLASH.fullmatch(word) is not None


def spoken_verb(word: str) -> str:
    """A verb in the middle of a line, as :data:`ALIASES` has it."""
    return word.rstrip(":,;.").lower()


def _references(typed: str) -> Iterator[Reference]:
    for piece in _pieces(typed):
        if found := read_reference(piece):
            yield found
        elif several := together(piece):
            yield from several


def _pieces(text: str) -> list[str]:
    return _PIECE.findall(text)


def _keeps(typed: str, line: str, code: str) -> bool:
    """Whether every word and line is still there, but for the verb, the tickets, and the key that was wrong."""
    if line.count("\n") != typed.strip().count("\n"):
        return False
    have = _counted(line)
    first, *pieces = _pieces(retyped(typed))
    if read_reference(first) and pieces and spoken_verb(pieces[0]) in ALIASES:
        pieces = pieces[1:]
    for piece, after in pairwise([*pieces, ""]):
        said = piece
        if is_ticket(piece) or together(piece):
            continue
        if piece.lower() == "to" or (piece.lower() == "and" and is_ticket(after)):
            continue
        if code in _OF_A_KEY:
            if _FLAG.fullmatch(piece) or (code == "bad-value" and _KEY.match(piece)):
                continue
            said = _KEY.sub("", piece, count=1)
        if (needed := _counted(said)) - have:
            return False
        have -= needed
    return True


def _counted(text: str) -> Counter[str]:
    return Counter(re.findall(r"\w+", text.casefold()))


def is_ticket(word: str) -> bool:
    """Whether the word is a reference and nothing else: a number alone may be any number."""
    found = read_reference(word)
    return found is not None and (found.helpdesk is not None or "-" in found.ref or word[0] in "#<" or "://" in word)


def together(word: str) -> list[Reference]:
    """The references of a word like ``AB-1,AB-2``; none where it is anything else."""
    parts = [part for part in re.split(r"[,;&+/]", word) if part]
    found = [read_reference(part) for part in parts if is_ticket(part)]
    return [each for each in found if each] if len(found) == len(parts) > 1 else []


# Making them ---------------------------------------------------------------------------------------------------------


def swapped(text: str, end: int, reference: Reference) -> str | None:
    """The line for one that begins with its ticket: the verb that comes second goes first, else it is a note."""
    ref, rest = reference.written, text[end:].strip()
    if not re.search(r"\w", rest):
        return f"view {ref}"
    word, _, after = rest.partition(" ") if "\n" not in rest.partition(" ")[0] else rest.partition("\n")
    if is_ticket(word):
        return None
    verb = spoken_verb(plain(word))
    if verb in ALIASES and ALIASES[verb] not in _NO_TICKET:
        return retyped(f"{verb} {ref} {after.strip()}").strip()
    key = _KEY.match(word)
    if key and _is_key(key.group().lstrip("-—–").rstrip(":=").partition(".")[0]):
        return retyped(f"update {ref} {rest}")
    if len(reference.ref) < _TICKET_NUMBER and not is_ticket(text[:end]):
        return None  # «12 printers are broken» is about no ticket
    return retyped(f"note {ref} {rest}")


def ticket_first(text: str, at: int) -> str | None:
    """A line whose ticket stands at its very end, with the ticket behind the verb."""
    pieces = list(_PIECE.finditer(text, at))
    if not pieces or [is_ticket(piece.group()) for piece in pieces].count(True) != 1:
        return None
    last = pieces[-1]
    reference = read_reference(last.group())
    if reference is None or not is_ticket(last.group()) or len(pieces) < 2:
        return None
    if _LEADING.fullmatch(pieces[-2].group().strip(",.:;()")):
        return None
    return retyped(f"{text[:at].rstrip()} {reference.written} {text[at : last.start()].strip()}")


def one_of(text: str, word: Word, first: Reference) -> str:
    """The line for the first of several tickets in one word."""
    return retyped(f"{text[: word.start]}{first.written}{text[word.end :]}")


def other_tickets(stray: list[Word]) -> int:
    """How many of the words at the front are more tickets, with what joins them."""
    taken = 0
    for number, word in enumerate(stray, 1):
        if is_ticket(word.raw) or together(word.raw):
            taken = number
        elif word.raw.lower() not in {"and", "&", "+", ",", ";"}:
            break
    return taken


def in_order(text: str, at: int, stray: Iterable[Word], verb: Verb, known: frozenset[str]) -> str | None:
    """The line with its fields first, ``status resolved`` as a field, and what is left of ``stray`` after ``--``."""
    fields: list[str] = []
    loose: list[Word] = []
    starts = {word.start for word in stray}
    end = at
    for word in words(text, at, lines=True, known=known):
        end = word.end
        if word.separates:
            break
        if word.start in starts:
            loose.append(word)
        else:
            fields.append(word.raw)
    if loose and loose[0].raw in {"-", "–"}:
        loose = loose[1:]
    keyed = _keyed(loose, verb)
    said = "" if keyed else " ".join(word.raw for word in loose)
    tail = text[end:]
    broken = "\n" in tail[: len(tail) - len(tail.lstrip())]
    tail = tail.strip()
    head = " ".join([text[:at].rstrip().rstrip(",;"), *fields, *keyed])
    if said and verb.name == "list":
        return None
    if said:
        head = f"{head} -- {said}"
    elif tail and not broken:
        head = f"{head} --"
    return retyped(f"{head}{chr(10) if broken else ' '}{tail}" if tail else head)


def _keyed(loose: list[Word], verb: Verb) -> list[str]:
    """Words as fields: each a key with what it is; nothing where they are not that."""
    takes = _NAMED & verb.keys.keys()
    if verb.name == "list" and [word.raw.lower() for word in loose] in (["open"], ["closed"]):
        return [f"status:{loose[0].raw}"]
    found: list[tuple[str, list[str]]] = []
    for word in loose:
        spelled = word.raw.lower().rstrip(":=")
        if SPELLINGS.get(spelled) in takes:
            found.append((spelled, []))
        elif not found:
            return []
        elif word.raw not in {"=", ":", "to"}:
            found[-1][1].append(word.raw)
    if any(not value for _, value in found):
        return []
    return [f"{key}:{value[0] if len(value) == 1 else quote(plain(' '.join(value)))}" for key, value in found]


def as_note(text: str, word: Word, known: frozenset[str]) -> str | None:
    """A line in which ``note:…`` stands among the fields, with the note at the end."""
    if word.value is None or not word.value.raw.strip() or "\n" in text:
        return None
    before, fields, said = text[: word.start].rstrip(), [""], [word.value.raw]
    for after in words(text, word.end, known=known):
        if after.separates:
            return None
        (fields if after.key is not None and _is_key(after.key.partition(".")[0]) else said).append(after.raw)
    return retyped(f"{before}{' '.join(fields)} -- {' '.join(said)}")


def as_update(text: str, at: int, reference: Reference, known: frozenset[str]) -> str | None:
    """A line of assign that says more than a person, as one of update."""
    people: list[str] = []
    fields: list[str] = []
    said: list[str] = []
    for word in words(text, at, lines=True, known=known):
        if word.separates:
            said.append(text[word.end :].strip())
            break
        if word.key is not None and _is_key(word.key.partition(".")[0]):
            fields.append(word.raw)
        elif people and (said or people[-1][0] in '@<"“„' or people[-1].lower() in {"me", "none"}):
            said.append(word.raw)
        elif people or word.raw.lower() != "to":
            people.append(word.raw)
    if any(word.startswith(("@", "<@")) for word in " ".join(said).split()) or "\n" in text:
        return None
    if people:
        who = people[0] if len(people) == 1 else quote(plain(" ".join(people)))
        fields.insert(0, f"assign:{who}")
    note = f" -- {' '.join(said)}" if any(said) else ""
    return retyped(f"update {reference.written} {' '.join(fields)}{note}")
