"""The parameters of Sirportly's writes, as pure values."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.actions import AddFollowup, CreateTicket, Moment, Named, UpdateTicket
from bot.errors import InvalidFields
from bot.helpdesk.sirportly import requests
from bot.helpdesk.sirportly.settings import CreateDefaults
from tests.helpdesk.people import AB

NOW = datetime(2026, 11, 22, 12, 0, 20, tzinfo=UTC)
LONDON = ZoneInfo("Europe/London")


def followup(at: datetime, **more: Any) -> AddFollowup:
    return AddFollowup(ticket=AB, when=Moment(at=at, **more))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def units(unit: str, length: int) -> dict[str, str]:
    return {"time_type": unit, "time_length": str(length)}


ON_TIME = timedelta(0)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
SOON = followup(NOW + timedelta(seconds=5))

WHEN: list[tuple[str, AddFollowup, timedelta, ZoneInfo | None, dict[str, str]]] = [
    ("an amount", followup(NOW + 2 * HOUR, amount=2, unit="hour"), ON_TIME, None, units("hour", 2)),
    ("a year", followup(at("2027-11-22T12:00:20"), amount=1, unit="year"), ON_TIME, None, units("year", 1)),
    ("an amount, zone known", followup(NOW + DAY, amount=1, unit="day"), ON_TIME, LONDON, units("day", 1)),
    ("an amount that waited", followup(NOW + HOUR, amount=2, unit="hour"), HOUR, None, units("minute", 60)),
    ("a month that waited", followup(NOW + 29 * DAY, amount=1, unit="month"), DAY, None, units("minute", 29 * 1440)),
    ("an instant", followup(at("2026-11-22T14:00:00")), ON_TIME, None, units("minute", 120)),
    ("an instant, rounded up", followup(at("2026-11-22T14:00:21")), ON_TIME, None, units("minute", 121)),
    ("too soon", SOON, ON_TIME, None, units("minute", 2)),
    ("an instant, zone known", followup(at("2026-11-23T09:00:00")), ON_TIME, LONDON, {"run_at": "2026-11-23 09:00"}),
    ("summer time", followup(at("2027-07-01T09:00:00")), ON_TIME, LONDON, {"run_at": "2027-07-01 10:00"}),
    ("seconds, zone known", followup(at("2026-11-23T09:00:01")), ON_TIME, LONDON, {"run_at": "2026-11-23 09:01"}),
    ("too soon, zone known", SOON, ON_TIME, LONDON, {"run_at": "2026-11-22 12:03"}),
    ("an hour that comes twice", followup(at("2027-10-31T00:30:00")), ON_TIME, LONDON, {"time_type": "minute"}),
]


@pytest.mark.parametrize(("action", "late", "zone", "params"), [row[1:] for row in WHEN], ids=[row[0] for row in WHEN])
def test_when_a_followup_runs(
    action: AddFollowup, late: timedelta, zone: ZoneInfo | None, params: dict[str, str]
) -> None:
    sent, expected = requests.followup_time(action, asked=NOW - late, now=NOW, zone=zone)
    assert params.items() <= sent.items()
    assert expected >= min(action.when.at, NOW + requests.SOONEST)
    assert abs(expected - max(action.when.at, NOW + requests.SOONEST)) <= timedelta(minutes=1)


def test_a_moment_that_has_passed_is_put_to_the_person() -> None:
    with pytest.raises(InvalidFields) as caught:
        requests.followup_time(followup(NOW), asked=NOW, now=NOW, zone=None)
    assert "when" in caught.value.reasons


@pytest.mark.parametrize(
    ("field", "value", "sent"),
    [
        ("priority", "raise", "-1"),
        ("priority", "lower", "-2"),
        ("team", "escalate", "-1"),
        ("team", "de-escalate", "-2"),
        ("priority", Named(id="2", name="High"), "2"),
    ],
)
def test_steps_have_words(field: str, value: Any, sent: str) -> None:
    action = AddFollowup.model_validate({"ticket": AB, "when": Moment(at=NOW), field: value})
    assert requests.followup(action, requests.By({}), when={})[field] == sent


@pytest.mark.parametrize("field", ["priority", "team"])
@pytest.mark.parametrize("typed", ["-1", "-2"])
def test_a_typed_step_is_refused(field: str, typed: str) -> None:
    action = AddFollowup.model_validate({"ticket": AB, "when": Moment(at=NOW), field: Named(id=typed, name=typed)})
    with pytest.raises(InvalidFields) as caught:
        requests.followup(action, requests.By({}), when={})
    assert list(caught.value.reasons) == [field]


CLEARED = {
    "sla": "sla",
    "team": "team",
    "assignee": "user",
    "tags": "tag_list",
    "reply_due_at": "reply_due_at",
    "resolution_due_at": "resolution_due_at",
    "additional_contacts": "additional_contact_methods",
}


@pytest.mark.parametrize(("field", "param"), CLEARED.items())
def test_a_field_given_as_nothing_is_sent_empty_and_one_not_given_is_not_sent(field: str, param: str) -> None:
    action = UpdateTicket.model_validate({"ticket": AB, field: None})
    assert requests.update(action, contact={}, zone=None) == {"ticket": "AB-123456", param: ""}
    assert requests.update(UpdateTicket(ticket=AB), contact={}, zone=None) == {}


@pytest.mark.parametrize("field", ["status", "priority", "department", "subject", "updated_at"])
def test_what_a_ticket_always_has_is_never_sent_empty(field: str) -> None:
    action = UpdateTicket.model_validate({"ticket": AB, field: None, "tags": ("vpn",)})
    with pytest.raises(InvalidFields) as caught:
        requests.update(action, contact={}, zone=None)
    assert list(caught.value.reasons) == [field]


def test_a_custom_field_is_cleared_like_any_other() -> None:
    action = UpdateTicket(ticket=AB, custom={"plan": None, "server": "node-4"})
    sent = requests.update(action, contact={}, zone=None)
    assert sent == {"ticket": "AB-123456", "custom[plan]": "", "custom[server]": "node-4"}


def test_a_department_is_changed_by_number_alone() -> None:
    action = UpdateTicket(ticket=AB, department=Named(id="Sales", name="Sales"))
    with pytest.raises(InvalidFields) as caught:
        requests.update(action, contact={}, zone=None)
    assert "Sales" in caught.value.reasons["department"]


def test_what_sirportly_insists_on_is_asked_for_before_anything_is_sent() -> None:
    action = CreateTicket(helpdesk="support", subject="x")
    with pytest.raises(InvalidFields) as caught:
        requests.submit(action, defaults=CreateDefaults(), contact={}, marker="tb-1")
    assert set(caught.value.reasons) == {"status", "priority", "department"}


@pytest.mark.parametrize(
    ("department", "team"),
    [
        (Named(id="3", name="Technical Support"), "1st Line Support"),
        (Named(id="1", name="Sales"), None),
        (None, "1st Line Support"),
    ],
)
def test_a_default_team_is_not_taken_to_another_department(department: Named | None, team: str | None) -> None:
    action = CreateTicket(helpdesk="support", subject="x", **({"department": department} if department else {}))
    defaults = CreateDefaults(
        status="New", priority="Normal", department="3", team="1st Line Support", brand="Codebase"
    )
    sent = requests.submit(action, defaults=defaults, contact={}, marker="tb-1")
    assert sent.get("team") == team
    assert ("brand" in sent) == (team is not None)


@pytest.mark.parametrize("tag", ["wide area", "a,b", " ", "tab\tbed"])
def test_a_tag_that_would_become_two_is_refused(tag: str) -> None:
    with pytest.raises(InvalidFields) as caught:
        requests.update(UpdateTicket(ticket=AB, tags=("vpn", tag)), contact={}, zone=None)
    assert list(caught.value.reasons) == ["tags"]


def test_what_was_said_goes_before_the_defaults_and_none_means_none() -> None:
    action = CreateTicket(helpdesk="support", subject="x", priority=Named(id="1", name="Urgent"), team=None)
    defaults = CreateDefaults(status="New", priority="Normal", department="3", team="Sales", sla="Premium")
    sent = requests.submit(action, defaults=defaults, contact={"contact": "1"}, marker="tb-1")
    assert sent == {
        "subject": "x",
        "status": "New",
        "priority": "1",
        "department": "3",
        "sla": "Premium",
        "tag_list": "tb-1",
        "contact": "1",
    }
