"""A thread of a ticket, as people use it in the workspace."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

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
        found = next(
            (each for each in self.stack.thread(self.root, self.channel, person) if each["ts"] == ts), {"reactions": []}
        )
        return {each["name"] for each in found.get("reactions") or ()}

    def stamped(self, ts: str, *names: str) -> None:
        """Wait until a message carries just these."""
        until(lambda: self.stamps(ts) == set(names))

    def replies(self, *, person: str = "U0ADAM") -> list[str]:
        """What is said in it, in words."""
        return [text_of(each) for each in self.stack.thread(self.root, self.channel, person)]


def updates_of(stack: Stack, ref: str) -> list[JSON]:
    """The updates of a ticket in the local helpdesk."""
    state = stack.desk()
    ids = {each["id"] for each in state["tickets"] if each["reference"] == ref}
    return [each for each in state["updates"] if each.get("ticket_id", each.get("ticket")) in ids]


def settled(stack: Stack, *, within: float = 20) -> None:
    """Wait until nothing waits or runs any more."""
    quiet: Callable[[], bool] = lambda: not [  # noqa: E731
        each for each in stack.entries("--state", "waiting") if each["kind"] not in {"watch"}
    ]
    until(quiet, within=within, every=0.3)
