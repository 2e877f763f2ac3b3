"""Files of a ticket, brought into its thread: fetched in pieces, kept on disk meanwhile, and sent on once.

Slack wants to know how long a file is before it comes (files.getUploadURLExternal), and helpdesks do not always tell:
so it is fetched first. It appears when the upload is completed, and that is the one step which is looked up before it
is repeated.
"""

import asyncio
import hashlib
import tempfile
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import aclosing
from datetime import UTC, datetime, timedelta
from typing import IO, Any

import aiohttp
import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.actions import Frozen, Ticket
from bot.errors import HelpdeskError, Unavailable, UserError
from bot.helpdesk import Helpdesk
from bot.ledger import Claim, Entry, Later, NewEntry, Settle, Settlement
from bot.mirror.links import Thread
from bot.mirror.policy import Policies
from bot.mirror.tellings import News, Surroundings, Telling
from bot.outcomes import Attached
from bot.slack.deliver import allowed
from bot.slack.files import MOST
from bot.slack.messages import say
from bot.slack.outbox import KIND as DELIVERY
from bot.slack.outbox import Delivery
from bot.slack.refusals import OWN_FAILURES, PASSING, UNANSWERED, code_of, next_try, pause_of
from bot.slack.text import inline, link

log = structlog.get_logger()

KIND = "upload"

_PATIENCE = timedelta(hours=24)
_IN_MEMORY = 256 * 1024
"""Bytes up to which a file does not go to disk."""
_SEND = aiohttp.ClientTimeout(total=300)
_REASONS = {
    "file_type_not_allowed": "Slack does not take files of this type here",
    "file_upload_size_restricted": "Slack does not take files of this size here",
    "missing_scope": "the bot may not upload files (it needs files:write)",
}
AT_ONCE = 3
"""Files under way at the same time, in one process."""
_ROOM = timedelta(seconds=1)
"""After that what found no room asks for it again; meanwhile the worker does something else."""


class Upload(Frozen):
    """A file and where it goes."""

    ticket: Ticket
    url: str | None
    thread: Thread
    file: Attached


def upload(telling: Telling, news: News, file: Attached, *, lane: str) -> NewEntry:
    """The entry that brings a file into a thread."""
    job = Upload(ticket=telling.ticket, url=telling.url, thread=telling.thread, file=file)
    name = hashlib.blake2b(file.id.encode(), digest_size=8).hexdigest()
    return NewEntry(
        key=f"file:{telling.ticket.helpdesk}:{telling.ticket.ref}:{news.key}:{name}:{telling.thread.key}",
        lane=lane,
        kind=KIND,
        body=job.model_dump(mode="json"),
        origin={"channel": telling.thread.channel, "thread": telling.thread.ts, "internal": news.kind == "note"},
        not_before=telling.not_before,
    )


class TooLarge(Exception):
    """More bytes than are taken along."""


class Uploads:
    """Performs uploads.

    Args:
        client: The Web API, with the bot's token.
        session: For the bytes themselves, which go without a token.
        helpdesks: Where the files are.
        surroundings: Knows who sees a channel.
        policies: Say what it may see.
        hosts: The only hosts that files are sent to.
    """

    def __init__(
        self,
        client: AsyncWebClient,
        session: aiohttp.ClientSession,
        helpdesks: Mapping[str, Helpdesk],
        surroundings: Surroundings,
        policies: Policies,
        *,
        hosts: frozenset[str],
    ) -> None:
        self._client = client
        self._session = session
        self._helpdesks = helpdesks
        self._surroundings = surroundings
        self._policies = policies
        self._hosts = hosts
        self._room = asyncio.Semaphore(AT_ONCE)

    async def perform(self, entry: Entry, claim: Claim) -> Settlement:
        """Bring one file over, or say why it cannot come."""
        job = Upload.model_validate(entry.body)
        progress = dict(entry.progress)
        try:
            if await self._withheld(entry, job):
                return _settled("failed", error="not for this channel any more")
            if progress.get("completing"):
                return await self._complete(entry, job, claim, progress)
            return await self._bring(entry, job, claim, progress)
        except TooLarge:
            return _cannot(entry, job, f"it is larger than {MOST // 1024 // 1024} MB")
        except UserError as error:
            return _cannot(entry, job, str(error))
        except SlackApiError as error:
            code = code_of(error)
            if code in PASSING:
                return _later(entry, progress, code, pause_of(error))
            log.warning("upload.refused", entry=entry.id, code=code)
            return _cannot(entry, job, _REASONS.get(code, f"Slack does not take it ({code})"))
        except (Unavailable, *UNANSWERED) as error:
            return _later(entry, progress, type(error).__name__)
        except HelpdeskError as error:
            log.error("upload.failed", entry=entry.id, error=type(error).__name__)
            return _cannot(entry, job, "the helpdesk does not give it out")

    async def _withheld(self, entry: Entry, job: Upload) -> bool:
        internal = entry.origin.get("internal") and not self._policies.of(job.thread.channel).internal
        return bool(internal) or await self._surroundings.shared(job.thread.channel)

    async def _bring(self, entry: Entry, job: Upload, claim: Claim, progress: dict[str, Any]) -> Settlement:
        helpdesk = self._helpdesks.get(job.ticket.helpdesk)
        if helpdesk is None:
            return _cannot(entry, job, "its helpdesk is not configured any more")
        if job.file.size is not None and job.file.size > MOST:
            raise TooLarge
        if self._room.locked():
            return Later(at=datetime.now(UTC) + _ROOM, note={"reason": "room"}, progress=progress, tried=False)
        async with self._room:  # there is room, so this does not wait
            with tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY) as content:
                length = await _fetch(helpdesk.download(job.ticket, job.file), content)
                if not length:
                    return _cannot(entry, job, "it is empty")
                progress["file"] = await self._send(job.file.name, length, content)
        return await self._complete(entry, job, claim, progress)

    async def _send(self, name: str, length: int, content: IO[bytes]) -> str:
        asked = await self._client.files_getUploadURLExternal(filename=name[:255], length=length)
        address, file = str(asked["upload_url"]), str(asked["file_id"])
        if not allowed(address, self._hosts):
            raise Unavailable("Slack named an address that is not its own")
        content.seek(0)
        headers = {"Content-Type": "application/octet-stream", "Content-Length": str(length)}
        async with self._session.post(address, data=_pieces(content), headers=headers, timeout=_SEND) as answer:
            if answer.status != 200:
                raise Unavailable(f"Slack answered {answer.status} to a file")
        return file

    async def _complete(self, entry: Entry, job: Upload, claim: Claim, progress: dict[str, Any]) -> Settlement:
        """Have it appear, unless an earlier attempt whose answer was lost has done so."""
        file = progress["file"]
        if progress.get("completing") and await self._is_there(file):
            return _settled("done", file=file, found=True)
        progress["completing"] = time.time()
        await claim.save(progress)
        try:
            await self._client.files_completeUploadExternal(
                files=[{"id": file, "title": job.file.name[:255]}],
                channel_id=job.thread.channel,
                thread_ts=job.thread.ts,
            )
        except SlackApiError as error:
            if code_of(error) == "file_not_found":  # what was sent is not kept for ever: from the beginning
                return _later(entry, {}, "file_not_found")
            if code_of(error) not in OWN_FAILURES:
                progress.pop("completing")  # it was refused, so nothing was done
            raise
        return _settled("done", file=file)

    async def _is_there(self, file: str) -> bool:
        """Whether an upload was completed: before, Slack knows no such file (inferred; no document says it)."""
        try:
            await self._client.files_info(file=file)
        except SlackApiError as error:
            if code_of(error) == "file_not_found":
                return False
            if code_of(error) in {"missing_scope", "not_allowed_token_type"}:
                return True  # it cannot be looked for, so it is not repeated
            raise
        return True


async def _fetch(pieces: AsyncIterator[bytes], into: IO[bytes]) -> int:
    """Write a file down as it comes; its length."""
    length = 0
    async with aclosing(pieces) as coming:  # type: ignore[type-var]  # every vendor's is a generator
        async for piece in coming:
            length += len(piece)
            if length > MOST:
                raise TooLarge
            await asyncio.to_thread(into.write, piece)
    return length


async def _pieces(content: IO[bytes]) -> AsyncIterator[bytes]:
    while piece := await asyncio.to_thread(content.read, 64 * 1024):
        yield piece


def _cannot(entry: Entry, job: Upload, why: str) -> Settlement:
    """It stays where it is, and the thread is told."""
    where = f"it is on {link(job.url, job.ticket.ref)}"
    message = say(
        f"📎 {inline(job.file.name, 120)} could not be brought along: {inline(why, 300).rstrip('.')}; {where}."
    )
    delivery = Delivery(
        way="channel", channel=job.thread.channel, user="", message=message.arguments(), thread=job.thread.ts
    )
    notice = NewEntry(
        key=f"{entry.key}:told",
        lane=entry.lane,
        kind=DELIVERY,
        body=delivery.model_dump(mode="json"),
        origin=entry.origin,
    )
    return Settle(state="done", outcome={"state": "done", "left": why}, then=(notice,))


def _later(entry: Entry, progress: dict[str, Any], reason: str, wait: timedelta | None = None) -> Settlement:
    later = next_try(entry, reason, patience=_PATIENCE, wait=wait, progress=progress)
    return later or _cannot(entry, Upload.model_validate(entry.body), "it could not be fetched for a whole day")


def _settled(state: Any, **outcome: Any) -> Settle:
    return Settle(state=state, outcome={"state": state, **outcome})
