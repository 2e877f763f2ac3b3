"""A step is done once in the life of an entry, whatever happens in between."""

from collections.abc import Sequence
from datetime import datetime

import pytest

from bot.errors import AuthenticationFailed, HelpdeskError, InvalidFields, OutcomeUnknown, RateLimited, Unavailable
from bot.helpdesk import JSON, Found
from bot.helpdesk.journal import Doubt, NotYet, tag_for
from tests.helpdesk.entries import Book, Entry

SETTLED = 26.0


class Desk:
    """Something to write to: what was done, and what goes wrong next."""

    def __init__(self) -> None:
        self.done: list[str] = []
        self.wrong: Exception | None = None
        self.asked: list[datetime] = []

    async def send(self) -> JSON:
        if self.wrong is not None and not isinstance(self.wrong, OutcomeUnknown):
            raise self.wrong
        self.done.append(f"update:{len(self.done) + 1}")
        if self.wrong is not None:
            raise self.wrong
        return {"id": self.done[-1]}

    async def find(self, sent: datetime) -> Sequence[Found]:
        self.asked.append(sent)
        return [Found(id=each, result={"id": each}) for each in self.done]


def held(result: JSON) -> str:
    return str(result["id"])


async def attempt(entry: Entry, desk: Desk, *, blind: bool = False, again: bool = False) -> JSON:
    journal = entry.attempt("again" if again else None)
    result = await journal.once("step", desk.send, find=None if blind else desk.find, holds=held, doing="doing it")
    entry.settle(journal)
    return result


async def lose(entry: Entry, desk: Desk, *, blind: bool = False) -> None:
    """An attempt that is done, and whose answer is lost."""
    desk.wrong = OutcomeUnknown("cut")
    with pytest.raises(OutcomeUnknown):
        await attempt(entry, desk, blind=blind)
    desk.wrong = None


async def test_what_is_done_is_not_done_again(book: Book) -> None:
    entry, desk = book.entry(), Desk()
    first = await attempt(entry, desk)
    assert await attempt(entry, desk) == first
    assert desk.done == ["update:1"]
    assert entry.holds == ("update:1",)


async def test_the_moment_of_sending_is_kept_before_anything_is_sent(book: Book) -> None:
    entry = book.entry()

    async def dies() -> JSON:
        assert entry.progress["step"]["sent"]
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        await entry.attempt().once("step", dies, find=None)
    assert "sent" in entry.progress["step"]
    assert "result" not in entry.progress["step"]


async def test_nothing_is_judged_before_it_has_settled(book: Book) -> None:
    entry, desk = book.entry(), Desk()
    await lose(entry, desk)
    with pytest.raises(NotYet) as caught:
        await attempt(entry, desk)
    assert (caught.value.until - datetime.fromisoformat(entry.progress["step"]["sent"])).total_seconds() == 25
    assert desk.asked == []


async def test_what_is_found_is_adopted_and_kept_at_once(book: Book) -> None:
    entry, desk = book.entry(), Desk()
    await lose(entry, desk)
    book.clock.pass_by(SETTLED)
    assert await entry.attempt().once("step", desk.send, find=desk.find, holds=held) == {"id": "update:1"}
    assert entry.holds == ("update:1",)
    assert desk.done == ["update:1"]


async def test_what_another_entry_holds_is_not_adopted(book: Book) -> None:
    """Two replies «ok» stay two."""
    first, second, desk = book.entry(), book.entry(), Desk()
    await attempt(first, desk)
    desk.wrong = RuntimeError("the process died before a byte was sent")
    with pytest.raises(RuntimeError):
        await attempt(second, desk)
    desk.wrong = None
    book.clock.pass_by(SETTLED)
    assert await attempt(second, desk) == {"id": "update:2"}
    assert desk.done == ["update:1", "update:2"]


async def test_of_two_that_are_found_each_entry_adopts_one(book: Book) -> None:
    first, second, desk = book.entry(), book.entry(), Desk()
    await lose(first, desk)
    await lose(second, desk)
    book.clock.pass_by(SETTLED)
    assert [await attempt(first, desk), await attempt(second, desk)] == [{"id": "update:1"}, {"id": "update:2"}]
    assert len(desk.done) == 2


async def test_where_nothing_can_tell_a_person_is_asked(book: Book) -> None:
    entry, desk = book.entry(), Desk()
    await lose(entry, desk, blind=True)
    book.clock.pass_by(SETTLED)
    with pytest.raises(Doubt) as caught:
        await attempt(entry, desk, blind=True)
    assert caught.value.doing == "doing it"
    assert len(desk.done) == 1
    await attempt(entry, desk, blind=True, again=True)
    assert len(desk.done) == 2


async def test_a_verdict_is_good_for_one_step_alone(book: Book) -> None:
    entry, desk = book.entry(), Desk()
    await lose(entry, desk, blind=True)
    book.clock.pass_by(SETTLED)
    with pytest.raises(Doubt):
        await attempt(entry, desk, blind=True)
    journal = entry.attempt("again")
    desk.wrong = OutcomeUnknown("cut again")
    with pytest.raises(OutcomeUnknown):
        await journal.once("step", desk.send, find=None)
    desk.wrong = None
    book.clock.pass_by(SETTLED)
    with pytest.raises(Doubt):
        await journal.once("step", desk.send, find=None)
    assert len(desk.done) == 2


async def test_a_verdict_judges_one_sending_and_no_later_one(book: Book) -> None:
    """The process dies after it was sent again: the next attempt asks anew, instead of sending a third time."""
    entry, desk = book.entry(), Desk()
    await lose(entry, desk, blind=True)
    book.clock.pass_by(SETTLED)
    with pytest.raises(Doubt):
        await attempt(entry, desk, blind=True)
    desk.wrong = OutcomeUnknown("cut again")
    with pytest.raises(OutcomeUnknown):
        await attempt(entry, desk, blind=True, again=True)
    desk.wrong = None
    sent = len(desk.done)
    book.clock.pass_by(SETTLED)

    with pytest.raises(Doubt):
        await attempt(entry, desk, blind=True, again=True)

    assert len(desk.done) == sent


@pytest.mark.parametrize("error", [InvalidFields({"": "not found"}), AuthenticationFailed("no")], ids=["404", "403"])
async def test_a_look_that_is_refused_is_a_doubt_and_no_refusal(book: Book, error: Exception) -> None:
    """That the helpdesk does not let us look says nothing about whether it was done."""
    entry, desk = book.entry(), Desk()
    await lose(entry, desk, blind=True)
    book.clock.pass_by(SETTLED)

    async def find(_: datetime) -> list[Found]:
        raise error

    with pytest.raises(Doubt):
        await entry.attempt().once("step", desk.send, find=find)


@pytest.mark.parametrize(
    "error",
    [
        Unavailable("refused"),
        RateLimited("later", retry_after=3),
        InvalidFields({"status": "no"}),
        AuthenticationFailed("no"),
    ],
    ids=lambda error: type(error).__name__,
)
async def test_what_was_refused_is_simply_sent_again(book: Book, error: Exception) -> None:
    entry, desk = book.entry(), Desk()
    desk.wrong = error
    with pytest.raises(type(error)):
        await attempt(entry, desk)
    assert entry.progress == {}
    desk.wrong = None
    await attempt(entry, desk)
    assert desk.done == ["update:1"]
    assert desk.asked == []


async def test_a_look_that_fails_leaves_the_step_open(book: Book) -> None:
    entry, desk = book.entry(), Desk()
    await lose(entry, desk)
    book.clock.pass_by(SETTLED)

    async def blind(sent: datetime) -> Sequence[Found]:
        raise Unavailable("down")

    with pytest.raises(HelpdeskError):
        await entry.attempt().once("step", desk.send, find=blind)
    assert "sent" in entry.progress["step"]
    assert await attempt(entry, desk) == {"id": "update:1"}
    assert len(desk.done) == 1


def test_a_marker_makes_one_tag() -> None:
    assert tag_for("abc-1") == "tb-abc-1"
    assert tag_for("tb-abc-1") == "tb-abc-1"
