"""Three lists compared: what was acknowledged, what the helpdesks have, what the channels show."""

import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bench.chaos.deeds import CREATES, IN_THREADS
from bench.chaos.people import Done

JSON = dict[str, Any]
_MARK = re.compile(r"«([ip])-(\d+)(e?)»")
_LATE = "before what stands above"
_DELETED = "🗑️"


@dataclass(frozen=True)
class World:
    """How everything stands at the end."""

    support: JSON
    social: JSON
    channels: Mapping[str, Sequence[JSON]]
    """Their messages, in order."""
    left: Sequence[str] = ()
    """What the ledger says is neither done nor on its way."""


@dataclass
class Verdict:
    """What is wrong; nothing of it may be."""

    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    disordered: list[str] = field(default_factory=list)
    leaked: list[str] = field(default_factory=list)

    @property
    def good(self) -> bool:
        """Whether nothing is wrong."""
        return not (self.lost or self.doubled or self.disordered or self.leaked)

    def __str__(self) -> str:
        counts = {
            "lost": self.lost,
            "doubled": self.doubled,
            "out of order": self.disordered,
            "leaked": self.leaked,
        }
        lines = [" · ".join(f"{name} {len(found)}" for name, found in counts.items())]
        lines += [f"  {name}: {each}" for name, found in counts.items() for each in found[:20]]
        return "\n".join(lines)


def judge(done: Sequence[Done], world: World) -> Verdict:
    """Compare."""
    verdict = Verdict(lost=[f"left over: {each}" for each in world.left])
    updates = [*world.support["updates"], *world.social["updates"]]
    on_tickets = Counter(mark for update in updates for mark in _marks(update["message"]))
    subjects = Counter(
        mark for desk in (world.support, world.social) for each in desk["tickets"] for mark in _marks(each["subject"])
    )
    later = Counter(mark for each in world.support["followups"] for mark in set(_marks(str(each))))
    said = Counter(mark for shown in world.channels.values() for each in shown for mark in set(_marks(_words(each))))
    deletions = Counter(update["ticket"] for update in updates if _DELETED in update["message"])
    for each in done:
        deed = each.deed
        _count(verdict, f"{deed.kind} {deed.mark}", _times(each, on_tickets, subjects, later))
        if deed.kind in CREATES or deed.kind in ("reply", "form reply", "social reply"):
            _count(verdict, f"{deed.kind} {deed.mark}, in the channel", [(said[deed.mark], 1, 1)])
    gone = Counter(e.place.ref for e in done if e.deed.kind == "deleted" and on_tickets[e.deed.mark])
    for ref in {*gone, *deletions}:
        _count(verdict, f"deletions on {ref}", [(deletions[ref], gone[ref], gone[ref])])
    _told_without_words(verdict, done, world)
    _order(verdict, done, updates)
    _leaks(verdict, world, updates)
    return verdict


def _times(
    each: Done, on_tickets: Counter[str], subjects: Counter[str], later: Counter[str]
) -> list[tuple[int, int, int]]:
    """How often it is there, and how often it has to be: (found, at least, at most)."""
    deed = each.deed
    match deed.kind:
        case "create" | "form create":
            return [(subjects[deed.mark], 1, 1), (on_tickets[deed.mark], 1, 1)]
        case "social create":
            return [(subjects[deed.mark], 1, 1)]
        case "followup":
            return [(later[deed.mark], 1, 1)]
        case "edited":
            return [(on_tickets[deed.changed], 1, 1), (on_tickets[deed.mark], 0, 1)]
        case "deleted":
            return [(on_tickets[deed.mark], 0, 1)]
        case _:
            return [(on_tickets[deed.mark], 1, 1)]


def _count(verdict: Verdict, what: str, times: list[tuple[int, int, int]]) -> None:
    for found, least, most in times:
        if found < least:
            verdict.lost.append(what)
        if found > most:
            verdict.doubled.append(f"{what}: {found} times")


def _told_without_words(verdict: Verdict, done: Sequence[Done], world: World) -> None:
    """Results that do not repeat what was written: as many in each channel about each ticket as there were."""
    words = {
        "internal note by": ("note", "form note"),
        "updated by": ("update",),
        "follow-up": ("followup",),
    }
    for phrase, kinds in words.items():
        wanted = Counter((each.place.channel, each.place.ref) for each in done if each.deed.kind in kinds)
        found: Counter[tuple[str, str]] = Counter()
        for channel, shown in world.channels.items():
            for message in shown:
                ref = re.match(r"\S+ <[^|>]*\|([^>]+)>: ", message.get("text", ""))
                if ref and message.get("bot_id") and f">: {phrase}" in message["text"]:
                    found[channel, ref[1]] += 1
        for place in {*wanted, *found}:
            _count(verdict, f"«{phrase}» in {place}", [(found[place], wanted[place], wanted[place])])


def _order(verdict: Verdict, done: Sequence[Done], updates: Sequence[JSON]) -> None:
    """Commands and forms as they were acknowledged; what was said in a thread as it was said, or marked as late."""
    place = {each.deed.number: at for at, each in enumerate(done)}
    stamps = {each.deed.number: float(each.ts) for each in done if each.deed.kind in IN_THREADS}
    latest: dict[tuple[str, bool], float] = defaultdict(lambda: -1.0)
    for update in sorted(updates, key=lambda each: int(each["id"])):
        ticket = str(update["ticket"])
        for mark in dict.fromkeys(_marks(update["message"])):
            number = int(mark.strip("«»ipe-"))
            if number not in place or "Edited in Slack after" in update["message"]:
                continue
            thread = number in stamps
            at = stamps[number] if thread else float(place[number])
            before = at < latest[ticket, thread]
            if before is not (thread and _LATE in update["message"]):
                verdict.disordered.append(f"{mark} on {ticket}")
            latest[ticket, thread] = max(at, latest[ticket, thread])


def _leaks(verdict: Verdict, world: World, updates: Sequence[JSON]) -> None:
    """Internal words that a customer or a channel can read."""
    places = {
        "a public update": [update["message"] for update in updates if not _private(update)],
        "a mail": [str(world.support.get("outbox")), str(world.social.get("outbox"))],
        **{
            f"{channel}": [_words(each) for each in shown if each.get("bot_id")]
            for channel, shown in world.channels.items()
        },
    }
    for place, texts in places.items():
        verdict.leaked += [f"{mark} in {place}" for text in texts for mark in _marks(text) if mark.startswith("«i")]
    for update in updates:
        if _private(update) and any(mark.startswith("«p") for mark in _marks(update["message"])):
            verdict.lost.append(f"kept inside: {update['message'][:60]}")


def _private(update: JSON) -> bool:
    return bool(update.get("private") or update.get("kind") in ("note", "internal"))


def _words(message: JSON) -> str:
    return str([message.get("text"), message.get("blocks")])


def _marks(text: str) -> list[str]:
    return [found[0] for found in _MARK.finditer(text)]
