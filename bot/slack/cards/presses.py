"""The buttons of cards and lists. What they do to a ticket is recorded like anything else that somebody asks for."""

from collections.abc import Coroutine
from typing import Any

import structlog

from bot.actions import Ticket
from bot.actions.commands import Command, Who
from bot.errors import UsageError
from bot.grammar import parse
from bot.grammar import render as line_of
from bot.ledger import Ledger
from bot.slack.cards import face, lists
from bot.slack.cards.lists import Place
from bot.slack.cards.places import upkeep
from bot.slack.forms import Opener
from bot.slack.intake import Asked, Intake, digest
from bot.slack.payloads import ButtonPress
from bot.slack.questions import Asker, Questions

log = structlog.get_logger()

Task = Coroutine[Any, Any, None]


class CardButtons:
    """Takes presses; without an ``opener`` there are no buttons for forms."""

    def __init__(self, ledger: Ledger, intake: Intake, questions: Questions, opener: Opener | None = None) -> None:
        self._ledger = ledger
        self._intake = intake
        self._questions = questions
        self._opener = opener

    async def press(self, press: ButtonPress) -> Task | None:
        """Do what the button says, or give back what goes on after the answer.

        Raises:
            NotRecorded: nothing was done.
            UsageError: the button is of another version, or its helpdesk is gone.
        """
        match press.action_id:
            case action if action in face.FORMS:
                return self._form(press)
            case face.ASSIGN_ME:
                await self._record(press, "assign")
            case face.CLOSE:
                await self._record(press, "close")
            case face.SHARE:
                await self._share(press)
            case lists.VIEW:
                return self._view(press)
            case lists.NEXT | lists.PREVIOUS:
                return self._turn(press)
            case _:
                log.warning("button.unknown", action=press.action_id)
        return None

    async def _record(self, press: ButtonPress, verb: str) -> None:
        said: dict[str, Any] = {"action": verb, **_reference(press.value)}
        command = Command.model_validate(said | ({"assign": Who(me=True)} if verb == "assign" else {}))
        _, helpdesk, ref = self._intake.read(line_of(command), press.channel_id)
        await self._intake.record(
            command,
            helpdesk,
            ref,
            key=_key(press),
            origin=_origin(press),
            typed=line_of(command),
            same=digest(press.team_id, press.channel_id, press.user_id, press.action_id, press.value),
        )

    async def _share(self, press: ButtonPress) -> None:
        """Post the card, once however often that is pressed at once."""
        said = _reference(press.value)
        _, helpdesk, ref = self._intake.read(f"view {said['helpdesk']}:{said['ref']}", press.channel_id)
        ticket = Ticket(helpdesk=helpdesk, ref=ref or said["ref"])
        same = digest(press.team_id, press.channel_id, press.user_id, press.action_id, press.value)
        await self._ledger.record(
            [upkeep(_key(press), press.channel_id, ticket, origin=_origin(press), share=True, same=same)]
        )

    def _form(self, press: ButtonPress) -> Task | None:
        if self._opener is None:
            return None
        said = _reference(press.value)
        _, kind, _ = face.FORMS[press.action_id]
        return self._opener.open_form(
            kind,
            press.trigger_id,
            user=press.user_id,
            team=press.user_team,
            channel=press.channel_id or None,
            helpdesk=said["helpdesk"],
            ticket=said["ref"],
        )

    def _view(self, press: ButtonPress) -> Task:
        said = _reference(press.value)
        command, helpdesk, _ = self._intake.read(f"view {said['helpdesk']}:{said['ref']}", press.channel_id)
        return self._questions.answer(Asker.of_press(press, replace=False), Asked(command, helpdesk))

    def _turn(self, press: ButtonPress) -> Task:
        try:
            place = Place.read(press.value)
        except ValueError as error:
            raise UsageError("That button is of another version of me; please ask again.") from error
        asked = Asked(parse(place.line), place.helpdesk, place)
        return self._questions.answer(Asker.of_press(press, replace=True), asked)


def _reference(value: str) -> dict[str, str]:
    helpdesk, _, ref = value.rpartition(":")
    return {"helpdesk": helpdesk, "ref": ref}


def _key(press: ButtonPress) -> str:
    return f"button:{press.team_id}:{press.channel_id}:{press.message_ts}:{press.action_ts}:{press.action_id}"


def _origin(press: ButtonPress) -> dict[str, Any]:
    return {
        "surface": "button",
        "team": press.team_id,
        "channel": press.channel_id,
        "user": press.user_id,
        "user_name": press.user_name,
        **({"thread": press.thread_ts} if press.thread_ts else {}),
    }
