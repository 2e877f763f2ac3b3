"""From what a person typed to an entry of the helpdesk's lists: exactly that one, or a question."""

import asyncio
from collections.abc import Mapping
from typing import Any

import pytest

from bot.actions import Named, Staff
from bot.errors import InvalidFields, Unavailable
from bot.helpdesk import CustomField, Entries, Helpdesk, ListName
from bot.helpdesk.catalogue import FRESH, TTL, Catalogue

STATUSES = Entries(
    items=(
        Named(id="1", name="New"),
        Named(id="2", name="Waiting for Staff"),
        Named(id="3", name="Waiting for Customer"),
        Named(id="6", name="Resolved"),
    )
)
TEAMS = Entries(
    items=(
        Named(id="1", name="Sales"),
        Named(id="2", name="Support"),
        Named(id="3", name="Support"),
        Named(id="9", name="Everywhere"),
    ),
    parents={"1": frozenset({"10"}), "2": frozenset({"11"}), "3": frozenset({"12"})},
)
PEOPLE = Entries(
    staff=(
        Staff(id="1", name="Adam Cooke", username="adam", email="adam@example.com"),
        Staff(id="2", name="Charlie Smurthwaite", username="charlie", email="charlie@example.com"),
        Staff(id="3", name="Charlie Smurthwaite", username="charlie2", email="cs@example.com"),
        Staff(id="4", name="Lena Vogt"),
    )
)
CUSTOM = Entries(custom=(CustomField(id="7", name="Account name", system_name="account_name"),))
DEPARTMENTS = Entries(items=(Named(id="12", name="Billing"),))
CATEGORIES = Entries(items=(Named(id="15597", name="Sales"),), open_ended=True)


class Desk(Helpdesk):
    """A helpdesk of lists."""

    vendor = "Lists"

    def __init__(self, lists: Mapping[ListName, Entries | None]) -> None:
        super().__init__("lists")
        self.lists = dict(lists)
        self.asked: list[str] = []
        self.down = False
        self.gate: asyncio.Event | None = None

    async def entries(self, name: ListName) -> Entries | None:
        self.asked.append(name)
        if self.gate is not None:
            await self.gate.wait()
        if self.down:
            raise Unavailable("down")
        return self.lists.get(name)

    async def staff_by_email(self, email: str) -> Staff | None:
        return Staff(id="77", name="Found", email=email) if email == "found@example.com" else None


class Seconds:
    """Seconds that pass when they are told to."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def desk() -> Desk:
    lists: dict[ListName, Entries | None] = {"status": STATUSES, "team": TEAMS, "staff": PEOPLE, "custom": CUSTOM}
    return Desk(lists | {"category": CATEGORIES, "department": DEPARTMENTS})


@pytest.fixture
def clock() -> Seconds:
    return Seconds()


@pytest.fixture
def catalogue(desk: Desk, clock: Seconds) -> Catalogue:
    return Catalogue(desk, clock=clock)


@pytest.mark.parametrize(
    ("name", "typed", "within", "key"),
    [
        ("status", "New", None, "1"),
        ("status", "waiting for  STAFF ", None, "2"),
        ("status", "6", None, "6"),
        ("team", "support", "12", "3"),
        ("team", "Everywhere", "12", "9"),
        ("team", "2", None, "2"),
        ("custom", "account NAME", None, "account_name"),
        ("custom", "account_name", None, "account_name"),
        ("category", "sales", None, "15597"),
        ("category", "23445", None, "23445"),
        ("macro", "Chase customer", None, "Chase customer"),
    ],
)
async def test_a_name_or_an_id_is_the_entry(
    name: ListName, typed: str, within: str | None, key: str, catalogue: Catalogue
) -> None:
    assert (await catalogue.resolve(name, typed, within=within)).id == key


@pytest.mark.parametrize(
    ("name", "typed", "within", "says"),
    [
        ("status", "resolve", None, ["no status «resolve»", "did you mean «Resolved»?", "There are: New, Waiting"]),
        ("status", "waiting", None, ["no status «waiting»"]),
        ("status", "zzz", None, ["no status «zzz». There are:"]),
        ("status", "", None, ["no status «»"]),
        ("team", "Support", None, ["several teams called «Support»; say the number", "2 (of 11)", "3 (of Billing)"]),
        ("team", "Sales", "11", ["«Sales» is not a team of that department", "There are: Support, Everywhere"]),
        ("category", "Sails", None, ["did you mean «Sales»?"]),
        ("custom", "city", None, ["no custom field «city»"]),
        ("team", "-1", None, ["not a name or a number"]),
        ("macro", "-2", None, ["not a name or a number"]),
    ],
)
async def test_what_is_nearly_one_is_said_and_never_taken(
    name: ListName, typed: str, within: str | None, says: list[str], catalogue: Catalogue
) -> None:
    await catalogue.entries("department")
    with pytest.raises(InvalidFields) as caught:
        await catalogue.resolve(name, typed, field="field", within=within)
    for words in says:
        assert words in caught.value.reasons["field"]


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("adam", "1"),
        ("@Adam", "1"),
        ("ADAM@example.com", "1"),
        ("adam cooke", "1"),
        ("charlie", "2"),
        ("4", "4"),
        ("found@example.com", "77"),
    ],
)
async def test_a_person_is_found_by_everything_that_is_theirs_alone(typed: str, key: str, catalogue: Catalogue) -> None:
    assert (await catalogue.staff(typed)).id == key


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("Charlie Smurthwaite", "several people called «Charlie Smurthwaite»: charlie, charlie2"),
        ("adm", "did you mean «Adam Cooke»?"),
        ("Lena", "did you mean «Lena Vogt»?"),
        ("nobody@example.com", "nobody called"),
        ("", "nobody called"),
    ],
)
async def test_a_person_who_is_not_sure_is_asked_for(typed: str, says: str, catalogue: Catalogue) -> None:
    with pytest.raises(InvalidFields) as caught:
        await catalogue.staff(typed)
    assert says in caught.value.reasons["assignee"]


async def test_a_list_is_asked_for_once_while_it_lasts(catalogue: Catalogue, desk: Desk, clock: Seconds) -> None:
    for _ in range(3):
        await catalogue.resolve("status", "New")
    assert desk.asked == ["status"]
    clock.now += TTL
    await catalogue.resolve("status", "New")
    assert desk.asked == ["status"] * 2
    catalogue.invalidate("status")
    await catalogue.resolve("status", "New")
    assert desk.asked == ["status"] * 3


async def test_many_who_wait_ask_once_and_one_who_gives_up_takes_nothing_away(catalogue: Catalogue, desk: Desk) -> None:
    desk.gate = asyncio.Event()
    waiting = [asyncio.create_task(catalogue.resolve("status", "New")) for _ in range(5)]
    await asyncio.sleep(0)
    waiting[0].cancel()
    await asyncio.sleep(0)
    desk.gate.set()
    results = await asyncio.gather(*waiting, return_exceptions=True)
    assert isinstance(results[0], asyncio.CancelledError)
    assert [each.id for each in results[1:] if isinstance(each, Named)] == ["1"] * 4
    assert desk.asked == ["status"]


async def test_an_old_list_is_better_than_none(catalogue: Catalogue, desk: Desk, clock: Seconds) -> None:
    await catalogue.resolve("status", "New")
    desk.down = True
    clock.now += TTL
    assert (await catalogue.resolve("status", "New")).id == "1"
    assert (await catalogue.resolve("status", "Resolved")).id == "6"
    assert desk.asked == ["status"] * 2


async def test_no_list_at_all_is_not_an_empty_list(catalogue: Catalogue, desk: Desk) -> None:
    desk.down = True
    with pytest.raises(Unavailable):
        await catalogue.resolve("status", "New")


async def test_a_word_that_is_missing_is_looked_for_afresh(catalogue: Catalogue, desk: Desk, clock: Seconds) -> None:
    """A status that was added a minute ago is not refused because the list is five minutes old."""
    await catalogue.resolve("status", "New")
    clock.now += FRESH
    desk.lists["status"] = Entries(items=(*STATUSES.items, Named(id="8", name="Escalated")))
    assert (await catalogue.resolve("status", "escalated")).id == "8"
    with pytest.raises(InvalidFields):
        await catalogue.resolve("status", "gone")
    assert desk.asked == ["status"] * 2


async def test_choices_begin_with_what_was_typed(catalogue: Catalogue) -> None:
    assert [each.name for each in await catalogue.choices("status", prefix="w")] == [
        "Waiting for Staff",
        "Waiting for Customer",
        "New",
    ]
    assert [each.id for each in await catalogue.choices("team", within="12")] == ["3", "9"]
    assert len(await catalogue.choices("status", limit=2)) == 2
    assert await catalogue.choices("macro") == ()


async def test_warming_up_forgives_what_is_down(catalogue: Catalogue, desk: Desk) -> None:
    desk.down = True
    await catalogue.warm()
    assert catalogue.cached("status") is None
    desk.down = False
    await catalogue.warm(("status",))
    assert catalogue.cached("status") == STATUSES


@pytest.mark.parametrize("vendor", ["sirportly", "socialboards"])
async def test_the_real_lists_resolve(vendor: str, sirportly_desk: Any, socialboards_desk: Any) -> None:
    wanted: dict[str, list[tuple[ListName, str, str | None, str]]] = {
        "sirportly": [
            ("status", "waiting for staff", None, "2"),
            ("priority", "urgent", None, "1"),
            ("team", "1st line support", "3", "2"),
            ("department", "Billing", None, "4"),
            ("department", "technical support", "2", "3"),
            ("brand", "codebase", None, "2"),
            ("sla", "premium", None, "2"),
            ("custom", "Account name", None, "account_name"),
            ("outgoing", "Billing@example.com", "4", "billing@example.com"),
            ("macro", "Resolve", None, "Resolve"),
            ("category", "whatever", None, "whatever"),
        ],
        "socialboards": [
            ("status", "Completed", None, "completed"),
            ("category", "technical", None, "23445"),
            ("category", "15721", None, "15721"),
            ("category", "quotes", None, "15598"),
            ("category", "Login", None, "23446"),
            ("custom", "city", None, "42623"),
            ("custom", "42624", None, "42624"),
            ("team", "whatever", None, "whatever"),
        ],
    }
    desk = sirportly_desk() if vendor == "sirportly" else socialboards_desk()
    catalogue = Catalogue(desk)
    for name, typed, within, key in wanted[vendor]:
        assert (await catalogue.resolve(name, typed, within=within)).id == key
    adam = await catalogue.staff("adam")
    assert (adam.name, adam.email) == ("Adam Cooke", "adam@example.com")
    assert await desk.staff_by_email("ADAM@example.com") == adam
    assert await desk.staff_by_email("nobody@example.com") is None
    field = await catalogue.custom("account name" if vendor == "sirportly" else "City")
    assert field is not None
