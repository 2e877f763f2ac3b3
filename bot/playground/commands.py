"""Slash commands, as a person runs them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.playground import mrkdwn, payloads
from bot.playground.deliveries import Parcel
from bot.playground.errors import PageError, SlackError
from bot.playground.ids import new_id
from bot.playground.replies import reply
from bot.playground.response_urls import ResponseUrl
from bot.playground.shapes import JSON
from bot.playground.store import Channel, Person

if TYPE_CHECKING:
    from bot.playground.playground import Playground


class Commands:
    """Runs the app's slash commands."""

    def __init__(self, playground: Playground) -> None:
        self._playground = playground

    async def run(self, person: Person, channel: Channel, typed: str, *, in_thread: bool = False) -> JSON:
        """Deliver a command, and show what came back; the answer says what became of it.

        Slash commands do not work in threads; one that nobody declared is no command.
        """
        playground = self._playground
        name, _, text = typed.strip().partition(" ")
        command = playground.settings.manifest.commands.get(name)
        if channel.is_archived:
            raise PageError("is_archived", "This channel is archived.")
        if command is None or "commands" not in playground.settings.manifest.scopes:
            raise self._refused(person, channel, "invalid_command", f"`{name}` is not a valid command.")
        if in_thread:
            raise self._refused(person, channel, "not_in_thread", f"`{name}` is not supported in threads. Sorry!")
        response_url = playground.response_urls.issue(person.id, channel.id)
        if command.should_escape:
            text = mrkdwn.from_typed(text, playground.workspace, labels=True)
        body = payloads.slash_command(
            name, text.strip(), person, channel, playground.triggers.issue(person.id), response_url
        )
        answer = await playground.deliveries.send(
            Parcel("command", name, dict(body), playground.settings.request_url or command.url)
        )
        if answer.outcome != "acknowledged":
            return {"result": answer.result, "notice": self._failed(person, channel, name, answer.result)}
        shown = {"text": answer.body} if isinstance(answer.body, str) else answer.body
        if isinstance(shown, dict) and shown:
            try:
                reply(playground, ResponseUrl(person.id, channel.id, playground.clock.now()), shown)
            except SlackError as error:
                return {"result": "dispatch_failed", "notice": self._failed(person, channel, name, error.code)}
        return {"result": "acknowledged"}

    def _failed(self, person: Person, channel: Channel, name: str, error: str) -> str:
        """The words that people see (OpsKnight#256; a newer wording is about the app not responding)."""
        return self.notice(person, channel, f'`{name}` failed with the error "{error}"')

    def _refused(self, person: Person, channel: Channel, code: str, text: str) -> PageError:
        self.notice(person, channel, text)
        return PageError(code, text)

    def notice(self, person: Person, channel: Channel | None, text: str, *, level: str = "error") -> str:
        """Tell one person something that only they see."""
        place = channel.id if channel else None
        self._playground.changes.publish("notice", [person.id], id=new_id("N"), channel=place, text=text, level=level)
        return text
