"""SocialBoards: whatever goes wrong on the way, it has been done exactly once, or a person has been asked."""

from collections.abc import Callable
from functools import partial
from typing import Any

import httpx
import pytest

from bot.actions import Action, Named, Staff
from bot.errors import AuthenticationFailed, InvalidFields, OutcomeUnknown, TicketNotFound, Unavailable, UserError
from bot.helpdesk.journal import Doubt
from bot.helpdesk.socialboards import SocialBoards
from bot.outcomes import Receipt
from tests.helpdesk.entries import Book
from tests.helpdesk.local import Local
from tests.helpdesk.people import ADAM_THERE, LOGIN, PRIYA_THERE, asker
from tests.helpdesk.persistence import patience, persist
from tests.helpdesk.wire import action

FAULTS: dict[str, dict[str, Any]] = {
    "answer lost": {"kind": "lost"},
    "connection dropped": {"kind": "drop"},
    "503, nothing done": {"kind": "unavailable"},
    "503, but done": {"kind": "unavailable", "after": True},
    "HTML, but done": {"kind": "html", "after": True},
    "slow, done in the end": {"kind": "slow", "seconds": 0.8},
    "slow to answer": {"kind": "slow", "seconds": 0.8, "after": True},
    "429": {"kind": "rate_limit"},
    "token expired": {"kind": "expired"},
    "no envelope, but done": {"kind": "literal", "value": True, "after": True},
}
DONE = Named(id="completed", name="completed")
EVERYTHING = {"assignee": ADAM_THERE, "category": None, "status": DONE, "tags": ("vip",)}
ACTIONS: dict[str, tuple[str, Callable[[], Action]]] = {
    "create": ("/tickets", partial(action, "create", LOGIN, message="Smoke", tags=("vpn",))),
    "reply": ("*/replies", partial(action, "reply", LOGIN, message="On its way.\nSoon.")),
    "HTML reply": ("*/replies", partial(action, "reply", LOGIN, html="<p>On its <b>way</b>.</p>")),
    "assignee": ("*/assignee", partial(action, "update", LOGIN, **EVERYTHING)),
    "category": ("*/category", partial(action, "update", LOGIN, **EVERYTHING)),
    "status": ("*/status", partial(action, "update", LOGIN, **EVERYTHING)),
    "tags": ("*/tags", partial(action, "update", LOGIN, **EVERYTHING)),
}


def do(desk: SocialBoards, what: Action) -> Callable[..., Any]:
    """The attempts at an action, by the same person."""
    who = asker(ADAM_THERE)

    async def attempt(journal: Any) -> Receipt:
        desk.check(what)
        result: Receipt = await getattr(desk, what.kind)(what, who, journal)
        return result

    return attempt


def counted(socialboards: Local) -> dict[str, int]:
    state = socialboards.state()
    return {key: len(state[key]) for key in ("tickets", "updates")}


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("name", ACTIONS)
async def test_it_is_done_once(name: str, fault: str, socialboards_desk: Any, socialboards: Local, book: Book) -> None:
    path, make = ACTIONS[name]
    what = make()
    before = counted(socialboards)
    socialboards.fault(path=path, **FAULTS[fault])
    timeout, lag = patience(fault)
    await persist(do(socialboards_desk(timeout=timeout), what), book.entry(), book, lag=lag)
    after = counted(socialboards)
    grown = {key: after[key] - before[key] for key in after if after[key] != before[key]}
    assert grown == {"create": {"tickets": 1}, "reply": {"updates": 1}, "update": {}}[what.kind]
    if what.kind == "update":
        ticket = await socialboards_desk().record(LOGIN.ref)
        assert (ticket["lockedBy"]["id"], ticket["category"]) == (ADAM_THERE.id, None)
        assert (ticket["status"], ticket["tags"]) == ("completed", ["vip"])


async def test_two_identical_replies_stay_two(socialboards_desk: Any, socialboards: Local, book: Book) -> None:
    desk = socialboards_desk()
    before = counted(socialboards)["updates"]
    for fault in ("lost", "drop", "lost"):
        socialboards.fault(fault, "*/replies", method="POST")
        await persist(do(desk, action("reply", LOGIN, message="ok")), book.entry(), book)
    assert counted(socialboards)["updates"] == before + 3
    assert len({held for entry in book.entries for held in entry.holds}) == 3


async def test_where_replies_cannot_be_read_the_log_can_tell_that_there_is_none(
    socialboards_desk: Any, socialboards: Local, book: Book
) -> None:
    desk = socialboards_desk(unconfirmed=frozenset())
    before = counted(socialboards)["updates"]
    socialboards.fault("drop", "*/replies")
    await persist(do(desk, action("reply", LOGIN)), book.entry(), book)
    assert counted(socialboards)["updates"] == before + 1
    assert not socialboards_routes(socialboards) & {"GET /replies"}


async def test_where_replies_cannot_be_read_one_that_may_be_ours_is_put_to_a_person(
    socialboards_desk: Any, socialboards: Local, book: Book
) -> None:
    desk, entry = socialboards_desk(unconfirmed=frozenset()), book.entry()
    socialboards.fault("lost", "*/replies")
    with pytest.raises(OutcomeUnknown):
        await do(desk, action("reply", LOGIN))(entry.attempt())
    book.clock.pass_by(book.settle_after + 1)
    with pytest.raises(Doubt, match="answering 4484632"):
        await do(desk, action("reply", LOGIN))(entry.attempt())
    assert len(socialboards.asked("/replies")) == 1


async def test_a_note_without_an_answer_is_put_to_a_person(
    socialboards_desk: Any, socialboards: Local, book: Book
) -> None:
    desk, entry = socialboards_desk(), book.entry()
    what = action("reply", LOGIN, visibility="private")
    socialboards.fault("lost", "*/notes")
    with pytest.raises(OutcomeUnknown):
        await do(desk, what)(entry.attempt())
    book.clock.pass_by(book.settle_after + 1)
    with pytest.raises(Doubt, match="note"):
        await do(desk, what)(entry.attempt())
    assert len(socialboards.asked("/notes")) == 1


@pytest.mark.parametrize("path", ["*/notes", "*/replies"])
async def test_what_was_refused_was_not_done(
    path: str, socialboards_desk: Any, socialboards: Local, book: Book
) -> None:
    entry = book.entry()
    visibility = "private" if path == "*/notes" else "public"
    socialboards.fault("error_code", path, code=77)
    with pytest.raises(UserError, match=r"asked to fail.*77"):
        await do(socialboards_desk(), action("reply", LOGIN, visibility=visibility))(entry.attempt())
    assert entry.progress == {}


@pytest.mark.parametrize("unconfirmed", [frozenset(), frozenset({"ticket"})], ids=["by list", "by ticket"])
async def test_a_ticket_that_does_not_exist_is_told_as_that(
    unconfirmed: Any, socialboards_desk: Any, socialboards: Local, book: Book
) -> None:
    desk = socialboards_desk(unconfirmed=unconfirmed)
    nowhere = LOGIN.model_copy(update={"ref": "999"})
    with pytest.raises(TicketNotFound, match="999"):
        await desk.show(nowhere)
    for kind, more in (("reply", {}), ("update", {"category": None}), ("update", {"assignee": None})):
        with pytest.raises(TicketNotFound, match="999"):
            await do(desk, action(kind, nowhere, **more))(book.entry().attempt())


async def test_who_is_assigned_already_is_not_assigned_again(
    socialboards_desk: Any, socialboards: Local, book: Book
) -> None:
    await do(socialboards_desk(), action("update", LOGIN, assignee=PRIYA_THERE))(book.entry().attempt())
    assert socialboards.asked("/assignee") == []


async def test_nobody_is_nobody(socialboards_desk: Any, socialboards: Local, book: Book) -> None:
    await do(socialboards_desk(), action("update", LOGIN, assignee=None))(book.entry().attempt())
    assert socialboards.asked("/assignee") == [{"assigneeId": None, "previousAssigneeId": PRIYA_THERE.id}]
    assert (await socialboards_desk().record(LOGIN.ref))["lockedBy"] is None


async def test_what_was_done_before_a_refusal_is_told(socialboards_desk: Any, socialboards: Local, book: Book) -> None:
    what = action("update", LOGIN, assignee=ADAM_THERE, category=Named(id="23447", name="Archive"), note="Hm")
    with pytest.raises(InvalidFields) as caught:
        await do(socialboards_desk(), what)(book.entry().attempt())
    assert "note, assignee" in caught.value.reasons[""]
    assert "cannot be chosen" in caught.value.reasons["category"]


async def test_wrong_credentials_are_nobodys_typing(socialboards_desk: Any) -> None:
    with pytest.raises(AuthenticationFailed, match="invalid_grant"):
        await socialboards_desk(refresh_token="wrong").verify()


async def test_a_read_may_always_be_repeated(socialboards_desk: Any, socialboards: Local) -> None:
    # By POST /tickets/list: a GET whose connection was cut is repeated by aiohttp itself, and harmlessly.
    desk = socialboards_desk(timeout=5, unconfirmed=frozenset())
    for fault in ({"kind": "unavailable"}, {"kind": "html"}, {"kind": "lost"}, {"kind": "literal", "value": False}):
        socialboards.fault(path="/tickets/*", **fault)
        with pytest.raises(Unavailable):
            await desk.show(LOGIN)
    assert (await desk.show(LOGIN)).subject == "Cannot log in"


def socialboards_routes(socialboards: Local) -> set[str]:
    return {f"{each['method']} /{each['path'].rpartition('/')[2]}" for each in socialboards.requests()}


async def test_somebody_elses_change_in_between_is_not_overwritten(socialboards_desk: Any, book: Book) -> None:
    """The check of the previous assignee is the helpdesk's own; where it fails the person looks again."""
    before = [PRIYA_THERE.id, "0da5a9e8-90ef-403f-873c-e20e4d298558"]

    def between(request: httpx.Request) -> httpx.Response:
        if request.url.path == "/token":
            return httpx.Response(200, json={"access_token": "x", "expires_in": 3599, "refresh_token": "y"})
        if request.method == "PATCH":
            return httpx.Response(409, json={"data": None, "errorCode": 5, "errorText": "changed"})
        ticket = {"id": 4484632, "status": "open", "lockedBy": {"id": before.pop(0)}}
        return httpx.Response(200, json={"data": [ticket], "errorCode": -1, "errorText": None})

    desk = socialboards_desk(unconfirmed=frozenset(), transport=httpx.MockTransport(between))
    with pytest.raises(InvalidFields, match="somebody else"):
        await do(desk, action("update", LOGIN, assignee=ADAM_THERE))(book.entry().attempt())


async def test_somebody_who_cannot_be_assigned_is_told_as_that(socialboards_desk: Any, book: Book) -> None:
    olga = Staff(id="9d2f61c4-6a0e-4c77-8a55-1b7f0a2f9c11", name="Olga Berg")
    with pytest.raises(InvalidFields) as caught:
        await do(socialboards_desk(), action("update", LOGIN, assignee=olga))(book.entry().attempt())
    assert "Olga Berg" in caught.value.reasons["assignee"]


@pytest.mark.parametrize(("fields", "says"), [({"status": None}, "always has one"), ({}, "nothing to change")])
async def test_what_cannot_be_is_said_before_anything_is_sent(
    fields: dict[str, Any], says: str, socialboards_desk: Any, socialboards: Local, book: Book
) -> None:
    with pytest.raises(InvalidFields, match=says):
        await do(socialboards_desk(), action("update", LOGIN, **fields))(book.entry().attempt())
    assert socialboards.requests() == []
