"""A thread of a ticket, as people use it in the workspace."""

import asyncio
import sqlite3
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from typing import Any

import httpx

from bot.ledger import steer
from tests.e2e.reading import in_channel
from tests.e2e.stack import Stack, text_of, until

JSON = dict[str, Any]


@dataclass
class TicketThread:
    """A thread that belongs to a ticket."""

    stack: Stack
    ref: str
    root: str
    channel: str = "C0SUPPORT"

    def say(self, text: str, *, person: str = "U0ADAM", **more: Any) -> str:
        """Say something in it; its ``ts``."""
        body = {"as": person, "channel": self.channel, "text": text, "thread_ts": self.root, **more}
        answer = self.stack.http.post(f"{self.stack.workspace}/ui/post", json=body).json()
        assert answer.get("ok", True), answer
        ts: str = answer["message"]["ts"]
        return ts

    def edit(self, ts: str, text: str, *, person: str = "U0ADAM") -> None:
        """Change what was said."""
        body = {"as": person, "channel": self.channel, "ts": ts, "text": text}
        assert self.stack.http.post(f"{self.stack.workspace}/ui/edit", json=body).status_code == 200

    def delete(self, ts: str, *, person: str = "U0ADAM") -> None:
        """Take it away."""
        body = {"as": person, "channel": self.channel, "ts": ts}
        assert self.stack.http.post(f"{self.stack.workspace}/ui/delete", json=body).status_code == 200

    def updates(self) -> list[JSON]:
        """What is on the ticket, in order."""
        return updates_of(self.stack, self.ref)

    def update(self, *words: str, private: bool | None = None, within: float = 20) -> JSON:
        """The first update with all of the words, once there is one."""

        def found() -> JSON | None:
            return next((each for each in self.updates() if all(word in each["message"] for word in words)), None)

        update = until(found, within=within)
        assert update is not None
        assert private is None or update["private"] is private
        return update

    def count(self, word: str) -> int:
        """How many updates say so."""
        return sum(word in each["message"] for each in self.updates())

    def stamps(self, ts: str, *, person: str = "U0ADAM") -> set[str]:
        """The reactions on a message."""
        found: JSON = next((each for each in self.messages(person=person) if each["ts"] == ts), {})
        return {each["name"] for each in found.get("reactions") or ()}

    def stamped(self, ts: str, *names: str) -> None:
        """Wait until a message carries just these."""
        until(lambda: self.stamps(ts) == set(names))

    def messages(self, *, person: str = "U0ADAM") -> list[JSON]:
        """What is in it, but for its root."""
        return [each for each in self.stack.messages(self.channel, person) if each.get("thread_ts") == self.root]

    def replies(self, *, person: str = "U0ADAM") -> list[str]:
        """The same, in words."""
        return [text_of(each) for each in self.messages(person=person)]

    def hears(self, *words: str, within: float = 20) -> JSON:
        """The first message in it with all of the words, once there is one."""

        def found() -> JSON | None:
            return next((each for each in self.messages() if all(word in text_of(each) for word in words)), None)

        message = until(found, within=within)
        assert message is not None
        return message

    def heard(self, word: str) -> int:
        """How many messages in it say so."""
        return sum(word in each for each in self.replies())

    def answer(self, message: str, author: str = "customer", *, desk: str = "support", **more: Any) -> None:
        """Somebody writes on the ticket at a screen of the helpdesk."""
        answer(self.stack, self.ref, message, author, desk=desk, **more)

    def attach(self, message: str, file: tuple[str, bytes, str]) -> None:
        """The customer writes, with a file: its name, its bytes, its type."""
        made = api(self.stack, "tickets/add_attachment", files={"file": file})
        sent = {"contact": self.stack.desk()["contacts"][0]["id"], "attachments": made["temporary_token"]}
        api(self.stack, "tickets/post_update", ticket=self.ref, message=message, **sent)


def api(stack: Stack, method: str, **parameters: Any) -> JSON:
    """Somebody uses Sirportly beside the bot."""
    headers = {"x-auth-token": "demo-token", "x-auth-secret": "demo-secret"}
    files = parameters.pop("files", None)
    sent = httpx.post(f"{stack.support}/api/v2/{method}", data=parameters, files=files, headers=headers)
    made: JSON = sent.raise_for_status().json()
    return made


def answer(
    stack: Stack, ref: str, message: str, author: str = "customer", *, desk: str = "support", **more: Any
) -> None:
    """Somebody writes on a ticket at a screen of the helpdesk."""
    url = stack.support if desk == "support" else stack.social
    sent = {"author": author, "message": message, **more}
    stack.http.post(f"{url}/control/tickets/{ref}/answer", json=sent).raise_for_status()


def updates_of(stack: Stack, ref: str) -> list[JSON]:
    """The updates of a ticket in the local helpdesk."""
    return [each for each in stack.desk()["updates"] if each["ticket"] == ref]


def waiting(stack: Stack) -> int:
    """How many entries are not over; what looks at a helpdesk for ever does not count, nor stamps, which take turns."""
    query = "SELECT count(*) FROM entries WHERE state = 'waiting' AND kind NOT IN ('watch', 'stamp')"
    with closing(sqlite3.connect(stack.directory / "state" / "ticketbot.sqlite3")) as database:
        count: int = database.execute(query).fetchone()[0]
        return count


def nudge(stack: Stack) -> int:
    """Have what waits for its next try tried now, as ``actions retry`` does; how much that was."""
    waiting_long = _ids(
        stack,
        "state = 'waiting' AND kind NOT IN ('watch', 'stamp') AND attempts > 0 AND not_before > ?",
        time.time() + 1,
    )
    _steer(stack, "retry", waiting_long)
    return len(waiting_long)


def hurry(stack: Stack) -> None:
    """Have everything that was said tried now, the notes about edits too, which wait for the next edit."""
    _steer(stack, "retry", _ids(stack, "state = 'waiting' AND kind = 'action' AND not_before > ?", time.time() + 1))


def decide_doubts(stack: Stack) -> None:
    """Have what nobody knows about sent again, as the button does; what came after it on the ticket waits for that."""
    _steer(stack, "answer", _ids(stack, "state = 'unsure'"), verdict="again", by="U0ADAM")


def _ids(stack: Stack, where: str, *values: float) -> list[int]:
    with closing(sqlite3.connect(stack.directory / "state" / "ticketbot.sqlite3")) as database:
        return [row[0] for row in database.execute(f"SELECT id FROM entries WHERE {where} ORDER BY id", values)]


def _steer(stack: Stack, verb: str, ids: list[int], **args: Any) -> None:
    file = stack.directory / "state" / "ticketbot.sqlite3"

    async def each_of_them() -> None:
        for each in ids:
            await steer(f"sqlite:///{file}", file.parent, verb, id=each, **args)

    with ThreadPoolExecutor(1) as elsewhere:  # a browser's driver may have a loop running in this thread
        elsewhere.submit(asyncio.run, each_of_them()).result()


def settled(stack: Stack, *, within: float = 20) -> None:
    """Wait until nothing waits or runs any more."""
    until(lambda: waiting(stack) == 0, within=within)


def linked(stack: Stack, channel: str, ref: str, *, person: str = "U0ADAM") -> TicketThread:
    """A new thread in a channel, which somebody says is that ticket's."""
    body = {"as": person, "channel": channel, "text": f"about {ref}"}
    root: str = stack.http.post(f"{stack.workspace}/ui/post", json=body).json()["message"]["ts"]
    thread = TicketThread(stack, ref, root, channel)
    thread.say(f"<@U0BOT> link {ref}", person=person)
    until(lambda: any("belongs to" in text for text in thread.replies(person=person)))
    return thread


def opened(stack: Stack, channel: str = "C0SUPPORT", *, desk: str = "support") -> TicketThread:
    """A new ticket and the thread under its card, once it has been looked at."""
    subject = f"Till {len(stack.desk(desk)['tickets'])} dead"
    stack.say(f'/ticket create "{subject}" -- it will not start', channel=channel)
    ref = until(lambda: next((t["reference"] for t in stack.desk(desk)["tickets"] if t["subject"] == subject), ""))
    card = in_channel(stack, ref, "created by", channel=channel)
    until(lambda: _looked_at(stack, ref, desk))
    return TicketThread(stack, ref, card["ts"], channel)


def _looked_at(stack: Stack, ref: str, desk: str) -> bool:
    query = "SELECT count(*) FROM entries WHERE lane = ? AND state = 'done'"
    with closing(sqlite3.connect(stack.directory / "state" / "ticketbot.sqlite3")) as database:
        return bool(database.execute(query, (f"look:{desk}:{ref}",)).fetchone()[0])
