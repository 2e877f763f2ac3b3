"""What has happened to a ticket since the last look at it, and what of it the bot did itself. Pure functions."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from bot.actions import Frozen
from bot.helpdesk.journal import DECIDED
from bot.ledger import Entry
from bot.ledger.entries import GIVEN_UP
from bot.mirror.flooding import Flow
from bot.mirror.holding import Held
from bot.mirror.links import Link, Thread
from bot.mirror.mail import clean
from bot.outcomes import Scheduled, TicketView, Update

PROPERTIES = ("subject", "status", "priority", "department", "team", "assignee", "contact", "sla", "category", "tags")
"""What is told when it changes. Times that are due are not: they move with every reply."""
DISCREET = frozenset({"status", "priority", "team", "assignee"})
"""What of it another organisation may see: the rest a customer wrote or is, or is nobody else's business."""
MOST_SEEN = 5000
WORDS = frozenset({"message", "note", "reply", "text", "html"})
"""Where an entry keeps what is to be written."""
LONG = 8
"""Characters from which on a text is recognised below a line that says who wrote it."""


class Known(Frozen):
    """What is known of a ticket from the last look."""

    at: float
    """When that was, in seconds since 1970."""
    seen: tuple[str, ...] = ()
    """The updates that were there, by the names under which entries hold them."""
    properties: dict[str, str | None] = {}
    followups: tuple[str, ...] | None = None
    """``None`` where the helpdesk did not tell."""
    covers: int = 0
    """The last entry that asked for a look before it."""
    after: int = 0
    """Every action of the ticket up to this entry has been taken into account, but for those that are ``open``."""
    open: tuple[int, ...] = ()
    """Actions up to that entry that were not over before the look: scheduled, waiting, or asked about."""
    gone: bool = False
    flows: dict[str, Flow] = {}
    """By thread."""
    held: Held = Held()


def properties_of(view: TicketView) -> dict[str, str | None]:
    """The properties as they are kept and told: names."""
    found: dict[str, str | None] = {}
    for name in PROPERTIES:
        value = getattr(view, name)
        found[name] = ", ".join(sorted(value)) if isinstance(value, tuple) else value
    return found


def changes(
    before: Mapping[str, str | None], now: Mapping[str, str | None], ours: Iterable[Entry]
) -> dict[str, tuple[str | None, str | None]]:
    """Property to what it was and is, without what the bot itself has set to that.

    Where it passed on a number, nobody knows what that is called: whatever the property is now counts as that.
    """
    found = {name: (before[name], now[name]) for name in PROPERTIES if name in before and before[name] != now[name]}
    for entry in ours:
        decided: Mapping[str, Any] = entry.progress.get(DECIDED) or {}
        for name, value in decided.items():
            if name in found and (_is_number(value) or _named(value) == found[name][1]):
                del found[name]
    return found


def has_begun(entry: Entry, now: datetime) -> bool:
    """Whether an action may have changed something: not one that is for later, nor one that came to nothing."""
    return entry.kind == "action" and entry.state not in GIVEN_UP and (entry.due is None or entry.due <= now)


def sentence(changed: Mapping[str, tuple[str | None, str | None]], *, discreet: bool) -> str:
    """The changes in one line: «status: New → Resolved, assigned to Adam»."""
    said: list[str] = []
    for name, (old, new) in changed.items():
        if discreet and name not in DISCREET:
            continue
        if name == "assignee":
            said.append(f"assigned to {new or 'nobody'}")
        elif old and new and name != "subject":
            said.append(f"{_word(name)}: {old} → {new}")
        else:
            said.append(f"{_word(name)}: {new or 'none'}")
    return ", ".join(said)


def fresh(view: TicketView, known: Known | None) -> tuple[Update, ...]:
    """The updates that are new; a draft is none yet."""
    seen = frozenset(known.seen) if known else frozenset()
    return tuple(each for each in view.updates if not each.draft and name_of(each) not in seen)


def name_of(update: Update) -> str:
    """An update's name among everything on the ticket."""
    return update.remote or update.id


def seen_after(known: Known | None, view: TicketView, held: Iterable[Update]) -> tuple[str, ...]:
    """The updates that need no telling any more; what is held back does."""
    back = {name_of(each) for each in held}
    now = [name_of(each) for each in view.updates if not each.draft and name_of(each) not in back]
    before = known.seen if known else ()
    return tuple(dict.fromkeys([*before, *now]))[-MOST_SEEN:]


def since_linked(update: Update, link: Link, known: Known | None) -> bool:
    """Whether an update was posted after the thread was linked; helpdesks tell seconds.

    ``known`` is given for updates that were not there at that look.
    """
    if known is not None and known.at > link.since:
        return True  # there has been a look since, so it is new
    return update.posted_at is not None and update.posted_at >= datetime.fromtimestamp(int(link.since), UTC)


def is_echo(entry: Entry, thread: Thread) -> bool:
    """Whether who reads a thread has seen there what this entry wrote: it was said, or its result shown, there."""
    if entry.origin.get("channel") != thread.channel:
        return False
    asked = entry.body.get("command") or entry.body.get("form") or {}
    if asked.get("action") == "create":  # its card says it, below the message that it was made from or beside it
        return True
    return entry.origin.get("thread") in {None, "", thread.ts}


def might_be(update: Update, entries: Iterable[Entry]) -> bool:
    """Whether an update may be what one of these entries wrote and does not know the id of."""
    words = _flat(update.message)
    return any(
        words == said or (len(said) >= LONG and words.endswith(f" {said}"))
        for entry in entries
        for said in _texts(entry)
    )


def schedules(entry: Entry) -> bool:
    """Whether an entry is there to make a follow-up: any new one may be its own while it does not know which."""
    said = (entry.body.get("command"), entry.body.get("form"), entry.progress.get(DECIDED))
    return any("followup" in {each.get("action"), each.get("kind")} for each in said if isinstance(each, Mapping))


def lost_its_id(entry: Entry) -> bool:
    """Whether an entry is over without having learnt what it wrote: somebody said that it was done."""
    steps = (step for name, step in entry.progress.items() if name != DECIDED and isinstance(step, dict))
    return entry.state in {"done", "unknown"} and any(
        "result" not in step or step["result"].get("id") == "" for step in steps
    )


def new_followups(known: Known | None, listed: Sequence[Scheduled] | None) -> tuple[Scheduled, ...]:
    """The follow-ups that were not there at the last look."""
    if known is None or known.followups is None or listed is None:
        return ()
    return tuple(each for each in listed if each.id not in known.followups)


def name_of_followup(followup: Scheduled) -> str:
    """A follow-up's name among everything on the ticket."""
    return f"followup:{followup.id}"


def followups_after(listed: Sequence[Scheduled] | None, held: Held) -> tuple[str, ...] | None:
    """The ids of follow-ups that need no telling any more."""
    if listed is None:
        return None
    return tuple(each.id for each in listed if name_of_followup(each) not in held.since)


def _is_number(value: Any) -> bool:
    """Whether a decided value is a number that somebody typed, of a list that tells no names."""
    return isinstance(value, Mapping) and value.get("id") == value.get("name") and str(value.get("id")).isdecimal()


def _named(value: Any) -> str | None:
    """A decided value as a property is told."""
    if isinstance(value, Mapping):
        name = value.get("name") or value.get("email")
        return str(name) if name else None
    if isinstance(value, list):
        return ", ".join(sorted(map(str, value)))
    return None if value is None else str(value)


def _word(name: str) -> str:
    return {"sla": "SLA", "contact": "customer"}.get(name, name)


def _texts(entry: Entry) -> set[str]:
    """Everything that an entry may have written, as it can be compared."""
    return {flat for text in _strings([entry.progress.get(DECIDED), entry.body]) if (flat := _flat(text))}


def _strings(value: Any, name: str = "") -> Iterable[str]:
    match value:
        case str() if name in WORDS:
            yield value
        case Mapping():
            for inner_name, inner in value.items():
                yield from _strings(inner, str(inner_name))
        case list() | tuple():
            for inner in value:
                yield from _strings(inner, name)
        case _:
            return


def _flat(text: str) -> str:
    return " ".join(clean(text).split())
