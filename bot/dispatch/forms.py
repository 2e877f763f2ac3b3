"""From a form that was sent to the action it means.

What was chosen from a list is decided already and is not looked up by its name again; what was typed in words resolves
as a command's words do.
"""

from typing import Any, Literal

from bot.actions import ACTION, HAPPENED, Action, Author, Contact, Frozen, Named, Recipient, Staff, Ticket
from bot.actions.commands import Who
from bot.dispatch.resolve import Ambiguous, Resolver
from bot.errors import InvalidFields, NotMapped
from bot.helpdesk import Helpdesk, ListName

Verb = Literal["create", "update", "assign", "close", "reply", "note", "followup", "forward"]
KINDS: dict[Verb, str] = {"assign": "update", "close": "update", "note": "reply"}
"""The action's kind, where the verb is another word."""


_ABOVE = {"team": "department", "department": "brand"}
_ORDER = {"brand": 0, "department": 1, "team": 2}
"""What narrows others is decided before them."""
_NO_UPLOAD = (
    "{vendor} takes only files that have a public address, and files in Slack have none, so nothing was sent. "
    "Send the words without the file"
)
_AS_NOTE = ", or as a note: there the file is linked."


class Form(Frozen):
    """A form as it was sent: field to what was entered.

    A value is as the action's model takes it, but for what has to be decided: ``{"words": …}`` is looked up,
    ``{"step": …}`` is a step up or down, and ``{"who": …}`` is a person in words.
    """

    action: Verb
    ref: str | None = None
    values: dict[str, Any] = {}

    @property
    def kind(self) -> str:
        """The action's kind."""
        return KINDS.get(self.action, self.action)

    @property
    def permission(self) -> str:
        """What a person has to be allowed to."""
        return "update" if self.kind == "update" else self.action


def fitted(form: Form, helpdesk: Helpdesk) -> Form:
    """The form as this helpdesk can take its files: where it fetches them from an address, a note links them instead.

    Raises:
        InvalidFields: files in Slack have no address that a customer, or the helpdesk, could open.
    """
    files: list[dict[str, Any]] | None = form.values.get("attachments")
    if not files or helpdesk.uploads:
        return form
    if form.action != "note":
        note = form.action == "reply" and helpdesk.takes_notes
        raise InvalidFields({"attachments": _NO_UPLOAD.format(vendor=helpdesk.vendor) + (_AS_NOTE if note else ".")})
    values = {name: value for name, value in form.values.items() if name != "attachments"}
    links = [f"📎 {file['name']}: {file.get('permalink') or 'in Slack'}" for file in files]
    values["message"] = "\n".join([values.get("message", ""), *links]).strip()
    return form.model_copy(update={"values": values})


async def action_of(form: Form, resolver: Resolver) -> Action:
    """The action that this form means.

    Raises:
        InvalidFields: everything that does not resolve, by field, and beside it what the person may not set.
    """
    said: dict[str, Any] = {"kind": form.kind}
    wrong: dict[str, str] = {}
    for field, value in sorted(form.values.items(), key=lambda each: _ORDER.get(each[0], len(_ORDER))):
        try:
            said[field] = await _decided(field, value, resolver, said)
        except InvalidFields as error:
            wrong |= error.reasons if field == "custom" else {field: next(iter(error.reasons.values()))}
        except NotMapped as error:
            wrong[field] = str(error)
        except Ambiguous as error:
            wrong[field] = f"{error} Write it as {error.exact}"
    if wrong:
        given = (field for field, value in form.values.items() if value is not None)
        raise InvalidFields(wrong | await resolver.people.lacking(form.kind, given, resolver.asker.slack_user))
    if form.kind == "create":
        said["helpdesk"] = resolver.helpdesk.name
    else:
        said["ticket"] = Ticket(helpdesk=resolver.helpdesk.name, ref=resolver.helpdesk.canonical(form.ref or ""))
    if form.kind == "reply":
        said["visibility"] = "private" if form.action == "note" else "public"
    if form.action == "close" and "status" not in said:
        said["status"] = await resolver.helpdesk.closing_status()
    return ACTION.validate_python(said)


async def _decided(field: str, value: Any, resolver: Resolver, said: dict[str, Any]) -> Any:
    if value is None:
        return None
    match field:
        case "custom":
            return await _custom(value, resolver)
        case "contact":
            return await _contact(value, resolver)
        case "author":
            contact = await _contact({name: each for name, each in value.items() if name != "linked"}, resolver)
            return Author(contact=contact, linked=value.get("linked", True))
        case "to":
            name = value.get("name") or await resolver.helpdesk.name_of(value["email"]) or value["email"]
            return Recipient(email=value["email"], name=name)
        case "outgoing":
            return (await resolver.named("outgoing", value)).name
    if not isinstance(value, dict):
        return value
    if "step" in value:
        return value["step"]
    if "who" in value:
        return await resolver.staff(Who.model_validate(value["who"]))
    if "words" in value and field in HAPPENED:
        return await resolver.past(value["words"])
    if "words" in value and (field == "when" or field.endswith("_at")):
        moment = await resolver.moment(value["words"])
        return moment if field == "when" else moment.at
    if "words" in value:
        above = said.get(_ABOVE.get(field, ""))
        within = above.id if isinstance(above, Named) else None
        return await resolver.named(_list_of(field), value["words"], within)
    if "at" in value:
        return value if field == "when" else value["at"]
    return Staff.model_validate(value) if field in {"assignee", "sender"} else Named.model_validate(value)


def _list_of(field: str) -> ListName:
    return field  # type: ignore[return-value]  # a field that is picked from a list is called as the list is


async def _contact(value: dict[str, Any], resolver: Resolver) -> Contact:
    """The contact as entered; what a Slack account tells fills what was left empty."""
    slack_user = value.get("slack_user")
    said = {name: each for name, each in value.items() if name != "slack_user"}
    if slack_user is None:
        return Contact.model_validate(said)
    found = await resolver.people.resolve_contact(Who(slack_user=slack_user), resolver.asker)
    return found.model_copy(update=said)


async def _custom(value: dict[str, str | None], resolver: Resolver) -> dict[str, str | None]:
    """Custom fields under the names that the helpdesk calls them."""
    said: dict[str, str | None] = {}
    wrong: dict[str, str] = {}
    for name, text in value.items():
        try:
            said.update([await resolver.custom(name, text)])
        except InvalidFields as error:
            wrong[f"custom.{name}"] = next(iter(error.reasons.values()))
    if wrong:
        raise InvalidFields(wrong)
    return said
