"""Commands: what a person said, in words; nothing in them is resolved.

A command is read before Slack gets its answer, so nothing here needs a network. ``model_dump(exclude_unset=True)`` is
the JSON that ``ticketbot parse`` prints: what was not said is absent, what was cleared with ``none`` is null (a list:
empty).

Everything that is true of a verb or of a key stands here once: the grammar, the help texts and the README are derived.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto
from typing import Annotated, Any, Literal, get_args

from pydantic import Field

from bot.actions import Frozen, Sentiment

VerbName = Literal[
    "help",
    "view",
    "create",
    "reply",
    "note",
    "update",
    "assign",
    "close",
    "followup",
    "forward",
    "search",
    "list",
]


class Who(Frozen):
    """A person in words: ``me``, a name, an e-mail address, or a Slack mention with the name it showed."""

    me: Literal[True] | None = None
    name: str | None = None
    email: str | None = None
    slack_user: str | None = None


class Address(Frozen):
    """Where a ticket is forwarded to; the name is the label of Slack's link, if that says more than the address."""

    email: str
    name: str | None = None


class Reads(Enum):
    """How the value of a key reads."""

    TEXT = auto()
    PERSON = auto()
    CONTACT = auto()
    LIST = auto()
    EMAILS = auto()
    CUSTOM = auto()


@dataclass(frozen=True)
class Key:
    """A key as people type it: its name, the verbs that take it, other words for it, how its value reads."""

    name: str
    verbs: frozenset[str]
    also: tuple[str, ...] = ()
    reads: Reads = Reads.TEXT
    choices: tuple[str, ...] = ()
    hint: str = ""
    """What a value looks like, for the help text."""
    always: bool = False
    """A ticket has one at all times: there is nothing that ``none`` could mean."""


def _key(
    name: str,
    verbs: str,
    *also: str,
    reads: Reads = Reads.TEXT,
    choices: tuple[str, ...] = (),
    hint: str = "",
    always: bool = False,
) -> Key:
    return Key(name, frozenset(verbs.split()), also, reads, choices, hint or name, always)


_NARROWING = "search list"


class Fields(Frozen):
    """Everything that can be said as ``key:value``, under the names that ``ticketbot parse`` prints."""

    status: Annotated[
        str | None,
        _key("status", f"create update close followup forward {_NARROWING}", hint='"Waiting for Staff"', always=True),
    ] = None
    priority: Annotated[
        str | None, _key("priority", f"create update followup forward {_NARROWING}", "pri", hint="high", always=True)
    ] = None
    sla: Annotated[str | None, _key("sla", f"create update {_NARROWING}", hint='"Standard Response"')] = None
    team: Annotated[str | None, _key("team", f"create update followup {_NARROWING}", hint='"1st Line Support"')] = None
    department: Annotated[
        str | None, _key("department", f"create update {_NARROWING}", "dept", hint='"Technical Support"', always=True)
    ] = None
    brand: Annotated[str | None, _key("brand", f"create {_NARROWING}", hint="Codebase")] = None
    category: Annotated[str | None, _key("category", f"create update {_NARROWING}", hint="15597")] = None
    assign: Annotated[
        Who | None,
        _key(
            "assign",
            f"create update close followup {_NARROWING}",
            "assignee",
            "owner",
            reads=Reads.PERSON,
            hint="@adam",
        ),
    ] = None
    contact: Annotated[
        Who | None,
        _key(
            "contact",
            f"create update {_NARROWING}",
            "customer",
            reads=Reads.CONTACT,
            hint="jo@acme.example",
            always=True,
        ),
    ] = None
    contact_name: Annotated[str | None, _key("contact-name", "update", hint='"Jo Bloggs"', always=True)] = None
    contact_method: Annotated[str | None, _key("contact-method", "update", hint="412", always=True)] = None
    also: Annotated[tuple[str, ...], _key("also", "update", reads=Reads.LIST, hint="ann@acme.example")] = ()
    tags: Annotated[
        tuple[str, ...], _key("tags", f"create update close {_NARROWING}", "tag", reads=Reads.LIST, hint="vpn,laptop")
    ] = ()
    cc: Annotated[tuple[str, ...], _key("cc", "create", reads=Reads.EMAILS, hint="ann@acme.example")] = ()
    sentiment: Annotated[
        str | None, _key("sentiment", "create", choices=get_args(Sentiment), hint="|".join(get_args(Sentiment)))
    ] = None
    source: Annotated[str | None, _key("source", "create", hint="shop")] = None
    custom: Annotated[
        dict[str, str | None], _key("custom", "create update close", reads=Reads.CUSTOM, hint="Leeds")
    ] = {}
    updated_at: Annotated[str | None, _key("updated-at", "update", hint='"2026-12-01 09:00"', always=True)] = None
    reply_due: Annotated[str | None, _key("reply-due", "update", hint='"tomorrow 5pm"')] = None
    resolution_due: Annotated[str | None, _key("resolution-due", "update", hint='"fri 12:00"')] = None
    subject: Annotated[str | None, _key("subject", "update forward", hint='"Till 4"', always=True)] = None
    when: Annotated[str | None, _key("when", "followup", hint='"tomorrow 9am"')] = None
    macro: Annotated[str | None, _key("macro", "followup", hint='"Chase customer"')] = None
    reply: Annotated[str | None, _key("reply", "followup", hint='"Any news?"')] = None
    note: Annotated[str | None, _key("note", "followup", hint='"ring them back"')] = None
    name: Annotated[str | None, _key("name", "forward", hint='"Jo Bloggs"')] = None
    sender: Annotated[str | None, _key("from", "forward", hint="support@example.com"), Field(alias="from")] = None


def _keys() -> Iterator[tuple[str, Key]]:
    for field, info in Fields.model_fields.items():
        (key,) = (item for item in info.metadata if isinstance(item, Key))
        yield info.alias or field, key


KEYS: dict[str, Key] = dict(_keys())
"""Every key by the name that ``fields`` holds it under."""

SPELLINGS: dict[str, str] = {
    word.replace("_", "-"): field for field, key in KEYS.items() for word in (key.name, *key.also)
}
"""Every word that is typed for a key, to the name that ``fields`` holds it under."""


@dataclass(frozen=True)
class Verb:
    """A verb as people type it."""

    name: str
    usage: str
    """The shape of the line; ``<ticket>`` and the like are what the person fills in."""
    summary: str
    example: str
    also: tuple[str, ...] = ()

    @property
    def keys(self) -> dict[str, Key]:
        """The keys that this verb takes, by the name that ``fields`` holds them under."""
        return {field: key for field, key in KEYS.items() if self.name in key.verbs}


VERBS: dict[str, Verb] = {
    verb.name: verb
    for verb in (
        Verb(
            "create",
            "create <subject> [key:value …] [-- message]",
            "Open a ticket.",
            'create "Printer on fire" priority:high team:"1st Line Support" -- Smoke since nine, second floor.',
            ("new", "open", "add"),
        ),
        Verb(
            "reply",
            "reply <ticket> <text>",
            "Answer the customer.",
            "reply AB-123456 Thanks, a colleague is on the way.",
            ("answer", "respond"),
        ),
        Verb(
            "note",
            "note <ticket> <text>",
            "Leave an internal note that the customer never sees.",
            "note AB-123456 The fuser has been replaced twice already.",
            ("comment", "internal"),
        ),
        Verb(
            "update",
            "update <ticket> key:value … [-- note]",
            "Change properties.",
            'update AB-123456 status:"Waiting for Staff" priority:low tags:printer,leeds',
            ("set", "edit", "change"),
        ),
        Verb(
            "assign",
            "assign <ticket> <person>",
            "Give it to somebody: me, @name, an e-mail address, none.",
            "assign AB-123456 me",
            ("give",),
        ),
        Verb(
            "close",
            "close <ticket> [key:value …] [-- note]",
            "Resolve it.",
            "close AB-123456 -- replaced the fuser",
            ("resolve", "done"),
        ),
        Verb(
            "followup",
            "followup <ticket> <when> [key:value …] [-- note]",
            "Have something done later.",
            'followup AB-123456 tomorrow 9am status:"Waiting for Staff" -- ring Acme back',
            ("fu", "follow-up", "remind"),
        ),
        Verb(
            "forward",
            "forward <ticket> <address> [key:value …] <message>",
            "Send it on to somebody else.",
            'forward AB-123456 jo@acme.example name:"Jo Bloggs" Over to you, the till is yours.',
            ("fwd",),
        ),
        Verb("view", "view <ticket>", "Show a ticket.", "view AB-123456", ("show", "get", "info")),
        Verb(
            "search",
            "search <words> [key:value …]",
            "Find tickets by their words.",
            'search printer "paper jam" status:open',
            ("find",),
        ),
        Verb(
            "list",
            "list [key:value …]",
            "List tickets; `mine` lists yours.",
            'list team:"1st Line Support" status:open',
            ("ls", "tickets"),
        ),
        Verb("help", "help [verb]", "Show all this, or one verb in detail.", "help create", ("?", "-h", "--help")),
    )
}

ALIASES: dict[str, str] = {word: verb.name for verb in VERBS.values() for word in (verb.name, *verb.also)}
"""Every word for a verb, to its name; ``mine`` is a sentence of its own."""


NOTHING = Fields()
"""No fields; shared, because pydantic would copy it for every command."""


class Command(Frozen):
    """One sentence, read."""

    action: VerbName
    ref: str | None = None
    helpdesk: str | None = None
    subject: str | None = None
    message: str | None = None
    text: str | None = None
    when: str | None = None
    to: Address | None = None
    assign: Who | None = None
    query: str | None = None
    topic: VerbName | None = None
    fields: Fields = Field(default_factory=lambda: NOTHING)

    def said(self) -> dict[str, Any]:
        """What was said, as the JSON of ``ticketbot parse``."""
        said = self.model_dump(mode="json", exclude_unset=True, by_alias=True)
        if not said.get("fields", True):
            del said["fields"]
        return said

    @property
    def given(self) -> frozenset[str]:
        """The keys that were said."""
        return frozenset(self.fields.model_fields_set)
