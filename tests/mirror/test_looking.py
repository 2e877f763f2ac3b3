"""What a thread hears of its ticket: all that is new, once, in order; and what it must not hear."""

from datetime import UTC, datetime, time, timedelta

from bot.ledger import Kept, Later, Settle
from bot.mirror.links import Link, following
from bot.mirror.policy import ChannelPolicy, Quiet
from bot.outcomes import Attached, Scheduled
from tests.mirror.conftest import INTERNAL, SHARED, SUPPORT, TICKET, Mirror


async def test_what_was_there_before_the_link_is_not_told(mirror: Mirror) -> None:
    """And what was posted after it is, though nobody has looked yet."""
    mirror.desk.write("old", posted_at=datetime.now(UTC) - timedelta(hours=1))
    mirror.desk.write("new")
    await mirror.link(ago=60)
    await mirror.look()
    assert await mirror.texts() == ["new"]


async def test_each_thing_is_told_once_and_in_order(mirror: Mirror) -> None:
    """However often is looked."""
    await mirror.link()
    await mirror.look()
    for number in range(5):
        mirror.desk.write(f"{number}")
        await mirror.look()
        await mirror.look()
    assert await mirror.texts() == list("01234")


async def test_who_wrote_it_decides_what_it_is(mirror: Mirror) -> None:
    """The helpdesk's own words are no customer's."""
    thread = await mirror.link(INTERNAL)
    await mirror.look()
    mirror.desk.write("hello")
    mirror.desk.write("answer", staff=True)
    mirror.desk.write("note", private=True)
    mirror.desk.write("escalated", author=None)
    mirror.desk.write("draft", staff=True, draft=True)
    await mirror.look()
    assert [each["kind"] for each in await mirror.told(thread)] == ["customer", "staff", "note", "staff"]


async def test_a_draft_is_told_when_it_is_sent(mirror: Mirror) -> None:
    """It counted as not there."""
    await mirror.link()
    await mirror.look()
    draft = mirror.desk.write("soon", staff=True, draft=True)
    await mirror.look()
    mirror.desk.updates[-1] = draft.model_copy(update={"draft": False})
    await mirror.look()
    assert await mirror.texts() == ["soon"]


async def test_notes_are_for_channels_that_are_set_so(mirror: Mirror) -> None:
    """And for none that another organisation sees, whatever it is set to."""
    threads = {name: await mirror.link(name) for name in (SUPPORT, INTERNAL, SHARED)}
    await mirror.look()
    mirror.desk.write("secret", private=True)
    await mirror.look()
    assert await mirror.texts(threads[INTERNAL]) == ["secret"]
    assert await mirror.told(threads[SUPPORT]) == []
    assert await mirror.told(threads[SHARED]) == []


async def test_another_organisation_hears_no_customers_words(mirror: Mirror) -> None:
    """Nor their name, nor their files, nor a subject."""
    thread = await mirror.link(SHARED)
    await mirror.look()
    mirror.desk.write("my number is 42", attachments=(Attached(id="1", name="id.pdf"),))
    mirror.desk.properties |= {"contact": "Jo Bloggs", "status": "Open"}
    await mirror.look()
    told = await mirror.told(thread)
    assert [(each["kind"], each["text"], each["author"], each["files"]) for each in told] == [
        ("customer", "", None, 0),
        ("changes", "status: New → Open", None, 0),
    ]


async def test_another_organisation_hears_of_few_changes_and_no_follow_up(mirror: Mirror) -> None:
    """Whatever else a helpdesk tells of its ticket."""
    mirror.desk.scheduled = []
    mirror.desk.properties |= {"team": "First", "department": "SECRET 1", "sla": None, "category": None, "tags": ()}
    shared, usual = await mirror.link(SHARED), await mirror.link(SUPPORT, "2.2")
    await mirror.look()
    mirror.desk.properties |= {
        "status": "Open", "priority": "Low", "team": "Second", "assignee": "Adam", "contact": "SECRET",
        "department": "SECRET 2", "sla": "SECRET", "category": "SECRET", "tags": ("SECRET",),
    }  # fmt: skip
    mirror.desk.scheduled = [Scheduled(id="1", by="SECRET", does=("SECRET",))]
    await mirror.look()
    assert await mirror.texts(shared) == [
        "status: New → Open, priority: Normal → Low, team: First → Second, assigned to Adam"
    ]
    assert [each["kind"] for each in await mirror.told(usual)] == ["changes", "followup"]


async def test_another_organisation_hears_that_a_ticket_is_gone(mirror: Mirror) -> None:
    """In a form that is delivered there; and while nobody knows who sees a channel, nobody hears it yet."""
    shared, usual = await mirror.link(SHARED), await mirror.link(SUPPORT, "2.2")
    await mirror.look()
    mirror.desk.there = False
    mirror.channels.away = True
    assert isinstance(await mirror.look(), Later)
    assert await mirror.told() == []
    mirror.channels.away = False
    await mirror.look()
    found = await mirror.ledger.find(kind="telling", after_id=0)
    told = {each.origin["thread"]: (each.body["kind"], each.origin["discreet"]) for each in found}
    assert told == {shared.key: ("gone", True), usual.key: ("gone", False)}


async def test_while_nobody_knows_who_sees_a_channel_nothing_is_told(mirror: Mirror) -> None:
    """It is told when that is known."""
    await mirror.link()
    await mirror.look()
    mirror.desk.write("hello")
    mirror.channels.away = True
    assert isinstance(await mirror.look(), Later)
    assert await mirror.told() == []
    mirror.channels.away = False
    await mirror.look()
    assert await mirror.texts() == ["hello"]


async def test_changes_are_one_line(mirror: Mirror) -> None:
    """And the card is brought up to date."""
    await mirror.link()
    await mirror.look()
    mirror.desk.properties |= {"status": "Resolved", "assignee": "Adam", "priority": None}
    await mirror.look()
    assert await mirror.texts() == ["status: New → Resolved, priority: none, assigned to Adam"]
    assert len(mirror.refreshed) == 1


async def test_a_channel_says_what_it_wants_and_when(mirror: Mirror) -> None:
    """The rest is not told later either; what comes in quiet hours waits for their end."""
    now = datetime.now(UTC)
    quiet = Quiet((now - timedelta(hours=1)).time(), (now + timedelta(hours=1)).time(), "UTC")
    mirror.policies.channels[SUPPORT] = ChannelPolicy(shows=frozenset({"replies"}), quiet=quiet)  # type: ignore[index]
    await mirror.link()
    await mirror.look()
    mirror.desk.write("answer", staff=True)
    mirror.desk.write("hello", attachments=(Attached(id="1", name="a.txt"),))
    mirror.desk.properties["status"] = "Open"
    await mirror.look()
    (told,) = await mirror.ledger.find(kind="telling")
    assert (told.body["text"], told.body["files"]) == ("hello", 0)
    assert told.not_before is not None
    assert told.not_before > now + timedelta(minutes=55)


async def test_a_flood_is_stopped_and_summed_up(mirror: Mirror) -> None:
    """What goes round in circles does not drown people."""
    await mirror.link()
    await mirror.look()
    for number in range(40):
        mirror.desk.write(f"ping {number}")
    await mirror.look()
    mirror.desk.write("ping again")
    await mirror.look()
    kinds = [each["kind"] for each in await mirror.told()]
    assert kinds == ["customer"] * 30 + ["flood"]

    kept = await mirror.ledger.kept("mirrored", "support/AB-1") or {}
    kept["flows"][f"{SUPPORT}/1.1"]["until"] = datetime.now(UTC).timestamp() - 1
    await mirror.ledger.keep(Kept("mirrored", "support/AB-1", kept))
    mirror.desk.write("calm again")
    await mirror.look()
    assert [each["kind"] for each in await mirror.told()][31:] == ["summary", "customer"]
    assert "11 more things" in (await mirror.texts())[31]


async def test_much_that_waited_is_no_flood(mirror: Mirror) -> None:
    """After an outage much comes at once that did not happen at once."""
    await mirror.link(ago=7200)
    await mirror.look()
    for number in range(40):
        mirror.desk.write(f"{number}", posted_at=datetime.now(UTC) - timedelta(minutes=60 - number))
    await mirror.look()
    assert len(await mirror.texts()) == 40


async def test_an_outage_loses_nothing(mirror: Mirror) -> None:
    """It is tried again."""
    await mirror.link()
    await mirror.look()
    mirror.desk.write("hello")
    mirror.desk.down = True
    assert isinstance(await mirror.look(), Later)
    mirror.desk.down = False
    await mirror.look()
    assert await mirror.texts() == ["hello"]


async def test_a_ticket_that_is_gone_is_said_once(mirror: Mirror) -> None:
    """And everything goes on if it comes back."""
    await mirror.link()
    await mirror.look()
    mirror.desk.there = False
    await mirror.look()
    await mirror.look()
    assert [each["kind"] for each in await mirror.told()] == ["gone"]
    mirror.desk.there = True
    mirror.desk.write("hello")
    await mirror.look()
    assert (await mirror.texts())[1:] == ["hello"]


async def test_follow_ups_that_others_make_are_told(mirror: Mirror) -> None:
    """Not those that were there, nor those that the bot made."""
    mirror.desk.scheduled = [Scheduled(id="1", does=("status: Open",))]
    await mirror.link()
    await mirror.look()
    entry = await mirror.acted("mine")

    async def perform(*_: object) -> Settle:
        return Settle(state="done", outcome={}, holds=("followup:2",))

    await mirror.work(entry.id, perform)
    mirror.desk.scheduled += [Scheduled(id="2", does=("a",)), Scheduled(id="3", by="Priya", does=("status: Resolved",))]
    await mirror.look()
    assert [(each["kind"], each["text"]) for each in await mirror.told()] == [("followup", "status: Resolved")]


async def test_a_thread_can_hear_of_more_tickets(mirror: Mirror) -> None:
    """Until it is unlinked from its own."""
    thread = await mirror.link()
    since = datetime.now(UTC).timestamp() - 5
    other = TICKET.model_copy(update={"ref": "AB-2"})
    await mirror.ledger.keep(*following(Link(thread=thread, ticket=other, since=since)))
    assert (await mirror.ledger.kept("link", thread.key) or {})["ticket"]["ref"] == "AB-1"
    await mirror.look()
    await mirror.ledger.forget("link", thread.key)
    mirror.desk.write("hello")
    end = await mirror.look()
    assert isinstance(end, Settle)
    assert end.outcome == {"how": "not linked"}
    assert await mirror.told() == []


async def test_comparing_again_tells_what_is_missing(mirror: Mirror) -> None:
    """What is on its way or there is not told again, what could not be delivered is."""
    await mirror.link()
    await mirror.look()
    for word in ("one", "two"):
        mirror.desk.write(word)
    await mirror.look()
    lost = (await mirror.ledger.find(kind="telling", after_id=0))[0]
    await mirror.ledger.discard(lost.id, "test")

    end = await mirror.look(resync=True)

    assert isinstance(end, Settle)
    assert end.outcome["told"] == 1
    waiting = await mirror.ledger.find(kind="telling", states={"waiting"})
    assert {each.body["text"] for each in waiting} == {"one", "two"}
    assert mirror.refreshed


async def test_comparing_again_tells_nothing_from_before_the_link(mirror: Mirror) -> None:
    """However often has been looked since: what is compared again is not new."""
    mirror.desk.write("old", posted_at=datetime.now(UTC) - timedelta(hours=1))
    thread = await mirror.link(ago=60)
    mirror.desk.write("new")
    await mirror.look()
    await mirror.look(resync=True)
    assert await mirror.texts(thread) == ["new"]


def test_quiet_hours_end_when_they_say() -> None:
    """Over midnight, too."""
    quiet = Quiet(time(18), time(8), "Europe/London")
    assert quiet.until(datetime(2024, 1, 1, 12, tzinfo=UTC)) is None
    assert quiet.until(datetime(2024, 1, 1, 19, tzinfo=UTC)) == datetime(2024, 1, 2, 8, tzinfo=UTC)
