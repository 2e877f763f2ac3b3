"""Trigger ids: good for three seconds, and for one view (docs.slack.dev/surfaces/modals)."""

from dataclasses import dataclass

from bot.playground.clock import Clock
from bot.playground.errors import SlackError, invalid_arguments
from bot.playground.ids import new_trigger_id
from bot.playground.settings import TriggerErrors

LIFE = 3.0


@dataclass
class _Trigger:
    user: str
    at: float
    used: bool = False


class Triggers:
    """The trigger ids given out."""

    def __init__(self, clock: Clock, errors: TriggerErrors) -> None:
        self._clock, self._errors = clock, errors
        self._given: dict[str, _Trigger] = {}

    def issue(self, user: str) -> str:
        """A trigger for something that ``user`` just did."""
        now = self._clock.now()
        if len(self._given) > 10_000:
            self._given = {key: each for key, each in self._given.items() if now - each.at < 600}
        trigger = new_trigger_id()
        self._given[trigger] = _Trigger(user, now)
        return trigger

    def exchange(self, trigger_id: str) -> str:
        """Use a trigger up; returns whose it was. Raises ``SlackError``."""
        trigger = self._given.get(trigger_id)
        if trigger is None:
            # The documents and a report of a real call (slack-go#805) disagree, so it is a setting.
            if self._errors == "observed":
                raise invalid_arguments("invalid `trigger_id`")
            raise SlackError("invalid_trigger_id")
        if trigger.used:
            raise SlackError("exchanged_trigger_id")
        if self._clock.now() - trigger.at > LIFE:
            raise SlackError("expired_trigger_id")
        trigger.used = True
        return trigger.user

    def clear(self) -> None:
        """Forget all of them."""
        self._given.clear()
