"""Text to tokens: spelling variants, dashes and quotes end here, and number words become numbers."""

import re
import unicodedata
from typing import NamedTuple

from bot.when.words import PLURALS, VOCABULARY


class Token(NamedTuple):
    """One word, number or sign. ``glued``: nothing stood between it and the one before. ``start``: where it stood."""

    kind: str
    value: int
    name: str
    text: str
    glued: bool
    start: int


LONGEST = 200
"""More characters than any moment needs; longer text is refused before it costs time."""

_SPELLING = str.maketrans(
    {
        "‘": "'", "’": "'", "‛": "'", "′": "'", "`": "'", "´": "'", "ʼ": "'",
        "“": '"', "”": '"', "„": '"', "″": '"',
        "‐": "-", "‑": "-", "‒": "-", "–": "-", "—": "-", "―": "-", "−": "-", "﹣": "-", "－": "-",
        "⁄": "/", "∕": "/", "：": ":", "\u200b": None, "\u200e": None, "\u200f": None, "\u2060": None, "\ufeff": None,
        "_": "_",
    }
)  # fmt: skip

_REGIONS = "africa|america|antarctica|arctic|asia|atlantic|australia|europe|indian|pacific|etc|us|canada|brazil|mexico"
_TOKEN = re.compile(
    rf"""
    (?P<space>\s+)
  | (?P<iana>(?<![a-z])(?:{_REGIONS})/[a-z][a-z_+\-/0-9]*)
  | (?P<iso>\d{{4}}(?P<isosep>[-/.])\d{{1,2}}(?P=isosep)\d{{1,2}}(?!\d))
  | (?P<packed>(?:19|20|21)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?!\d))
  | (?P<triple>\d{{1,2}}(?P<sep>[-/.]|\s/\s)\d{{1,2}}(?P=sep)(?:\d{{4}}|\d\d)(?!\d))
  | (?P<clock>\d{{1,2}}\s?:\s?\d\d(?::\d\d(?:[.,]\d+)?)?(?![\d:]))
  | (?P<ord>\d+(?:st|nd|rd|th)(?![a-z]))
  | (?P<pair>\d{{1,4}}(?:[/.,-]|\s/\s)\d{{1,4}}(?!\d))
  | (?P<day>2(?:day|morrow|moro|mrw|mro|nite|night)(?![a-z])|mid\s?-?\s?(?:day|night)(?![a-z]))
  | (?P<num>\d+)
  | (?P<weekend>week\s?-\s?end(?![a-z]))
  | (?P<meridiem>(?<![a-z])(?:[ap]\s+m(?![a-z])|[ap]\s*\.\s*m(?![a-z])(?:\s*\.)?|[ap]m(?![a-z])(?:\s*\.)?)
                |(?<=\d)[ap](?![a-z'])\.?)
  | (?P<word>[a-z]+(?:'[a-z]+|(?<=s)'(?!\w))?)
  | (?P<sign>[^\w\s])
  | (?P<other>.)
    """,
    re.VERBOSE | re.DOTALL,
)
_MERIDIEM_AT = {"a": 0, "p": 12}


def normalise(text: str) -> str:
    """Text in one spelling: lower case, straight quotes, one kind of dash, fractions as digits."""
    if not text.isascii():
        text = unicodedata.normalize("NFKC", _fractions(text)).translate(_SPELLING)
    text = text.lower().strip()
    if len(text) > 1 and text[0] == text[-1] and text[0] in "'\"":
        text = text[1:-1].strip()
    return text


def _fractions(text: str) -> str:
    """A space before ½ and its like, so that 1½ does not become 11/2."""
    return "".join(f" {char}" if unicodedata.category(char) == "No" else char for char in text)


def tokens(text: str) -> list[Token]:
    """The tokens of normalised text, with number words joined (“twenty-one”, “thirty first”)."""
    found: list[Token] = []
    glued = False
    for match in _TOKEN.finditer(text):
        kind = match.lastgroup or "other"
        if kind == "space":
            glued = False
            continue
        word = match.group()
        if glued and word == "ish":
            continue
        _append(found, kind, word, glued=glued, start=match.start())
        glued = True
    return found


def _append(found: list[Token], kind: str, word: str, *, glued: bool, start: int) -> None:
    value, name = 0, word
    if kind == "word" or kind == "day":
        word = word if kind == "word" else "".join(word.split()).replace("-", "")
        known = VOCABULARY.get(word)
        if known is None and word.endswith("'s"):
            known = VOCABULARY.get(word[:-2])
        if known is None and word.endswith("ish"):
            known = VOCABULARY.get(word[:-3])
        kind, value, name = known or ("unknown", 0, word)
        if found and kind in {"num", "ord", "suffix", "hundred", "recurring"} and _joined(found, kind, value, word):
            return
    elif kind == "num":
        value = int(word) if len(word) <= 9 else 10**9
        name = "digits"
    elif kind == "ord":
        value = int(word[:-2]) if len(word) <= 9 else 10**9
        name = "digits"
    elif kind == "meridiem":
        value = _MERIDIEM_AT[word[0]]
    elif kind == "clock" or kind == "pair":
        word = "".join(word.split())
    elif kind == "sign":
        kind = word
    found.append(Token(kind, value, name, word, glued, start))


def _joined(found: list[Token], kind: str, value: int, word: str) -> bool:
    """Whether the word became part of the number before it: twenty one, twenty-first, two hundred, 4 th."""
    last = found[-1]
    if kind == "suffix" and last.kind == "num":
        found[-1] = last._replace(kind="ord", text=last.text + word)
        return True
    if kind == "hundred" and last.kind in {"num", "a"}:
        found[-1] = last._replace(kind="num", value=(last.value or 1) * 100, name="word", text=f"{last.text} {word}")
        return True
    if kind == "recurring":
        if word in PLURALS and (last.kind == "num" or last.name == "of"):
            found.append(Token("weekdays", PLURALS[word], word, word, False, last.start + len(last.text)))
            return True
        return False
    if last.kind == "and" and kind == "num" and len(found) > 1 and found[-2].text.endswith("hundred"):
        hundred = found[-2]
        del found[-2:]
        name = "ten" if value % 10 == 0 and value >= 20 else "word"
        found.append(hundred._replace(value=hundred.value + value, name=name))
        return True
    dash = last.kind == "-" and len(found) > 1 and last.glued
    tens = found[-2] if dash else last
    if 1 <= value <= 9 and tens.kind == "num" and tens.name == "ten":
        del found[-1 - dash :]
        found.append(Token(kind, tens.value + value, "word", f"{tens.text} {word}", tens.glued, tens.start))
        return True
    return False
