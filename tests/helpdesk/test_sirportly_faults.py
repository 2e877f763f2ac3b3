"""Whatever goes wrong on the way, in the end it has been done exactly once, or a person has been asked."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import httpx
import pytest

from bot.actions import Action, Author, Contact, Moment, Named
from bot.errors import AuthenticationFailed, OutcomeUnknown, TicketNotFound, Unavailable
from bot.helpdesk.journal import Doubt
from bot.helpdesk.sirportly import Sirportly
from bot.outcomes import Receipt
from tests.helpdesk.entries import Book
from tests.helpdesk.local import Local
from tests.helpdesk.people import AB, CHARLIE, asker
from tests.helpdesk.persistence import patience, persist
from tests.helpdesk.wire import action

FAULTS: dict[str, dict[str, Any]] = {
    "answer lost": {"kind": "lost"},
    "connection dropped": {"kind": "drop"},
    "503, nothing done": {"kind": "unavailable"},
    "503, but done": {"kind": "unavailable", "after": True},
    "HTML, nothing done": {"kind": "html"},
    "HTML, but done": {"kind": "html", "after": True},
    "slow, done in the end": {"kind": "slow", "seconds": 0.8},
    "slow to answer": {"kind": "slow", "seconds": 0.8, "after": True},
    "429": {"kind": "rate_limit"},
    "bare true": {"kind": "literal", "value": True, "after": True},
    "bare false": {"kind": "literal", "value": False},
    "twice lost": {"kind": "drop", "times": 2},
}

LOW = Named(id="4", name="Low")
IN_A_DAY = Moment(at=datetime.now(UTC) + timedelta(days=1))
ACTIONS: dict[str, tuple[str, Callable[[], Action]]] = {
    "submit": ("*/submit", partial(action, "create", AB, message="Smoke", tags=("vpn",))),
    "first message": ("*/post_update", partial(action, "create", AB, message="Smoke", tags=("vpn",))),
    "reply": ("*/post_update", partial(action, "reply", AB, message="On its way.\r\nSoon.")),
    "note": ("*/post_update", partial(action, "reply", AB, message="Known.", visibility="private")),
    "note of an update": ("*/post_update", partial(action, "update", AB, note="Known.", priority=LOW)),
    "update": ("*/update", partial(action, "update", AB, note="Known.", priority=LOW)),
    "followup": ("*/add_followup", partial(action, "followup", AB, when=IN_A_DAY, note="Ring them", reply="News?")),
    "followup in units": ("*/add_followup", partial(action, "followup", AB, note="Ring them")),
}


def do(desk: Sirportly, what: Action) -> Callable[..., Any]:
    """The attempts at an action, by the same person."""
    who = asker()

    async def attempt(journal: Any) -> Receipt:
        desk.check(what)
        result: Receipt = await getattr(desk, what.kind)(what, who, journal)
        return result

    return attempt


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("name", ACTIONS)
async def test_it_is_done_once(name: str, fault: str, sirportly_desk: Any, sirportly: Local, book: Book) -> None:
    path, make = ACTIONS[name]
    what = make()
    before = counted(sirportly)
    sirportly.fault(path=path, **FAULTS[fault])
    timeout, lag = patience(fault)
    receipt, attempts = await persist(do(sirportly_desk(timeout=timeout), what), book.entry(), book, lag=lag)
    after = counted(sirportly)
    expected = {
        "create": {"tickets": 1, "updates": 1},
        "reply": {"updates": 1},
        "update": {"updates": 1},
        "followup": {"followups": 1},
    }
    assert {key: after[key] - before[key] for key in after if after[key] != before[key]} == expected[what.kind]
    assert attempts > 1 or (name, fault) == ("update", "bare true")
    assert receipt.ticket.helpdesk == "support"


def counted(sirportly: Local) -> dict[str, int]:
    """How much there is of everything that could be doubled."""
    state = sirportly.state()
    return {key: len(state[key]) for key in ("tickets", "updates", "followups")}


async def test_two_identical_replies_stay_two(sirportly_desk: Any, sirportly: Local, book: Book) -> None:
    """The first is done and lost, the second never arrives: neither is taken for the other."""
    desk = sirportly_desk()
    before = len(sirportly.updates(AB.ref))
    for fault in ("lost", "drop", "lost"):
        sirportly.fault(fault, "*/post_update")
        await persist(do(desk, action("reply", AB, message="ok")), book.entry(), book)
    mine = [each["message"] for each in sirportly.updates(AB.ref)][before:]
    assert mine == ["ok", "ok", "ok"]
    holds = [held for entry in book.entries for held in entry.holds]
    assert len(set(holds)) == 3


async def test_a_ticket_is_found_where_its_tags_cannot_be_asked_for(
    sirportly_desk: Any, sirportly: Local, book: Book
) -> None:
    sirportly.fault("lost", "*/submit")
    sirportly.fault("expired", "*/spql", times=None)
    before = counted(sirportly)
    receipt, _ = await persist(do(sirportly_desk(), action("create", AB, message="Smoke")), book.entry(), book)
    assert counted(sirportly)["tickets"] == before["tickets"] + 1
    assert [each["message"] for each in sirportly.updates(receipt.ticket.ref)] == ["Smoke"]


async def test_a_user_token_without_reporting_still_finds_its_ticket(
    sirportly_desk: Any, sirportly: Local, book: Book
) -> None:
    sirportly.settings(reporting=False)
    sirportly.fault("lost", "*/submit")
    before = counted(sirportly)
    desk = sirportly_desk(application="demo-application")
    await persist(do(desk, action("create", AB, message="Smoke")), book.entry(), book)
    assert counted(sirportly)["tickets"] == before["tickets"] + 1


@pytest.mark.parametrize("fault", ["lost", "drop"])
async def test_a_forward_without_an_answer_is_put_to_a_person(
    fault: str, sirportly_desk: Any, sirportly: Local, book: Book
) -> None:
    desk, entry, what = sirportly_desk(), book.entry(), action("forward", AB)
    sirportly.fault(fault, "*/forward")
    with pytest.raises(OutcomeUnknown):
        await do(desk, what)(entry.attempt())
    book.clock.pass_by(book.settle_after + 1)
    with pytest.raises(Doubt, match=r"forwarding AB-123456 to jo@acme\.example"):
        await do(desk, what)(entry.attempt())
    assert len(sirportly.asked("/forward")) == 1
    receipt = await do(desk, what)(entry.attempt("again"))
    assert receipt.new_ticket is not None


async def test_variables_are_replaced_so_nothing_can_tell(sirportly_desk: Any, sirportly: Local, book: Book) -> None:
    what = action("reply", AB, message="Dear {{contact.name}}", parse_variables=True)
    desk, entry = sirportly_desk(), book.entry()
    sirportly.fault("lost", "*/post_update")
    with pytest.raises(OutcomeUnknown):
        await do(desk, what)(entry.attempt())
    book.clock.pass_by(book.settle_after + 1)
    with pytest.raises(Doubt):
        await do(desk, what)(entry.attempt())


async def test_a_followup_that_may_have_run_is_put_to_a_person(
    sirportly_desk: Any, sirportly: Local, book: Book
) -> None:
    """Whether one that has run is still listed is not documented, so an empty list proves nothing by then."""
    what = action("followup", AB, note="Ring them", when=Moment(at=book.clock() + timedelta(minutes=5)))
    desk, entry = sirportly_desk(), book.entry()
    sirportly.fault("lost", "*/add_followup")
    with pytest.raises(OutcomeUnknown):
        await do(desk, what)(entry.attempt())
    sirportly.advance(600)
    book.clock.pass_by(600)
    with pytest.raises(Doubt):
        await do(desk, what)(entry.attempt())
    assert len([each for each in sirportly.updates(AB.ref) if each["message"] == "Ring them"]) == 1


async def test_a_macro_is_not_run_again_and_the_person_is_told_to_look(
    sirportly_desk: Any, sirportly: Local, book: Book
) -> None:
    sirportly.fault("lost", "*/post_update")
    receipt, _ = await persist(do(sirportly_desk(), action("reply", AB, macro="Resolve")), book.entry(), book)
    assert len(sirportly.asked("/post_update")) == 1
    assert "Resolve" in receipt.warnings[0]


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ({"kind": "unavailable"}, Unavailable),
        ({"kind": "html"}, Unavailable),
        ({"kind": "lost"}, Unavailable),
        ({"kind": "slow", "seconds": 1.2}, Unavailable),
        ({"kind": "literal", "value": True}, Unavailable),
        ({"kind": "expired"}, AuthenticationFailed),
    ],
    ids=lambda value: value["kind"] if isinstance(value, dict) else "",
)
async def test_a_read_may_always_be_repeated(
    fault: dict[str, Any], error: type[Exception], sirportly_desk: Any, sirportly: Local
) -> None:
    sirportly.fault(**fault)
    desk = sirportly_desk(timeout=patience(fault["kind"])[0])
    with pytest.raises(error):
        await desk.show(AB)
    assert (await desk.show(AB)).subject == "Cannot push to our repository"


async def test_wrong_credentials_are_nobodys_typing(sirportly_desk: Any, sirportly: Local, book: Book) -> None:
    desk = sirportly_desk(secret="wrong")
    with pytest.raises(AuthenticationFailed):
        await desk.verify()
    entry = book.entry()
    with pytest.raises(AuthenticationFailed):
        await do(desk, action("update", AB, subject="x"))(entry.attempt())
    assert entry.progress == {}


@pytest.mark.parametrize("kind", ["update", "reply", "followup", "forward"])
async def test_a_ticket_that_does_not_exist_is_told_as_that(
    kind: str, sirportly_desk: Any, sirportly: Local, book: Book
) -> None:
    nowhere = AB.model_copy(update={"ref": "ZZ-999999"})
    more = {"update": {"status": Named(id="2", name="x")}, "followup": {"status": Named(id="2", name="x")}}.get(
        kind, {}
    )
    with pytest.raises(TicketNotFound, match="ZZ-999999"):
        await do(sirportly_desk(outgoing="support@example.com"), action(kind, nowhere, **more))(book.entry().attempt())


async def test_a_forward_answered_with_a_bare_true_is_done(sirportly_desk: Any, sirportly: Local, book: Book) -> None:
    sirportly.fault("literal", "*/forward", value=True, after=True)
    receipt = await do(sirportly_desk(), action("forward", AB))(book.entry().attempt())
    assert receipt.new_ticket is None
    assert "which ticket" in receipt.warnings[0]
    assert "whole history along, and this one has an internal note" in receipt.warnings[1]
    assert len(sirportly.asked("/forward")) == 1


async def test_an_update_is_found_where_its_own_list_is_closed(
    sirportly_desk: Any, sirportly: Local, book: Book
) -> None:
    before = counted(sirportly)["updates"]
    sirportly.fault("lost", "*/post_update")
    sirportly.fault("expired", "*/ticket_updates/all", times=None)
    await persist(do(sirportly_desk(), action("reply", AB)), book.entry(), book)
    assert counted(sirportly)["updates"] == before + 1


AUTHORS: dict[str, Author] = {
    "known": Author(contact=Contact(reference="NW-1")),
    "by address": Author(contact=Contact(name="Dana", email="dana@northwind.example")),
    "not linked": Author(contact=Contact(name="Anna", email="a@x.example"), linked=False),
}


@pytest.mark.parametrize("name", AUTHORS)
async def test_an_update_in_a_contacts_name_is_found(
    name: str, sirportly_desk: Any, sirportly: Local, book: Book
) -> None:
    before = counted(sirportly)["updates"]
    sirportly.fault("lost", "*/post_update")
    what = action("reply", AB, message="Still broken", author=AUTHORS[name])
    await persist(do(sirportly_desk(), what), book.entry(), book)
    assert counted(sirportly)["updates"] == before + 1


async def test_an_update_of_another_time_is_found(sirportly_desk: Any, sirportly: Local, book: Book) -> None:
    before = counted(sirportly)["updates"]
    sirportly.fault("lost", "*/post_update")
    what = action("reply", AB, posted_at=datetime(2026, 1, 2, 3, 4, tzinfo=UTC))
    await persist(do(sirportly_desk(), what), book.entry(), book)
    assert counted(sirportly)["updates"] == before + 1


async def test_the_same_words_by_somebody_else_or_from_before_are_not_taken_for_it(
    sirportly_desk: Any, sirportly: Local, book: Book
) -> None:
    """What a colleague wrote just now, and what the person wrote last week, is not what was lost."""
    words = "We are looking into it. Which repository is it?"  # adam's own, ten hours ago
    colleague = asker(CHARLIE)
    await sirportly_desk().reply(action("reply", AB, message=words), colleague, book.entry().attempt())
    before = counted(sirportly)["updates"]
    sirportly.fault("drop", "*/post_update")
    await persist(do(sirportly_desk(), action("reply", AB, message=words)), book.entry(), book)
    assert counted(sirportly)["updates"] == before + 1


async def test_a_new_ticket_of_a_known_contact_is_found_among_theirs(
    sirportly_desk: Any, sirportly: Local, book: Book
) -> None:
    before = counted(sirportly)["tickets"]
    sirportly.fault("lost", "*/submit")
    sirportly.fault("expired", "*/spql", times=None)
    what = action("create", AB, contact=Contact(reference="NW-1"))
    await persist(do(sirportly_desk(), what), book.entry(), book)
    assert counted(sirportly)["tickets"] == before + 1
    assert sirportly.asked("tickets/contact")
    assert not sirportly.asked("tickets/all")


@pytest.mark.parametrize("kind", ["create", "reply", "followup"])
async def test_an_answer_that_names_nothing_leaves_it_open(kind: str, sirportly_desk: Any, book: Book) -> None:
    transport = httpx.MockTransport(lambda _: httpx.Response(201, json={}))
    entry = book.entry()
    with pytest.raises(OutcomeUnknown):
        await do(sirportly_desk(transport=transport, outgoing="a@x.example"), action(kind, AB))(entry.attempt())
    assert len(entry.progress) == 1
