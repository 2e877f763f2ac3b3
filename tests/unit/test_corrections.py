"""Names that are nearly right: all that is wrong is said at once, with the line as it was meant where that is known."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.actions import Action, Asker, Named, Staff
from bot.dispatch import Desk, Dispatcher, Job
from bot.dispatch.forms import Form
from bot.dispatch.people import People, Profile, Rules
from bot.errors import UserError
from bot.grammar import parse
from bot.grammar.slacktext import encode
from bot.helpdesk import Capabilities, CustomField, Entries, Filters, Helpdesk, Journal
from bot.helpdesk.catalogue import Catalogue
from bot.outcomes import Done, Outcome, Page, Receipt, Rejected

COLOUR = CustomField("3", "Colour", "colour", "select", ("Red", "Dark green"))
STATUSES = Entries(items=(Named(id="2", name="Waiting for Staff"), Named(id="6", name="Resolved")))
LISTS: dict[str, Entries] = {
    "status": STATUSES,
    "priority": Entries(items=(Named(id="1", name="Low"), Named(id="2", name="High"))),
    "brand": Entries(items=(Named(id="1", name="Codebase"), Named(id="2", name="aTech"))),
    "department": Entries(
        items=(Named(id="3", name="Support"), Named(id="5", name="Support"), Named(id="4", name="Sales")),
        parents={"3": frozenset({"1"}), "5": frozenset({"2"})},
    ),
    "staff": Entries(staff=(Staff(id="1", name="Adam Archer", username="adam"),)),
    "custom": Entries(custom=(CustomField("1", "Plan", "plan"), CustomField("2", "Account name", "account"), COLOUR)),
    "outgoing": Entries(items=(Named(id="support@example.com", name="support@example.com"),)),
}


class Slack:
    """A directory in which everybody is at home."""

    async def profile(self, slack_user: str) -> Profile:
        return Profile(slack_user, name="Adam", email="adam@example.com", zone="Europe/London")

    async def groups(self, slack_user: str, among: Sequence[str]) -> frozenset[str]:
        return frozenset()


class Listed(Helpdesk):
    """A helpdesk that takes everything, and has lists."""

    vendor = "Listed"
    settle_after = 10

    def __init__(self, lists: dict[str, Entries]) -> None:
        super().__init__("listed")
        self.lists = lists
        self.sent: list[Any] = []

    @property
    def capabilities(self) -> Capabilities:
        fields = frozenset({"status", "priority", "brand", "department", "assignee", "custom", "outgoing", "note"})
        return dict.fromkeys(("create", "update", "forward"), fields)

    def canonical(self, ref: str) -> str:
        return ref

    def url(self, ref: str) -> str | None:
        return None

    async def staff_by_email(self, email: str) -> Staff | None:
        return Staff(id="1", name="Adam Archer", username="adam", email=email)

    async def entries(self, name: Any) -> Entries | None:
        return self.lists.get(name)

    async def list(self, filters: Any, *, page: int = 1) -> Page:
        self.sent.append(filters)
        return Page(tickets=())

    async def _take(self, action: Action) -> Receipt:
        self.sent.append(action)
        return Receipt.model_validate({"ticket": {"helpdesk": "listed", "ref": "AB-1"}})

    async def create(self, action: Any, asker: Asker, journal: Journal) -> Receipt:
        return await self._take(action)

    async def update(self, action: Any, asker: Asker, journal: Journal) -> Receipt:
        return await self._take(action)

    async def forward(self, action: Any, asker: Asker, journal: Journal) -> Receipt:
        return await self._take(action)


async def _outcome(desk: Listed, line: str = "", form: Form | None = None) -> Outcome:
    hours = timedelta(hours=1)
    people = People(Slack(), {}, Rules())
    dispatcher = Dispatcher({"listed": Desk(desk, Catalogue(desk))}, people, zone="UTC", patience=hours)
    command = parse(line) if line else None
    job = Job("m1", "listed", "U1", "C1", datetime.now(UTC), command, form=form)

    async def save(progress: Any, holds: Any) -> None:
        raise AssertionError("this helpdesk has no steps")

    async def held(ids: Any) -> set[str]:
        return set()

    performed = await dispatcher.perform(job, {}, save, held)
    assert not hasattr(performed.result, "at"), performed.result
    return performed.result


NEAR = {
    "a status": ("update AB-1 status:Resloved", {"status"}, "update AB-1 status:Resolved"),
    "a name of two words": (
        'update AB-1 status:"waiting for staf" -- ring',
        {"status"},
        'update AB-1 status:"Waiting for Staff" -- ring',
    ),
    "two names": (
        "update AB-1 status:Resloved priority:hgih",
        {"status", "priority"},
        "update AB-1 status:Resolved priority:High",
    ),
    "a person": ("assign AB-1 adma", {"assignee"}, 'assign AB-1 "Adam Archer"'),
    "a person in a field": ("update AB-1 assign:adma", {"assignee"}, 'update AB-1 assign:"Adam Archer"'),
    "a custom field": ("update AB-1 custom.paln:Team", {"custom.paln"}, 'update AB-1 custom."Plan":Team'),
    "an option": (
        'update AB-1 custom.colour:"dark geen"',
        {"custom.colour"},
        'update AB-1 custom."colour":"Dark green"',
    ),
    "an option beside another field": (
        "create x custom.colour:rde custom.plan:Team",
        {"custom.colour"},
        'create "x" custom."colour":Red custom."plan":Team',
    ),
    "no option at all": ("update AB-1 custom.colour:purple", {"custom.colour"}, None),
    "an outgoing address": (
        "forward AB-1 jo@acme.example from:suport@example.com over to you",
        {"outgoing"},
        "forward AB-1 jo@acme.example from:support@example.com -- over to you",
    ),
    "words that Slack escapes": (
        "update AB-1 status:Resloved -- a &lt;b&gt; &amp; c\nmore",
        {"status"},
        "update AB-1 status:Resolved -- a <b> & c\nmore",
    ),
    "a mention beside it": (
        "update AB-1 status:Resloved assign:<@U0PRIYA|Priya N>",
        {"status"},
        "update AB-1 status:Resolved assign:@U0PRIYA",
    ),
    "a mailbox and its name": (
        "forward AB-1 <mailto:jo@acme.example|Jo Bloggs> from:suport@example.com -- over to you",
        {"outgoing"},
        'forward AB-1 jo@acme.example name:"Jo Bloggs" from:support@example.com -- over to you',
    ),
    "one near, one far": ("update AB-1 status:Resloved priority:zzz", {"status", "priority"}, None),
    "unknown custom fields": (
        "create x custom.zzz:1 custom.plan:Team custom.qqq:2",
        {"custom.zzz", "custom.qqq"},
        None,
    ),
    "what a ticket always has": (
        "update AB-1 status:none priority:none subject:none contact:none",
        {"status", "priority", "subject", "contact"},
        None,
    ),
    "what a new ticket always has": ("create x status:none department:none", {"status", "department"}, None),
    "what a forwarded ticket has, too": (
        "forward AB-1 jo@acme.example status:none priority:none hi",
        {"status", "priority"},
        None,
    ),
    "nothing near": ("update AB-1 status:zzz", {"status"}, None),
    "two departments of one name": ("create x department:support", {"department"}, None),
}


@pytest.mark.parametrize(("line", "wrong", "corrected"), NEAR.values(), ids=NEAR)
async def test_what_is_nearly_right_comes_back_as_it_was_meant(
    line: str, wrong: set[str], corrected: str | None
) -> None:
    """By field, all of it; the line is there only if each has something near, and it is never sent by itself."""
    desk = Listed(LISTS)
    outcome = await _outcome(desk, line)

    assert isinstance(outcome, Rejected)
    assert set(outcome.reasons) == wrong
    assert outcome.corrected == corrected
    assert desk.sent == []
    if corrected is not None:
        assert isinstance(await _outcome(desk, encode(corrected)), Done)


@pytest.mark.parametrize(("brand", "department"), [("Codebase", "3"), ("atech", "5")])
async def test_a_brand_says_which_of_two_departments(brand: str, department: str) -> None:
    """In creating and in asking; without one the person is told of the key and the numbers."""
    desk = Listed(LISTS)
    await _outcome(desk, f"create x department:support brand:{brand}")
    people = People(Slack(), {}, Rules())
    dispatcher = Dispatcher({"listed": Desk(desk, Catalogue(desk))}, people, zone="UTC", patience=timedelta(hours=1))
    await dispatcher.show(parse(f"list department:support brand:{brand}"), "listed", "U1", "C1")
    form = Form(
        action="create",
        values={"subject": "x", "department": {"words": "support"}, "brand": {"words": brand}},
    )
    assert isinstance(await _outcome(desk, form=form), Done)

    created, listed, sent = desk.sent
    assert (created.department.id, listed.department, sent.department.id) == (department, department, department)
    with pytest.raises(UserError, match=r"say brand: or the number: 3 \(of Codebase\), 5 \(of aTech\)"):
        await dispatcher.show(parse("list department:support"), "listed", "U1", "C1")


async def test_what_is_nobodys_can_be_asked_for() -> None:
    """And nothing else that is not there."""
    desk = Listed(LISTS)
    people = People(Slack(), {}, Rules())
    dispatcher = Dispatcher({"listed": Desk(desk, Catalogue(desk))}, people, zone="UTC", patience=timedelta(hours=1))
    await dispatcher.show(parse("list assign:none status:open"), "listed", "U1", "C1")

    assert desk.sent == [Filters(unassigned=True, status="open")]
    with pytest.raises(UserError, match="team: «none» is nothing that can be searched for"):
        await dispatcher.show(parse("list team:none"), "listed", "U1", "C1")


async def test_an_address_is_taken_as_it_is_where_no_list_is_told() -> None:
    """A token that may not read the addresses."""
    desk = Listed({name: entries for name, entries in LISTS.items() if name != "outgoing"})

    assert isinstance(await _outcome(desk, "forward AB-1 jo@acme.example from:any@example.com hello"), Done)
    assert desk.sent[0].outgoing == "any@example.com"


async def test_a_form_hears_of_every_custom_field_under_its_own_block() -> None:
    """And an address that is not among the outgoing ones."""
    to = {"email": "jo@acme.example", "name": "Jo"}
    values = {"message": "m", "to": to, "outgoing": "suport@example.com"}
    wrong = await _outcome(Listed(LISTS), form=Form(action="forward", ref="AB-1", values=values))
    custom = {"zzz": "1", "plan": "Team", "qqq": "2"}
    several = await _outcome(Listed(LISTS), form=Form(action="update", ref="AB-1", values={"custom": custom}))

    assert isinstance(wrong, Rejected)
    assert isinstance(several, Rejected)
    assert set(wrong.reasons) == {"outgoing"}
    assert set(several.reasons) == {"custom.zzz", "custom.qqq"}


OPTIONS = {
    "in other letters": ('update AB-1 custom.colour:"DARK  green"', {"colour": "Dark green"}),
    "of a field by its name": ("update AB-1 custom.Colour:red", {"colour": "Red"}),
    "none of them": ("update AB-1 custom.colour:none", {"colour": None}),
    "of a field that takes any text": ("update AB-1 custom.plan:purple", {"plan": "purple"}),
}


@pytest.mark.parametrize(("line", "sent"), OPTIONS.values(), ids=OPTIONS)
async def test_an_option_goes_as_the_helpdesk_spells_it(line: str, sent: dict[str, str | None]) -> None:
    """By command and by form, and where there are options at all."""
    desk = Listed(LISTS)
    custom = parse(line).fields.custom
    assert isinstance(await _outcome(desk, line), Done)
    assert isinstance(await _outcome(desk, form=Form(action="update", ref="AB-1", values={"custom": custom})), Done)

    assert [action.custom for action in desk.sent] == [sent, sent]


async def test_an_option_that_is_none_is_told_by_form_as_well() -> None:
    """And what there is; where the list is not told, everything goes as it was typed."""
    form = Form(action="update", ref="AB-1", values={"custom": {"colour": "purple"}})
    wrong = await _outcome(Listed(LISTS), form=form)
    unknown = Listed({name: entries for name, entries in LISTS.items() if name != "custom"})

    assert isinstance(wrong, Rejected)
    assert "There are: Red, Dark green" in wrong.reasons["custom.colour"]
    assert isinstance(await _outcome(unknown, "update AB-1 custom.colour:purple"), Done)
    assert unknown.sent[0].custom == {"colour": "purple"}
