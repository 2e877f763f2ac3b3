"""Closing a connection under a request that is not answered, as a network does that fails at the wrong moment."""

import asyncio
import contextlib

from starlette.types import Receive


async def hang_up(receive: Receive) -> None:
    """Close the connection.

    ASGI has no word for it, so the connection is reached through uvicorn's own ``receive``; under any other server the
    request fails with ConnectionAbortedError, which a test client passes on.
    """
    transport = getattr(getattr(receive, "__self__", None), "transport", None)
    if transport is None:
        raise ConnectionAbortedError("the local server hung up")
    transport.close()
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(5):
            while (await receive())["type"] != "http.disconnect":
                pass
