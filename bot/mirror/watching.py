"""Watches a helpdesk: one entry of the ledger for each, which is never over and performed again and again.

The database gives an entry to one process at a time, so however many work, one watches. What it has seen is the entry's
own progress. It asks from two minutes before the latest change that it knows, by the helpdesk's clock: a change may
be seen late there. Each state of a ticket is looked at twice, because a list can show it before it is committed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import structlog

from bot.actions import Ticket
from bot.dispatch import backoff
from bot.errors import HelpdeskError, RateLimited, UserError
from bot.helpdesk import Changes, Helpdesk
from bot.ledger import Claim, Entry, Later, Ledger, Settle, Settlement
from bot.mirror.entries import look
from bot.mirror.links import LINKED

log = structlog.get_logger()

OVERLAP = timedelta(minutes=2)
LATELY = timedelta(minutes=15)
"""For so long a thread counts as active."""
BUDGET = 60
"""Requests a minute to one helpdesk, for watching it and for looking at its tickets."""
AT_ONCE = 30
"""Tickets that one performance has looked at; the others wait for the next."""
WANTED = 50
"""Linked tickets that are asked for by name in one performance; with more of them, in turns."""
_REQUESTS_OF_A_LOOK = 2
_LOOKS = 2
_MOST_SEEN = 3000
_SLOWEST = timedelta(minutes=5)
"""Between two tries while a helpdesk is down."""


@dataclass(frozen=True)
class Pace:
    """How often it is asked."""

    active: timedelta
    idle: timedelta


class Watching:
    """Performs the entries that watch."""

    def __init__(self, ledger: Ledger, helpdesks: Mapping[str, Helpdesk], pace: Pace) -> None:
        self._ledger = ledger
        self._helpdesks = helpdesks
        self._pace = pace

    async def perform(self, entry: Entry, claim: Claim) -> Settlement:  # noqa: ARG002 - nothing is written there
        """Ask once, and say when to ask again."""
        helpdesk = self._helpdesks.get(str(entry.body.get("helpdesk")))
        if helpdesk is None:
            return Settle(state="failed", outcome={"state": "failed", "reason": "no such helpdesk any more"})
        state = dict(entry.progress)
        now = datetime.now(UTC)
        try:
            return await self._asked(entry, helpdesk, state, now)
        except (HelpdeskError, UserError) as error:
            wait = min(_SLOWEST, backoff(state.get("failures", 0)))
            if isinstance(error, RateLimited):
                wait = timedelta(seconds=error.retry_after)
            if not state.get("failures"):
                log.warning("watch.no_answer", helpdesk=helpdesk.name, error=type(error).__name__)
        except Exception:  # nobody begins this entry again, so one faulty round would end the watch for good
            log.exception("watch.broke", helpdesk=helpdesk.name)
            wait = _SLOWEST
        state["failures"] = state.get("failures", 0) + 1
        return Later(at=now + wait, note={"reason": "unavailable"}, progress=state)

    async def _asked(self, entry: Entry, helpdesk: Helpdesk, state: dict[str, Any], now: datetime) -> Settlement:
        links = await self._links(helpdesk.name)
        if not links:
            return Later(at=now + self._pace.idle, note={"reason": "watching"}, progress={"idle": True})
        since = datetime.fromisoformat(state["until"]) - OVERLAP if state.get("until") else now - OVERLAP
        wanted, turn = _in_turn(links, int(state.get("turn", 0)))
        changes = await helpdesk.changed(since, among=wanted)
        if state.pop("failures", 0):
            log.warning("watch.answers_again", helpdesk=helpdesk.name)
        seen: dict[str, list[Any]] = dict(state.get("seen") or {})
        refs = self._to_look_at(changes, links, seen, state)
        first, later = refs[:AT_ONCE], refs[AT_ONCE:]
        looks = [look(Ticket(helpdesk=helpdesk.name, ref=ref), because=f"{entry.id}.{entry.attempts}") for ref in first]
        if looks:
            state["active"] = now.isoformat()
        if changes.until is not None:
            state["until"] = max(changes.until.isoformat(), str(state.get("until") or ""))
        state |= {"seen": _recent(seen), "pending": later, "turn": turn}
        wait = self._wait(state, links, now)
        spent = changes.requests + _REQUESTS_OF_A_LOOK * len(looks)
        budget = timedelta(seconds=spent * 60 / BUDGET)
        at = now + (budget if later else max(wait, budget))
        return Later(at=at, note={"reason": "watching"}, progress=state, then=tuple(looks))

    async def _links(self, helpdesk: str) -> dict[str, float]:
        """The linked tickets, and when each was linked last."""
        found: dict[str, float] = {}
        for link in (await self._ledger.kept_all(LINKED, f"{helpdesk}/")).values():  # thousands, so not as models
            ref: str = link["ticket"]["ref"]
            found[ref] = max(link["since"], found.get(ref, 0.0))
        return found

    @staticmethod
    def _to_look_at(
        changes: Changes, links: Mapping[str, float], seen: dict[str, list[Any]], state: Mapping[str, Any]
    ) -> list[str]:
        """The linked tickets whose state is new, or was seen but once; ``seen`` is brought up to date."""
        overlaps = any(seen.get(each.ref, [None])[0] == each.mark for each in changes.tickets)
        refs = [ref for ref in state.get("pending") or () if ref in links]
        if changes.cut and not overlaps:
            refs += list(links)  # more has changed than can be told: look at all
        for each in changes.tickets:
            mark, looks = seen.pop(each.ref, [None, 0])
            looks = looks if mark == each.mark else 0
            if each.ref in links and looks < _LOOKS:
                refs.append(each.ref)
                looks += 1
            seen[each.ref] = [each.mark, looks]
        return list(dict.fromkeys(refs))

    def _wait(self, state: Mapping[str, Any], links: Mapping[str, float], now: datetime) -> timedelta:
        """Until the next time: short while something was linked or has changed lately."""
        linked = datetime.fromtimestamp(max(links.values()), UTC)
        changed = datetime.fromisoformat(state["active"]) if state.get("active") else linked
        return self._pace.active if now - max(linked, changed) < LATELY else self._pace.idle


def _in_turn(links: Mapping[str, float], turn: int) -> tuple[Sequence[str], int]:
    """Some of the linked tickets, and where to go on: the latest linked always, the others in turns."""
    refs = sorted(links, key=lambda ref: links[ref], reverse=True)
    if len(refs) <= WANTED:
        return refs, 0
    always, others = refs[: WANTED // 2], refs[WANTED // 2 :]
    start = turn % len(others)
    return [*always, *others[start : start + WANTED // 2]], start + WANTED // 2


def _recent(seen: dict[str, list[Any]]) -> dict[str, list[Any]]:
    """The latest that were seen."""
    return dict(list(seen.items())[-_MOST_SEEN:])
