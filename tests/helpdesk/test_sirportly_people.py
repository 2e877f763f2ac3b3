"""In whose name things are done in Sirportly, and who gets to see them."""

from typing import Any

import httpx
import pytest

from bot.actions import Author, Contact, Named
from bot.errors import InvalidFields, NotMapped, OutcomeUnknown
from bot.helpdesk.sirportly import CreateDefaults
from bot.helpdesk.sirportly.privacy import BecamePublic
from tests.helpdesk.entries import Book
from tests.helpdesk.local import Local
from tests.helpdesk.people import AB, ADAM, CHARLIE, asker
from tests.helpdesk.wire import action

NEMO = CHARLIE.model_copy(update={"username": "nemo"})
DANA = {"email": "dana@northwind.example", "name": "Dana Novak"}


async def post(desk: Any, book: Book, who: Any = None, **fields: Any) -> Any:
    return await desk.reply(action("reply", AB, **fields), who or asker(), book.entry().attempt())


async def create(desk: Any, book: Book, who: Any = None, **fields: Any) -> Any:
    return await desk.create(action("create", AB, **fields), who or asker(), book.entry().attempt())


# Nothing private becomes public ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("visibility", ["public", "private"])
async def test_without_an_account_nothing_is_sent(
    visibility: str, sirportly_desk: Any, sirportly: Local, book: Book
) -> None:
    with pytest.raises(NotMapped):
        await post(sirportly_desk(), book, asker(None), visibility=visibility)
    assert sirportly.asked("post_update") == []


@pytest.mark.parametrize("kind", ["update", "followup", "forward"])
async def test_without_an_account_nothing_is_done_in_nobodys_name(
    kind: str, sirportly_desk: Any, sirportly: Local, book: Book
) -> None:
    desk, more = sirportly_desk(outgoing="support@example.com"), {"update": {"note": "x"}}.get(kind, {})
    with pytest.raises(NotMapped):
        await getattr(desk, kind)(action(kind, AB, **more), asker(None), book.entry().attempt())
    assert sirportly.requests() == []


async def test_a_note_is_private_by_staff_and_goes_to_nobody(sirportly_desk: Any, sirportly: Local, book: Book) -> None:
    sent = len(sirportly.state()["outbox"])
    receipt = await post(sirportly_desk(outgoing="support@example.com"), book, visibility="private")
    (params,) = sirportly.asked("post_update")
    assert params == {"ticket": "AB-123456", "message": "Ok", "user": "adam", "private": "1"}
    assert sirportly.updates("AB-123456")[-1]["private"] is True
    assert len(sirportly.state()["outbox"]) == sent
    assert receipt.warnings == ()


@pytest.mark.parametrize("fields", [{"outgoing": "support@example.com"}, {"author": Author(contact=Contact(**DANA))}])
async def test_a_note_takes_nothing_that_would_show_it_to_others(
    fields: dict[str, Any], sirportly_desk: Any, sirportly: Local, book: Book
) -> None:
    with pytest.raises(InvalidFields):
        await post(sirportly_desk(), book, visibility="private", **fields)
    assert sirportly.requests() == []


UPDATE = {"id": 13, "message": "Ok", "posted_at": "2026-11-22T12:00:00Z"}


@pytest.mark.parametrize("private", [None, False, "1"], ids=str)
@pytest.mark.parametrize(("hidden", "kept"), [(True, True), (False, False), (None, False)])
async def test_a_note_that_was_taken_as_public_is_hidden_and_told(
    private: Any, hidden: bool | None, kept: bool, sirportly_desk: Any, book: Book
) -> None:
    asked: list[str] = []

    def wicked(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.path.removeprefix("/api/v2/"))
        if asked[-1] == "tickets/post_update":
            return httpx.Response(201, json={**UPDATE, "private": private})
        if asked[-1] == "ticket_updates/destroy" and hidden is None:
            return httpx.Response(409, json={"error": "it was sent out"})
        return httpx.Response(200, json={**UPDATE, "private": hidden})

    desk = sirportly_desk(transport=httpx.MockTransport(wicked))
    if kept:
        receipt = await post(desk, book, visibility="private")
        assert "public" in receipt.warnings[0]
    else:
        with pytest.raises(BecamePublic, match="public"):
            await post(desk, book, visibility="private")
    assert asked[:2] == ["tickets/post_update", "ticket_updates/destroy"]


async def test_a_note_that_was_taken_as_public_is_seen_even_where_its_answer_was_lost(
    sirportly_desk: Any, sirportly: Local, book: Book
) -> None:
    """It is found though it is not private, and hidden: a second, private one would leave the first to be read."""
    entry = book.entry()
    public = {"id": 13, "message": "Ok", "private": False, "author": {"id": 1, "username": "adam"}}
    asked: list[str] = []

    def wicked(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.path.removeprefix("/api/v2/"))
        if asked[-1] == "tickets/post_update":
            return httpx.Response(502, text="<html>")
        if asked[-1] == "ticket_updates/all":
            return httpx.Response(200, json=[{**public, "posted_at": book.clock().isoformat()}])
        return httpx.Response(200, json={**public, "private": True})

    desk = sirportly_desk(transport=httpx.MockTransport(wicked))
    what = action("reply", AB, visibility="private")
    with pytest.raises(OutcomeUnknown):
        await desk.reply(what, asker(), entry.attempt())
    book.clock.pass_by(book.settle_after + 1)
    receipt = await desk.reply(what, asker(), entry.attempt())
    assert "public" in receipt.warnings[0]
    assert asked.count("tickets/post_update") == 1


async def test_a_note_that_is_there_is_not_asked_for_again(sirportly_desk: Any, book: Book) -> None:
    what = action("update", AB, note="Swapped it", team=Named(id="4", name="Accounts"))
    with pytest.raises(InvalidFields) as caught:
        await sirportly_desk().update(what, asker(), book.entry().attempt())
    assert "note" in caught.value.reasons[""]
    assert "escalation path" in caught.value.reasons["team"]


# The customer really gets it ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("settings", "fields", "address"),
    [
        ({}, {"outgoing": "billing@example.com"}, "billing@example.com"),
        ({"outgoing": "hello@example.com"}, {"outgoing": "billing@example.com"}, "billing@example.com"),
        ({"outgoing": "hello@example.com"}, {}, "hello@example.com"),
        ({}, {}, "support@example.com"),
    ],
    ids=["said", "said, not configured", "configured", "the department's"],
)
async def test_an_answer_is_sent_from_an_address(
    settings: dict[str, str],
    fields: dict[str, str],
    address: str,
    sirportly_desk: Any,
    sirportly: Local,
    book: Book,
) -> None:
    receipt = await post(sirportly_desk(**settings), book, **fields)
    assert receipt.mailed is True
    assert [each["outgoing"] for each in sirportly.asked("post_update")] == [address]
    assert sirportly.state()["outbox"]


async def test_an_answer_that_reaches_nobody_says_so(sirportly_desk: Any, book: Book) -> None:
    def silent(request: httpx.Request) -> httpx.Response:
        ticket = {"reference": "AB-123456", "department": {"id": 3}}
        answers = {"ticket": ticket, "email_addresses": {"department": [], "brand": []}, "post_update": UPDATE}
        return httpx.Response(200, json=answers[request.url.path.rpartition("/")[2]])

    receipt = await post(sirportly_desk(transport=httpx.MockTransport(silent)), book)
    assert "not sent to the customer" in receipt.warnings[0]
    assert receipt.mailed is False


# Authors --------------------------------------------------------------------------------------------------------------

AUTHORS: dict[str, tuple[Author, dict[str, str]]] = {
    "known": (Author(contact=Contact(reference="NW-1", email="d@x.example")), {"contact": "NW-1"}),
    "by address": (
        Author(contact=Contact(**DANA)),
        {"author_name": "Dana Novak", "author_email": "dana@northwind.example"},
    ),
    "not linked": (
        Author(contact=Contact(email="d@x.example"), linked=False),
        {"author_name": "d@x.example", "author_email": "d@x.example", "skip_contact_lookup": "1"},
    ),
    "by name": (Author(contact=Contact(name="Dana Novak")), {"contact": "Dana Novak"}),
}


@pytest.mark.parametrize("name", AUTHORS)
async def test_an_update_in_a_contacts_name(name: str, sirportly_desk: Any, sirportly: Local, book: Book) -> None:
    author, sent = AUTHORS[name]
    receipt = await post(sirportly_desk(outgoing="support@example.com"), book, author=author)
    (params,) = sirportly.asked("post_update")
    assert params == {"ticket": "AB-123456", "message": "Ok", **sent}
    assert (receipt.mailed, sirportly.state()["outbox"]) == (False, [])


async def test_with_a_user_token_the_text_opens_with_the_persons_name(
    sirportly_desk: Any, sirportly: Local, book: Book
) -> None:
    desk = sirportly_desk(application="demo-application")
    await post(desk, book, html="<b>Ok</b>")
    await post(desk, book, asker(None), visibility="private")
    public, private = sirportly.asked("post_update")
    assert public["message"] == "Adam Cooke wrote:\n\nOk"
    assert public["html_body"] == "<p>Adam Cooke wrote:</p>\n<b>Ok</b>"
    assert "user" not in public
    assert private["message"] == "Adam Cooke wrote:\n\nOk"
    assert sirportly.updates("AB-123456")[-1]["username"] == "priya"


# The contact of a new ticket ------------------------------------------------------------------------------------------


async def test_a_new_ticket_is_its_contacts_and_nothing_is_mailed(
    sirportly_desk: Any, sirportly: Local, book: Book
) -> None:
    receipt = await create(sirportly_desk(), book, contact=Contact(**DANA), message="It is broken")
    (params,) = sirportly.asked("post_update")
    assert set(params) == {"ticket", "message", "contact"}
    (update,) = sirportly.updates(receipt.ticket.ref)
    assert (update["author"], update["author_kind"]) == ("Dana Novak", "customer")
    assert sirportly.state()["outbox"] == []


async def test_without_a_contact_it_is_the_person_who_asked(sirportly_desk: Any, sirportly: Local, book: Book) -> None:
    await create(sirportly_desk(), book)
    (params,) = sirportly.asked("submit")
    assert (params["contact_method_data"], params["contact_name"]) == ("adam@example.com", "Adam Cooke")
    assert sirportly.asked("post_update") == []


async def test_a_contact_by_name_has_to_be_known(sirportly_desk: Any, sirportly: Local, book: Book) -> None:
    receipt = await create(sirportly_desk(), book, contact=Contact(name="dana novak"))
    assert (await sirportly_desk().show(receipt.ticket)).contact == "Dana Novak"
    assert receipt.view.contact == "Dana Novak"
    by_reference = await create(sirportly_desk(), book, contact=Contact(reference="NW-1"))
    assert (await sirportly_desk().show(by_reference.ticket)).contact == "Dana Novak"
    with pytest.raises(InvalidFields, match="nobody"):
        await create(sirportly_desk(), book, contact=Contact(name="Dana Scully"))
    unknown = asker().model_copy(update={"email": None})
    with pytest.raises(InvalidFields, match="who the customer is"):
        await create(sirportly_desk(), book, unknown)
    assert len(sirportly.asked("submit")) == 2


async def test_a_ticket_whose_message_is_refused_is_not_opened_twice(
    sirportly_desk: Any, sirportly: Local, book: Book
) -> None:
    def picky(request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("submit"):
            return httpx.Response(201, json={"reference": "LF-616004", "contact": {"id": 1}})
        return httpx.Response(422, json={"errors": {"base": ["You must enter a message"]}})

    receipt = await create(sirportly_desk(transport=httpx.MockTransport(picky)), book, message="x")
    assert receipt.ticket.ref == "LF-616004"
    assert receipt.left is not None
    assert "You must enter a message" in receipt.left.message


async def test_a_ticket_is_moved_to_another_contact(sirportly_desk: Any, sirportly: Local, book: Book) -> None:
    """An address is found or added; a name has to be known, and stands for that contact's way of being reached."""
    methods = {each["data"]: str(each["id"]) for each in sirportly.state()["contact_methods"]}
    rows: list[tuple[Contact, dict[str, str]]] = [
        (
            Contact(email="jo@acme.example"),
            {"contact_method_data": "jo@acme.example", "contact_name": "jo@acme.example"},
        ),
        (Contact(name="Kofi Mensah"), {"contact_method": methods["kofi@fabrikam.example"]}),
    ]
    desk = sirportly_desk()
    for contact, _ in rows:
        await desk.update(action("update", AB, contact=contact), asker(), book.entry().attempt())
    assert sirportly.asked("tickets/update") == [{"ticket": "AB-123456", **sent} for _, sent in rows]
    with pytest.raises(InvalidFields, match="nobody"):
        await desk.update(action("update", AB, contact=Contact(name="Nemo")), asker(), book.entry().attempt())


async def test_a_department_by_name_becomes_its_number(sirportly_desk: Any, sirportly: Local, book: Book) -> None:
    def named(department: str, brand: str | None = None) -> Any:
        defaults = CreateDefaults(status="New", priority="Normal", department=department, brand=brand)
        return sirportly_desk(create=defaults)

    await create(named("billing"), book)
    await create(named("Technical Support", brand="Deploy"), book)
    assert [(each["department"], each.get("brand")) for each in sirportly.asked("submit")] == [
        ("4", None),
        ("Technical Support", "Deploy"),
    ]
    with pytest.raises(InvalidFields, match="2 departments"):
        await create(named("Technical Support"), book)
    with pytest.raises(InvalidFields, match="no department"):
        await create(named("Moon"), book)


# 404: what it is that does not exist ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "fields", "field"),
    [
        ("update", {"status": Named(id="Gone", name="Gone")}, "status"),
        ("update", {"status": Named(id="2", name="x"), "priority": Named(id="99", name="x")}, "priority"),
        ("update", {"assignee": NEMO, "sla": Named(id="1", name="x")}, "assignee"),
        ("reply", {"macro": "Fly"}, "macro"),
        ("reply", {"outgoing": "nobody@example.com"}, "outgoing"),
        ("reply", {"by": NEMO}, "author"),
        ("reply", {"by": NEMO, "visibility": "private"}, "author"),
        ("reply", {"author": Author(contact=Contact(reference="Gone"))}, "author"),
        ("update", {"by": NEMO, "note": "Hm"}, "author"),
        ("followup", {"team": Named(id="Moon", name="Moon"), "priority": "raise"}, "team"),
        ("forward", {"status": Named(id="Gone", name="Gone")}, "status"),
        ("forward", {"by": NEMO}, "sender"),
    ],
)
async def test_something_named_that_does_not_exist_is_told_as_that(
    kind: str, fields: dict[str, Any], field: str, sirportly_desk: Any, book: Book
) -> None:
    by = asker(fields.get("by", ADAM))
    what: Any = action(kind, AB, **{name: value for name, value in fields.items() if name != "by"})
    with pytest.raises(InvalidFields) as caught:
        await getattr(sirportly_desk(outgoing="support@example.com"), kind)(what, by, book.entry().attempt())
    assert list(caught.value.reasons) == [field]


async def test_a_refused_field_comes_back_under_its_own_name(sirportly_desk: Any, book: Book) -> None:
    what = action("update", AB, team=Named(id="4", name="Accounts"))
    with pytest.raises(InvalidFields) as caught:
        await sirportly_desk().update(what, asker(), book.entry().attempt())
    assert "escalation path" in caught.value.reasons["team"]
