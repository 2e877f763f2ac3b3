"""A message of a thread right before it goes out: with names for ids, and without what its helpdesk cannot take."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.dispatch import Desk, Job
from bot.errors import Unavailable
from bot.ledger import Entry, Kept, Ledger
from bot.slack.forms.entered import file_of
from bot.slack.threads.markup import to_html
from bot.slack.threads.mirrored import LIFE, travelling
from bot.slack.threads.speaking import CORRECTED, SENT
from bot.slack.threads.withdrawing import has_step
from bot.slack.threads.wording import Names, late, readable

_PATIENCE = timedelta(hours=1)
"""For how long words wait for what Slack says about their files."""
LATEST = "latest"
"""Under which the ledger keeps the ``ts`` of the latest message of a thread that is on a ticket."""


class Worded:
    """Words what was said in threads.

    Args:
        desks: The helpdesks by name.
        ledger: Knows what of a thread is on its ticket already.
        names: Who and what is mentioned.
        zone: In which moments are written, an IANA name.
    """

    def __init__(self, desks: Mapping[str, Desk], ledger: Ledger, names: Names, *, zone: str) -> None:
        self._desks = desks
        self._ledger = ledger
        self._names = names
        self._zone = zone

    async def described(self, entry: Entry) -> Entry:
        """The entry with its files as Slack describes them, where it tells that only to whoever asks.

        Raises:
            Unavailable: Slack did not answer, and it is early enough to wait for it.
        """
        about = entry.body["thread"]
        if not about.get("withheld"):
            return entry
        form = entry.body["form"]
        values, files = dict(form["values"]), []
        for id_ in about["withheld"]:
            files.append({"id": id_} | await self._file(id_, entry))
            if about["wordless"]:
                values["message"] = values["message"].replace(id_, file_of(files[-1])["name"])
        going, left = travelling(files)
        if going:
            values["attachments"] = [*(values.get("attachments") or ()), *going]
        said = {"form": {**form, "values": values}, "thread": {**about, "left": [*about["left"], *left]}}
        return replace(entry, body={**entry.body, **said})

    async def _file(self, id_: str, entry: Entry) -> dict[str, Any]:
        try:
            return await self._names.file(id_)
        except Unavailable:
            if datetime.now(UTC) - entry.received_at < _PATIENCE:
                raise
            return {}

    async def job(self, entry: Entry, job: Job) -> Job:
        """The job with its words as they go out; one that was begun goes on as it is."""
        if job.form is None or has_step(entry):
            return job
        about = entry.body["thread"]
        values: dict[str, Any] = dict(job.form.values)
        text = await readable(values["message"], self._names)
        if about["as"] == "message" and await self._is_late(entry):
            text = late(about["ts"], self._zone) + text
        left = list(about.get("left") or ())
        values["message"] = "\n".join([text, *(f"📎 {each}" for each in left)]).strip()
        takes = self._desks[job.helpdesk].helpdesk.capabilities.get("reply", frozenset())
        html = to_html(values["message"]) if about.get("html") and "html" in takes else None
        form = job.form.model_copy(update={"values": values})
        return replace(job, form=form, as_contact=bool(about.get("contacts")), html=html)

    async def done(self, entry: Entry) -> tuple[Kept, ...]:
        """That the ticket has this message, or its edit: an earlier one which comes later can say that it is late."""
        place, until = f"{entry.origin['channel']}/{entry.body['thread']['ts']}", datetime.now(UTC) + LIFE
        if entry.body["thread"]["as"] != "message":
            return (Kept(CORRECTED, place, True, until),)
        sent = Kept(SENT, place, True, until)
        if await self._is_late(entry):
            return (sent,)
        return (sent, Kept(LATEST, _thread(entry), entry.body["thread"]["ts"], until))

    async def _is_late(self, entry: Entry) -> bool:
        latest = await self._ledger.kept(LATEST, _thread(entry))
        return latest is not None and float(latest) > float(entry.body["thread"]["ts"])


def _thread(entry: Entry) -> str:
    """A thread as far as it is on one ticket: what names another one stands in no order with the rest."""
    return f"{entry.origin['channel']}/{entry.origin['thread']}/{entry.lane}"
