"""What an entry has done in the helpdesk so far, step by step, so that nothing is done twice and nothing is forgotten.

A step is a dictionary in ``progress``: ``{"sent": …}`` while it is under way, ``{"sent": …, "result": …}`` once it is
known to be done. The moment of sending is stored before anything is sent; a step that was sent and has no result is
looked up before it is repeated, and never earlier than ``settle_after`` seconds after it was sent: a look too early
would not see what is still on its way.
"""

import re
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from bot.errors import (
    AuthenticationFailed,
    HelpdeskError,
    InvalidFields,
    OutcomeUnknown,
    TicketbotError,
    Unavailable,
    UnexpectedResponse,
    UserError,
)
from bot.helpdesk import JSON, Found

Send = Callable[[], Awaitable[JSON]]
Find = Callable[[datetime], Awaitable[Sequence[Found]]]
Save = Callable[[JSON, Sequence[str]], Awaitable[None]]
Again = Callable[[], Awaitable[None]]
Held = Callable[[Sequence[str]], Awaitable[set[str]]]

MARKER_PREFIX = "tb-"
_OWN_TAG = re.compile(rf"{MARKER_PREFIX}[0-9a-f]{{9,}}", re.IGNORECASE)
"""A process's random number and a count, as markers are made."""
DECIDED = "decided"
"""Under which the progress keeps the action that was begun; no step is called so."""
UNKNOWN_ID = {"id": ""}
"""What a step came to that a person says was done: nobody told its id."""


class NotYet(Unavailable):
    """An earlier attempt got no answer, and it is too early to look what became of it."""

    def __init__(self, until: datetime) -> None:
        super().__init__(f"an earlier attempt is looked up at {until.isoformat()}")
        self.until = until
        """When to come back."""


class Doubt(HelpdeskError):
    """An earlier attempt got no answer, and nothing can tell whether it was done: a person has to decide."""

    def __init__(self, doing: str) -> None:
        super().__init__(f"nothing can tell whether this was done: {doing}")
        self.doing = doing
        """The step, in words for a person."""


def tag_for(marker: str) -> str:
    """The tag that a created ticket carries, by which it is found again."""
    return marker if marker.startswith(MARKER_PREFIX) else MARKER_PREFIX + marker


def is_own_tag(tag: str) -> bool:
    """Whether a tag is such a marker, which means nothing to people."""
    return _OWN_TAG.fullmatch(tag) is not None


def halfway(error: UserError, step: str, done: Sequence[str]) -> UserError:
    """``error`` at ``step``, and what of the action has been done by then, so that nobody asks for it again."""
    if not done:
        return error
    reasons = dict(error.reasons) or {step: str(error)}
    told = f"This much is done already, so leave it out next time: {', '.join(done)}."
    refused = InvalidFields({**reasons, "": f"{reasons['']} {told}" if "" in reasons else told})
    refused.done = tuple(done)
    return refused


class StepJournal:
    """The journal of one attempt at one entry.

    Args:
        progress: What earlier attempts left; changed in place.
        save: Stores the progress and the ids that this entry holds. Called before anything is sent.
        held: Which of some ids other entries hold.
        settle_after: Seconds after sending before a step without an answer is looked up.
        marker: The entry's own token.
        clock: Tells the time.
        verdict: A person's answer to :class:`Doubt`: ``again`` lets the step in doubt be sent again, once; ``step``
            says that it was done.
        again: Called right before a step is sent once more while nothing is known to be done; what it raises ends the
            attempt.
    """

    def __init__(
        self,
        *,
        progress: JSON,
        save: Save,
        held: Held,
        settle_after: float,
        marker: str,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        verdict: Literal["again", "step"] | None = None,
        again: Again | None = None,
    ) -> None:
        self._again = again
        self.progress = progress
        self._save = save
        self._held = held
        self._settle_after = timedelta(seconds=settle_after)
        self._marker = marker
        self._clock = clock
        self._verdict = verdict

    @property
    def marker(self) -> str:
        """This entry's own token, the same in every attempt."""
        return self._marker

    @property
    def holds(self) -> tuple[str, ...]:
        """The ids of what this entry has made in the helpdesk."""
        return tuple(step["holds"] for step in self.steps.values() if step.get("holds"))

    @property
    def steps(self) -> dict[str, Any]:
        """What was begun, by name."""
        return {name: step for name, step in self.progress.items() if name != DECIDED}

    @property
    def pending(self) -> str | None:
        """The step of which nobody knows whether it was done, in words; ``None`` if there is none."""
        return next((step.get("doing") or name for name, step in self.steps.items() if "result" not in step), None)

    async def once(
        self,
        step: str,
        send: Send,
        *,
        find: Find | None,
        holds: Callable[[JSON], str | None] | None = None,
        doing: str = "",
    ) -> JSON:
        """Do ``step`` once in the life of the entry; see :meth:`bot.helpdesk.Journal.once`.

        Raises:
            NotYet: it is too early to look what became of an earlier attempt.
            Doubt: nothing can tell what became of it.
            OutcomeUnknown: this attempt got no answer; the next one will look.
        """
        known = self.progress.get(step)
        if known is not None and "result" in known:
            result: JSON = known["result"]
            return result
        if known is not None:
            verdict = self._verdict if "doubted" in known else None  # it judged that sending, and no later one
            if verdict == "step":
                self.progress[step] = {"sent": known["sent"], "result": dict(UNKNOWN_ID)}
                await self._save(self.progress, self.holds)
                return dict(UNKNOWN_ID)
            found = None if verdict else await self._look(step, known, find, doing or step)
            if found is not None:
                self.progress[step] = {**known, "result": found.result, "holds": found.id}
                await self._save(self.progress, self.holds)
                return found.result
            if self._again is not None and not any("result" in each for each in self.steps.values()):
                await self._again()
        return await self._send(step, send, holds, doing)

    async def _look(self, step: str, known: JSON, find: Find | None, doing: str) -> Found | None:
        sent = datetime.fromisoformat(known["sent"])
        due = sent + self._settle_after
        if self._clock() < due:
            raise NotYet(due)
        try:
            if find is None:
                raise Doubt(doing)
            candidates = await find(sent)
        except Doubt:
            self.progress[step] = {**known, "doubted": True}
            raise
        except (UserError, AuthenticationFailed, UnexpectedResponse) as error:
            # The helpdesk does not let us look: that says nothing about whether it was done.
            self.progress[step] = {**known, "doubted": True}
            raise Doubt(doing) from error
        if not candidates:
            return None
        taken = await self._held([candidate.id for candidate in candidates]) | set(self.holds)
        return next((candidate for candidate in candidates if candidate.id not in taken), None)

    async def _send(self, step: str, send: Send, holds: Callable[[JSON], str | None] | None, doing: str) -> JSON:
        sent = self._clock().isoformat()
        self.progress[step] = {"sent": sent} | ({"doing": doing} if doing else {})
        await self._save(self.progress, self.holds)
        try:
            result = await send()
        except OutcomeUnknown:
            raise
        except TicketbotError:
            # Refused, or never sent: nothing was done, so there is nothing to look for next time.
            del self.progress[step]
            await self._save(self.progress, self.holds)
            raise
        done: dict[str, Any] = {"sent": sent, "result": result}
        if holds is not None and (held := holds(result)) is not None:
            done["holds"] = held
        self.progress[step] = done
        return result
