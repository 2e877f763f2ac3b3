"""A transaction pooler, as small as it can be: every client shares one server process, a transaction at a time."""

import asyncio
import struct
from pathlib import Path

SSL_REQUEST, GSS_REQUEST = 80877103, 80877104


async def message(reader: asyncio.StreamReader) -> bytes:
    """One message of the server: type, length, body."""
    head = await reader.readexactly(5)
    return head + await reader.readexactly(struct.unpack("!I", head[1:])[0] - 4)


class Pooler:
    """Listens in a directory as PostgreSQL would."""

    def __init__(self, server_socket: Path, directory: Path) -> None:
        self._server_socket = server_socket
        self._path = directory / ".s.PGSQL.5432"
        self._turn = asyncio.Lock()
        self._greeting = b""
        self._clients: set[asyncio.Task[None]] = set()
        self._reader: asyncio.StreamReader
        self._writer: asyncio.StreamWriter

    async def start(self) -> None:
        self._reader, self._writer = await asyncio.open_unix_connection(self._server_socket)
        self._listener = await asyncio.start_unix_server(self._client, self._path)

    async def stop(self) -> None:
        self._listener.close()
        for task in self._clients:
            task.cancel()
        if self._clients:
            await asyncio.wait(self._clients)
        self._writer.close()

    async def _client(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._clients.add(task)
        try:
            await self._greet(reader, writer)
            await self._relay(reader, writer)
        except (asyncio.CancelledError, ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    async def _greet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            length, code = struct.unpack("!II", await reader.readexactly(8))
            rest = await reader.readexactly(length - 8)
            if code not in (SSL_REQUEST, GSS_REQUEST):
                break
            writer.write(b"N")
        async with self._turn:
            if not self._greeting:
                self._writer.write(struct.pack("!II", length, code) + rest)
                while not self._greeting.endswith(b"Z\0\0\0\x05I"):
                    self._greeting += await message(self._reader)
        writer.write(self._greeting)

    async def _relay(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(65536):
            if data[:1] == b"X":
                return
            async with self._turn:
                self._writer.write(data)
                while (answer := await message(self._reader)) != b"Z\0\0\0\x05I":
                    writer.write(answer)
                    if answer[:1] == b"Z":  # inside a transaction, so the process stays with this client
                        self._writer.write(await reader.read(65536))
                writer.write(answer)
