"""Whatever is filled in, whatever the lists are: Slack takes the form, nothing notifies, nothing typed is lost."""

import asyncio
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.actions import Named, Staff
from bot.helpdesk import CustomField, Entries
from bot.playground.blockkit import refused, validate_options
from bot.playground.values import state_values
from bot.slack.forms.entered import fits, joined, of_state, pieces, words
from bot.slack.forms.fields import MODELS, fields_of
from bot.slack.forms.inputs import option
from bot.slack.forms.judging import judge
from bot.slack.forms.lists import Lists
from bot.slack.forms.moments import Clock
from bot.slack.forms.view import Form, Shown, settled, view_of
from tests.slack.drawing import NASTY, TEXT, check_modal
from tests.slack.forms.desk import Everything, lists_of
from tests.slack.oracle import take_options

BLOCKS = sorted({name for model in MODELS.values() for name in model.model_fields} - {"kind"} | {
    "contact.name", "contact.telephone", "author.reference", "to.name", "ticket", "custom.plan", "custom.nobody knows",
    "custom.<!channel>",
})  # fmt: skip
CHOSEN = TEXT.map(words) | st.sampled_from(
    [
        {"value": "#1", "text": "gone"},
        {"value": "-", "text": "none"},
        {"value": "=me", "text": "me"},
        {"value": "@U0ADAM", "text": "@<!channel>"},
        {"value": "#~nowhere", "text": "x" * 500},
    ]
)
MOMENT = st.sampled_from([{"at": 0}, {"at": 1_780_000_000}, {"at": 99_999_999_999}])
FILES = st.lists(
    st.fixed_dictionaries({"name": TEXT, "url": st.just("https://files.example/x"), "content_type": st.just("a/b")}),
    max_size=30,
).map(lambda files: {"files": files})
ENTERED = st.fixed_dictionaries(
    {},
    optional={
        **dict.fromkeys(BLOCKS, TEXT | CHOSEN),
        "when.at": MOMENT,
        "contact.person": st.just({"user": "U0ADAM"}),
        "channel": st.just({"channel": "C0SUPPORT"}),
        "carried": FILES,
    },
)
ITEMS = st.lists(st.builds(Named, id=TEXT.filter(str.strip), name=TEXT), max_size=130).map(tuple)
ENTRIES = st.none() | st.builds(Entries, items=ITEMS, open_ended=st.booleans())
CUSTOM = st.builds(
    CustomField,
    id=st.integers(1, 9).map(str),
    name=TEXT,
    system_name=st.sampled_from(["plan", "server", "x" * 400]) | TEXT.filter(str.strip),
    kind=st.sampled_from(["string", "date", "number", "integer", "checkbox", "text", "new kind"]),
    values=st.lists(TEXT.filter(str.strip), max_size=120).map(tuple),
)
STAFF = st.builds(Staff, id=TEXT.filter(str.strip), name=TEXT, username=st.none() | TEXT, email=st.none() | TEXT)
LISTS = st.fixed_dictionaries(
    dict.fromkeys(("status", "priority", "team", "department", "brand", "sla", "category", "macro"), ENTRIES)
    | {
        "staff": st.builds(Entries, staff=st.lists(STAFF, max_size=130).map(tuple)),
        "custom": st.builds(Entries, custom=st.lists(CUSTOM, max_size=5).map(tuple)),
    }
)
KINDS = sorted(MODELS)
QUIET = settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))


def _state(view: dict[str, Any]) -> dict[str, Any]:
    return joined(of_state(state_values([block for block in view["blocks"] if "block_id" in block], {})))


@QUIET
@given(
    kind=st.sampled_from(KINDS),
    entered=ENTERED,
    errors=st.dictionaries(st.sampled_from(["", *BLOCKS]), TEXT, max_size=8),
    lists=LISTS,
    more=st.booleans(),
    channel=st.sampled_from([None, "C0SUPPORT"]),
    ticket=st.none() | TEXT.filter(lambda text: len(text) < 300),
)
def test_every_form_is_within_slacks_limits(
    kind: Any, entered: Any, errors: Any, lists: Any, more: bool, channel: str | None, ticket: str | None
) -> None:
    """Drawn at random, as bad as it gets."""
    made = asyncio.run(lists_of(lists))
    if not fits(entered):
        return
    form = Form(verb=kind, helpdesk="all", ticket=ticket, channel=channel, more=more, linkable=kind == "create")

    check_modal(view_of(settled(Shown(form, made, ["all", "other"], entered, errors, Clock()))))


@QUIET
@given(query=TEXT, lists=LISTS)
def test_every_answer_of_a_menu_is_within_slacks_limits(query: str, lists: Any) -> None:
    """Whatever is typed, whatever the list."""
    made = asyncio.run(lists_of(lists))
    for name in lists:
        found = made.matching(name, query, None)
        take_options([option(each) for each in found])
        problems = validate_options({"options": [option(each) for each in found]})
        assert not refused(problems), [problem.rendered for problem in problems]


@QUIET
@given(text=st.sampled_from(NASTY) | st.text(max_size=9000))
def test_a_text_comes_back_whole(text: str) -> None:
    """However long it is, in as many inputs as it takes."""
    assert "".join(pieces(text)) == text
    made = _plain_lists()
    entered = {"subject": "s", "message": text}
    view = view_of(Shown(Form(verb="create", helpdesk="all", channel="C1"), made, [], entered))

    assert _state(view).get("message", "") == text


def test_of_a_customer_it_asks_for_what_the_helpdesk_takes() -> None:
    """Also where a draft holds more, which was meant for another helpdesk."""
    made = _plain_lists()
    made.helpdesk.parts = {"contact": frozenset({"name", "email"})}
    entered = {"subject": "s", "contact": "jo@acme.example", "contact.image": "https://acme.example/jo.png"}

    view = view_of(Shown(Form(verb="create", helpdesk="all", channel="C1", more=True), made, [], entered))

    names = {block["block_id"] for block in view["blocks"] if block.get("block_id", "").startswith("contact")}
    assert names == {"contact", "contact.person", "contact.name"}
    values, errors = judge(fields_of("create", made.helpdesk), entered, made, Clock())
    assert (values["contact"], errors) == ({"email": "jo@acme.example"}, {})


@pytest.mark.parametrize("more", [False, True])
@pytest.mark.parametrize("notes", [True, False])
@pytest.mark.parametrize("errors", [{}, {"to": "no such address"}])
def test_a_form_that_forwards_says_that_notes_go_along(notes: bool, more: bool, errors: dict[str, str]) -> None:
    """However it was opened; and not where they do not."""
    made = _plain_lists()
    made.helpdesk.forwards_notes = notes
    form = Form(verb="forward", helpdesk="all", ticket="AB-123456", channel="C1", more=more)

    view = view_of(Shown(form, made, [], {"to": "jo@acme.example"}, errors))

    assert ("internal notes included" in str(view)) == notes
    check_modal(view)


TITLES = {"reply": "Reply on ticket", "note": "Note on ticket", "assign": "Update ticket", "close": "Close ticket"}


@pytest.mark.parametrize(("verb", "title"), TITLES.items(), ids=TITLES)
def test_a_form_is_called_what_was_asked_for(verb: Any, title: str) -> None:
    """A note is no reply; who sees it can still be chosen, and then the form is drawn anew."""
    view = view_of(Shown(Form(verb=verb, helpdesk="all", ticket="AB-123456", channel="C1"), _plain_lists()))

    assert view["title"]["text"] == title
    seen = [block for block in view["blocks"] if block.get("block_id") == "visibility"]
    assert [block["dispatch_action"] for block in seen] == ([True] if verb in {"reply", "note"} else [])


def test_tags_that_are_new_replace_none() -> None:
    """Of a new ticket there are none yet."""
    hints = {
        kind: next(each.hint for each in fields_of(kind, _plain_lists().helpdesk) if each.name == "tags")
        for kind in ("create", "update")
    }

    assert {kind: "replace" in hint for kind, hint in hints.items()} == {"create": False, "update": True}
    assert all("commas" in hint for hint in hints.values())


def _plain_lists() -> Lists:
    return asyncio.run(lists_of({}))


@pytest.mark.parametrize("kind", KINDS)
def test_ten_thousand_people_and_three_hundred_tags(kind: Any) -> None:
    """Long lists become menus that ask; what was chosen from them stays chosen."""
    people = tuple(Staff(id=str(number), name=f"Person {number} שלום 🔥") for number in range(10_000))
    items = tuple(Named(id=str(number), name="x" * 200 + str(number)) for number in range(100))
    names: list[Any] = ["status", "priority", "team", "department", "brand", "sla", "category", "outgoing", "macro"]
    every = {name: Entries(items=items) for name in names}
    customs = tuple(
        CustomField(id=str(n), name="ש" * 300, system_name=f"f{n}", values=("🔥" * 90,) * 1) for n in range(300)
    )
    made = asyncio.run(lists_of(every | {"staff": Entries(staff=people), "custom": Entries(custom=customs)}))
    entered = {
        "subject": "<!channel>" * 500,
        "tags": ", ".join(f"tag{number}" for number in range(300)),
        "assignee": {"value": "#9999", "text": "Person 9999 שלום 🔥"},
        "status": {"value": "#99", "text": "x"},
    }
    form = Form(verb=kind, helpdesk="all", more=True)

    view = view_of(Shown(form, made, ["all"], entered))

    check_modal(view)
    fields = fields_of(form.kind, made.helpdesk)
    values, _ = judge(fields, _state(view), made, Clock())
    if "assignee" in {field.name for field in fields}:
        assert values["assignee"]["id"] == "9999"
    if "status" in {field.name for field in fields}:
        assert values["status"]["name"] == "x" * 200 + "99"


@pytest.mark.parametrize(
    ("form", "seen"),
    [
        (Form("create", "all"), "📎 a.pdf stays in Slack: Everything takes no files from there."),
        (Form("create", "all", linkable=True), None),
        (Form("reply", "all"), None),
        (Form("note", "all"), ["^0"]),
    ],
    ids=["create", "may go to a ticket", "reply", "note"],
)
async def test_files_for_a_helpdesk_that_takes_addresses(form: Form, seen: str | list[str] | None) -> None:
    """Asked for only where a note can link them, and ticked only where one will."""
    lists = await lists_of({})
    lists.helpdesk.uploads = False
    carried = {"carried": {"files": [{"name": "a.pdf", "url": "https://files.example/x", "content_type": "a/b"}]}}

    blocks = view_of(Shown(form, lists, entered=carried))["blocks"]

    asked = {block["block_id"]: block["element"] for block in blocks if block["type"] == "input"}
    if isinstance(seen, str):
        assert "attachments" not in asked
        assert seen in [block["elements"][0]["text"] for block in blocks if block["type"] == "context"]
    else:
        ticked = asked["attachments.kept"].get("initial_options")
        assert (ticked and [option["value"] for option in ticked]) == seen
        assert "attachments" in asked


@pytest.mark.parametrize(("verb", "taken", "chosen"), [
    ("note", True, "^private"), ("reply", True, "^public"), ("reply", False, "^public"), ("note", False, None),
])  # fmt: skip
async def test_who_sees_it(verb: Any, taken: bool, chosen: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was to be a note is for no customer until somebody says so, where there are no notes."""
    monkeypatch.setattr(Everything, "takes_notes", taken)

    blocks = view_of(Shown(Form(verb, "all", ticket="1"), await lists_of({})))["blocks"]

    (radio,) = [block["element"] for block in blocks if block.get("block_id") == "visibility"]
    assert radio.get("initial_option", {}).get("value") == chosen
    assert ("this can only go to the customer" in str(blocks)) == (chosen is None)
