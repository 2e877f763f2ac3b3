"""What people do on their Home."""

from collections.abc import Coroutine
from typing import Any

from bot.errors import UserError
from bot.ledger import Ledger
from bot.slack import render
from bot.slack.buttons import Buttons
from bot.slack.cards.lists import Place
from bot.slack.forms import Opener
from bot.slack.home import view
from bot.slack.home.publishing import HOMES, place_key, publish, seen
from bot.slack.payloads import ButtonPress

_STEERING = {
    view.RETRY: render.RETRY,
    view.DISCARD: render.DISCARD,
    view.CANCEL: render.DISCARD,
    view.WAS_DONE: render.WAS_DONE,
    view.SEND_AGAIN: render.SEND_AGAIN,
}
_MOST_PLACES = 20


class HomeButtons:
    """Takes presses, and people who open their Home."""

    def __init__(self, ledger: Ledger, buttons: Buttons, opener: Opener) -> None:
        self._ledger = ledger
        self._buttons = buttons
        self._opener = opener

    async def opened(self, user: str, event_id: str) -> None:
        """They look at it now: from here on it is kept current for a while.

        Raises:
            NotRecorded: the event must not be acknowledged.
        """
        state = await self._ledger.kept(HOMES, user) or {}
        await self._ledger.record([publish(event_id, user)], keep=[seen(user, state)])

    async def press(self, press: ButtonPress) -> Coroutine[Any, Any, None] | None:
        """Do what the button says, or give back what goes on after the answer. Raises NotRecorded."""
        user = press.user_id
        state = dict(await self._ledger.kept(HOMES, user) or {})
        notice = ""
        match press.action_id:
            case view.NEW:
                return self._opener.open_form("create", press.trigger_id, user=user, team=press.user_team)
            case view.SEARCH:
                state["query"] = " ".join(press.value.split())[:300]
            case view.CLEAR:
                state["query"] = ""
            case view.NEXT | view.PREVIOUS:
                notice = _turn(state, press.value)
            case action if action in _STEERING:
                notice = await self._steer(press)
        entry = publish(f"press:{press.action_ts}:{press.action_id}", user, notice=notice)
        await self._ledger.record([entry], keep=[seen(user, state)])
        return None

    async def _steer(self, press: ButtonPress) -> str:
        """Decide about an entry; what came of it, in words."""
        entry = await self._ledger.get(int(press.value)) if press.value.isdigit() else None
        await self._buttons.press(press.model_copy(update={"action_id": _STEERING[press.action_id]}))
        after = await self._ledger.get(entry.id) if entry else None
        if entry is None or after is None:
            return "That is so long ago that it is no longer kept."
        if press.action_id == view.CANCEL and after.state == "discarded":
            return "The follow-up is cancelled."
        sent = "what was on its way may have arrived" if after.progress else "nothing was sent"
        return {
            "discarded": f"Discarded, {sent}.",
            "done": "Noted as done.",
            "waiting": "Trying again now.",
            "running": "It is being done right now.",
        }.get(after.state, f"By now it is {after.state}.")


def _turn(state: dict[str, Any], value: str) -> str:
    """Go to another place in one of the lists."""
    try:
        place = Place.read(value)
    except (ValueError, UserError):
        return "That button is of an older version of me."
    places = dict(state.get("places") or {})
    places[place_key(place.helpdesk, place.line)] = (place.page, place.start, place.passed)
    state["places"] = dict(list(places.items())[-_MOST_PLACES:])
    return ""
