"""The view of a form: from what is known of it to blocks. Pure."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from bot.dispatch.forms import KINDS, Verb
from bot.slack.blocks import Block, actions, button, context, plain
from bot.slack.forms import inputs
from bot.slack.forms.customs import custom_blocks
from bot.slack.forms.entered import NOTHING, Entered, words
from bot.slack.forms.fields import NARROWED_BY, Field, Takes, fields_of
from bot.slack.forms.lists import MOST_OPTIONS, Lists, Option, matched
from bot.slack.forms.moments import Clock
from bot.slack.text import clip, escape, inline

CALLBACK = "form"
MORE = f"{inputs.FORM}more"
MOST_BLOCKS = 100
MOST_BYTES = 240_000
"""Slack takes 250 kB; how it counts is not documented."""

_TITLES: dict[str, tuple[str, str]] = {
    "create": ("New ticket", "Create"),
    "update": ("Update ticket", "Update"),
    "close": ("Close ticket", "Close"),
    "reply": ("Reply on ticket", "Send"),
    "note": ("Note on ticket", "Add note"),
    "followup": ("Follow up", "Schedule"),
    "forward": ("Forward ticket", "Forward"),
}
_YES, _NO = Option("^yes", "Yes"), Option("^no", "No")
PUBLIC, PRIVATE = Option("^public", "🌍 Answer to the customer"), Option("^private", "🔒 Internal note")
_NARROWING = frozenset(NARROWED_BY.values())


@dataclass(frozen=True)
class Form:
    """A form as it stands, but for what is entered: it travels with the view as its ``private_metadata``."""

    verb: Verb
    helpdesk: str
    ticket: str | None = None
    channel: str | None = None
    more: bool = False
    draft: str | None = None
    """Under which the ledger keeps what belongs to it and does not fit into a view."""
    linkable: bool = False
    """Whether it may go to a ticket that exists, in place of a new one."""
    thread: str | None = None
    """The ``ts`` of the thread with the message that it is made from, which becomes the ticket's."""
    known: str | None = None
    """The ticket of that thread, once whoever fills it in was told that there is one."""

    @property
    def kind(self) -> str:
        """The action's kind."""
        return KINDS.get(self.verb, self.verb)

    def metadata(self) -> str:
        """As text that the view carries."""
        return json.dumps({name: value for name, value in vars(self).items() if value}, separators=(",", ":"))

    @classmethod
    def read(cls, metadata: str) -> "Form":
        """From what the view carried."""
        return cls(**json.loads(metadata))


@dataclass(frozen=True)
class Shown:
    """What a form is drawn from."""

    form: Form
    lists: Lists
    helpdesks: Sequence[str] = ()
    """Those to choose from."""
    entered: Entered = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)
    """Field to what was wrong with it last time; ``""`` is the whole form."""
    clock: Clock = field(default_factory=Clock)


def view_of(shown: Shown) -> Block:
    """The modal."""
    fields = fields_of(shown.form.kind, shown.lists.helpdesk)
    if not fields:
        return notice(shown.lists.helpdesk.cannot(shown.form.kind), title=_titles(shown.form)[0])
    built = _modal(shown, fields, most=MOST_OPTIONS)
    if len(json.dumps(built, ensure_ascii=False).encode("utf-8", "surrogatepass")) > MOST_BYTES:
        return _modal(shown, fields, most=0)  # menus that fetch their options weigh nothing
    return built


def notice(text: str, *, title: str) -> Block:
    """A modal that says something and asks nothing."""
    return {
        "type": "modal",
        "callback_id": "form.notice",
        "title": plain(title, 24),
        "close": plain("Close", 24),
        "blocks": [{"type": "section", "text": {"type": "mrkdwn", "text": clip(text, 2900), "verbatim": True}}],
    }


def _modal(shown: Shown, fields: Sequence[Field], *, most: int) -> Block:
    title, submit = _titles(shown.form)
    blocks: list[Block] = []
    if general := shown.errors.get(""):
        blocks.append(_wrong(general))
    blocks += _about(shown)
    tail = _tail(shown, fields)
    drawn = Drawing(shown, most)
    visible = [each for each in fields if shown.form.more or not each.rare or _given(each, shown)]
    for each in visible:
        room = MOST_BLOCKS - len(blocks) - len(tail) - (len(visible) - visible.index(each) - 1) * 3
        for block in drawn.blocks(each, room):
            blocks.append(block)
            wrong = shown.errors.get(block.get("block_id", ""))
            if wrong:
                blocks.append(_wrong(wrong))
    return {
        "type": "modal",
        "callback_id": CALLBACK,
        "title": plain(title, 24),
        "submit": plain(submit, 24),
        "close": plain("Cancel", 24),
        "private_metadata": shown.form.metadata(),
        "blocks": (blocks[: MOST_BLOCKS - len(tail)] + tail),
    }


def _titles(form: Form) -> tuple[str, str]:
    """What stands over a form, and on its button."""
    known = _TITLES.get(form.verb) or _TITLES.get(form.kind)
    return known or (f"{form.kind.capitalize()} ticket", form.kind.capitalize())


def _about(shown: Shown) -> list[Block]:
    """What the form is about: the helpdesk, the ticket, who will see it."""
    form, entered = shown.form, shown.entered
    blocks: list[Block] = []
    if form.ticket is None and len(shown.helpdesks) > 1:
        options = [Option(f"^{name}", name) for name in shown.helpdesks]
        chosen = next((each for each in options if each.text == form.helpdesk), None)
        element = inputs.menu(options, chosen, placeholder="Helpdesk", most=MOST_OPTIONS)
        blocks.append(inputs.entry("helpdesk", "Helpdesk", element, optional=False, dispatch=True))
    if form.ticket is not None:
        blocks.append(context(f"*{inline(form.ticket, 60)}* · {inline(shown.lists.helpdesk.vendor, 60)}"))
    elif form.kind != "create":
        blocks += inputs.text("ticket", "Ticket", entered.get("ticket"), optional=False, hint="For example AB-123456.")
    elif form.linkable:
        hint = "To add this to a ticket that exists, as an internal note, and its thread with it; no new one is opened."
        blocks += inputs.text("ticket", "Existing ticket", entered.get("ticket"), hint=hint)
    if (wrong := shown.errors.get("ticket")) and form.ticket is None:
        blocks.append(_wrong(wrong))
    if form.kind == "forward" and shown.lists.helpdesk.forwards_notes:
        blocks.append(context("⚠️ The whole history of the ticket goes along, internal notes included."))
    if form.kind == "reply":
        options = [PUBLIC, PRIVATE] if shown.lists.helpdesk.takes_notes else [PUBLIC]
        chosen = PRIVATE if form.verb == "note" else PUBLIC
        if chosen not in options:  # words that were to stay inside go to nobody before somebody says so
            vendor = shown.lists.helpdesk.vendor
            blocks.append(_wrong(f"Internal notes are off in {vendor}: this can only go to the customer."))
        element = inputs.radio(options, chosen if chosen in options else None)
        blocks.append(inputs.entry("visibility", "Who sees it", element, optional=False, dispatch=True))
    return blocks


def _tail(shown: Shown, fields: Sequence[Field]) -> list[Block]:
    blocks: list[Block] = []
    if not shown.form.more and any(each.rare for each in fields):
        blocks.append(actions(button("More options", MORE, "more")) | {"block_id": "more"})
    if shown.form.channel is None:
        element = inputs.channel(shown.entered.get("channel"))
        hint = "Left empty, it comes as a direct message to you alone."
        blocks.append(inputs.entry("channel", "Where to say what came of it", element, hint=hint))
    return blocks


def _given(each: Field, shown: Shown) -> bool:
    names = {each.name, *(key for key in shown.entered if key.startswith(f"{each.name}."))}
    return any(name in shown.entered or name in shown.errors for name in names)


def _wrong(text: str) -> Block:
    return context(f"⚠️ {escape(clip(text, 1000))}")


class Drawing:
    """Draws fields."""

    def __init__(self, shown: Shown, most: int) -> None:
        self._shown = shown
        self._most = most
        self._entered = shown.entered

    def blocks(self, each: Field, room: int) -> list[Block]:
        """The blocks of one field, ``room`` at most."""
        name, value = each.name, self._entered.get(each.name)
        optional = not each.required
        match each.takes:
            case Takes.TEXT | Takes.LINES | Takes.LIST:
                lines = each.takes is Takes.LINES
                return inputs.text(name, each.label, value, lines=lines, optional=optional, hint=each.hint)
            case Takes.PICK | Takes.STAFF:
                return self._menu(each)
            case Takes.CHOICE | Takes.FLAG:
                options = [_YES, _NO] if each.takes is Takes.FLAG else [Option(f"^{it}", it) for it in each.choices]
                element = inputs.menu(options, _chosen(options, value), placeholder=each.label, most=MOST_OPTIONS)
                return [inputs.entry(name, each.label, element, hint=each.hint)]
            case Takes.MOMENT:
                return self._moment(each)
            case Takes.CONTACT | Takes.AUTHOR:
                return self._somebody(each)
            case Takes.RECIPIENT:
                return [
                    *inputs.text(name, each.label, value, optional=False, hint=each.hint),
                    *inputs.text(f"{name}.name", "Their name", self._entered.get(f"{name}.name")),
                ]
            case Takes.FILES:
                return self._files(each)
            case Takes.CUSTOM:
                department = within(each.name, self._entered)
                return custom_blocks(self._shown.lists, self._entered, department, most=self._most, room=room)

    def _menu(self, each: Field) -> list[Block]:
        assert each.list is not None  # only fields that are picked from a list come here
        value = self._entered.get(each.name)
        lists = self._shown.lists
        if lists.silent(each.list) and not each.choices and each.takes is Takes.PICK:
            said = value["text"] if isinstance(value, dict) else value
            return inputs.text(each.name, each.label, said, hint=each.hint)
        parent = within(each.name, self._entered)
        known = lists.options(each.list, parent)
        extras = extra_options(each)
        options = None if known is None else [*extras, *known]
        chosen = _chosen([*extras, *(known or ())], words(value) if isinstance(value, str) else value)
        if each.takes is Takes.STAFF and chosen is not None and chosen.value.startswith("="):
            chosen = lists.staff_called(chosen.text) or chosen
        element = inputs.menu(
            options, chosen, placeholder=f"{each.label}…", scope=f"{parent or ''}", most=self._most
        )  # fmt: skip
        narrows = each.name in _NARROWING
        return [inputs.entry(each.name, each.label, element, hint=each.hint, dispatch=narrows)]

    def _moment(self, each: Field) -> list[Block]:
        value = self._entered.get(each.name)
        heard = self._shown.clock.heard(each.name, value)
        hint = " ".join(filter(None, (heard, each.hint)))
        picker = inputs.moment(self._entered.get(f"{each.name}.at"))
        return [
            *inputs.text(each.name, each.label, value, hint=hint, dispatch=True),
            inputs.entry(f"{each.name}.at", f"{each.label}, picked", picker),
        ]

    def _somebody(self, each: Field) -> list[Block]:
        name, who = each.name, "Customer" if each.name == "contact" else "Author"
        value = self._entered.get(f"{name}.person")
        blocks = [
            inputs.entry(f"{name}.person", f"{who}, from Slack", inputs.person(value)),
            *inputs.text(name, each.label, self._entered.get(name), hint=each.hint),
        ]
        for part in each.parts:
            key = f"{name}.{part}"
            if part != "email" and (self._shown.form.more or key in self._entered):
                label = f"{who}'s {'picture, an address' if part == 'image' else part}"
                blocks += inputs.text(key, label, self._entered.get(key))
        if each.takes is Takes.AUTHOR:
            options = [_YES, _NO]
            chosen = _chosen(options, self._entered.get(f"{name}.linked"))
            element = inputs.menu(options, chosen, placeholder="Link to a contact", most=MOST_OPTIONS)
            blocks.append(inputs.entry(f"{name}.linked", "Link to their contact", element))
        return blocks

    def _files(self, each: Field) -> list[Block]:
        form, helpdesk = self._shown.form, self._shown.lists.helpdesk
        carried = (self._entered.get("carried") or {}).get("files") or []
        linked = not helpdesk.uploads
        if linked and not (helpdesk.takes_notes and (form.kind == "reply" or form.linkable)):
            here = (self._entered.get(each.name) or {}).get("files") or []
            return [context(_stay(helpdesk.vendor, [*carried, *here]))] if carried or here else []
        hint = f"Only in an internal note, as links: {helpdesk.vendor} takes no files from Slack." if linked else ""
        blocks = [inputs.entry(each.name, "Files", inputs.files(), hint=hint)]
        if carried:
            options = [Option(f"^{number}", file["name"]) for number, file in enumerate(carried[:10])]
            kept = self._entered.get(f"{each.name}.kept")
            usual = [] if linked and form.verb != "note" else [it.value for it in options]
            chosen = kept["chosen"] if kept else usual
            element = inputs.ticks(options, chosen)
            blocks.insert(0, inputs.entry(f"{each.name}.kept", "Take these along", element))
        return blocks


def _stay(vendor: str, files: Sequence[Mapping[str, Any]]) -> str:
    """Say that files cannot go along."""
    names = ", ".join(str(file["name"]) for file in files)
    return f"📎 {inline(names, 500)} stays in Slack: {inline(vendor, 60)} takes no files from there."


def extra_options(each: Field) -> list[Option]:
    """What can be chosen beside the entries of the list."""
    extras = [Option("=me", "me")] if each.takes is Takes.STAFF else []
    extras += [Option(f"^{word}", word) for word in each.choices]
    return extras + ([Option(NOTHING["value"], "— none —")] if each.clearable else [])


def within(name: str, entered: Entered) -> str | None:
    """The id of what narrows this field, where it was chosen."""
    parent = NARROWED_BY.get(name)
    chosen = entered.get(parent) if parent else None
    value = chosen.get("value", "") if isinstance(chosen, dict) else ""
    return value[1:] if value.startswith("#") else None


def settled(shown: Shown) -> Shown:
    """The same without what another department, brand or team has ruled out, or what was refused and is gone."""
    entered = dict(shown.entered)
    for each in fields_of(shown.form.kind, shown.lists.helpdesk):
        value = entered.get(each.name)
        doubtful = each.name in NARROWED_BY or each.name in shown.errors
        if each.list is None or not doubtful or not isinstance(value, dict):
            continue
        options = shown.lists.options(each.list, within(each.name, entered))
        if options is not None and value["value"].startswith("#") and matched(options, value) is None:
            del entered[each.name]
    return replace(shown, entered=entered)


def _chosen(options: Sequence[Option], value: Any) -> Option | None:
    if not isinstance(value, Mapping) or "value" not in value:
        return None
    return matched(options, dict(value)) or Option(value["value"], value["text"])
