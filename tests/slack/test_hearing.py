"""Events about one message that meet what is being done about it."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Literal, cast

import pytest

from bot.actions import Ticket
from bot.dispatch import Desk, Job
from bot.dispatch.people import Profile
from bot.errors import NotMapped, Unavailable
from bot.helpdesk.socialboards import UNCONFIRMED, SocialBoards, SocialBoardsSettings
from bot.ledger import Claim, Entry, Kept, Later, Ledger, Settle, Settlement
from bot.mirror.links import Link, Links, Thread, linking, unlinking
from bot.mirror.messages import Removed, Said
from bot.mirror.policy import ChannelPolicy, Policies
from bot.slack.threads.hearing import Hearing
from bot.slack.threads.linking import Linking
from bot.slack.threads.orders import KIND as ORDER
from bot.slack.threads.orders import order
from bot.slack.threads.speaking import CORRECTED
from bot.slack.threads.withdrawing import Withdrawing, has_step
from tests.ledger.conftest import eventually, working

TS = "1763800000.000100"
THREAD = Thread(channel="C0SUPPORT", ts="1763700000.000100")
LINK = Link(thread=THREAD, ticket=Ticket(helpdesk="support", ref="AB-1"), since=0.0)


def said(text: str, edited: str | None = None) -> Said:
    """What the message says."""
    return Said(team="T0PLAY", thread=THREAD, ts=TS, user="U0ADAM", text=text, edited=edited)


MEETINGS = {
    "back to what was sent": (["second", "first"], ["first", "second", "first"]),
    "on to something else": (["second", "third"], ["first", "second", "third"]),
    "the same edit, repeated": (["second", "second"], ["first", "second"]),
}


@pytest.mark.parametrize(("edits", "expected"), MEETINGS.values(), ids=list(MEETINGS))
async def test_an_edit_while_the_one_before_goes_out(tmp_path: Path, edits: list[str], expected: list[str]) -> None:
    """What the ticket says at the end is what the message says."""
    ledger = await Ledger.open(f"sqlite:///{tmp_path}/ledger.db", state_dir=tmp_path)
    hearing = Hearing(
        ledger, Policies(wait=timedelta()), clock=lambda: datetime.now(UTC) - timedelta(seconds=30)
    )  # edits wait ten seconds for the next one, which are over then
    told: list[str] = []
    gate = asyncio.Event()

    async def perform(entry: Entry, claim: Claim) -> Settlement:
        await claim.save({"note": {"sent": "now"}})
        told.append(str(entry.body["form"]["values"]["message"]).rsplit("\n", 1)[-1])
        if entry.body["thread"]["as"] != "edit":
            return Settle(state="done", outcome={"state": "done"})
        await gate.wait()
        keep = (Kept(CORRECTED, f"C0SUPPORT/{TS}", True),)
        return Settle(state="done", outcome={"state": "done"}, keep=keep)

    def number(count: int) -> Callable[[], Awaitable[bool]]:
        async def there() -> bool:
            return len(told) >= count

        return there

    async def over() -> bool:
        return not await ledger.find(states=["waiting"], limit=1)

    async with working(ledger, perform):
        await hearing.said(said("first"), LINK)
        await eventually(over)
        await hearing.edited(said(edits[0], "1763800100.000000"), LINK)
        await eventually(number(2))
        again = "1763800100.000000" if edits[1] == edits[0] else "1763800200.000000"
        await hearing.edited(said(edits[1], again), LINK)
        gate.set()
        await eventually(over)
    await ledger.close()
    assert told == expected


@pytest.mark.parametrize(("state", "gone"), [("done", False), ("rejected", True)])
async def test_a_deletion_while_it_goes_out(tmp_path: Path, state: Literal["done", "rejected"], gone: bool) -> None:
    """The ticket is told that a message was deleted if it came to have the message, and not otherwise."""
    ledger = await Ledger.open(f"sqlite:///{tmp_path}/ledger.db", state_dir=tmp_path)
    hearing = Hearing(ledger, Policies(wait=timedelta()))
    withdrawing = Withdrawing(ledger, Policies())
    begun, gate = asyncio.Event(), asyncio.Event()
    asked: list[bool] = []

    async def perform(entry: Entry, claim: Claim) -> Settlement:
        if entry.body["thread"]["as"] == "deletion":
            asked.append(await withdrawing.instead(entry) is not None)
            return Settle(state="done", outcome={"state": "done"})
        await claim.save({"note": {"sent": "now"}})
        begun.set()
        await gate.wait()
        return Settle(state=state, outcome={"state": state})

    async def over() -> bool:
        return not await ledger.find(states=["waiting"], kind="action", limit=1)

    async with working(ledger, perform):
        await hearing.said(said("first"), LINK)
        await begun.wait()
        await hearing.removed(Removed(team="T0PLAY", thread=THREAD, ts=TS, user="U0ADAM"))
        gate.set()
        await eventually(over)
    await ledger.close()
    assert asked == [gone]


DOUBTED = {
    # what happens while nobody knows, whether the sending was refused in the end, what goes out, what is told
    "made a note": ("edit", False, ["note second"], "not known yet"),
    "deleted": ("delete", False, [], "you deleted is not on"),
    "taken back with the button": ("undo", False, [], "you took back is not on"),
    "made a note, then unlinked": ("unlink", False, [], "does not belong to"),
    "made a note, and refused": ("edit", True, ["note second"], "not known yet"),
    "edited and deleted, and refused": ("delete", True, [], "not known yet"),
}


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
@pytest.mark.parametrize(("what", "refused", "sent", "told"), DOUBTED.values(), ids=list(DOUBTED))
async def test_what_is_taken_back_while_nobody_knows(
    tmp_path: Path, request: pytest.FixtureRequest, database: str, what: str, refused: bool, sent: list[str], told: str
) -> None:
    """Nothing of the first words goes out once more, on either database."""
    postgres = database == "postgresql"
    url = request.getfixturevalue("postgres_url") if postgres else f"sqlite:///{tmp_path}/ledger.db"
    ledger = await Ledger.open(url, state_dir=tmp_path)
    policies = Policies(wait=timedelta(), undo=timedelta())
    hearing = Hearing(ledger, policies, clock=lambda: datetime.now(UTC) - timedelta(seconds=30))
    withdrawing = Withdrawing(ledger, policies)
    await ledger.keep(*linking(LINK))
    begun, gate, out = asyncio.Event(), asyncio.Event(), list[str]()

    async def perform(entry: Entry, claim: Claim) -> Settlement:
        if entry.body["thread"]["edited"] == "" and entry.body["thread"]["as"] == "message":
            if not has_step(entry):
                await claim.save({"reply": {"sent": "now"}})
                begun.set()
                return Later(at=datetime.now(UTC), note={})
            await gate.wait()
            if refused:
                return Settle(state="rejected", outcome={"state": "rejected", "code": "invalid"})
        if end := await withdrawing.instead(entry):
            return end
        form = entry.body["form"]
        out.append(f"{form['action']} {form['values']['message']}")
        return Settle(state="done", outcome={"state": "done"})

    async def over() -> bool:
        return not await ledger.find(states=["waiting"], kind="action", limit=1)

    async with working(ledger, perform):
        await hearing.said(said("reply: first"), LINK)
        await begun.wait()
        match what:
            case "undo":
                assert await hearing.undo(said("").key, said("").place, "U0ADAM") == "not known"
            case "delete":
                await hearing.edited(said("note: second", "1763800100.000000"), LINK)
                await hearing.removed(Removed(team="T0PLAY", thread=THREAD, ts=TS, user="U0ADAM"))
            case _:
                await hearing.edited(said("note: second", "1763800100.000000"), LINK)
        if what == "unlink":
            await ledger.forget(*unlinking(LINK)[0])
        gate.set()
        await eventually(over)
    words = str([each.body for each in await ledger.find(kind="delivery", limit=9)])
    await ledger.close()
    assert out == sent
    assert told in words


SENT_BEFORE = {
    # what was sent, what it is edited to, what the ticket hears, what the author is told and is not
    "a note made a reply": ("first", "reply: second", "second", "note already"),
    "a note made a reply, word for word": ("first", "reply: first", None, "it does *not* go"),
    "a note, still one": ("note: first", "note: second", "second", None),
    "a reply, still one": ("reply: first", "reply: second", "second", None),
    "a reply made a note": ("reply: first", "note: second", "second", "gone to the customer"),
    "a reply made a note, word for word": ("reply: first", "note: first", None, "Its words are the same as before."),
    "a note emptied": ("note: first", "note:", "None of its words are left there.", None),
    "a note made an empty reply": ("first", "reply:", "None of its words are left there.", None),
}


@pytest.mark.parametrize(("before", "after", "heard", "told"), SENT_BEFORE.values(), ids=list(SENT_BEFORE))
async def test_what_is_told_of_an_edit_that_came_late(
    tmp_path: Path, before: str, after: str, heard: str | None, told: str | None
) -> None:
    """The ticket hears the new words inside; its author is told where they believe something else."""
    ledger = await Ledger.open(f"sqlite:///{tmp_path}/ledger.db", state_dir=tmp_path)
    hearing = Hearing(ledger, Policies(wait=timedelta(), undo=timedelta()))

    async def perform(entry: Entry, claim: Claim) -> Settlement:
        await claim.save({"note": {"sent": "now"}})
        return Settle(state="done", outcome={"state": "done"})

    async def over() -> bool:
        return not await ledger.find(states=["waiting"], limit=1)

    async with working(ledger, perform):
        await hearing.said(said(before), LINK)
        await eventually(over)
        await hearing.edited(said(after, "1763800100.000000"), LINK)
    entries = await ledger.find(limit=10)
    notes = [each.body["form"] for each in entries if each.kind == "action" and each.body["thread"]["as"] == "edit"]
    words = [each.body["message"]["text"] for each in entries if each.kind == "delivery"]
    await ledger.close()
    assert [each["action"] for each in notes] == ["note"] * (heard is not None)
    assert all(each["values"]["message"].endswith(heard) for each in notes)
    assert [(told or "") in each for each in words] == [True] * (told is not None)


@pytest.mark.parametrize("text", ["reply:", "note: ", " :lock:", "🌍"])
async def test_a_sign_without_words_is_answered(tmp_path: Path, text: str) -> None:
    """Once, and nothing is sent."""
    ledger = await Ledger.open(f"sqlite:///{tmp_path}/ledger.db", state_dir=tmp_path)
    hearing = Hearing(ledger, Policies())
    for _ in range(2):
        await hearing.said(said(text), LINK)
    entries = await ledger.find(limit=10)
    await ledger.close()
    assert sorted(each.kind for each in entries) == ["delivery", "stamp"]
    assert "There is nothing after" in str(entries)


async def test_words_that_are_taken_away_before_they_went_out_leave_no_stamp(tmp_path: Path) -> None:
    """One that says that the message waits would stay for ever."""
    ledger = await Ledger.open(f"sqlite:///{tmp_path}/ledger.db", state_dir=tmp_path)
    hearing = Hearing(ledger, Policies())
    await hearing.said(said("note: first"), LINK)
    await hearing.edited(said("", "1763800100.000000"), LINK)
    stamps = [each.body["mark"] for each in await ledger.find(limit=10, kind="stamp")]
    live = await ledger.live(said("").key)
    await ledger.close()
    assert (stamps, live) == ([""], None)


class Colleagues:
    """Everybody is of this organisation."""

    async def profile(self, slack_user: str) -> Profile:
        return Profile(slack_user=slack_user)


@pytest.mark.parametrize("when", ["before", "meanwhile", "linked again"])
async def test_unlinking_takes_back_what_waits(tmp_path: Path, when: str) -> None:
    """The words go back to their author; what is said after linking again goes where it should."""
    ledger = await Ledger.open(f"sqlite:///{tmp_path}/ledger.db", state_dir=tmp_path)
    hearing, links = Hearing(ledger, Policies(undo=timedelta(minutes=1))), Links(ledger)
    nobody = cast("Any", None)
    orders = Linking(nobody, nobody, cast("Any", Colleagues()), links, Policies())
    await ledger.keep(*linking(LINK))
    if when == "before":
        await hearing.said(said("reply: &lt;secret&gt; words"), LINK)
    await ledger.record([order("unlink", "unlink", THREAD, "U0PRIYA", "T0PLAY")])

    async def over() -> bool:
        return not await ledger.find(states=["waiting"], kind=ORDER, limit=1)

    async with working(ledger, {ORDER: orders.perform}):
        await eventually(over)
        if when == "meanwhile":  # it was looked up whose thread it is before that was undone
            await hearing.said(said("reply: &lt;secret&gt; words"), LINK)
        if when == "linked again":
            again = LINK.model_copy(update={"since": datetime.now(UTC).timestamp()})
            await ledger.keep(*linking(again))
            await hearing.said(said("reply: &lt;secret&gt; words"), again)
        await eventually(over)
    sent = await ledger.live(said("").key)
    told = [str(each.body) for each in await ledger.find(limit=20, kind="delivery", person="U0ADAM")]
    await ledger.close()
    assert (sent is not None) == (when == "linked again")
    assert any("<secret> words" in each for each in told) == (when != "linked again")


class Judge:
    """Stands for dispatch, which knows who may write; ``None`` for longer than anybody waits."""

    def __init__(self, verdict: Exception | None, *, slow: bool = False) -> None:
        self._verdict, self._slow = verdict, slow

    async def admit(self, job: Job) -> None:
        if self._slow:
            await asyncio.Event().wait()
        if self._verdict is not None:
            raise self._verdict


JUDGED = {
    "somebody who may": (Judge(None), "in 10 seconds.", True),
    "somebody without an account": (Judge(NotMapped("You have no account.")), "You have no account.", False),
    "nobody knows": (Judge(Unavailable("away")), "unless the helpdesk refuses it", True),
    "nobody knows in time": (Judge(None, slow=True), "unless the helpdesk refuses it", True),
}


@pytest.mark.parametrize(("judge", "told", "waits"), JUDGED.values(), ids=list(JUDGED))
async def test_nobody_is_promised_what_will_be_refused(tmp_path: Path, judge: Judge, told: str, waits: bool) -> None:
    """Where it is known who may write to the customer, it is said at once."""
    ledger = await Ledger.open(f"sqlite:///{tmp_path}/ledger.db", state_dir=tmp_path)
    policies = Policies()
    nobody = cast("Any", None)
    orders = Linking(nobody, cast("Any", judge), nobody, Links(ledger), policies)

    async def answered() -> list[Entry]:
        return await ledger.find(kind="delivery", limit=9)

    async with working(ledger, {ORDER: orders.perform}):
        await Hearing(ledger, policies).said(said("reply: words"), LINK)
        answers = await eventually(answered)
    live, stamps = await ledger.live(said("").key), await ledger.find(kind="stamp", limit=9)
    await ledger.close()
    assert [told in each.body["message"]["text"] for each in answers] == [True]
    assert ("goes to the customer" in str(answers)) == waits == (live is not None)
    assert [each.body["mark"] for each in stamps] == ([] if waits else ["failed"])


class Boards:
    """A community whose tickets anybody may see."""

    def __init__(self, confirmed: frozenset[str]) -> None:
        settings = SocialBoardsSettings(url="http://x.example", client_id="c", refresh_token="r", unconfirmed=confirmed)
        self.desks = {"support": Desk(SocialBoards("support", settings), cast("Any", None))}

    async def show(self, *_: Any) -> None:
        return None


class Away:
    """Slack, where nothing can be asked."""

    async def conversations_replies(self, **_: Any) -> None:
        raise TimeoutError


BECOMES: dict[str, tuple[frozenset[str], Any, str]] = {
    "all of it": (UNCONFIRMED, "private", "replies here become internal notes"),
    "no notes": (UNCONFIRMED - {"notes"}, "private", "begin with `reply:` go to its customer, and nothing else"),
    "no notes, public": (UNCONFIRMED - {"notes"}, "public", "replies here go to its customer"),
    "no notes, asking": (UNCONFIRMED - {"notes"}, "ask", "whether it goes to the customer"),
    "no notes, silent": (UNCONFIRMED - {"notes"}, "off", "only replies that begin with `reply:`"),
}


@pytest.mark.parametrize(("confirmed", "replies", "words"), BECOMES.values(), ids=list(BECOMES))
async def test_linking_promises_what_the_helpdesk_takes(
    tmp_path: Path, confirmed: frozenset[str], replies: Any, words: str
) -> None:
    """Internal notes, and to bring earlier replies along as such, only where there are any."""
    ledger = await Ledger.open(f"sqlite:///{tmp_path}/ledger.db", state_dir=tmp_path)
    policies = Policies({"C0SUPPORT": ChannelPolicy(replies=replies)})
    boards = cast("Any", Boards(confirmed))
    orders = Linking(cast("Any", Away()), boards, cast("Any", Colleagues()), Links(ledger), policies)
    await ledger.record([order("link", "link", THREAD, "U0ADAM", "T0PLAY", helpdesk="support", ref="1")])

    async def over() -> bool:
        return not await ledger.find(states=["waiting"], kind=ORDER, limit=1)

    async with working(ledger, {ORDER: orders.perform}):
        await eventually(over)
    told = "\n".join(each.body["message"]["text"] for each in await ledger.find(kind="delivery", limit=9))
    await ledger.close()

    assert words in told
    assert ("earlier replies" in told) == ("notes" in confirmed) == ("cannot become an internal note" not in told)
