"""A follow-up runs when it was asked for, or the person is told at once: nothing can take it back."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.actions import Moment
from bot.errors import InvalidFields
from bot.outcomes import Otherwise, Receipt
from tests.helpdesk.entries import Book
from tests.helpdesk.local import Local
from tests.helpdesk.people import AB, asker
from tests.helpdesk.wire import action


async def schedule(desk: Any, book: Book, when: Moment, **more: Any) -> Receipt:
    what = action("followup", AB, **{"note": "Ring them", **more, "when": when})
    receipt: Receipt = await desk.followup(what, asker(received_at=book.clock()), book.entry().attempt())
    return receipt


def near(at: datetime | None, wanted: datetime) -> bool:
    return at is not None and abs(at - wanted) <= timedelta(seconds=61)


@pytest.mark.parametrize("unit", ["minute", "hour", "day", "week"])
async def test_an_amount_goes_as_it_was_said(unit: str, sirportly_desk: Any, sirportly: Local, book: Book) -> None:
    at = book.clock() + timedelta(**{f"{unit}s": 3})
    receipt = await schedule(
        sirportly_desk(run_at_zone=ZoneInfo("Asia/Tokyo")), book, Moment(at=at, amount=3, unit=unit)
    )
    (params,) = sirportly.asked("add_followup")
    assert (params["time_type"], params["time_length"]) == (unit, "3")
    assert near(receipt.run_at, at)
    assert receipt.warnings == ()


@pytest.mark.parametrize(("unit", "days"), [("month", 31), ("year", 366)])
async def test_months_and_years_are_the_helpdesks_own(
    unit: str, days: int, sirportly_desk: Any, sirportly: Local, book: Book
) -> None:
    """Whether they are calendar units there is not documented: a difference is told, whichever way it is."""
    await schedule(sirportly_desk(), book, Moment(at=book.clock() + timedelta(days=days), amount=1, unit=unit))
    (params,) = sirportly.asked("add_followup")
    assert (params["time_type"], params["time_length"]) == (unit, "1")


@pytest.mark.parametrize("zone", [None, ZoneInfo("Asia/Tokyo"), ZoneInfo("America/New_York")], ids=str)
async def test_an_instant_is_the_same_instant_there(
    zone: ZoneInfo | None, sirportly_desk: Any, sirportly: Local, book: Book
) -> None:
    sirportly.settings(zone=str(zone or "Asia/Kathmandu"))
    at = book.clock() + timedelta(days=2, seconds=17)
    receipt = await schedule(sirportly_desk(run_at_zone=zone), book, Moment(at=at))
    (params,) = sirportly.asked("add_followup")
    assert ("run_at" in params) == (zone is not None)
    assert near(receipt.run_at, at)
    assert receipt.warnings == ()


async def test_a_wrong_zone_is_told_at_once(sirportly_desk: Any, sirportly: Local, book: Book) -> None:
    sirportly.settings(zone="UTC")
    at = book.clock() + timedelta(days=2)
    receipt = await schedule(sirportly_desk(run_at_zone=ZoneInfo("Asia/Tokyo")), book, Moment(at=at))
    (otherwise,) = receipt.otherwise
    assert near(otherwise.asked, at)
    assert otherwise == Otherwise(field="run_at", asked=otherwise.asked, told=receipt.run_at)
    assert "run_at_zone" in receipt.warnings[-1]
    assert near(receipt.run_at, at + timedelta(hours=9))


@pytest.mark.parametrize(("zone", "told"), [("UTC", 0), ("Asia/Tokyo", 2)])
async def test_due_times_in_another_zone_are_told(
    zone: str, told: int, sirportly_desk: Any, sirportly: Local, book: Book
) -> None:
    """They go out without a zone; the answer, or the ticket where it is a bare true, has them with one."""
    sirportly.settings(zone=zone)
    at = book.clock().replace(second=0, microsecond=0) + timedelta(days=2)
    for literal in (False, True):
        if literal:
            sirportly.fault("literal", "*/tickets/update", value=True, after=True)
        changes = action("update", AB, reply_due_at=at, resolution_due_at=at + timedelta(hours=1), subject="as before")
        receipt = await sirportly_desk().update(changes, asker(), book.entry().attempt())

        assert [each.field for each in receipt.otherwise] == ["reply_due_at", "resolution_due_at"][:told]
        assert all(each.asked - each.told == timedelta(hours=9) for each in receipt.otherwise)
        assert [each.asked for each in receipt.otherwise[:1]] == [at][:told]
        assert ["run_at_zone" in warning for warning in receipt.warnings] == [True][:told]


async def test_what_is_asked_for_now_runs_soon(sirportly_desk: Any, sirportly: Local, book: Book) -> None:
    receipt = await schedule(sirportly_desk(), book, Moment(at=book.clock() + timedelta(seconds=20)))
    (params,) = sirportly.asked("add_followup")
    assert (params["time_type"], params["time_length"]) == ("minute", "2")
    assert receipt.warnings == ()


async def test_what_has_passed_while_waiting_is_not_sent(sirportly_desk: Any, sirportly: Local, book: Book) -> None:
    with pytest.raises(InvalidFields) as caught:
        await schedule(sirportly_desk(), book, Moment(at=book.clock() - timedelta(seconds=1), amount=1, unit="minute"))
    assert list(caught.value.reasons) == ["when"]
    assert sirportly.requests() == []


async def test_with_a_user_token_the_texts_open_with_the_persons_name(
    sirportly_desk: Any, sirportly: Local, book: Book
) -> None:
    """The actor is the token's user, whoever asked."""
    at = Moment(at=book.clock() + timedelta(hours=1))
    await schedule(sirportly_desk(application="demo-application"), book, at, reply="Any news?")
    (params,) = sirportly.asked("add_followup")
    assert "actor" not in params
    assert params["reply"] == "Adam Cooke wrote:\n\nAny news?"
    assert params["private_note"] == "Adam Cooke wrote:\n\nRing them"
    assert sirportly.state()["followups"][-1]["actor"]["username"] == "priya"


async def test_it_really_runs(sirportly_desk: Any, sirportly: Local, book: Book) -> None:
    await schedule(sirportly_desk(), book, Moment(at=book.clock() + timedelta(hours=1)), reply="Any news?")
    sirportly.advance(3700)
    assert [each["message"] for each in sirportly.updates("AB-123456")[-2:]] in (
        ["Any news?", "Ring them"],
        ["Ring them", "Any news?"],
    )
