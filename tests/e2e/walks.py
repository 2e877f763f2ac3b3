"""A random walk through threads of tickets: every text has a word of its own that says what it was meant to be."""

import random
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any, Literal
from urllib.parse import parse_qs

import httpx

from tests.e2e.reading import elements, press
from tests.e2e.stack import Stack, text_of, until
from tests.e2e.threads import TicketThread, decide_doubts, nudge

JSON = dict[str, Any]
Usual = Literal["private", "public", "ask", "off"]

SHARED = "C0SHARED"
STAFF = ("U0ADAM", "U0PRIYA")
MEMBERS = {
    "C0SOCIAL": (*STAFF, "U0SAM"),
    "C0GENERAL": (*STAFF, "U0SAM"),
    "C0SUPPORT": (*STAFF, "U0SAM"),
    "C0TRIAGE": STAFF,
    SHARED: (*STAFF, "U0EVE"),
}
"""Sam has no account in any helpdesk, Eve is of another organisation."""
TICKETS = {"support": "AB-123456", "social": "4484632"}

SIGNS: dict[str, Literal["private", "public"] | None] = {
    "": None,
    "replying: ": None,
    "reply: ": "public",
    "PUBLIC:\n": "public",
    ":earth_africa: ": "public",
    "!reply ": "public",
    "note: ": "private",
    "Private : ": "private",
    "*Note:* ": "private",
    "> internal: ": "private",
    "\N{LOCK} ": "private",
    ":lock: ": "private",
    "reply: note: ": "private",
    "!note ": "private",
}
"""What people begin with, and for whom the message is then; ``None`` is what the channel says."""

DESK_FAULTS: tuple[JSON, ...] = (
    {"kind": "unavailable", "times": 2},
    {"kind": "unavailable", "times": 1, "after": True, "method": "POST"},
    {"kind": "lost", "times": 1, "method": "POST"},
    {"kind": "drop", "times": 2},
    {"kind": "html", "times": 1, "after": True, "method": "POST"},
    {"kind": "rate_limit", "retry_after": 1, "times": 1},
    {"kind": "slow", "seconds": 2, "after": True, "times": 1, "method": "POST"},
)
SLACK_FAULTS: tuple[JSON, ...] = (
    {"method": "chat.postMessage", "lose_answer": True, "times": 1},
    {"method": "chat.postMessage", "hang_up": True, "times": 1},
    {"method": "*", "status": 503, "text": "no upstream", "times": 2},
    {"method": "chat.postMessage", "error": "fatal_error", "times": 1},
    {"method": "users.info", "status": 503, "times": 2},
    {"method": "conversations.info", "status": 503, "times": 3},
    {"method": "conversations.info", "error": "internal_error", "times": 2},
    {"method": "*", "status": 503, "times": 3},
    {"method": "*", "ratelimited": 1, "times": 1},
    {"delivery": "event", "repeat": 2, "times": 3},
    {"delivery": "event", "reorder": True, "times": 1},
    {"delivery": "event", "lose_answer": True, "times": 1},
)


@dataclass(frozen=True)
class Rules:
    """What a channel is configured to be."""

    usual: Usual
    contacts: bool
    internal: bool

    def toml(self) -> str:
        return (
            f'thread_replies = "{self.usual}"\ncontacts = {str(self.contacts).lower()}\n'
            f"internal = {str(self.internal).lower()}\n"
        )


@dataclass
class Meant:
    """What a text was meant to be."""

    what: Literal["internal", "open", "asked", "customer"]
    """``asked`` is internal until its author says that it may go to the customer."""
    by: str = ""
    """Who said it in Slack."""
    place: str = ""
    """The channel in which they did."""

    @property
    def inside(self) -> bool:
        return self.what in {"internal", "asked"}


@dataclass
class Walk:
    """People, helpdesks and faults, as chance will have it."""

    stack: Stack
    chance: random.Random
    rules: dict[str, Rules] = field(default_factory=dict)
    threads: list[TicketThread] = field(default_factory=list)
    meant: dict[str, Meant] = field(default_factory=dict)
    said: list[tuple[TicketThread, str, str]] = field(default_factory=list)
    """Thread, ``ts`` and author of what can still be changed."""
    words: dict[str, list[str]] = field(default_factory=dict)
    """By channel and ``ts``."""
    leaks: list[str] = field(default_factory=list)
    looked_at: set[tuple[str, str, str]] = field(default_factory=set)
    shown_inside: int = 0

    def configured(self) -> str:
        """New rules for every channel, as the configuration of the next bot."""
        drawn = self.chance.sample(["private", "public", "ask", "off", "private"], 5)
        internal = [True, False, *(self.chance.random() < 0.5 for _ in range(2))]
        self.chance.shuffle(internal)
        for channel, usual, inside in zip(MEMBERS, drawn, [*internal, self.chance.random() < 0.5], strict=True):
            self.rules[channel] = Rules(usual, self.chance.random() < 0.5, inside)  # type: ignore[arg-type]
        # C0SOCIAL has a table already, which what is added here goes on with.
        tables = [
            f"[channels.{name}]\n{rules.toml()}" if name != "C0SOCIAL" else rules.toml()
            for name, rules in self.rules.items()
        ]
        return "".join(tables) + "[threads]\nwait = 0.3\nundo = 1\nactive = 1\nidle = 1\n"

    def link(self) -> None:
        """A thread for each ticket in every channel."""
        for channel in MEMBERS:
            for helpdesk, ref in TICKETS.items():
                body = {"as": "U0ADAM", "channel": channel, "text": f"about {ref}"}
                root = self.stack.http.post(f"{self.stack.workspace}/ui/post", json=body).json()["message"]["ts"]
                thread = TicketThread(self.stack, ref, root, channel)
                thread.say(f"<@U0BOT> link {helpdesk}:{ref}")
                self.threads.append(thread)
        for thread in self.threads:
            until(lambda thread=thread: any("belongs to" in each for each in thread.replies()))  # type: ignore[misc]

    # What happens ----------------------------------------------------------------------------------------------------

    def step(self) -> None:
        """Anything."""
        acts = {
            self.say: 12, self.edit: 6, self.delete: 2, self.decide: 5, self.command: 2, self.at_the_helpdesk: 7,
            self.fault: 3,
        }  # fmt: skip
        self.chance.choices(list(acts), list(acts.values()))[0]()
        time.sleep(self.chance.choice((0, 0, 0.02, 0.3)))

    def _word(self, meant: Meant) -> str:
        word = f"{meant.what}{len(self.meant)}x"
        self.meant[word] = meant
        return word

    def _text(self, thread: TicketThread, person: str) -> tuple[str, str]:
        """Something to say, and its word."""
        sign = self.chance.choice(list(SIGNS))
        to = SIGNS[sign] or self.rules[thread.channel].usual
        what = {"public": "open", "ask": "asked"}.get(to, "internal")
        word = self._word(Meant(what, person, thread.channel))  # type: ignore[arg-type]
        return f"{sign}{word} and more", word

    def say(self) -> None:
        thread = self.chance.choice(self.threads)
        person = self.chance.choice(MEMBERS[thread.channel])
        text, word = self._text(thread, person)
        ts = thread.say(text, person=person)
        self.said.append((thread, ts, person))
        self.words[f"{thread.channel}/{ts}"] = [word]

    def edit(self) -> None:
        if self.said:
            thread, ts, person = self.chance.choice(self.said[-6:])
            text, word = self._text(thread, person)
            self.words[f"{thread.channel}/{ts}"].append(word)
            thread.edit(ts, text, person=person)

    def delete(self) -> None:
        if self.said:
            thread, ts, person = self.said.pop(self.chance.randrange(len(self.said)))
            thread.delete(ts, person=person)

    def decide(self) -> None:
        """Answer a question about a message, or take a reply back."""
        channel = self.chance.choice(list(MEMBERS))
        person = self.chance.choice(MEMBERS[channel])
        waiting = [each for each in self.stack.private(channel, person) if list(elements(each.get("blocks") or []))]
        if not waiting:
            return
        question = self.chance.choice(waiting)
        labels = {each["text"]["text"]: each.get("value", "") for _, each in elements(question["blocks"])}
        label = self.chance.choice(list(labels))
        if "customer" in label:
            for word in self.words.get(labels[label], ()):
                if self.meant[word].what == "asked":
                    self.meant[word].what = "open"
        press(self.stack, question, label, person=person)

    def command(self) -> None:
        channel = self.chance.choice(list(MEMBERS))
        helpdesk, ref = self.chance.choice(list(TICKETS.items()))
        person = self.chance.choice(STAFF)
        inside = self._word(Meant("internal", person, channel))
        lines = [f"note {helpdesk}:{ref} {inside}", f'update {helpdesk}:{ref} tags:till note:"{inside}"']
        lines += [f"reply {helpdesk}:{ref} {self._word(Meant('open', person, channel))}", f"view {helpdesk}:{ref}"]
        self.stack.say(f"/ticket {self.chance.choice(lines)}", person=person, channel=channel)

    def at_the_helpdesk(self) -> None:
        """Somebody writes at a screen of a helpdesk."""
        helpdesk, ref = self.chance.choice(list(TICKETS.items()))
        url = self.stack.support if helpdesk == "support" else self.stack.social
        author, private = self.chance.choice((("customer", False), ("staff", False), ("staff", True), ("staff", True)))
        word = self._word(Meant("internal" if private else "customer" if author == "customer" else "open"))
        sent = {"author": author, "message": f"{word} and more", "private": private}
        httpx.post(f"{url}/control/tickets/{ref}/answer", json=sent).raise_for_status()

    def fault(self) -> None:
        if self.chance.random() < 0.5:
            self.stack.fault(self.chance.choice(list(TICKETS)), **self.chance.choice(DESK_FAULTS))
        else:
            fault = self.chance.choice(SLACK_FAULTS)
            self.stack.http.post(f"{self.stack.workspace}/control/fault", json=fault).raise_for_status()

    def last_words(self) -> None:
        """A note and a reply on each ticket, however little of the walk got anywhere."""
        for helpdesk, ref in TICKETS.items():
            for verb, what in (("note", "internal"), ("reply", "open")):
                word = self._word(Meant(what, STAFF[0], "C0TRIAGE"))  # type: ignore[arg-type]
                self.stack.say(f"/ticket {verb} {helpdesk}:{ref} {word}", person=STAFF[0], channel="C0TRIAGE")

    def heal(self) -> None:
        for name in TICKETS:
            self.stack.heal(name)
        self.stack.http.delete(f"{self.stack.workspace}/control/fault")

    def settle(self, *, within: float) -> None:
        """Wait until nothing is under way; a thread that is quiet for a while because of too much is left alone."""
        end = time.monotonic() + within
        query = (
            "SELECT lane, kind, attempts, due, not_before, note FROM entries "
            "WHERE state = 'waiting' AND kind NOT IN ('watch', 'stamp') "
            "AND (due IS NULL OR due < ?)"
        )

        def left() -> list[Any]:
            with closing(sqlite3.connect(self.stack.directory / "state" / "ticketbot.sqlite3")) as database:
                return database.execute(query, (time.time() + 60,)).fetchall()

        while left():
            assert time.monotonic() < end, f"it does not come to rest: {left()}"
            nudge(self.stack)
            decide_doubts(self.stack)
            time.sleep(0.5)

    # What must not have happened -------------------------------------------------------------------------------------

    def look(self) -> None:
        """Note what is where it must not be; what came since the last look came under the rules of now."""
        for name in TICKETS:
            self.leaks += _public(self.stack.desk(name), self._inside, name)
            self.leaks += list(self._sent(name))
        state = self.stack.http.get(f"{self.stack.workspace}/control/state").json()
        for channel in state["channels"]:
            for message in channel["messages"]:
                self._seen(channel, message)
        for channel in MEMBERS:
            for person in MEMBERS[channel]:
                for message in self.stack.private(channel, person):
                    self._overheard(message, person, channel)

    def _inside(self, text: str) -> list[str]:
        return [word for word, meant in self.meant.items() if meant.inside and word in text]

    def _sent(self, name: str) -> Iterator[str]:
        """Requests that would have made something internal public, whatever became of them."""
        url = self.stack.support if name == "support" else self.stack.social
        for request in httpx.get(f"{url}/control/requests").json():
            if request["method"] == "GET" or _is_private(request):
                continue
            for word in self._inside(str(request["body"]) + str(request["params"])):
                yield f"{word} went out in {request['method']} {request['path']}: {request['body']}"

    def _seen(self, channel: JSON, message: JSON) -> None:
        text, name = text_of(message), channel["id"]
        by_bot = bool(message.get("bot_id")) or message.get("user") == "U0BOT"
        rules = self.rules.get(name)
        for word, meant in self.meant.items():
            if word not in text or (name, message["ts"], word) in self.looked_at:
                continue
            self.looked_at.add((name, message["ts"], word))
            if not by_bot or (channel["kind"] == "im" and meant.by in channel["members"]):
                continue  # their own words, or words to themselves
            if meant.what == "customer" and name == SHARED:
                self.leaks.append(f"{word} of a customer is seen by another organisation")
            if not meant.inside:
                continue
            if rules is None or not rules.internal or name == SHARED:
                self.leaks.append(f"{word} is seen in {name}: {text}")
            else:
                self.shown_inside += 1

    def _overheard(self, message: JSON, person: str, channel: str) -> None:
        for word in self._inside(text_of(message)):
            if self.meant[word].by != person:
                self.leaks.append(f"{word} is told to {person} in {channel}: {text_of(message)}")


def _is_private(request: JSON) -> bool:
    """Whether what a request to a helpdesk writes is an internal note."""
    if "/api/v2/" in request["path"]:
        given = request["params"] or {name: values[0] for name, values in parse_qs(request["body"]).items()}
        return str(given.get("private")) in {"1", "true"}
    return "/note" in request["path"].lower()


def _public(value: Any, inside: Any, where: str) -> list[str]:
    """Internal words in anything of a helpdesk's state but private updates."""
    if isinstance(value, dict):
        if value.get("private") is True:
            return []
        return [leak for name, inner in value.items() for leak in _public(inner, inside, f"{where}.{name}")]
    if isinstance(value, list):
        return [leak for inner in value for leak in _public(inner, inside, where)]
    return [f"{word} is public in {where}: {value}" for word in inside(value)] if isinstance(value, str) else []
