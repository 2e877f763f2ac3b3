"""httpx alone: the requests that the bot would send, on the transport that it has, 64 at a time, and nothing else."""

import asyncio
import itertools
import sys

import httpx
import uvloop

from bot.helpdesk.http import aiohttp_transport

HEADERS = {"X-Auth-Token": "demo-token", "X-Auth-Secret": "demo-secret"}


async def _send(address: str) -> None:
    client = httpx.AsyncClient(base_url=address, transport=aiohttp_transport(), headers=HEADERS, timeout=30)
    numbers = itertools.count()

    async def one(lane: int) -> None:
        while True:
            form = {"ticket": f"AB-{300000 + lane}", "message": f"load {next(numbers)}", "user": "adam", "private": "1"}
            await client.post("/api/v2/tickets/post_update", data=form)

    print(f"listens on {address}", flush=True)  # to nobody; the line says that it has begun
    await asyncio.gather(*(one(lane) for lane in range(64)))


if __name__ == "__main__":
    uvloop.run(_send(sys.argv[1]))
