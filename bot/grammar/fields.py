"""``key:value``: which words are fields, and what their values say."""

import difflib
import re
from collections.abc import Iterable
from typing import Any

from bot.actions.commands import KEYS, SPELLINGS, Fields, Key, Reads, Verb, Who
from bot.errors import UsageError
from bot.grammar.slacktext import LINK, TYPED_USER, USER, plain, retyped, visible
from bot.grammar.suggestions import as_note
from bot.grammar.words import Value, Word, quote, words

KNOWN = frozenset(SPELLINGS)
_EMAIL = re.compile(r"[^@\s<>,;:\"()]+@[^@\s<>,;:\"().]+(?:\.[^@\s<>,;:\"().]+)+")
_FLAG = re.compile(r"(?:--|—|–)(?P<name>[A-Za-z][A-Za-z_-]*)(?:[=:](?P<value>.*))?", re.DOTALL)
_ASSIGNED = re.compile(r"(?P<name>[A-Za-z][A-Za-z_-]*(?:\.[^\s=]+)?)=(?P<value>.+)", re.DOTALL)


class Collected:
    """The fields of one command while its words are read."""

    def __init__(self, verb: Verb, line: str) -> None:
        self._verb = verb
        self._line = line
        self._found: dict[str, Any] = {}

    def __bool__(self) -> bool:
        return bool(self._found)

    def __contains__(self, field: str) -> bool:
        return field in self._found

    def build(self) -> Fields:
        """All that was said, as the model."""
        return Fields.model_validate(self._found)

    def without(self, field: str) -> dict[str, Any]:
        """All that was said but for one field."""
        return {name: value for name, value in self._found.items() if name != field}

    def put(self, field: str, value: Any) -> None:
        """Set what was said in another way than ``key:value``: free text, or a verb that implies it."""
        if field in self._found:
            raise duplicate(KEYS[field])
        self._found[field] = value

    def take(self, word: Word, *, strict: bool = True) -> bool:
        """Take the word if it is a field; say what is wrong if it nearly is one.

        With ``strict`` off, a colon with nothing behind it is the punctuation of a sentence.
        """
        self._refuse_flags(word)
        if word.key is None or word.value is None:
            return False
        stem, _, custom = word.key.partition(".")
        spelled = stem.lower().replace("_", "-")
        bare = not word.value.quoted and not word.value.raw.strip()
        field = SPELLINGS.get(spelled)
        if field is None or (field == "custom") != bool(custom):
            self._near_miss(word, spelled, empty=bare)
            return False
        key = KEYS[field]
        if field not in self._verb.keys:
            if bare and not strict:
                return False
            raise self._not_here(key, word)
        if bare:
            raise UsageError(
                f"{key.name}: has no value; it follows the colon without a space, as in "
                f"{_typed(key, custom)}:{key.hint}.",
                code="empty-value",
                corrected=self._filled(word, f"{_typed(key, custom)}:"),
            )
        if not any(visible(plain(text)) for text, _ in word.value.parts):
            raise self._nothing_in(key, custom, word)
        self._add(field, key, custom, word)
        return True

    def _add(self, field: str, key: Key, custom: str, word: Word) -> None:
        assert word.value is not None  # a word with a key has a value
        value = word.value
        match key.reads:
            case Reads.CUSTOM:
                held: dict[str, str | None] = self._found.setdefault(field, {})
                if custom in held:
                    raise duplicate(key, custom)
                held[plain(custom)] = None if value.is_none else plain(value.raw)
            case Reads.LIST | Reads.EMAILS:
                items = [] if value.is_none else [plain(text).strip() for text, _ in value.parts]
                kept = self._found.get(field, ())
                self._found[field] = tuple(dict.fromkeys([*kept, *filter(None, items)]))
                if key.reads is Reads.EMAILS:
                    for item in self._found[field]:
                        read_email(item)
            case _ if field in self._found:
                raise duplicate(key)
            case _ if value.is_none:
                self._found[field] = None
            case Reads.PERSON | Reads.CONTACT:
                self._found[field] = read_person(value.raw)
            case Reads.TEXT:
                self._found[field] = self._text(key, value, word)

    def _text(self, key: Key, value: Value, word: Word) -> str:
        text = plain(value.raw)
        if key.choices:
            if text.lower() not in key.choices:
                near = closest(text, key.choices)
                raise UsageError(
                    f"{key.name}: is one of {', '.join(key.choices)}, not «{text}».",
                    code="bad-value",
                    corrected=self._with(word, f"{key.name}:{near}") if near else None,
                )
            return text.lower()
        if text in {"-1", "-2"} and key.name in {"priority", "team"}:
            steps = ("raise", "lower") if key.name == "priority" else ("escalate", "de-escalate")
            step = steps[int(text[1]) - 1]
            raise UsageError(
                f"{key.name}: takes a name; in followup, one step up or down is {steps[0]} or {steps[1]}.",
                code="bad-value",
                corrected=self._with(word, f"{key.name}:{step}") if self._verb.name == "followup" else None,
            )
        return text

    def _refuse_flags(self, word: Word) -> None:
        for pattern in (_FLAG, _ASSIGNED):
            match = pattern.fullmatch(word.raw) if word.key is None else None
            if match is None:
                continue
            stem, _, custom = match["name"].partition(".")
            field = SPELLINGS.get(stem.lower().replace("_", "-"))
            if field is None or (field == "custom") != bool(custom):
                continue
            key = KEYS[field]
            raise UsageError(
                f"Fields are typed as {_typed(key, custom)}:value, not as {plain(word.raw)}.",
                code="flag-style",
                corrected=self._flag_corrected(word, f"{_typed(key, custom)}:", match["value"]),
            )

    def _filled(self, word: Word, start: str) -> str | None:
        """The line with the next word as the value; ``None`` where none is next."""
        after = next(words(self._line, word.end, lines=True, known=KNOWN), None)
        if after is None or after.separates or after.raw.startswith(("--", "—")) or after.key in KNOWN:
            return None
        return retyped(f"{self._line[: word.start]}{start}{self._line[after.start :]}")

    def _flag_corrected(self, word: Word, start: str, value: str | None) -> str | None:
        return self._with(word, start + value) if value else self._filled(word, start)

    def _near_miss(self, word: Word, spelled: str, *, empty: bool) -> None:
        if empty or word.raw.partition(":")[2].startswith("//"):
            return
        near = closest(spelled, [name for name in SPELLINGS if SPELLINGS[name] in self._verb.keys])
        if near is None and (near := closest(spelled, SPELLINGS)) is None:
            return
        rest = word.raw[len(word.raw.split(":", 1)[0]) :]
        if near == "custom":
            custom = (word.key or "").partition(".")[2]
            near = _typed(KEYS[near], custom or "NAME")
        raise UsageError(
            f"There is no key «{plain(spelled)}»; did you mean {near}:?",
            code="unknown-key",
            corrected=None if near == "custom.NAME" else self._with(word, near + rest),
        )

    def _not_here(self, key: Key, word: Word) -> UsageError:
        corrected = None
        if key.name == "note" and self._verb.name in {"create", "update", "close"}:
            what = "message" if self._verb.name == "create" else "note"
            advice = f"put the {what} at the end, after --."
            corrected = None if what == "message" else as_note(self._line, word, KNOWN)
        else:
            advice = f"it takes {', '.join(each.name for each in self._verb.keys.values()) or 'no keys'}."
        tip = "" if corrected else f" For example: {self._verb.example}"
        return UsageError(
            f"{self._verb.name} has no {key.name}: field; {advice}{tip}", code="key-not-here", corrected=corrected
        )

    def _nothing_in(self, key: Key, custom: str, word: Word) -> UsageError:
        """A value that is there and says nothing; only ``none`` clears, so that no slip does."""
        typed = _typed(key, custom)
        if not key.always and self._verb.name in {"update", "close"}:
            advice, corrected = f"to clear it, say {typed}:none.", self._with(word, f"{typed}:none")
        else:
            advice = f"say what it is, as in {typed}:{key.hint}, or leave it out."
            corrected = retyped(f"{self._line[: word.start].rstrip()}{self._line[word.end :]}")
        return UsageError(f"{typed}: has no value; {advice}", code="empty-value", corrected=corrected)

    def _with(self, word: Word, instead: str) -> str:
        return retyped(f"{self._line[: word.start]}{instead}{self._line[word.end :]}")


def duplicate(key: Key, custom: str = "") -> UsageError:
    """The same field twice: which one counts is not for us to guess."""
    return UsageError(f"{_typed(key, custom)}: is given twice; leave one of them out.", code="duplicate")


def unknown_key(word: Word, verb: Verb) -> UsageError:
    """``word`` looks like a field, where nothing but fields can stand, and is none."""
    names = ", ".join(key.name for key in verb.keys.values())
    shown = plain(word.key or word.raw)
    return UsageError(
        f"There is no key «{shown}»; {verb.name} takes {names}. For example: {verb.example}", code="unknown-key"
    )


def read_person(raw: str) -> Who:
    """A person as they are named in a command: me, a mention, an e-mail address, a name.

    Raises:
        UsageError: ``not-a-user`` for a channel, a group or a broadcast.
    """
    raw = raw.strip()
    if match := USER.fullmatch(raw):
        said: dict[str, Any] = {"slack_user": match["id"]}
        if match["name"]:
            said["name"] = plain(match["name"])
        return Who.model_validate(said)
    link = LINK.fullmatch(raw)
    if link and link["url"].lower().startswith("mailto:"):
        return Who(email=plain(link["url"][7:]))
    text = plain(raw)
    if match := TYPED_USER.fullmatch(text) or USER.fullmatch(text):
        return Who(slack_user=match["id"])
    if raw.startswith(("<#", "<!")):
        raise UsageError(f"{text} is not a person.", code="not-a-user")
    text = text.removeprefix("@").strip()
    if text.lower() == "me":
        return Who(me=True)
    if _EMAIL.fullmatch(text):
        return Who(email=text)
    if not text:
        raise UsageError("Name a person: me, @name, an e-mail address, or none.", code="not-a-user")
    return Who(name=text)


def read_email(text: str) -> str:
    """The text if it is an e-mail address.

    Raises:
        UsageError: ``bad-email``.
    """
    if not _EMAIL.fullmatch(text):
        raise UsageError(f"«{text}» is not an e-mail address; they look like jo@acme.example.", code="bad-email")
    return text


def closest(typed: str, words: Iterable[str]) -> str | None:
    """The one of ``words`` that was probably meant: a slip or two away, never more."""
    near = difflib.get_close_matches(typed.lower(), list(words), n=1, cutoff=0.75)
    return near[0] if near else None


def shown(value: str) -> str:
    """A value as it is typed: in quotes where it needs them."""
    if value and not re.search(r"[\s,]", value) and value[0] not in '"“„' and value.lower() != "none":
        return value
    return quote(value)


def _typed(key: Key, custom: str) -> str:
    if not custom:
        return key.name
    return f"{key.name}.{quote(custom) if re.search(r'[ :]', custom) else custom}"
