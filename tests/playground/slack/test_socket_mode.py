"""Socket Mode on the wire: hello, envelopes, acknowledgements, disconnects, single-use tickets."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest

from tests.playground.slack.workspace import APP_TOKEN, Workspace, playing


@pytest.fixture
def socket_slack() -> Iterator[Workspace]:
    with playing(socket=True) as slack:
        yield slack


def ticket(slack: Workspace) -> str:
    url: str = slack.api("apps.connections.open", APP_TOKEN)["url"]
    return url


@asynccontextmanager
async def connected(url: str) -> AsyncIterator[aiohttp.ClientWebSocketResponse]:
    async with aiohttp.ClientSession() as session, session.ws_connect(url) as socket:
        assert (await socket.receive_json())["type"] == "hello"
        yield socket


async def in_thread(call: Any, *args: Any, **kwargs: Any) -> Any:
    return await asyncio.to_thread(call, *args, **kwargs)


async def test_an_envelope_and_its_answer(socket_slack: Workspace) -> None:
    async with connected(ticket(socket_slack)) as socket:
        running = asyncio.ensure_future(
            in_thread(socket_slack.ui, "command", channel="C0SUPPORT", text="/ticket create <b>")
        )
        envelope = await socket.receive_json()
        assert set(envelope) == {"envelope_id", "type", "payload", "accepts_response_payload"}
        assert (envelope["type"], envelope["accepts_response_payload"]) == ("slash_commands", True)
        assert envelope["payload"]["text"] == "create &lt;b&gt;"
        await socket.send_json({"envelope_id": "another", "payload": {"text": "wrong"}})
        await socket.send_str("not JSON")
        await socket.send_json({"envelope_id": envelope["envelope_id"], "payload": {"text": "right"}})
        assert (await running)["result"] == "acknowledged"
    assert [each["text"] for each in socket_slack.state()["ephemerals"]["C0SUPPORT"]] == ["right"]


async def test_events_say_how_often_they_came(socket_slack: Workspace) -> None:
    async with connected(ticket(socket_slack)) as socket:
        await in_thread(socket_slack.ui, "post", channel="C0SUPPORT", text="hello")
        first = await socket.receive_json()
        assert (first["type"], first["accepts_response_payload"]) == ("events_api", False)
        assert (first["retry_attempt"], first["retry_reason"]) == (0, "")
        assert first["payload"]["event"]["text"] == "hello"
        await in_thread(socket_slack.control, "clock/advance", seconds=3.1)
        again = await socket.receive_json()
        assert (again["retry_attempt"], again["retry_reason"]) == (1, "http_timeout")
        assert again["payload"]["event_id"] == first["payload"]["event_id"]
        assert again["envelope_id"] != first["envelope_id"]
        await socket.send_json({"envelope_id": again["envelope_id"]})


async def test_a_ticket_works_once(socket_slack: Workspace) -> None:
    url = ticket(socket_slack)
    async with connected(url):
        pass
    with pytest.raises(aiohttp.WSServerHandshakeError):
        async with connected(url):
            raise AssertionError("a used ticket was taken")


async def test_no_connection_is_a_failed_dispatch(socket_slack: Workspace) -> None:
    answer = await in_thread(socket_slack.ui, "command", channel="C0SUPPORT", text="/ticket x")
    assert answer["result"] == "dispatch_failed"


async def test_each_envelope_goes_to_one_connection(socket_slack: Workspace) -> None:
    async with connected(ticket(socket_slack)) as one, connected(ticket(socket_slack)) as other:
        for text in ("a", "b"):
            await in_thread(socket_slack.ui, "post", channel="C0SUPPORT", text=text)
        seen = [await each.receive_json(timeout=2) for each in (one, other)]
        assert {each["payload"]["event"]["text"] for each in seen} == {"a", "b"}
        assert (await in_thread(socket_slack.state))["app"]["connections"] == 2


async def test_the_eleventh_connection_is_too_many(socket_slack: Workspace) -> None:
    async with aiohttp.ClientSession() as session:
        sockets = [await session.ws_connect(ticket(socket_slack)) for _ in range(11)]
        first = [await each.receive_json() for each in sockets]
        assert [each["type"] for each in first] == ["hello"] * 10 + ["disconnect"]
        assert first[9]["num_connections"] == 10
        assert first[10]["reason"] == "too_many_websockets"
        for each in sockets:
            await each.close()


@pytest.mark.parametrize("reason", ["warning", "refresh_requested", "link_disabled"])
async def test_disconnects(socket_slack: Workspace, reason: str) -> None:
    async with connected(ticket(socket_slack)) as socket:
        await in_thread(socket_slack.control, "socket/disconnect", reason=reason)
        farewell = await socket.receive_json()
        assert (farewell["type"], farewell["reason"]) == ("disconnect", reason)
        if reason == "warning":
            await in_thread(socket_slack.ui, "post", channel="C0SUPPORT", text="still here")
            assert (await socket.receive_json())["type"] == "events_api"
        else:
            assert (await socket.receive()).type is aiohttp.WSMsgType.CLOSE


async def test_a_lost_connection_loses_what_was_under_way(socket_slack: Workspace) -> None:
    async with connected(ticket(socket_slack)) as socket:
        running = asyncio.ensure_future(in_thread(socket_slack.ui, "command", channel="C0SUPPORT", text="/ticket x"))
        await socket.receive_json()
    assert (await running)["result"] == "dispatch_failed"


async def test_every_frame_is_an_object(socket_slack: Workspace) -> None:
    """bolt-js dies of anything else."""
    async with connected(ticket(socket_slack)) as socket:
        await in_thread(socket_slack.ui, "post", channel="C0SUPPORT", text="hello @testbot")
        for _ in range(2):
            frame = await socket.receive()
            assert frame.type is aiohttp.WSMsgType.TEXT
            assert json.loads(frame.data)["payload"]["event"]["type"] in ("message", "app_mention")
