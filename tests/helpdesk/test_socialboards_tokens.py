"""One good access token at any time, whoever asks, and no refresh token lost."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.errors import AuthenticationFailed, Unavailable, UnexpectedResponse
from bot.helpdesk.http import Answer
from bot.helpdesk.socialboards import MemoryTokens
from bot.helpdesk.socialboards.tokens import decode_tokens
from tests.helpdesk.entries import Book
from tests.helpdesk.local import Local
from tests.helpdesk.people import LOGIN


def refreshes(socialboards: Local) -> int:
    return len(socialboards.requests("/token"))


async def test_many_requests_at_once_refresh_once(socialboards_desk: Any, socialboards: Local) -> None:
    desk = socialboards_desk()
    await asyncio.gather(*(desk.show(LOGIN) for _ in range(8)))
    assert refreshes(socialboards) == 1


async def test_two_processes_with_one_store_refresh_once(socialboards_desk: Any, socialboards: Local) -> None:
    store = MemoryTokens()
    desks = [socialboards_desk(tokens=store) for _ in range(3)]
    await asyncio.gather(*(desk.show(LOGIN) for desk in desks))
    assert refreshes(socialboards) == 1


async def test_a_token_is_replaced_ahead_of_its_end(socialboards_desk: Any, socialboards: Local, book: Book) -> None:
    desk = socialboards_desk()
    await desk.show(LOGIN)
    book.clock.pass_by(3599 - 400)
    await desk.show(LOGIN)
    assert refreshes(socialboards) == 1
    book.clock.pass_by(150)
    await desk.show(LOGIN)
    assert refreshes(socialboards) == 2


async def test_a_token_that_ends_before_its_time_is_replaced_once(socialboards_desk: Any, socialboards: Local) -> None:
    desk = socialboards_desk()
    await desk.show(LOGIN)
    socialboards.expire()
    await asyncio.gather(*(desk.show(LOGIN) for _ in range(4)))
    assert refreshes(socialboards) == 2


async def test_a_token_that_is_always_refused_is_not_refreshed_for_ever(
    socialboards_desk: Any, socialboards: Local
) -> None:
    socialboards.fault("expired", "/tickets/*", times=None)
    with pytest.raises(AuthenticationFailed):
        await socialboards_desk().show(LOGIN)
    assert refreshes(socialboards) == 2


async def test_a_rotated_refresh_token_outlives_the_process(socialboards_desk: Any, socialboards: Local) -> None:
    socialboards.settings(rotate=True)
    store = MemoryTokens()
    await socialboards_desk(tokens=store).show(LOGIN)
    socialboards.expire()
    await socialboards_desk(tokens=store).show(LOGIN)
    assert refreshes(socialboards) == 2


async def test_without_what_was_kept_a_rotated_token_is_worth_nothing(
    socialboards_desk: Any, socialboards: Local
) -> None:
    """The other side of the test before: it would not pass by chance."""
    socialboards.settings(rotate=True)
    await socialboards_desk().show(LOGIN)
    with pytest.raises(AuthenticationFailed):
        await socialboards_desk().show(LOGIN)


async def test_a_new_configured_token_wins_over_the_kept_one(socialboards_desk: Any, socialboards: Local) -> None:
    store = MemoryTokens()
    stale = {"configured": "of another token", "refresh_token": "void", "access_token": "void", "renew_at": far()}
    await store.save(stale)
    await socialboards_desk(tokens=store).show(LOGIN)
    kept = await store.load()
    assert kept is not None
    assert kept["refresh_token"] == "demo-refresh"


async def test_a_kept_token_that_is_refused_gives_way_to_the_configured_one(
    socialboards_desk: Any, socialboards: Local
) -> None:
    store = MemoryTokens()
    await socialboards_desk(tokens=store).show(LOGIN)
    kept = await store.load()
    assert kept is not None
    await store.save({**kept, "refresh_token": "revoked", "access_token": "void"})
    await socialboards_desk(tokens=store).show(LOGIN)
    assert [each["status"] for each in socialboards.requests("/token")] == [200, 400, 200]


async def test_a_refresh_without_an_answer_has_done_nothing_of_the_action(
    socialboards_desk: Any, socialboards: Local
) -> None:
    socialboards.fault("lost", "/token")
    desk = socialboards_desk()
    with pytest.raises(Unavailable):
        await desk.show(LOGIN)
    await desk.show(LOGIN)


async def test_a_refresh_outlives_whoever_asked_for_it(socialboards_desk: Any, socialboards: Local) -> None:
    """A refresh token that was replaced and not kept would be the last one."""
    socialboards.settings(rotate=True)
    socialboards.fault("slow", "/token", seconds=0.4, after=True)
    store = MemoryTokens()
    desk = socialboards_desk(tokens=store)
    impatient = asyncio.create_task(desk.show(LOGIN))
    await asyncio.sleep(0.2)
    impatient.cancel()
    with pytest.raises(asyncio.CancelledError):
        await impatient
    assert await store.load() is None
    assert (await desk.show(LOGIN)).subject == "Cannot log in"
    kept = await store.load()
    assert kept is not None
    assert kept["refresh_token"] != "demo-refresh"
    assert refreshes(socialboards) == 1


def far() -> str:
    return (datetime.now(UTC) + timedelta(days=1)).isoformat()


@pytest.mark.parametrize(
    ("status", "body", "error"),
    [
        (400, b'{"error": "invalid_grant"}', AuthenticationFailed),
        (401, b"", AuthenticationFailed),
        (404, b"<html>", AuthenticationFailed),
        (200, b'{"token_type": "bearer"}', UnexpectedResponse),
        (200, b'{"access_token": "x", "expires_in": "soon"}', UnexpectedResponse),
        (200, b"[]", UnexpectedResponse),
        (200, b"<html>", Unavailable),
        (503, b"", Unavailable),
    ],
)
def test_how_the_token_endpoint_says_no(status: int, body: bytes, error: type[Exception]) -> None:
    with pytest.raises(error):
        decode_tokens(Answer(status, body))
