"""The command language, by examples that the code did not write, by tables of its own, and by properties."""

import re
from collections import Counter
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.actions.commands import ALIASES, KEYS, VERBS, Address, Command, Fields, Reads, Who
from bot.errors import UsageError
from bot.grammar import parse, render, typed
from bot.grammar.references import Reference, read_reference
from bot.grammar.slacktext import decode, encode, plain, visible
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
    "nothing but marks": ("!…", {"action": "help"}),
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
    "nobody to assign to": ("assign AB-1", "missing-person", None),
    "a mention instead of an address": ("forward AB-1 @jo hi", "bad-email", None),
    "two people": ("assign AB-1 @adam @bob", "stray-words", None),
    "a reason behind a person": (
        "assign AB-1 @adam -- he knows",
        "stray-words",
        "update AB-1 assign:@adam -- he knows",
    ),
    "a space behind the colon": ("create X priority: urgent", "empty-value", "create X priority:urgent"),
    "nothing that can be seen": ("reply AB-1 \u200b\u200d", "missing-text", None),
    "only fields": ("create priority:high", "missing-subject", None),
    "words after view": ("view AB-1 now", "stray-words", "view AB-1"),
    "words after close": ("close AB-1 it works again", "stray-words", "close AB-1 -- it works again"),
    "quotes with nothing in them": ('create ""', "missing-subject", None),
    "a value with nothing in it": ('create x priority:""', "empty-value", "create x"),
    "a value of nothing that can be seen": ('create x priority:"\u200b " -- y', "empty-value", "create x -- y"),
    "nobody": ('create x assign:""', "empty-value", "create x"),
    "nothing left to change": ('update AB-1 status:""', "empty-value", None),
    "nothing, of what can be cleared": ('update AB-1 assign:""', "empty-value", "update AB-1 assign:none"),
    "a list of nothing": ('update AB-1 tags:"",""', "empty-value", "update AB-1 tags:none"),
    "a list of commas": ("close AB-1 tag:,", "empty-value", "close AB-1 tags:none"),
    "a custom field of nothing": ('update AB-1 custom."A b":""', "empty-value", 'update AB-1 custom."A b":none'),
    "a text of nothing": ('followup AB-1 friday note:"" reply:x', "empty-value", "followup AB-1 friday reply:x"),
    "nothing to search for": ('search "" status:open', "missing-query", None),
    "nothing to narrow by": ('list status:"" team:x', "empty-value", "list team:x"),
    "a broken quote in a value": ('update AB-1 team:"1st Line', "unclosed-quote", None),
}


@pytest.mark.parametrize(("line", "code", "corrected"), REFUSED.values(), ids=REFUSED)
def test_refuses_and_shows_the_correction(line: str, code: str, corrected: str | None) -> None:
    """Each line is refused with this code, and what is shown instead contains this."""
    with pytest.raises(UsageError) as caught:
        parse(line)

    assert caught.value.code == code
    assert (corrected or "") in (caught.value.corrected or "")


SUGGESTED = {
    "no verb": ("LF-616004 customer is rude, do not refund", "note LF-616004 customer is rude, do not refund"),
    "the verb second": ("LF-616004 note customer is rude", "note LF-616004 customer is rude"),
    "the verb second, public": ("LF-616004 reply Thanks!", "reply LF-616004 Thanks!"),
    "the verb second, and a reason": ("LF-616004: close fixed it", "close LF-616004 -- fixed it"),
    "a verb that takes no ticket": ("LF-616004 open since Monday", "note LF-616004 open since Monday"),
    "fields without a verb": ("LF-616004 status:resolved", "update LF-616004 status:resolved"),
    "two tickets and no verb": ("LF-616004, TR-550912 are rude", None),
    "a number that is no ticket's": ("12 printers are broken", None),
    "a number that is one": ("4484636 is rude", "note 4484636 is rude"),
    "a flag for a note": ("close AB-1 --note hello there", "close AB-1 -- hello there"),
    "a person before the ticket": ("assign <@U0PRIYA> TR-550912", "assign TR-550912 @U0PRIYA"),
    "the helpdesk stays": ("social:4484636 is rude", "note social:4484636 is rude"),
    "lines stay lines": (
        "create Printer prority:high\nBody first line\nsecond line",
        "create Printer priority:high\nBody first line\nsecond line",
    ),
    "a note on its own line": ("update LF-616004 statsu:new\nnote below", "update LF-616004 status:new\nnote below"),
    "two slips": ("update AB-1 statsu:new prority:low", "update AB-1 status:new priority:low"),
    "a key nobody knows": ("update TR-550912 colour:red", None),
    "a key of another verb": ("update TR-550912 status:new brand:x", None),
    "a key that closing has not": ("close LF-616004 priority:high -- done", None),
    "a note among the fields": ("update LF-616004 note:hello status:new", "update LF-616004 status:new -- hello"),
    "a note of several words": ("update LF-616004 note:hello all", "update LF-616004 -- hello all"),
    "a note twice, in two ways": ("update LF-616004 note:hello -- all", None),
    "a note in what customers see": ("create X note:rude", None),
    "the ticket last": ("reply hello TR-550912", "reply TR-550912 hello"),
    "the ticket last, behind fields": ("update status:resolved AB-1", "update AB-1 status:resolved"),
    "a ticket that is spoken of": ("reply this duplicates, see TR-550912", None),
    "no ticket": ("update status:resolved", None),
    "assign and more": ("assign TR-550912 priority:high", "update TR-550912 priority:high"),
    "assign to a name, and more": (
        "assign AB-1 to Adam Cooke priority:high", 'update AB-1 assign:"Adam Cooke" priority:high'
    ),
    "a mention in a field": ("update AB-1 assign:<@U0PRIYA> statsu:new", "update AB-1 assign:@U0PRIYA status:new"),
    "a mention with a label": ("assign AB-1 <@U0PRIYA|priya> he knows", "update AB-1 assign:@U0PRIYA -- he knows"),
    "a mention in a note": (
        "update AB-1 statsu:new -- ask <@U0PRIYA|Priya N>", "update AB-1 status:new -- ask @Priya N"
    ),
    "one dash": ("close AB-1 - fixed", "close AB-1 -- fixed"),
    "fields behind words": ("close AB-1 it works assign:me -- ok", "close AB-1 assign:me -- it works ok"),
    "two tickets": ("close TR-550912, LF-616004", "close TR-550912"),
    "two tickets in one word": ("close TR-550912,LF-616004 -- both", "close TR-550912 -- both"),
    "two tickets and a note": ("close TR-550912 and LF-616004 both fixed", "close TR-550912 -- both fixed"),
    "a field without its colon": ("update AB-1 status resolved", "update AB-1 status:resolved"),
    "fields without their colons": (
        "update AB-1 status waiting for staff priority high\nthanks",
        'update AB-1 status:"waiting for staff" priority:high\nthanks',
    ),
    "a sentence with a key in it": ("update AB-1 the status is bad", "update AB-1 -- the status is bad"),
    "a list without its colon": ("list status open", "list status:open"),
    "a quote that would take in a field": ('update AB-1 subject:"Till 4 status:resolved', None),
    "nor one that would take in a note": ('update AB-1 - subject:"Till 4 -- bye', None),
    "a slip between a note and a new ticket": ("noew AB-1 prority:high", None),
    "a placeholder is never sent": ("reply AB-1", None),
    "nor an address nobody typed": ("forward AB-1 hello", None),
    "nor a moment": ('followup AB-1 note:"chase"', None),
    "a quote that leaves no subject": ('create priority:"high', None),
    "a quote that leaves one": ('create x priority:"high', 'create x priority:"high"'),
    "a custom field without its name": ("update AB-1 custom:Leeds", None),
    "the name of a slash command": ("/ticket create x", "create x"),
    "its name, more than once": ("/ticket /Ticket reply AB-1 hi", "reply AB-1 hi"),
    "another one, and a slip": ("/helpdesk noet AB-1 &lt;b&gt;", "note AB-1 <b>"),
    "a name before a ticket": ("/ticket AB-1", "AB-1"),
    "a name before no command": ("/ticket dance", None),
    "a verb alone": ("craete", None),
    "a verb and its ticket": ("replly AB-1", None),
    "a verb, and the ticket last": ("clsoe it works AB-1", "close AB-1 -- it works"),
    "what is escaped": ("create a &lt;b&gt; &amp;amp; prority:low", "create a <b> &amp; priority:low"),
}  # fmt: skip


@pytest.mark.parametrize(("line", "suggested"), SUGGESTED.values(), ids=SUGGESTED)
def test_suggests_what_was_meant_or_nothing(line: str, suggested: str | None) -> None:
    """A suggestion is a line that can be sent as it stands."""
    with pytest.raises(UsageError) as caught:
        parse(line)

    assert caught.value.corrected == suggested
    if suggested is not None:
        parse(encode(suggested))


def test_several_tickets_are_told_one_at_a_time() -> None:
    """And which ticket the line is for."""
    with pytest.raises(UsageError, match=r"one ticket at a time.* TR-550912"):
        parse("close TR-550912, LF-616004")


@pytest.mark.parametrize("typed", ["@U0PRIYA", "&lt;@U0PRIYA&gt;", "<@U0PRIYA>"])
def test_a_persons_id_can_be_typed(typed: str) -> None:
    """As it is shown; a name in capitals stays a name."""
    assert parse(f"assign AB-1 {typed}").assign == Who(slack_user="U0PRIYA")
    assert parse("assign AB-1 @WILMA").assign == Who(name="WILMA")


@pytest.mark.parametrize("verb", VERBS.values(), ids=VERBS)
def test_examples_of_the_help_are_commands(verb: Any) -> None:
    """Every example that help shows can be copied."""
    assert parse(verb.example).action == ("help" if verb.name == "help" else verb.name)


# Properties ---------------------------------------------------------------------------------------------------------

_LINE = st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]), min_size=1, max_size=40).map(str.strip)
_SOME = _LINE.filter(visible)
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


@given(commands())
def test_a_typed_line_reads_back(command: Command) -> None:
    """As it is shown to a person, and then sent by them; where it could not, there is none."""
    line = typed(command)

    assert line is None or parse(encode(line)).said() == command.said()
    if all(
        who is None or not who.slack_user for who in (command.assign, command.fields.assign, command.fields.contact)
    ):
        assert line is not None


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


_TICKET = st.sampled_from(["LF-616004", "#tr-550912", "social:4484636", "TR-550912,"])
_FREE = st.lists(
    st.sampled_from(
        ["customer", "rude", "refund", "status", "priority", "high", "note", "reply", "close", "team", "me", "12",
         "see", "to", "and", "<@U0PRIYA>", "it's", "&lt;b&gt;", "(now)", "-", "open"]
    ),
    max_size=5,
)  # fmt: skip
_FIELD = st.sampled_from(
    ["status:new", "statsu:new", "prority:high", "priority: high", "priority=high", "--priority high", "colour:red",
     "note:hello", 'note:"two words"', "brand:x", "assign:<@U0PRIYA>", "asign:me", 'subject:"Till 4"',
     'subject:"Till 4', "custm.site:Leeds", "team:-1", "sentiment:prase", "message:hi", "rely:hi", "tags:a,b"]
)  # fmt: skip
_MISSPELLED = {
    "reply": ["reply", "replly", "answer"],
    "note": ["note", "ntoe", "comment", "coment", "internal"],
    "create": ["create", "craete"],
    "update": ["update", "updaet", "set"],
    "assign": ["assign", "asign"],
    "close": ["close", "clsoe", "done"],
    "followup": ["followup", "folowup"],
    "forward": ["forward", "forwrad"],
    "view": ["view", "veiw"],
}
_PUBLIC = {"create", "reply", "forward"}


@st.composite
def near_misses(draw: st.DrawFn) -> tuple[str | None, list[str], list[str], str]:
    """A line that is nearly one, or is: its verb, its tickets, its free words, and all of it."""
    verb = draw(st.sampled_from([None, *sorted(_MISSPELLED)]))
    tickets = draw(st.lists(_TICKET, max_size=2))
    start, more = draw(_FREE), draw(st.lists(_FIELD, max_size=2))
    note = draw(_FREE)
    middle = draw(st.permutations([*start, *more]))
    said = [] if verb is None else [draw(st.sampled_from(_MISSPELLED[verb]))]
    head = draw(st.permutations([*tickets, *said])) if draw(st.booleans()) else [*said, *tickets]
    last = draw(st.sampled_from([" -- ", " - ", "\n", " "]))
    line = f"{' '.join([*head, *middle])}{last}{' '.join(note)}"
    return verb, tickets, [*start, *note], line


def _words(text: str) -> Counter[str]:
    return Counter(re.findall(r"\w+", plain(text).casefold()))


@settings(max_examples=600)
@given(near_misses())
def test_a_suggestion_does_nothing_that_was_not_asked_for(
    missed: tuple[str | None, list[str], list[str], str],
) -> None:
    """No other ticket, nothing public where the verb was not, and every word of free text."""
    verb, tickets, free, line = missed
    try:
        parse(line)
        return
    except UsageError as error:
        suggested = error.corrected
    if suggested is None:
        return
    verbs = {verb} if verb else {ALIASES[word.lower()] for word in line.split()[:3] if word.lower() in ALIASES}
    command = parse(encode(suggested))
    named = [read_reference(ticket) for ticket in [*tickets, *line.split()]]
    assert command.ref is None or Reference(command.ref, command.helpdesk) in named
    assert command.action not in _PUBLIC or command.action in verbs
    assert command.fields.reply is None or "rely" in line
    if not suggested.startswith(("view", "list", "search", "help")):
        lost = sum((_words(word) for word in free), Counter()) - _words(suggested)
        spoken = {"to", "and", *([] if verb else ALIASES)}
        assert set(lost) <= spoken
        assert suggested.count("\n") == line.strip().count("\n")
