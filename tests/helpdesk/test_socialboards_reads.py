"""What SocialBoards tells, and the little that its answers have in common with others."""

from datetime import UTC, datetime
from typing import Any

import pytest

from bot.actions import Contact, Staff
from bot.errors import (
    AuthenticationFailed,
    InvalidFields,
    NotMapped,
    OutcomeUnknown,
    RateLimited,
    UnexpectedResponse,
)
from bot.helpdesk import Filters
from bot.helpdesk.http import Answer
from bot.helpdesk.socialboards.decode import Refused, decode, moment, tag_names, teammate, ticket_view
from tests.helpdesk.entries import Book
from tests.helpdesk.local import Local
from tests.helpdesk.people import ADAM_THERE, GUIDS, LOGIN, asker
from tests.helpdesk.wire import action

ANSWERS: list[tuple[int, bytes, type[Exception]]] = [
    (200, b'{"data": null, "errorCode": 12, "errorText": "no"}', Refused),
    (200, b'{"data": {}, "errorCode": 0, "errorText": null}', Refused),
    (404, b'{"data": null, "errorCode": 9, "errorText": "no"}', Refused),
    (404, b"<html>", UnexpectedResponse),
    (400, b'{"data": 1, "errorCode": -1, "errorText": null}', UnexpectedResponse),
    (401, b'{"data": null, "errorCode": 9, "errorText": "expired"}', AuthenticationFailed),
    (403, b"", AuthenticationFailed),
    (302, b"", UnexpectedResponse),
    (429, b"", RateLimited),
    (500, b'{"data": null, "errorCode": 9}', OutcomeUnknown),
    (200, b"<html>", OutcomeUnknown),
    (200, b'{"id": 5}', OutcomeUnknown),
    (200, b"true", OutcomeUnknown),
]


@pytest.mark.parametrize(("status", "body", "error"), ANSWERS)
def test_how_socialboards_says_no(status: int, body: bytes, error: type[Exception]) -> None:
    with pytest.raises(error) as caught:
        decode(Answer(status, body), writes=True)
    assert type(caught.value) is error


@pytest.mark.parametrize("data", [b"4484636", b"{}", b"[]", b"null", b'"x"'])
def test_success_is_the_code_and_not_the_data(data: bytes) -> None:
    decode(Answer(200, b'{"data": %s, "errorCode": -1, "errorText": null}' % data), writes=True)


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("2023-12-06T17:42:07.7888252+03:00", datetime(2023, 12, 6, 14, 42, 7, 788825, tzinfo=UTC)),
        ("2019-12-17T08:03:48.318717+01:00", datetime(2019, 12, 17, 7, 3, 48, 318717, tzinfo=UTC)),
        ("2023-12-07T15:16:42Z", datetime(2023, 12, 7, 15, 16, 42, tzinfo=UTC)),
        ("2023-12-07T15:16:42", None),
        (None, None),
        ("", None),
    ],
)
def test_their_times(text: Any, at: datetime | None) -> None:
    assert moment(text) == at


def test_tags_are_names_however_they_come() -> None:
    assert tag_names({"tags": ["vip", {"id": 4, "name": "vpn"}]}) == ("vip", "vpn")
    assert tag_names({"tags": None}) == ()
    view = ticket_view({"id": 1, "tags": ["vpn", "tb-a23ff8a91", "tb-leeds", "tb-1"]}, helpdesk="social")
    assert view.tags == ("vpn", "tb-leeds", "tb-1")  # without the bot's own marker


@pytest.mark.parametrize(
    ("record", "people", "guid"),
    [
        ({"name": "Adam Cooke", "email": "adam@example.com", "id": "g-0"}, {"adam": "g-1"}, "g-0"),
        ({"name": "Adam Cooke", "email": "adam@example.com"}, {"ADAM@example.com": "g-1"}, "g-1"),
        ({"name": "Adam Cooke", "email": "adam@example.com"}, {"adam cooke": "g-1"}, "g-1"),
        ({"name": "Adam Cooke", "email": "adam@example.com"}, {"adam": "g-1"}, "g-1"),
        ({"name": "Adam Cooke", "email": "adam@example.com"}, {"ada": "g-1"}, ""),
    ],
)
def test_where_an_identifier_comes_from(record: dict[str, str], people: dict[str, str], guid: str) -> None:
    assert teammate(record, people).id == guid


FILTERS: list[tuple[Filters, list[str]]] = [
    (Filters(), ["4484631", "4484632", "4484633", "4484634"]),
    (Filters(status="open"), ["4484631", "4484632", "4484634"]),
    (Filters(status="closed"), ["4484633"]),
    (Filters(status="pending"), ["4484632"]),
    (Filters(category="15597"), ["4484631"]),
    (Filters(assignee=ADAM_THERE), ["4484631"]),
    (Filters(unassigned=True), ["4484633", "4484634"]),
    (Filters(assignee=Staff(id="", name="x", email="priya@example.com")), ["4484632"]),
    (Filters(contact="bill_smith@example.com"), ["4484631"]),
    (Filters(contact="kofi mensah", status="closed"), ["4484633"]),
    (Filters(tags=("vip",)), []),
    (Filters(team="1"), []),
]


@pytest.mark.parametrize(("filters", "refs"), FILTERS, ids=[str(number) for number in range(len(FILTERS))])
async def test_a_list_is_narrowed(filters: Filters, refs: list[str], socialboards_desk: Any) -> None:
    page = await socialboards_desk().list(filters)
    assert sorted(each.ticket.ref for each in page.tickets) == refs
    assert (page.total, page.pages) == (len(refs), 1)


async def test_words_are_looked_for_here(socialboards_desk: Any) -> None:
    desk = socialboards_desk()
    assert [each.ticket.ref for each in (await desk.search("PASSWORD wrong", Filters())).tickets] == ["4484632"]
    assert (await desk.search("password sunday", Filters())).tickets == ()


async def test_many_tickets_come_page_by_page(socialboards_desk: Any, book: Book) -> None:
    desk = socialboards_desk()
    for number in range(56):
        await desk.create(action("create", LOGIN, message=str(number)), asker(ADAM_THERE), book.entry().attempt())
    pages = [await desk.list(Filters(), page=number) for number in (1, 2, 3)]
    assert [len(each.tickets) for each in pages] == [25, 25, 10]
    assert [each.pages for each in pages] == [2, 3, 3]
    assert [each.total for each in pages] == [None, None, 60]
    assert len({each.ticket.ref for page in pages for each in page.tickets}) == 60


@pytest.mark.parametrize("unconfirmed", [frozenset(), frozenset({"ticket"}), frozenset({"ticket", "replies"})], ids=len)
async def test_a_ticket_is_shown_as_far_as_its_routes_are_confirmed(
    unconfirmed: Any, socialboards_desk: Any, socialboards: Local
) -> None:
    view = await socialboards_desk(unconfirmed=unconfirmed).show(LOGIN, updates=True)
    assert (view.subject, view.status, view.assignee, view.category) == (
        "Cannot log in",
        "pending",
        "Priya Raman",
        "Login",
    )
    expected = ["The app says my password is wrong, but it is not."]
    if "replies" in unconfirmed:
        expected.append("We have sent you a link to set a new one.")
    assert [each.message for each in view.updates] == expected
    asked = {(each["method"], each["path"].rpartition("/")[2]) for each in socialboards.requests("/tickets")}
    assert asked == {
        ("GET", "4484632") if "ticket" in unconfirmed else ("POST", "list"),
        *([("GET", "replies")] if "replies" in unconfirmed else []),
    }


@pytest.mark.parametrize("ids", [True, False], ids=["told", "from the table"])
async def test_people_have_identifiers(ids: bool, socialboards_desk: Any, socialboards: Local) -> None:
    socialboards.settings(teammate_ids=ids)
    people = {} if ids else GUIDS
    entries = await socialboards_desk(people={**people, "bot": "9" * 36}).entries("staff")
    known = {each.name: each.id for each in entries.staff}
    assert known["Adam Cooke"] == GUIDS["adam"]
    assert known["bot"] == "9" * 36
    assert bool(known["Olga Berg"]) is ids


async def test_somebody_without_an_identifier_cannot_be_assigned(
    socialboards_desk: Any, socialboards: Local, book: Book
) -> None:
    nobody = Staff(id="", name="Olga Berg", email="olga@example.com")
    with pytest.raises(InvalidFields, match="Olga Berg"):
        await socialboards_desk().update(
            action("update", LOGIN, assignee=nobody), asker(ADAM_THERE), book.entry().attempt()
        )
    assert socialboards.requests("/tickets") == []


async def test_without_an_account_nothing_is_sent(socialboards_desk: Any, socialboards: Local, book: Book) -> None:
    desk = socialboards_desk()
    for what in (
        action("reply", LOGIN),
        action("reply", LOGIN, visibility="private"),
        action("update", LOGIN, note="x"),
    ):
        with pytest.raises(NotMapped):
            await getattr(desk, what.kind)(what, asker(None), book.entry().attempt())
    assert socialboards.requests() == []


async def test_a_ticket_from_slack_is_text_from_the_person_with_their_picture(
    socialboards_desk: Any, socialboards: Local, book: Book
) -> None:
    who = asker(None, image="https://pictures.example/adam.png")
    await socialboards_desk().create(action("create", LOGIN), who, book.entry().attempt())
    (body,) = socialboards.asked("/tickets")
    assert body == {
        "title": "Till",
        "message": "Till",
        "isHtml": False,
        "creator": {
            "name": "Adam Cooke",
            "email": "adam@example.com",
            "image": "https://pictures.example/adam.png",
            "phoneNumber": None,
        },
        "tags": ["tb-test0001"],
    }


async def test_markup_in_text_stays_text(socialboards_desk: Any, socialboards: Local, book: Book) -> None:
    desk, text = socialboards_desk(), "<script>alert(1)</script> & <b>so</b> on"
    await desk.reply(action("reply", LOGIN, message=text), asker(ADAM_THERE), book.entry().attempt())
    assert socialboards.asked("/replies")[-1]["isHtml"] is False
    assert (await desk.show(LOGIN, updates=True)).updates[-1].message == text


async def test_nobody_to_create_it_for(socialboards_desk: Any, socialboards: Local, book: Book) -> None:
    who = asker().model_copy(update={"name": None, "email": None})
    with pytest.raises(InvalidFields, match="who the customer is"):
        await socialboards_desk().create(action("create", LOGIN), who, book.entry().attempt())
    what = action("create", LOGIN, contact=Contact(email="a@x.example"), custom={"Shoe size": "44"})
    with pytest.raises(InvalidFields, match="no number"):
        await socialboards_desk().create(what, who, book.entry().attempt())
    assert socialboards.requests() == []


async def test_what_closes_a_ticket(socialboards_desk: Any) -> None:
    desk = socialboards_desk()
    assert (await desk.closing_status()).id == "completed"
    assert await desk.name_of("bill_smith@example.com") is None
    await desk.verify()
