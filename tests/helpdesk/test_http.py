"""What a failure means: can the helpdesk have done it?"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import httpx
import pytest

from bot.errors import OutcomeUnknown, RateLimited, Unavailable
from bot.helpdesk.http import DEFAULT_PAUSE, Answer, Connection, pause, read_json

Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def served(serve: Serve) -> AsyncIterator[str]:
    async def once(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await serve(reader, writer)
        finally:
            writer.close()

    server = await asyncio.start_server(once, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"


async def closes_at_once(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.readuntil(b"\r\n\r\n")


async def closes_unread(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.transport.abort()


async def never_answers(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await asyncio.sleep(1.5)


async def cuts_the_answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.readuntil(b"\r\n\r\n")
    writer.write(b'HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{"half":')


async def speaks_no_http(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.readuntil(b"\r\n\r\n")
    writer.write(b"220 mail.example ESMTP\r\n")


async def dribbles(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.readuntil(b"\r\n\r\n")
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n")
    for _ in range(40):
        writer.write(b" ")
        await asyncio.sleep(0.05)


@pytest.mark.parametrize(
    "serve", [closes_at_once, closes_unread, never_answers, cuts_the_answer, speaks_no_http, dribbles]
)
@pytest.mark.parametrize(("writes", "error"), [(True, OutcomeUnknown), (False, Unavailable)])
async def test_a_write_without_an_answer_may_have_been_done(serve: Serve, writes: bool, error: type[Exception]) -> None:
    async with served(serve) as url:
        connection = Connection(url, timeout=0.6)
        with pytest.raises(error) as caught:
            await connection.send("POST", "/write", writes=writes, form={"a": "b"})
        await connection.close()
    assert type(caught.value) is error


@pytest.mark.parametrize("url", ["http://127.0.0.1:1", "http://no-such-host.invalid"])
async def test_a_connection_that_was_never_made_has_done_nothing(url: str) -> None:
    connection = Connection(url, timeout=3)
    with pytest.raises(Unavailable):
        await connection.send("POST", "/write", writes=True, form={"a": "b"})
    await connection.close()


async def test_a_connection_that_takes_too_long_to_make_has_done_nothing() -> None:
    """A listener whose queue is full neither takes nor refuses."""
    server = await asyncio.start_server(never_answers, "127.0.0.1", 0, backlog=0, start_serving=False)
    listening = server.sockets[0]
    fillers = [asyncio.create_task(asyncio.open_connection(*listening.getsockname())) for _ in range(4)]
    await asyncio.sleep(0.1)
    connection = Connection(f"http://127.0.0.1:{listening.getsockname()[1]}", timeout=0.6)
    with pytest.raises(Unavailable):
        await connection.send("POST", "/write", writes=True, form={"a": "b"})
    await connection.close()
    for filler in fillers:
        filler.cancel()
    for done in await asyncio.gather(*fillers, return_exceptions=True):
        if isinstance(done, tuple):
            done[1].transport.abort()
    server.close()


@pytest.mark.parametrize(
    "error", [httpx.ConnectError("refused"), httpx.ConnectTimeout("slow"), httpx.PoolTimeout("full")]
)
async def test_the_seam_tells_the_same_story(error: httpx.HTTPError) -> None:
    def handler(request: httpx.Request) -> httpx.Response:
        raise error

    connection = Connection("http://seam.invalid", timeout=1, transport=httpx.MockTransport(handler))
    with pytest.raises(Unavailable):
        await connection.send("POST", "/write", writes=True, form={})
    await connection.close()


HTML = b"<html><body><h1>502 Bad Gateway</h1></body></html>"

UNCLEAR = [
    Answer(500, b'{"error": "x"}'),
    Answer(502, HTML),
    Answer(503, b"{}"),
    Answer(504, b""),
    Answer(200, HTML),
    Answer(201, b""),
    Answer(200, b"{nonsense"),
    Answer(200, b"\xff\xfe"),
]


@pytest.mark.parametrize("answer", UNCLEAR, ids=lambda answer: f"{answer.status} {answer.body[:12]!r}")
def test_an_unreadable_answer_leaves_a_write_open_and_a_read_to_be_repeated(answer: Answer) -> None:
    with pytest.raises(OutcomeUnknown):
        read_json(answer, writes=True)
    with pytest.raises(Unavailable) as caught:
        read_json(answer, writes=False)
    assert type(caught.value) is Unavailable


@pytest.mark.parametrize("writes", [True, False])
def test_429_did_nothing_and_says_when(writes: bool) -> None:
    with pytest.raises(RateLimited) as caught:
        read_json(Answer(429, HTML, {"retry-after": "7"}), writes=writes)
    assert caught.value.retry_after == 7


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        (None, DEFAULT_PAUSE),
        ("0", 0),
        ("120", 120),
        (" 5 ", 5),
        ("Sun, 22 Nov 2026 12:00:30 GMT", 30),
        ("Sun, 22 Nov 2026 11:00:00 GMT", 0),
        ("soon", DEFAULT_PAUSE),
        ("-4", DEFAULT_PAUSE),
        ("", DEFAULT_PAUSE),
    ],
)
def test_how_long_a_pause_is_asked_for(header: str | None, seconds: float) -> None:
    assert pause(header, now=datetime(2026, 11, 22, 12, tzinfo=UTC)) == seconds
