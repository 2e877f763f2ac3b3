"""From what somebody said to an entry in the ledger: everything that happens before Slack gets its answer.

No network here: what is read is recorded, and the answer goes out.
"""

import hashlib
import itertools
import json
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from bot.actions.commands import Command
from bot.errors import UsageError
from bot.grammar import parse
from bot.grammar.slacktext import plain
from bot.helpdesk import Helpdesk
from bot.ledger import Entry, Ledger, NewEntry, NotRecorded, Recorded
from bot.slack import render
from bot.slack.cards.lists import Place
from bot.slack.deliver import allowed, keep_response_url
from bot.slack.help import help_message
from bot.slack.messages import Message, give_back
from bot.slack.payloads import SlashCommand
from bot.slack.recent import Recent
from bot.telemetry import NOT_RECORDED, RECORDED, REFUSED

_RUN = secrets.token_hex(4)
_numbers = itertools.count(1)

_MOST_TAKEN = 10_000

QUESTIONS = frozenset({"view", "search", "list"})
KIND = "action"


@dataclass(frozen=True)
class Asked:
    """A question: it is not recorded, and answered to the asker alone."""

    command: Command
    helpdesk: str
    place: Place | None = None
    """Where in the answer the asker wants to go on."""
    typed: str = ""
    """The words, where there were any."""


@dataclass(frozen=True)
class Unread:
    """A command that cannot be taken as it is; without an error there are no words at all."""

    error: UsageError | None = None


@dataclass(frozen=True)
class Desks:
    """Which helpdesk is meant: the one named, the channel's, or the default one."""

    helpdesks: Mapping[str, Helpdesk]
    default: str
    of_channel: Mapping[str, str]

    def choose(self, command: Command, channel: str) -> tuple[str, str | None]:
        """The helpdesk's name, and the canonical reference.

        Raises:
            UsageError: there is no such helpdesk, or it has no such references.
        """
        if command.helpdesk:
            named = {name.lower(): name for name in self.helpdesks}.get(command.helpdesk.lower())
            if named is None:
                names = ", ".join(self.helpdesks)
                raise UsageError(f"There is no helpdesk «{command.helpdesk}»; there are: {names}.", code="bad-ref")
            return named, self._canonical(named, command)
        usual = self.of_channel.get(channel, self.default)
        try:
            return usual, self._canonical(usual, command)
        except UsageError:
            others = [name for name in self.helpdesks if name != usual and self._takes(name, command)]
            if len(others) == 1:
                return others[0], self._canonical(others[0], command)
            raise

    def _canonical(self, name: str, command: Command) -> str | None:
        return self.helpdesks[name].canonical(command.ref) if command.ref is not None else None

    def _takes(self, name: str, command: Command) -> bool:
        try:
            self._canonical(name, command)
        except UsageError:
            return False
        return True


class Intake:
    """Reads what was said and records it.

    Args:
        ledger: Where it is recorded.
        desks: Which helpdesk is meant.
        hosts: Hosts that a ``response_url`` may lead to.
        clock: Tells the time.
    """

    def __init__(
        self,
        ledger: Ledger,
        desks: Desks,
        *,
        hosts: frozenset[str],
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._ledger = ledger
        self._desks = desks
        self._hosts = hosts
        self._clock = clock
        self._taken = Recent(_MOST_TAKEN)
        """Keys of the latest commands: a refused one gives its key up in the ledger, and is still the same command."""

    async def command(self, said: SlashCommand) -> Message | Asked | Unread | None:
        """Take a slash command: what to answer at once, the question to answer, or nothing: the result follows."""
        shown = plain(said.text)
        try:
            command = parse(said.text)
            if command.action == "help":
                return help_message(command.topic, said.command) if said.text.strip() else Unread()
            name, ref = self._desks.choose(command, said.channel_id)
        except UsageError as error:
            REFUSED.labels(error.code).inc()
            return Unread(error)
        if command.action in QUESTIONS:
            return Asked(command, name, typed=shown)
        return await self._record(said, command, name, ref, shown)

    async def again(self, entry: Entry, asked: str) -> bool:
        """Record the same once more, because the person said that they mean it, once for each message that asked."""
        marker = new_marker()
        lane = f"new:{marker}" if entry.lane.startswith("new:") else entry.lane
        new = NewEntry(
            key=f"again:{entry.id}:{asked}",
            lane=lane,
            kind=KIND,
            body={**entry.body, "marker": marker, "received_at": self._clock().isoformat()},
            origin=entry.origin,
            person=entry.person,
            received_at=self._clock(),
        )
        (recorded,) = await self._ledger.record([new])
        return recorded.new

    def read(self, text: str, channel: str) -> tuple[Command, str, str | None]:
        """What these words ask for, of which helpdesk, about which ticket.

        Raises:
            UsageError: they cannot be read.
        """
        command = parse(text)
        name, ref = self._desks.choose(command, channel)
        return command, name, ref

    def choice(self, command: Command, channel: str) -> tuple[str, str | None]:
        """The helpdesk and the canonical reference that a command means here. Raises UsageError."""
        return self._desks.choose(command, channel)

    async def record(
        self,
        command: Command,
        helpdesk: str,
        ref: str | None,
        *,
        key: str,
        origin: Mapping[str, Any],
        typed: str,
        same: str | None = None,
        response_url: str = "",
    ) -> Recorded:
        """Record what somebody asked for, wherever they did.

        Args:
            command: What was said.
            helpdesk: Of which helpdesk.
            ref: The canonical reference, if there is a ticket yet.
            key: By which Slack's repetitions are recognised.
            origin: Surface, team, channel, user, and what they are called; a thread, if the answer goes there.
            typed: What a person reads as what they said.
            same: What is the same if somebody says it twice at once.
            response_url: Where the answer can go for a while.

        Raises:
            NotRecorded: the ledger did not take it.
        """
        now = self._clock()
        marker = new_marker()
        entry = NewEntry(
            key=key,
            lane=f"{helpdesk}:{ref}" if ref else f"new:{marker}",
            kind=KIND,
            body={
                "marker": marker,
                "helpdesk": helpdesk,
                "command": command.said(),
                "typed": typed,
                "received_at": now.isoformat(),
            },
            origin=origin,
            person=origin["user"],
            same=same,
            received_at=now,
        )
        reachable = response_url and allowed(response_url, self._hosts)
        keep = [keep_response_url(marker, response_url, now)] if reachable else []
        try:
            (recorded,) = await self._ledger.record([entry], keep=keep)
        except NotRecorded:
            NOT_RECORDED.inc()
            raise
        if recorded.new:
            RECORDED.labels(command.action, origin["surface"]).inc()
        return recorded

    async def _record(
        self, said: SlashCommand, command: Command, helpdesk: str, ref: str | None, shown: str
    ) -> Message | None:
        origin = {
            "surface": "command",
            "team": said.team_id,
            "channel": said.channel_id,
            "user": said.user_id,
            "user_name": said.user_name,
        }
        key = _key(said)
        if key in self._taken:
            return None
        same = digest(said.team_id, said.channel_id, said.user_id, said.command, " ".join(said.text.split()))
        try:
            recorded = await self.record(
                command,
                helpdesk,
                ref,
                key=key,
                origin=origin,
                typed=shown,
                same=same,
                response_url=said.response_url,
            )
        except NotRecorded:
            text = "⚠️ This could *not* be recorded, so nothing was done and nothing will be. Please send it again:"
            return give_back(text, f"{said.command} {shown}")
        self._taken.add(key)
        return render.repeated(recorded.state, recorded.id) if recorded.why == "same" else None


def new_marker() -> str:
    """A token for one entry: this process's random number and a count, because asking the system each time is slow."""
    return f"tb-{_RUN}{next(_numbers):x}"


def command_of(body: Mapping[str, Any]) -> Command:
    """The command that an entry keeps."""
    return Command.model_validate(body["command"])


def _key(said: SlashCommand) -> str:
    if said.trigger_id:
        return f"command:{said.team_id}:{said.trigger_id}"
    return f"command:{new_marker()}"


def digest(*parts: str) -> str:
    """What is the same where all of these are."""
    return hashlib.blake2b(json.dumps(parts).encode(), digest_size=16).hexdigest()
