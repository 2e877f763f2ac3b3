"""From what was said to what is meant: names become entries of the helpdesk's lists, words become instants.

Everything that is wrong is collected, so that a person hears of all of it at once.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from bot.actions import ACTION, Action, Asker, Moment, Named, Recipient, Staff, Ticket
from bot.actions.commands import KEYS, Command, Fields, Who
from bot.dispatch.people import People
from bot.errors import InvalidFields, TicketbotError, Unavailable, UsageError
from bot.grammar import typed as line_of
from bot.helpdesk import Filters, Helpdesk, ListName
from bot.helpdesk.catalogue import Catalogue
from bot.helpdesk.misnamed import Misnamed, Misvalued
from bot.when import DEFAULT, Policy, WhenError, understand, understand_past
from bot.when import Moment as Understood

_LISTS: tuple[ListName, ...] = ("status", "priority", "sla", "brand", "department", "team", "category")
_STEPS: tuple[tuple[ListName, tuple[str, str]], ...] = (
    ("priority", ("raise", "lower")),
    ("team", ("escalate", "de-escalate")),
)
_AS_SAID = {
    "create": {"cc": "cc", "sentiment": "sentiment", "source": "source", "tags": "tags"},
    "update": {
        "subject": "subject",
        "note": "note",
        "contact_method": "contact_method",
        "tags": "tags",
        "also": "additional_contacts",
    },
    "followup": {"macro": "macro", "reply": "reply", "note": "note"},
    "forward": {"subject": "subject"},
}
"""Fields that need no looking up: the word's name to the action's."""

_ALSO_CALLED = {"assign": "assignee"}
_WITHIN: dict[ListName, ListName] = {"team": "department", "department": "brand"}
"""List to the list of which a choice narrows it; :data:`_LISTS` has them in that order."""
_TAKE_BRANDS = frozenset({"create", "search", "list"})

T = TypeVar("T")


class Ambiguous(UsageError):
    """The words for a moment have two readings: the person picks, nothing is guessed."""

    code = "ambiguous-when"

    def __init__(self, words: str, at: datetime, warnings: tuple[str, ...]) -> None:
        self.exact = at.strftime("%Y-%m-%d %H:%M")
        super().__init__(f"«{words}» can be read in more than one way. {' '.join(warnings)}")


@dataclass(frozen=True)
class Resolver:
    """Resolves the commands of one person on one helpdesk."""

    helpdesk: Helpdesk
    catalogue: Catalogue
    people: People
    asker: Asker
    zone: str
    """The person's own, an IANA name."""
    policy: Policy = DEFAULT

    async def action(self, command: Command) -> Action:
        """The action that this command means.

        Raises:
            InvalidFields: everything that does not resolve, by field.
            NotMapped: somebody has no account.
            UsageError: the reference or the moment cannot be read.
        """
        match command.action:
            case "create":
                said: dict[str, Any] = {"subject": command.subject, "helpdesk": self.helpdesk.name}
                said |= {"message": command.message} if command.message else {}
                said |= await self._properties(command, "create")
            case "update" | "assign" | "close":
                said = await self._update(command)
            case "reply":
                said = {"kind": "reply", "message": command.text, "visibility": "public"}
            case "note":
                said = {"kind": "reply", "message": command.text, "visibility": "private"}
            case "followup":
                said = await self._followup(command)
            case "forward":
                said = await self._forward(command)
            case _:
                raise TypeError(f"{command.action} is a question, not an action")
        if command.ref is not None:
            said["ticket"] = Ticket(helpdesk=self.helpdesk.name, ref=self.helpdesk.canonical(command.ref))
        return ACTION.validate_python(said)

    async def filters(self, command: Command) -> Filters:
        """What a search or list is narrowed to; ``open`` and ``closed`` stand for every status of that kind.

        Nobody can be searched for as well: ``assign:none``.
        """
        found = _Findings()
        fields = command.fields
        narrowed: dict[str, Any] = {}
        for name in sorted(fields.model_fields_set):
            if getattr(fields, name) is None and name != "assign":
                found.wrong[name] = "«none» is nothing that can be searched for, but with assign: for what is nobody's"
        for name in _LISTS:
            typed = getattr(fields, name)
            if typed is None:
                continue
            if name == "status" and typed.lower() in {"open", "closed"}:
                narrowed[name] = typed.lower()
            elif entry := await found.take(name, self._named_in(name, typed, command, narrowed)):
                narrowed[name] = entry.id
        if fields.assign:
            narrowed["assignee"] = await found.take("assignee", self.staff(fields.assign))
        elif "assign" in command.given:
            narrowed["unassigned"] = True
        if fields.contact:
            contact = await found.take("contact", self.people.resolve_contact(fields.contact, self.asker))
            narrowed["contact"] = contact and (contact.email or contact.name)
        found.settle(command)
        return Filters(**narrowed, tags=fields.tags)

    async def _update(self, command: Command) -> dict[str, Any]:
        fields = command.fields
        said = await self._properties(command, "update")
        if command.action == "close" and "status" not in fields.model_fields_set:
            said["status"] = await self.helpdesk.closing_status()
        return said

    async def _properties(self, command: Command, kind: str) -> dict[str, Any]:
        """What create and update read alike, and the moments that only update has."""
        found = _Findings()
        fields = command.fields
        said = await self._lists(command, found, _LISTS) | _as_said(command, kind)
        if "assign" in fields.model_fields_set or "assign" in command.model_fields_set:
            who = command.assign or fields.assign
            said["assignee"] = await found.take("assignee", self.staff(who)) if who else None
        if fields.contact:
            contact = await found.take("contact", self.people.resolve_contact(fields.contact, self.asker))
            if contact and fields.contact_name:
                contact = contact.model_copy(update={"name": fields.contact_name})
            said["contact"] = contact
        elif fields.contact_name:
            found.wrong["contact"] = "contact-name: goes with contact: and an address"
        found.indispensable(command)
        for typed, value in fields.custom.items():
            if entry := await found.take(f"custom.{typed}", self.custom(typed, value)):
                said.setdefault("custom", {}).update([entry])
        for field, name in (("reply_due", "reply_due_at"), ("resolution_due", "resolution_due_at")):
            if field in fields.model_fields_set:
                words = getattr(fields, field)
                moment = await found.take(name, self.moment(words)) if words else None
                said[name] = moment.at if moment else None
        if fields.updated_at:
            said["updated_at"] = await found.take("updated_at", self.past(fields.updated_at))
        found.settle(command)
        return said | {"kind": kind}

    async def _followup(self, command: Command) -> dict[str, Any]:
        found = _Findings()
        fields = command.fields
        said = await self._lists(command, found, ("status",)) | _as_said(command, "followup")
        for name, steps in _STEPS:
            typed = getattr(fields, name)
            if typed and typed.lower() in steps:
                said[name] = typed.lower()
            elif typed:
                said[name] = await found.take(name, self.named(name, typed))
        if fields.assign:
            said["assignee"] = await found.take("assignee", self.staff(fields.assign))
        for field in ("status", "priority", "team", "assign"):
            if field in fields.model_fields_set and getattr(fields, field) is None:
                found.wrong[_ALSO_CALLED.get(field, field)] = "a follow-up cannot clear it"
        said["when"] = await found.take("when", self.moment(command.when or ""))
        found.settle(command)
        return said | {"kind": "followup"}

    async def _forward(self, command: Command) -> dict[str, Any]:
        assert command.to is not None  # the grammar has seen to it
        found = _Findings()
        said = await self._lists(command, found, ("status", "priority")) | _as_said(command, "forward")
        found.indispensable(command)
        if command.fields.sender:
            address = await found.take("outgoing", self.named("outgoing", command.fields.sender))
            said["outgoing"] = address and address.name
        found.settle(command)
        email = command.to.email
        name = command.fields.name or command.to.name or await self._name_of(email) or email
        return said | {"kind": "forward", "message": command.message, "to": Recipient(email=email, name=name)}

    async def _name_of(self, email: str) -> str | None:
        try:
            return await self.helpdesk.name_of(email)
        except Unavailable:
            raise
        except TicketbotError:
            return None  # a name is a courtesy: the address does as well

    async def _lists(self, command: Command, found: "_Findings", names: tuple[ListName, ...]) -> dict[str, Any]:
        said: dict[str, Any] = {}
        for name in names:
            if name not in command.fields.model_fields_set:
                continue
            typed = getattr(command.fields, name)
            ids = {above: entry.id for above, entry in said.items() if entry is not None}
            said[name] = await found.take(name, self._named_in(name, typed, command, ids)) if typed else None
        return said

    async def _named_in(self, name: ListName, typed: str, command: Command, ids: Mapping[str, Any]) -> Named:
        """The entry that these words mean, within what was named above it."""
        within = ids.get(_WITHIN[name]) if name in _WITHIN else None
        brands = name == "department" and within is None and command.action in _TAKE_BRANDS
        return await self.catalogue.resolve(
            name, typed, field=name, within=within, narrowed_by="brand" if brands else None
        )

    async def named(self, name: ListName, typed: str, within: str | None = None) -> Named:
        """The entry that these words mean. Raises InvalidFields."""
        return await self.catalogue.resolve(name, typed, field=name, within=within)

    async def custom(self, typed: str, value: str | None) -> tuple[str, str | None]:
        """A custom field, as the helpdesk calls it, and what it is to be there. Raises InvalidFields."""
        field = await self.named("custom", typed)
        return field.id, value and await self.catalogue.option(field, value, about=f"custom.{typed}")

    async def staff(self, who: Who) -> Staff:
        """The account that these words mean. Raises NotMapped and InvalidFields."""
        return await self.people.resolve_staff(who, self.asker, self.helpdesk, self.catalogue)

    async def moment(self, words: str) -> Moment:
        """The instant these words mean, counted from when they were said.

        Raises:
            InvalidFields: with the reason.
            Ambiguous: with the reading to confirm.
        """
        moment = self._understood(words, understand)
        amount = {"amount": moment.offset.amount, "unit": moment.offset.unit} if moment.offset else {}
        return Moment.model_validate({"at": moment.at, "text": words, **amount})

    async def past(self, words: str) -> datetime:
        """The instant of something that has happened, counted back from when these words were said; raises the same."""
        return self._understood(words, understand_past).at

    def _understood(self, words: str, read: Callable[..., Understood]) -> Understood:
        try:
            moment = read(words, now=self.asker.received_at, tz=self.zone, policy=self.policy)
        except WhenError as error:
            raise InvalidFields({"when": error.message}) from error
        if moment.warnings:
            raise Ambiguous(words, moment.at, moment.warnings)
        return moment


class _Findings:
    """What was wrong so far, by field."""

    def __init__(self) -> None:
        self.wrong: dict[str, str] = {}
        self._meant: dict[str, Misnamed] = {}

    async def take(self, field: str, resolving: Awaitable[T]) -> T | None:
        """The resolved value; what was wrong with it is noted under ``field`` and raised in the end."""
        try:
            return await resolving
        except InvalidFields as error:
            self.wrong[field] = next(iter(error.reasons.values()))
            if isinstance(error, Misnamed):
                self._meant[field] = error
            return None

    def indispensable(self, command: Command) -> None:
        """Note what a ticket always has and cannot be rid of."""
        for field in sorted(command.given):
            if KEYS[Fields.model_fields[field].alias or field].always and getattr(command.fields, field) is None:
                self.wrong[field] = "a ticket always has one; say which, or leave it out"

    def settle(self, command: Command) -> None:
        """Raise all of it, if there is anything: with the corrected line, where each has one that is near."""
        if self.wrong:
            sure = self._meant.keys() == self.wrong.keys()
            raise InvalidFields(self.wrong, corrected=_corrected(command, self._meant) if sure else None)


def _corrected(command: Command, meant: Mapping[str, Misnamed]) -> str | None:
    """The same line with what was meant; ``None`` where no line would read back as it."""
    given = command.fields
    changed: dict[str, Any] = {}
    other: dict[str, Any] = {}
    for field, error in meant.items():
        word = error.meant
        match field:
            case "assignee" if command.assign is not None:
                other["assign"] = Who(name=word)
            case "assignee":
                changed["assign"] = Who(name=word)
            case "outgoing":
                changed["sender"] = word
            case _ if field.startswith("custom."):
                wrong = field.removeprefix("custom.")
                custom = changed.get("custom", given.custom)
                changed["custom"] = dict(_instead(each, error) if each[0] == wrong else each for each in custom.items())
            case _:
                changed[field] = word
    return line_of(command.model_copy(update=other | {"fields": given.model_copy(update=changed)}))


def _instead(custom: tuple[str, str | None], error: Misnamed) -> tuple[str, str | None]:
    """A custom field as it was meant: its value, or itself."""
    return (custom[0], error.meant) if isinstance(error, Misvalued) else (error.meant, custom[1])


def _as_said(command: Command, kind: str) -> dict[str, Any]:
    given = command.fields.model_fields_set
    return {name: getattr(command.fields, field) for field, name in _AS_SAID[kind].items() if field in given}
