"""Words: the pieces a command line falls into.

A word ends at white space. Three things may contain white space: a quoted string, which opens only at the start of a
word or of a value; a ``key:"quoted value"``; and Slack's ``<…>`` units. Apostrophes never quote.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.errors import UsageError
from bot.grammar.slacktext import UNIT, encode, plain

OPENING = '"“„'
_KEY = re.compile(r'(?P<name>custom\.(?=["“„])|[A-Za-z][A-Za-z_-]*(?:\.[^\s:<>"“”„=]+)?)', re.IGNORECASE)
_SEPARATORS = {"--", "—"}
_PARTED = re.compile(r"[,\n]")


@dataclass(frozen=True)
class Value:
    """What stands after a key's colon, still as Slack sent it; a list has several parts."""

    parts: tuple[tuple[str, bool], ...]
    """Text and whether it was quoted."""

    @property
    def raw(self) -> str:
        return ",".join(text for text, _ in self.parts)

    @property
    def quoted(self) -> bool:
        return any(quoted for _, quoted in self.parts)

    @property
    def is_none(self) -> bool:
        """Whether this is the bare word that clears; ``"none"`` in quotes is text."""
        return not self.quoted and self.raw.lower() == "none"


@dataclass(frozen=True)
class Word:
    """One word: where it stands, and what it looks like."""

    raw: str
    start: int
    end: int
    quoted: str | None = None
    """What is between the quotes, if the whole word is a quoted string."""
    key: str | None = None
    """What stands before the colon, as typed; ``custom.NAME`` with the quotes around NAME gone."""
    value: Value | None = None

    @property
    def text(self) -> str:
        return plain(self.raw)

    @property
    def separates(self) -> bool:
        """Whether free text starts after this word."""
        return self.raw in _SEPARATORS


def skip_space(text: str, at: int) -> int:
    """The next place at or after ``at`` that is not white space."""
    while at < len(text) and text[at].isspace():
        at += 1
    return at


def words(text: str, at: int = 0, *, lines: bool = False, known: frozenset[str] = frozenset()) -> Iterator[Word]:
    """The words from ``at`` on, up to the first line break if ``lines``.

    ``known`` are the keys whose values may be quoted.

    Raises:
        UsageError: ``unclosed-quote``.
    """
    while True:
        gap, at = at, skip_space(text, at)
        if at >= len(text) or (lines and "\n" in text[gap:at]):
            return
        word = _word(text, at, known)
        yield word
        at = word.end


def _word(text: str, at: int, known: frozenset[str]) -> Word:
    if text[at] in OPENING:
        inside, end = _quoted(text, at)
        if end >= len(text) or text[end].isspace():
            return Word(text[at:end], at, end, quoted=inside)
        end = _run(text, end)
        return Word(text[at:end], at, end)
    if (match := _KEY.match(text, at)) and (key := _key(text, match)):
        name, after = key
        if name.partition(".")[0].lower().replace("_", "-") in known:
            value, end = _value(text, after)
            return Word(text[at:end], at, end, key=name, value=value)
        end = _run(text, after)
        rest = text[after:end]
        return Word(text[at:end], at, end, key=name, value=Value(((rest, False),)))
    end = _run(text, at)
    return Word(text[at:end], at, end)


def _key(text: str, match: re.Match[str]) -> tuple[str, int] | None:
    """The key and the place after its colon; the name of a custom field may be quoted."""
    name, at = match["name"], match.end()
    if name.endswith("."):
        if at >= len(text) or text[at] not in OPENING:
            return None  # a sentence ends here, or an abbreviation
        try:
            inside, at = _quoted(text, at)
        except UsageError:
            return None
        name += inside
    return (name, at + 1) if text[at : at + 1] == ":" else None


def _value(text: str, at: int) -> tuple[Value, int]:
    if text[at : at + 1] == " " and text[at + 1 : at + 2] in tuple(OPENING):
        at += 1  # one space before a quoted value is forgiven
    parts: list[tuple[str, bool]] = []
    while True:
        if at < len(text) and text[at] in OPENING:
            inside, at = _quoted(text, at)
            parts.append((inside, True))
        else:
            end = _run(text, at, stop=",")
            parts.append((text[at:end], False))
            at = end
        if at < len(text) and text[at] == ",":
            at += 1
            continue
        if at < len(text) and not text[at].isspace():  # letters right behind a closing quote belong to the value
            end = _run(text, at, stop=",")
            last, _ = parts.pop()
            parts.append((last + text[at:end], True))
            at = end
            if text[at : at + 1] == ",":
                at += 1
                continue
        return Value(tuple(parts)), at


def _run(text: str, at: int, stop: str = "") -> int:
    """Where the run of characters that are neither white space nor ``stop`` ends; units count as one character."""
    while at < len(text) and not text[at].isspace() and text[at] not in (stop or ()):
        unit = UNIT.match(text, at) if text[at] == "<" else None
        at = unit.end() if unit else at + 1
    return at


def _quoted(text: str, at: int) -> tuple[str, int]:
    """The inside of the quotes that open at ``at``, and the place after them.

    Backslashes count only before a quote, and then in pairs: ``\\"`` is a quote, ``\\\\server`` stays as it is.
    """
    closing = '"' if text[at] == '"' else "”"
    if closing == "”" and closing not in text[at + 1 :]:
        closing = '"'  # an opening curly quote is often closed by a straight one
    inside: list[str] = []
    place = at + 1
    while place < len(text):
        char = text[place]
        if char == "\\":
            run = len(text) - place - len(text[place:].lstrip("\\"))
            follows = text[place + run : place + run + 1] == closing
            inside.append("\\" * (run // 2 if follows else run))
            place += run
            if follows and run % 2:
                inside.append(closing)
                place += 1
            continue
        if char == closing:
            return "".join(inside), place + 1
        inside.append(char)
        place += 1
    shown = plain(text[at:].split("\n")[0]).rstrip()
    raise UsageError(
        f"A quote is opened and never closed: {_clip(shown)}",
        code="unclosed-quote",
        corrected=f'{plain(text).rstrip()}"' if "\n" not in text else None,
    )


def items(text: str) -> Iterator[str]:
    """The items of a list that a person wrote: parted by commas and line breaks, but for those inside of quotes.

    Quotes open at the start of an item, as they do in a command.

    Raises:
        UsageError: ``unclosed-quote``.
    """
    at = 0
    while (at := skip_space(text, at)) < len(text):
        inside, after = _quoted(text, at) if text[at] in OPENING else ("", at)
        parted = _PARTED.search(text, after)
        end = parted.start() if parted else len(text)
        if item := (inside + text[after:end].rstrip()).strip():
            yield item
        at = end + 1


def listed(several: Sequence[str]) -> str:
    """A list as :func:`items` reads it back."""
    return ", ".join(
        plain(quote(item)) if _PARTED.search(item) or item[:1] in OPENING or item.lower() == "none" else item
        for item in several
    )


def quote(text: str) -> str:
    """The text in quotes, escaped so that it reads back as it is."""
    escaped = re.sub(r'(\\*)"', r'\1\1\\"', text)
    escaped = re.sub(r"(\\+)$", r"\1\1", escaped)
    return f'"{encode(escaped)}"'


def _clip(text: str, most: int = 200) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"
