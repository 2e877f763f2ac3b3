"""Which threads hear of which tickets, through linking, forwarding, unlinking and linking again."""

from bot.ledger import Ledger
from bot.mirror.links import LINKED, LINKS, Link, Links, Thread, following, linking, unlinking
from tests.mirror.conftest import TICKET

THREAD = Thread(channel="C0SUPPORT", ts="1.1")
FORWARDED, NEXT = (TICKET.model_copy(update={"ref": ref}) for ref in ("AB-2", "AB-9"))


async def _heard(ledger: Ledger) -> list[str]:
    """The tickets that the thread hears of."""
    links = Links(ledger)
    return [each.ref for each in (TICKET, FORWARDED, NEXT) if await links.of_ticket(each)]


async def _forget(ledger: Ledger, rows: tuple[tuple[str, str], ...]) -> None:
    for row in rows:
        await ledger.forget(*row)


async def test_a_thread_that_is_linked_again_hears_nothing_from_before(ledger: Ledger) -> None:
    """Though it once heard of what its first ticket was forwarded to, and nobody tidied that up."""
    first = Link(thread=THREAD, ticket=TICKET, since=100.0)
    forwarded = first.model_copy(update={"ticket": FORWARDED, "since": 150.0})
    await ledger.keep(*linking(first), *following(forwarded))
    assert await _heard(ledger) == ["AB-1", "AB-2"]

    await _forget(ledger, unlinking(first))
    assert await _heard(ledger) == []

    await ledger.keep(*linking(Link(thread=THREAD, ticket=NEXT, since=200.0)))
    assert await _heard(ledger) == ["AB-9"]

    await ledger.keep(*following(forwarded.model_copy(update={"since": 250.0})))
    assert await _heard(ledger) == ["AB-2", "AB-9"]


async def test_the_same_ticket_can_be_linked_again(ledger: Ledger) -> None:
    """From then on it counts, and what followed it the first time does not."""
    first = Link(thread=THREAD, ticket=TICKET, since=100.0)
    await ledger.keep(*linking(first), *following(first.model_copy(update={"ticket": FORWARDED})))
    await _forget(ledger, unlinking(first))
    await ledger.keep(*linking(first.model_copy(update={"since": 300.0})))
    assert await _heard(ledger) == ["AB-1"]
    (again,) = await Links(ledger).of_ticket(TICKET)
    assert again.since == 300.0


async def test_unlinking_forgets_what_followed_and_nobody_elses(ledger: Ledger) -> None:
    """Not that of a thread whose name ends alike, nor of one in another channel."""
    first = Link(thread=THREAD, ticket=TICKET, since=100.0)
    others = [Thread(channel="C0SUPPORT", ts="11.1"), Thread(channel="C0OTHER", ts="1.1")]
    for thread in (THREAD, *others):
        link = first.model_copy(update={"thread": thread})
        await ledger.keep(*linking(link), *following(link.model_copy(update={"ticket": FORWARDED})))
    await _forget(ledger, await Links(ledger).rows(first))
    assert set(await ledger.kept_all(LINKS)) == {each.key for each in others}
    left = {f"support/{ref}/{each.key}" for ref in ("AB-1", "AB-2") for each in others}
    assert set(await ledger.kept_all(LINKED)) == left


def test_orders_and_tellings_do_not_wait_for_each_other() -> None:
    """Their lanes are two; what waits in them since the last release keeps its lane."""
    assert (THREAD.orders_lane, THREAD.tellings_lane) == ("thread:C0SUPPORT/1.1", "thread:C0SUPPORT:1.1")
