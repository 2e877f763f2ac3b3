"""From what was entered to what is asked for, and everything that the bot itself finds wrong with it. Pure."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from bot.actions import HAPPENED, Named, Staff
from bot.errors import UsageError
from bot.grammar.fields import read_email, read_person
from bot.grammar.slacktext import encode
from bot.grammar.words import items
from bot.slack.forms.customs import PREFIX, value_of
from bot.slack.forms.entered import NOTHING, Entered
from bot.slack.forms.fields import Field, Takes
from bot.slack.forms.lists import Lists
from bot.slack.forms.moments import Clock, is_none
from bot.when import echo

_ABSENT = object()


class Wrong(Exception):
    """One field cannot be taken as it is."""

    def __init__(self, text: str, *, block: str = "") -> None:
        super().__init__(text)
        self.block = block


def judge(
    fields: Sequence[Field], entered: Entered, lists: Lists, clock: Clock
) -> tuple[dict[str, Any], dict[str, str]]:
    """The values as :class:`bot.dispatch.forms.Form` holds them, and what is wrong, by block."""
    values: dict[str, Any] = {}
    errors: dict[str, str] = {}
    reading = _Reading(entered, lists, clock)
    for field in fields:
        try:
            value = reading.value(field)
        except (Wrong, UsageError) as error:
            errors[getattr(error, "block", "") or field.name] = str(error)
            continue
        if value is not _ABSENT:
            values[field.name] = value
        elif field.required:
            errors[field.name] = "This is needed."
    return values, errors


class _Reading:
    """Reads the fields of one form."""

    def __init__(self, entered: Entered, lists: Lists, clock: Clock) -> None:
        self._entered = entered
        self._lists = lists
        self._clock = clock

    def value(self, field: Field) -> Any:
        """What was entered for this field. Raises Wrong and UsageError."""
        entered = self._entered.get(field.name)
        match field.takes:
            case Takes.TEXT | Takes.LINES:
                return self._text(field, entered)
            case Takes.LIST:
                return self._list(field, entered)
            case Takes.CHOICE | Takes.FLAG:
                return self._choice(field, entered)
            case Takes.PICK:
                return self._pick(field, entered)
            case Takes.STAFF:
                return self._staff(entered)
            case Takes.MOMENT:
                return self._moment(field, entered)
            case Takes.CONTACT | Takes.AUTHOR:
                return self._somebody(field)
            case Takes.RECIPIENT:
                return self._recipient(field, entered)
            case Takes.FILES:
                return self._files(field)
            case Takes.CUSTOM:
                return self._custom()

    def _text(self, field: Field, entered: Any) -> Any:
        if not isinstance(entered, str) or not entered.strip():
            return _ABSENT
        if field.clearable and is_none(entered):
            return None
        return entered.strip() if field.takes is Takes.TEXT else entered

    def _list(self, field: Field, entered: Any) -> Any:
        if not isinstance(entered, str) or not entered.strip():
            return _ABSENT
        if is_none(entered):
            return []
        said = list(dict.fromkeys(items(entered)))
        if field.name == "cc":
            for item in said:
                read_email(item)
        return said

    def _choice(self, field: Field, entered: Any) -> Any:
        if not isinstance(entered, dict):
            return _ABSENT
        word = entered["value"][1:]
        if field.takes is Takes.FLAG:
            return word == "yes"
        if word not in field.choices:
            raise Wrong(f"It is one of {', '.join(field.choices)}, not «{word}».")
        return word

    def _pick(self, field: Field, entered: Any) -> Any:
        assert field.list is not None  # whatever is picked is picked from a list
        if isinstance(entered, str):
            entered = NOTHING if field.clearable and is_none(entered) else {"value": f"={entered}", "text": entered}
        if not isinstance(entered, dict) or (not entered["value"][1:].strip() and entered["value"] != "-"):
            return _ABSENT
        chosen, rest = entered["value"][0], entered["value"][1:].strip()
        match chosen:
            case "-":
                return None
            case "^":
                return {"step": rest}
            case "=":
                return rest if field.text else {"words": rest}
        named = self._lists.named(field.list, entered["value"])
        if named is None and rest.startswith("~"):
            raise Wrong(f"«{entered['text']}» is no longer among them; please choose again.")
        named = named or Named(id=rest, name=entered["text"])
        return named.name if field.text else named.model_dump()

    def _staff(self, entered: Any) -> Any:
        if not isinstance(entered, dict):
            return _ABSENT
        chosen, rest = entered["value"][0], entered["value"][1:]
        match chosen:
            case "-":
                return None
            case "@":
                return {"who": {"slack_user": rest, "name": entered["text"].removeprefix("@")}}
            case "=":
                return {"who": read_person(encode(rest)).model_dump(exclude_unset=True)}
        found = self._lists.staff(entered["value"])
        if found is None and rest.startswith("~"):
            raise Wrong(f"«{entered['text']}» is no longer among them; please choose again.")
        return (found or Staff(id=rest, name=entered["text"])).model_dump(exclude_none=True)

    def _moment(self, field: Field, entered: Any) -> Any:
        picked = self._entered.get(f"{field.name}.at")
        words = entered.strip() if isinstance(entered, str) else ""
        if words and picked:
            raise Wrong("Say it in words or pick it, not both: which one counts is not for me to guess.")
        if picked:
            at = datetime.fromtimestamp(picked["at"], UTC)
            if field.name not in HAPPENED and at <= (self._clock.now or datetime.now(UTC)):
                raise Wrong("That has passed already.", block=f"{field.name}.at")
            return {"at": at.isoformat(), "text": echo(at, tz=self._clock.zone)}
        if not words:
            return _ABSENT
        if field.clearable and is_none(words):
            return None
        if wrong := self._clock.wrong(field.name, words):
            raise Wrong(wrong)
        return {"words": words}

    def _somebody(self, field: Field) -> Any:
        said: dict[str, Any] = {}
        for part in field.parts:
            text = self._entered.get(field.name if part == "email" else f"{field.name}.{part}")
            if isinstance(text, str) and text.strip():
                said[part] = text.strip()
        if "email" in said:
            if field.clearable and is_none(said["email"]):
                return None
            read_email(said["email"])
        if person := self._entered.get(f"{field.name}.person"):
            said["slack_user"] = person["user"]
        linked = self._entered.get(f"{field.name}.linked")
        if linked is not None and said:
            said["linked"] = linked["value"] == "^yes"
        return said or _ABSENT

    def _recipient(self, field: Field, entered: Any) -> Any:
        if not isinstance(entered, str) or not entered.strip():
            return _ABSENT
        name = self._entered.get(f"{field.name}.name")
        said = {"email": read_email(entered.strip())}
        return said | ({"name": name.strip()} if isinstance(name, str) and name.strip() else {})

    def _files(self, field: Field) -> Any:
        here = (self._entered.get(field.name) or {}).get("files") or []
        carried = (self._entered.get("carried") or {}).get("files") or []
        kept = (self._entered.get(f"{field.name}.kept") or {}).get("chosen") or []
        files = [*(file for number, file in enumerate(carried) if f"^{number}" in kept), *here]
        return files or _ABSENT

    def _custom(self) -> Any:
        said = {}
        for block, value in self._entered.items():
            if block.startswith(PREFIX):
                name = block.removeprefix(PREFIX)
                said[name] = value_of(self._lists.custom_called(name), value)
        return said or _ABSENT
