"""The command language, by examples that the code did not write, by tables of its own, and by properties."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.actions.commands import KEYS, VERBS, Address, Command, Fields, Reads, Who
from bot.errors import UsageError
from bot.grammar import parse, render
from bot.grammar.slacktext import decode, encode, plain
from tests.shared import needs_shared, rows

EXAMPLES = rows("command-grammar.jsonl")


@needs_shared
@pytest.mark.parametrize("row", EXAMPLES, ids=[row["id"] for row in EXAMPLES])
def test_reads_the_shared_examples(row: dict[str, Any]) -> None:
    """Every example gives the JSON, or the error code and words, that it names."""
    if "error" not in row:
        assert parse(row["input"]).said() == row["expected"]
        return

    with pytest.raises(UsageError) as caught:
        parse(row["input"])

    assert caught.value.code == row["error"]
    told = f"{caught.value} {caught.value.corrected or ''}"
    assert [word for word in row["must_mention"] if word not in told] == []


@needs_shared
@pytest.mark.parametrize("row", [row for row in EXAMPLES if "expected" in row], ids=lambda row: row["id"])
def test_renders_the_shared_examples_back(row: dict[str, Any]) -> None:
    """What was read renders to a line that reads the same."""
    command = parse(row["input"])

    assert parse(render(command)) == command


ACCEPTED = {
    "verbs ignore case": ("CREATE Printer", {"action": "create", "subject": "Printer"}),
    "hash before a reference": ("view #ab-123456", {"action": "view", "ref": "AB-123456"}),
    "helpdesk before a reference": ("social:4484636", {"action": "view", "ref": "4484636", "helpdesk": "social"}),
    "bare reference, question mark": ("AB-123456?", {"action": "view", "ref": "AB-123456"}),
    "pasted link without a label": (
        "note <https://help.example.com/staff/tickets/AB-123456> seen",
        {"action": "note", "ref": "AB-123456", "text": "seen"},
    ),
    "pasted inbox link": (
        "view <https://inbox.example.com/acme/tickets?ticketId=4478963>",
        {"action": "view", "ref": "4478963"},
    ),
    "help on a verb, both ways": ("close help", {"action": "help", "topic": "close"}),
    "help on an alias": ("help fwd", {"action": "help", "topic": "forward"}),
    "reply text that looks like fields": (
        'reply AB-1 status:open -- "quoted',
        {"action": "reply", "ref": "AB-1", "text": 'status:open -- "quoted'},
    ),
    "reply keeps lines": ("reply AB-1 one\n\n  two", {"action": "reply", "ref": "AB-1", "text": "one\n\n  two"}),
    "em dash alone starts the message": (
        "create VPN down — since nine",
        {"action": "create", "subject": "VPN down", "message": "since nine"},
    ),
    "dash inside a word does not": ("create Wi-Fi down", {"action": "create", "subject": "Wi-Fi down"}),
    "unknown key is text": ("create Ratio 16:9 foo:bar", {"action": "create", "subject": "Ratio 16:9 foo:bar"}),
    "colon of a sentence": (
        "create Reply: customer waits",
        {"action": "create", "subject": "Reply: customer waits"},
    ),
    "link in a subject": (
        "create Broken <https://x.example/a|the page>",
        {"action": "create", "subject": "Broken the page (https://x.example/a)"},
    ),
    "space before a quoted value": (
        'update AB-1 team: "1st Line"',
        {"action": "update", "ref": "AB-1", "fields": {"team": "1st Line"}},
    ),
    "quoted list items": (
        'create X tags:"wide area",telco',
        {"action": "create", "subject": "X", "fields": {"tags": ["wide area", "telco"]}},
    ),
    "none clears": (
        "update AB-1 priority:none tags:none custom.site:none",
        {
            "action": "update",
            "ref": "AB-1",
            "fields": {"priority": None, "tags": [], "custom": {"site": None}},
        },
    ),
    "none in quotes is a word": (
        'update AB-1 subject:"none"',
        {"action": "update", "ref": "AB-1", "fields": {"subject": "none"}},
    ),
    "assign to nobody": ("assign AB-1 none", {"action": "assign", "ref": "AB-1", "assign": None}),
    "assign to a name of two words": (
        "assign AB-1 Adam Cooke",
        {"action": "assign", "ref": "AB-1", "assign": {"name": "Adam Cooke"}},
    ),
    "note after a line break": (
        "update AB-1 status:open\nwaits for parts",
        {"action": "update", "ref": "AB-1", "fields": {"status": "open", "note": "waits for parts"}},
    ),
    "update with a note alone": (
        "update AB-1 -- waits",
        {"action": "update", "ref": "AB-1", "fields": {"note": "waits"}},
    ),
    "forward with the name in the link": (
        "forward AB-1 <mailto:jo@acme.example|Jo Bloggs> over to you",
        {"action": "forward", "ref": "AB-1", "to": {"email": "jo@acme.example", "name": "Jo Bloggs"},
         "message": "over to you"},
    ),
    "forward text may hold key:value": (
        "forward AB-1 jo@acme.example see status:page priority:high",
        {"action": "forward", "ref": "AB-1", "to": {"email": "jo@acme.example"},
         "message": "see status:page priority:high"},
    ),
    "windows paths keep their backslashes": (
        'create "\\\\server\\share is gone" priority:low',
        {"action": "create", "subject": "\\\\server\\share is gone", "fields": {"priority": "low"}},
    ),
    "mine, narrowed": (
        "mine status:open",
        {"action": "list", "fields": {"assign": {"me": True}, "status": "open"}},
    ),
    "dots at the end of a word": (
        "create Printer is broken... e.g. on Monday",
        {"action": "create", "subject": "Printer is broken... e.g. on Monday"},
    ),
    "a name with dots": ("assign AB-1 J.R.", {"action": "assign", "ref": "AB-1", "assign": {"name": "J.R."}}),
    "a.m.": (
        "followup AB-1 tomorrow 9 a.m.",
        {"action": "followup", "ref": "AB-1", "when": "tomorrow 9 a.m."},
    ),
    "when as a key": (
        'followup AB-1 when:"tomorrow 9am"',
        {"action": "followup", "ref": "AB-1", "when": "tomorrow 9am"},
    ),
}  # fmt: skip


@pytest.mark.parametrize(("line", "said"), ACCEPTED.values(), ids=ACCEPTED)
def test_reads(line: str, said: dict[str, Any]) -> None:
    """Each line says exactly this."""
    assert parse(line).said() == said


REFUSED = {
    "a slip in a verb": ("craete X", "unknown-command", "create X"),
    "a slip in a key": ("update AB-1 staus:open", "unknown-key", "update AB-1 status:open"),
    "a key nobody knows, where only keys can be": ("update AB-1 colour:red", "unknown-key", None),
    "an equals sign": ("create X priority=high", "flag-style", "create X priority:high"),
    "dashes turned into one long dash": ("create X —priority high", "flag-style", "create X priority:high"),
    "one step, as a number": ("followup AB-1 tomorrow priority:-1", "bad-value", "priority:raise"),
    "a group as a person": ("assign AB-1 <!subteam^S1|@itops>", "not-a-user", None),
    "a note twice": ('followup AB-1 tomorrow note:"a" -- b', "duplicate", None),
    "a moment twice": ('followup AB-1 friday when:"tomorrow"', "duplicate", None),
    "an address in cc that is none": ("create X cc:ann", "bad-email", None),
    "nobody to assign to": ("assign AB-1", "missing-person", "assign AB-1 me"),
    "a mention instead of an address": ("forward AB-1 @jo hi", "bad-email", "forward AB-1 jo@acme.example"),
    "two people": ("assign AB-1 @adam @bob", "stray-words", "assign AB-1 @adam"),
    "a reason behind a person": ("assign AB-1 @adam -- he knows", "stray-words", "assign AB-1 @adam"),
    "a space behind the colon": ("create X priority: urgent", "empty-value", "create X priority:urgent"),
    "nothing that can be seen": ("reply AB-1 \u200b\u200d", "missing-text", None),
    "only fields": ("create priority:high", "missing-subject", None),
    "words after view": ("view AB-1 now", "stray-words", "view AB-1"),
    "words after close": ("close AB-1 it works again", "stray-words", "close AB-1 -- it works again"),
    "quotes with nothing in them": ('create ""', "missing-subject", None),
    "a broken quote in a value": ('update AB-1 team:"1st Line', "unclosed-quote", None),
}


@pytest.mark.parametrize(("line", "code", "corrected"), REFUSED.values(), ids=REFUSED)
def test_refuses_and_shows_the_correction(line: str, code: str, corrected: str | None) -> None:
    """Each line is refused with this code, and what is shown instead contains this."""
    with pytest.raises(UsageError) as caught:
        parse(line)

    assert caught.value.code == code
    assert (corrected or "") in (caught.value.corrected or "")


@pytest.mark.parametrize("verb", VERBS.values(), ids=VERBS)
def test_examples_of_the_help_are_commands(verb: Any) -> None:
    """Every example that help shows can be copied."""
    assert parse(verb.example).action == ("help" if verb.name == "help" else verb.name)


# Properties ---------------------------------------------------------------------------------------------------------

_LINE = st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]), min_size=1, max_size=40).map(str.strip)
_SOME = _LINE.filter(bool)
_WORD = st.from_regex(r"[A-Za-z][A-Za-z0-9-]{0,10}", fullmatch=True).filter(
    lambda word: word.lower() not in {"me", "none"}
)
_REF = st.from_regex(r"[A-Z]{2}-[0-9]{3,6}", fullmatch=True)
_EMAIL = st.from_regex(r"[a-z]{1,8}@[a-z]{1,8}\.example", fullmatch=True)
_NAME = _SOME.filter(lambda name: not name.startswith("@") and "@" not in name and name.lower() != "me")
_WHO = st.one_of(
    st.just(Who(me=True)),
    _NAME.map(lambda name: Who(name=name)),
    _EMAIL.map(lambda email: Who(email=email)),
    st.from_regex(r"U[A-Z0-9]{3,8}", fullmatch=True).map(lambda user: Who(slack_user=user)),
)
_ITEM = _SOME


def _value(field: str) -> st.SearchStrategy[Any]:
    key = KEYS[field]
    if key.choices:
        return st.none() | st.sampled_from(key.choices)
    match key.reads:
        case Reads.PERSON | Reads.CONTACT:
            return st.none() | _WHO
        case Reads.LIST:
            return st.lists(_ITEM, unique=True, max_size=3).map(tuple)
        case Reads.EMAILS:
            return st.lists(_EMAIL, unique=True, max_size=3).map(tuple)
        case Reads.CUSTOM:
            return st.dictionaries(
                _SOME.filter(lambda name: "\\" not in name), st.none() | _SOME, min_size=1, max_size=2
            )
        case Reads.TEXT:
            return st.none() | _SOME.filter(lambda text: text not in {"-1", "-2"})


def _fields(verb: str, *, without: frozenset[str] = frozenset()) -> st.SearchStrategy[Fields]:
    mine = [field for field in VERBS[verb].keys if field not in without]
    return st.fixed_dictionaries({}, optional={field: _value(field) for field in mine}).map(Fields.model_validate)


@st.composite
def commands(draw: st.DrawFn) -> Command:
    """Any command that a line can say."""
    verb = draw(st.sampled_from(sorted(VERBS)))
    said: dict[str, Any] = {"action": verb}
    if verb not in {"help", "create", "search", "list"}:
        said["ref"] = draw(_REF)
        if draw(st.booleans()):
            said["helpdesk"] = draw(_WORD)
    match verb:
        case "help":
            said |= {"topic": draw(st.sampled_from(sorted(set(VERBS) - {"help"})))} if draw(st.booleans()) else {}
        case "create":
            said["subject"] = draw(_SOME)
            said |= {"message": draw(_SOME)} if draw(st.booleans()) else {}
        case "reply" | "note":
            said["text"] = draw(_SOME)
        case "assign":
            said["assign"] = draw(st.none() | _WHO)
        case "followup":
            said["when"] = draw(_SOME)
        case "forward":
            said |= {"to": Address(email=draw(_EMAIL)), "message": draw(_SOME)}
        case "search":
            said["query"] = draw(_WORD)
    fields = draw(_fields(verb, without=frozenset({"when"})))  # the words for a moment have their own place
    if verb == "update" and not fields.model_fields_set:
        fields = Fields(status="open")
    if fields.model_fields_set:
        said["fields"] = fields
    return Command.model_validate(said)


@given(commands())
def test_a_rendered_command_reads_back(command: Command) -> None:
    """Whatever a command says, its line says the same."""
    assert parse(render(command)).said() == command.said()


@given(st.text(max_size=120))
def test_any_text_is_a_command_or_a_usage_error(text: str) -> None:
    """Nothing that can be typed raises anything else, and every error says something."""
    for line in (text, f"create {text}", f"update AB-1 {text}", f"followup AB-1 {text}", f"forward AB-1 {text}"):
        errors: list[UsageError] = []
        try:
            parse(line)
        except UsageError as error:
            errors.append(error)
        assert all(str(error) for error in errors)


@given(st.text())
def test_slack_text_is_decoded_once(text: str) -> None:
    """What was escaped reads as it was written, however much it looks like an entity or a mention."""
    assert plain(encode(text)) == text
    assert decode(encode(text)) == text
