"""What Sirportly tells, in both dialects, and with a token that may not see everything."""

from typing import Any

import pytest

from bot.actions import Named
from bot.errors import AuthenticationFailed, InvalidFields, TicketNotFound, UserError
from bot.helpdesk import Filters
from tests.helpdesk.entries import Book
from tests.helpdesk.local import Local
from tests.helpdesk.people import AB, ADAM, asker
from tests.helpdesk.wire import action


@pytest.mark.parametrize("dialect", ["contact", "customer"])
async def test_a_ticket_is_shown_with_its_history(dialect: str, sirportly_desk: Any, sirportly: Local) -> None:
    sirportly.settings(dialect=dialect)
    view = await sirportly_desk().show(AB, updates=True)
    assert (view.subject, view.status, view.status_kind) == (
        "Cannot push to our repository",
        "Waiting for Staff",
        "open",
    )
    assert (view.priority, view.department, view.team) == ("High", "Technical Support", "1st Line Support")
    assert (view.assignee, view.contact, view.contact_address) == (
        "Adam Cooke",
        "Dana Novak",
        "dana@northwind.example",
    )
    history = [(each.author, each.by_staff, each.private) for each in view.updates]
    assert history == [
        ("Dana Novak", False, False),
        ("Adam Cooke", True, False),
        ("Priya Raman", True, True),
        ("Dana Novak", False, False),
    ]
    assert (await sirportly_desk().show(AB)).updates == ()
    assert not any("mark_as_read" in each for each in sirportly.asked("tickets/ticket"))


async def test_a_ticket_that_is_not_there(sirportly_desk: Any) -> None:
    with pytest.raises(TicketNotFound, match="ZZ-000000"):
        await sirportly_desk().show(AB.model_copy(update={"ref": "ZZ-000000"}))


FILTERS: list[tuple[Filters, set[str]]] = [
    (Filters(status="1"), {"LF-616004", "HG-730055"}),
    (Filters(status="closed"), {"ZD-881230"}),
    (Filters(status="open"), {"AB-123456", "LF-616004", "QK-204817", "HG-730055"}),
    (Filters(status="On hold"), {"TR-550912"}),
    (Filters(priority="low"), {"TR-550912", "ZD-881230"}),
    (Filters(team="3"), {"TR-550912"}),
    (Filters(department="4"), {"QK-204817"}),
    (Filters(brand="Deploy"), {"HG-730055"}),
    (Filters(assignee=ADAM), {"AB-123456"}),
    (Filters(unassigned=True, status="1"), {"LF-616004"}),
    (Filters(unassigned=True, tags=("git",)), set()),
    (Filters(contact="dana@northwind.example"), {"AB-123456", "ZD-881230"}),
    (Filters(contact="Kofi Mensah", status="1"), {"HG-730055"}),
    (Filters(sla="1"), set()),
    (Filters(tags=("git",)), {"AB-123456"}),
    (Filters(tags=("git", "push"), priority="High"), {"AB-123456"}),
    (Filters(tags=("git", "invoice")), set()),
    (Filters(category="1"), set()),
]


@pytest.mark.parametrize(("filters", "refs"), FILTERS, ids=[str(number) for number in range(len(FILTERS))])
async def test_a_list_is_narrowed(filters: Filters, refs: set[str], sirportly_desk: Any) -> None:
    page = await sirportly_desk().list(filters)
    assert {each.ticket.ref for each in page.tickets} == refs
    assert page.total == len(refs)


@pytest.mark.parametrize("tag", ['x" OR "1"="1', "a b", "a'b", "ä", ""])
async def test_no_text_of_a_person_gets_into_a_query(tag: str, sirportly_desk: Any, sirportly: Local) -> None:
    with pytest.raises(UserError):
        await sirportly_desk().list(Filters(tags=(tag,)))
    assert sirportly.requests() == []


async def test_everything_is_listed_latest_change_first(sirportly_desk: Any, sirportly: Local, book: Book) -> None:
    desk = sirportly_desk()
    await desk.update(
        action("update", AB.model_copy(update={"ref": "ZD-881230"}), subject="Now"), asker(), book.entry().attempt()
    )
    page = await desk.list(Filters())
    assert page.tickets[0].ticket.ref == "ZD-881230"
    assert (len(page.tickets), page.total, page.pages) == (6, 6, 1)


async def test_words_are_searched_and_narrowed(sirportly_desk: Any) -> None:
    desk = sirportly_desk()
    found = await desk.search("colleague", Filters())
    assert [each.ticket.ref for each in found.tickets] == ["ZD-881230"]
    assert (await desk.search("colleague", Filters(status="open"))).tickets == ()
    narrowed = await desk.search("colleague", Filters(assignee=ADAM.model_copy(update={"id": "2"})))
    assert [each.assignee for each in narrowed.tickets] == ["Charlie Smurthwaite"]
    assert (found.total, narrowed.total) == (1, 1)
    assert (await desk.search("nothing like it", Filters())).tickets == ()


async def test_what_is_narrowed_is_counted_as_such(sirportly_desk: Any) -> None:
    """One of the two tickets with that word: the other is not counted."""
    found = await sirportly_desk().search("push", Filters(assignee=ADAM))

    assert (len(found.tickets), found.total) == (1, 1)


async def test_tickets_of_a_tag_have_pages(sirportly_desk: Any, book: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    """As every list has; what is narrowed further is not counted before all of it was looked at."""
    monkeypatch.setattr("bot.helpdesk.sirportly.reads.PAGE", 2)
    desk = sirportly_desk()
    for ref in ("AB-123456", "HG-730055", "ZD-881230"):
        await desk.update(
            action("update", AB.model_copy(update={"ref": ref}), tags=["x"]), asker(), book.entry().attempt()
        )

    pages = [await desk.list(Filters(tags=("x",)), page=page) for page in (1, 2)]
    assert [(len(each.tickets), each.page, each.pages, each.total) for each in pages] == [(2, 1, 2, 3), (1, 2, 2, 3)]
    assert len({view.ticket.ref for each in pages for view in each.tickets}) == 3
    assert (await desk.list(Filters(tags=("x",), status="open"), page=1)).total is None


async def test_a_list_that_a_token_may_not_see_is_not_told(sirportly_desk: Any, sirportly: Local) -> None:
    desk = sirportly_desk()
    for name in ("status", "team", "staff", "custom", "outgoing"):
        sirportly.fault("expired", "*/objects/*")
        assert await desk.entries(name) is None
        assert await desk.entries(name) is not None
    sirportly.fault("expired", "*/escalation_paths")
    teams = await desk.entries("team")
    assert len(teams.items) == 4
    assert teams.parents == {}
    sirportly.fault("expired", "*/objects/teams")
    people = await desk.entries("staff")
    assert (len(people.staff), people.parents) == (6, {})
    assert await desk.entries("macro") is None


async def test_people_are_found_where_users_info_is_closed(sirportly_desk: Any, sirportly: Local) -> None:
    sirportly.fault("expired", "*/users/info", times=None)
    assert (await sirportly_desk().staff_by_email("priya@example.com")).username == "priya"
    sirportly.fault("expired", "*/objects/users")
    with pytest.raises(AuthenticationFailed):
        await sirportly_desk().staff_by_email("priya@example.com")


async def test_a_username_is_no_address(sirportly_desk: Any) -> None:
    assert await sirportly_desk().staff_by_email("adam") is None


async def test_lists_say_what_belongs_to_what(sirportly_desk: Any) -> None:
    desk = sirportly_desk()
    teams = await desk.entries("team")
    assert teams.parents["3"] == {"2", "3"}
    people = await desk.entries("staff")
    assert {each.username: people.parents[each.id] for each in people.staff} == {
        "adam": {"2", "3"}, "charlie": {"2"}, "priya": {"2", "3"}, "sofia": {"1"}, "tomas": {"4"}, "lena": {"1", "4"},
    }  # fmt: skip
    fields = await desk.entries("custom")
    assert fields.parents == {"3": {"2", "3"}}
    assert {each.system_name: each.values for each in fields.custom}["plan"] == ("Free", "Team", "Enterprise")
    addresses = await desk.entries("outgoing")
    assert {each.id for each in addresses.items} == {
        "support@example.com",
        "billing@example.com",
        "sales@example.com",
        "deploy-support@example.com",
        "hello@example.com",
    }


async def test_what_closes_a_ticket_and_who_an_address_is(sirportly_desk: Any, sirportly: Local) -> None:
    desk = sirportly_desk()
    assert await desk.closing_status() == Named(id="6", name="Resolved")
    assert await desk.name_of("DANA@northwind.example") == "Dana Novak"
    assert await desk.name_of("nobody@northwind.example") is None
    sirportly.fault("unavailable", "*/contacts/search")
    assert await desk.name_of("dana@northwind.example") is None
    await desk.verify()


async def test_nothing_to_change_is_said(sirportly_desk: Any, sirportly: Local, book: Book) -> None:
    with pytest.raises(InvalidFields, match="nothing to change"):
        await sirportly_desk().update(action("update", AB), asker(), book.entry().attempt())
    assert sirportly.requests() == []


async def test_no_text_ever_stands_in_an_address(sirportly_desk: Any, sirportly: Local, book: Book) -> None:
    """60 kB in a query string would be a 414, and every proxy would have it in its log."""
    text = "Ünïcode & = ? \r\n" * 4000
    await sirportly_desk().reply(action("reply", AB, message=text), asker(), book.entry().attempt())
    requests = sirportly.requests()
    assert {(each["method"], each["query"]) for each in requests} == {("POST", "")}
    assert {each["content_type"] for each in requests} == {"application/x-www-form-urlencoded"}
    assert sirportly.updates("AB-123456")[-1]["message"].split() == text.split()
