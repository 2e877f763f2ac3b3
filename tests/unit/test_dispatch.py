"""From an entry to its outcome: what one attempt decided the next one finishes, and nothing is claimed on a guess."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.actions import AddFollowup, Asker, PostReply, Staff
from bot.dispatch import Desk, Dispatcher, Job, Performed, Postponed
from bot.dispatch.people import People, Profile, Rules
from bot.errors import OutcomeUnknown, SlackUnavailable, Unavailable
from bot.grammar import parse
from bot.helpdesk import JSON, Capabilities, Entries, Helpdesk, Journal
from bot.helpdesk.catalogue import Catalogue
from bot.outcomes import Done, Failed, Receipt, Rejected, Unsure

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


class Clock:
    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


class Slack:
    """A directory in which everybody is at home, but for those of another organisation."""

    def __init__(self) -> None:
        self.away = False

    async def profile(self, slack_user: str) -> Profile:
        if self.away:
            raise SlackUnavailable("users.info: internal_error")
        if slack_user.startswith("W"):
            return Profile(slack_user, name="Eve", email="adam@example.com", foreign=True)
        return Profile(slack_user, name="Adam", email="adam@example.com", zone="Europe/London")

    async def groups(self, slack_user: str, among: Sequence[str]) -> frozenset[str]:
        return frozenset()


class Paper(Helpdesk):
    """A helpdesk that writes down what it was told, and goes wrong as told."""

    vendor = "Paper"
    settle_after = 10

    def __init__(self) -> None:
        super().__init__("paper")
        self.wrong: Exception | None = None
        self.found: list[Any] = []
        self.cannot_look: Exception | None = None
        self.sent: list[Any] = []

    @property
    def capabilities(self) -> Capabilities:
        return {"reply": frozenset(), "followup": frozenset({"note"})}

    def canonical(self, ref: str) -> str:
        return ref

    def url(self, ref: str) -> str | None:
        return None

    async def staff_by_email(self, email: str) -> Staff | None:
        return Staff(id="1", name="Adam", username="adam", email=email)

    async def entries(self, name: Any) -> Entries | None:
        return None

    async def reply(self, action: PostReply, asker: Asker, journal: Journal) -> Receipt:
        await self._once(action, journal)
        return Receipt(ticket=action.ticket)

    async def followup(self, action: AddFollowup, asker: Asker, journal: Journal) -> Receipt:
        await self._once(action, journal)
        return Receipt(ticket=action.ticket, run_at=action.when.at)

    async def _once(self, action: Any, journal: Journal) -> JSON:
        async def send() -> JSON:
            self.sent.append(action)
            if self.wrong:
                raise self.wrong
            return {"id": "1"}

        async def find(_: datetime) -> list[Any]:
            if self.cannot_look:
                raise self.cannot_look
            return self.found

        return await journal.once("write", send, find=find, doing="writing it down")


class Attempts:
    """The attempts at one entry, as the ledger would make them."""

    def __init__(self, line: str, clock: Clock, helpdesk: Paper) -> None:
        self.clock = clock
        self.progress: dict[str, Any] = {}
        self._line = line
        self.slack = Slack()
        self._dispatcher = Dispatcher(
            {"paper": Desk(helpdesk, Catalogue(helpdesk))},
            People(self.slack, {}, Rules()),
            zone="UTC",
            patience=timedelta(hours=24),
            clock=clock,
        )
        self._count = 0

    async def one(self, verdict: Any = None, *, by: str = "U1") -> Performed:
        job = Job("m1", "paper", by, "C1", NOW, parse(self._line), attempts=self._count, verdict=verdict)
        performed = await self._dispatcher.perform(job, dict(self.progress), self._save, self._held)
        self._count += 1
        self.progress = performed.progress
        return performed

    async def _save(self, progress: Any, holds: Any) -> None:
        self.progress = dict(progress)

    async def _held(self, ids: Any) -> set[str]:
        return set()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def paper() -> Paper:
    return Paper()


@pytest.fixture
def attempts(clock: Clock, paper: Paper) -> Callable[[str], Attempts]:
    return lambda line: Attempts(line, clock, paper)


async def test_what_may_have_been_scheduled_is_not_called_past(
    attempts: Callable[[str], Attempts], clock: Clock, paper: Paper
) -> None:
    """The answer is lost and the moment passes: whether it was scheduled is found out, not denied."""
    entry = attempts("followup AB-1 in 1 minute -- ring")
    paper.wrong = OutcomeUnknown("cut")
    assert isinstance((await entry.one()).result, Postponed)
    clock.now += timedelta(minutes=5)
    paper.wrong = None
    paper.found = [type("Found", (), {"id": "followup:1", "result": {"id": "1"}})()]

    assert isinstance((await entry.one()).result, Done)
    assert len(paper.sent) == 1


async def test_a_moment_that_passed_before_anything_was_sent_is_put_to_the_person(
    attempts: Callable[[str], Attempts], clock: Clock, paper: Paper
) -> None:
    """Nothing was scheduled, and it says so."""
    clock.now += timedelta(minutes=5)

    result = (await attempts("followup AB-1 in 1 minute -- ring").one()).result

    assert isinstance(result, Rejected)
    assert paper.sent == []


async def test_a_write_that_is_never_answered_ends_with_a_question(
    attempts: Callable[[str], Attempts], clock: Clock, paper: Paper
) -> None:
    """It is tried less and less often, and after the patience a person is asked."""
    entry = attempts("reply AB-1 hello")
    paper.wrong = OutcomeUnknown("500 for ever")
    waits = []
    for _ in range(1000):
        result = (await entry.one()).result
        if not isinstance(result, Postponed):
            break
        waits.append(result.at - clock.now)
        clock.now = result.at

    assert isinstance(result, Unsure)
    assert waits[-1] > waits[0]
    assert clock.now - NOW < timedelta(hours=30)


async def test_giving_up_on_a_look_is_a_question_too(
    attempts: Callable[[str], Attempts], clock: Clock, paper: Paper
) -> None:
    """The helpdesk stays away after a lost answer: «nothing was sent» would be a guess."""
    entry = attempts("reply AB-1 hello")
    paper.wrong = OutcomeUnknown("cut")
    await entry.one()
    paper.cannot_look = Unavailable("away")
    clock.now += timedelta(hours=25)

    assert isinstance((await entry.one()).result, Unsure)


async def test_giving_up_without_having_sent_anything(
    attempts: Callable[[str], Attempts], clock: Clock, paper: Paper
) -> None:
    """Then it has failed, and nothing happened."""
    entry = attempts("reply AB-1 hello")
    paper.wrong = Unavailable("away")
    assert isinstance((await entry.one()).result, Postponed)
    clock.now += timedelta(hours=25)

    result = (await entry.one()).result

    assert isinstance(result, Failed)
    assert result.reason == "expired"


async def test_it_is_said_who_does_not_answer(attempts: Callable[[str], Attempts], paper: Paper) -> None:
    """Slack, or the helpdesk."""
    entry = attempts("reply AB-1 hello")
    entry.slack.away = True
    slack = (await entry.one()).result
    entry.slack.away, paper.wrong = False, Unavailable("down")
    helpdesk = (await entry.one()).result

    assert [each.reason for each in (slack, helpdesk) if isinstance(each, Postponed)] == ["slack", "unavailable"]


@pytest.mark.parametrize(("by", "advised"), [("U1", True), ("W1", False)], ids=["ours", "of another organisation"])
async def test_how_an_account_is_come_by(
    attempts: Callable[[str], Attempts], paper: Paper, monkeypatch: pytest.MonkeyPatch, by: str, advised: bool
) -> None:
    """An address of another organisation's proves nothing, so nobody there is told to have the same one."""

    async def nobody(email: str) -> Staff | None:
        return None

    monkeypatch.setattr(paper, "staff_by_email", nobody)
    result = (await attempts("reply AB-1 hello").one(by=by)).result

    assert isinstance(result, Rejected)
    assert ("e-mail address" in result.message) is advised
    assert "[people]" in result.message


WORDS = {
    "update AB-1 status:New": "Paper cannot change tickets.",
    'followup AB-1 in 2 days status:New assign:me note:"look"': "Paper takes no assignee or status when you schedule",
    "forward AB-1 jo@acme.example hello": "Paper cannot forward tickets.",
}


@pytest.mark.parametrize(("line", "words"), WORDS.items(), ids=list(WORDS))
async def test_what_a_helpdesk_lacks_is_said_in_words(
    attempts: Callable[[str], Attempts], line: str, words: str
) -> None:
    """As a sentence, not as the names of fields and verbs."""
    result = (await attempts(line).one()).result

    assert isinstance(result, Rejected)
    assert result.message.startswith(words)
