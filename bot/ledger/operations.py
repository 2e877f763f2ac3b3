"""The operations on the ledger, one generator each."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from hashlib import blake2b
from typing import Any, Literal

from bot.ledger import statements as sql
from bot.ledger.entries import Ask, Entry, Facts, Json, Kept, Later, NewEntry, Recorded, Settle, Settlement
from bot.ledger.errors import ClaimLost, HeldElsewhere
from bot.ledger.store import Row, Steps

_compact = json.JSONEncoder(separators=(",", ":"), allow_nan=False).encode  # made once: json.dumps would each time
_LONGEST_PAYLOAD = 2000
"""Characters of a lane in a notification; PostgreSQL takes 7,999 bytes."""


def entry_of(row: Row) -> Entry:
    """The entry in a row of `statements.COLUMNS`."""
    (id_, key, lane, kind, body, origin, person, state, attempts, received_at, due, not_before, position) = row[:13]
    (progress, outcome, note, told, updated_at, settled_at, in_flight) = row[13:]
    return Entry(
        id=id_,
        key=key,
        lane=lane,
        kind=kind,
        body=json.loads(body),
        origin=json.loads(origin),
        person=person,
        state="running" if in_flight and state == "waiting" else state,
        attempts=attempts,
        received_at=instant(received_at),
        due=None if due is None else instant(due),
        not_before=None if not_before is None else instant(not_before),
        position=position,
        progress=json.loads(progress),
        outcome=None if outcome is None else json.loads(outcome),
        note=None if note is None else json.loads(note),
        told=bool(told),
        updated_at=instant(updated_at),
        settled_at=None if settled_at is None else instant(settled_at),
    )


def instant(seconds: float) -> datetime:
    """The aware datetime of seconds since 1970."""
    return datetime.fromtimestamp(seconds, UTC)


def seconds(at: datetime | None) -> float | None:
    """Seconds since 1970; refuses a naive datetime, whose zone nobody knows."""
    if at is None:
        return None
    if at.tzinfo is None:
        raise ValueError(f"an instant needs its zone: {at!r}")
    return at.timestamp()


def dump(value: Json) -> str:
    """JSON text: ASCII alone, so that NUL and lone surrogates pass both databases."""
    return _compact(value)


def dump_optional(value: Json | None) -> str | None:
    """The same, and nothing for nothing."""
    return None if value is None else dump(value)


def digest(text: str) -> int:
    """A signed 64-bit number that stands for a text, as PostgreSQL's advisory locks take it."""
    return int.from_bytes(blake2b(text.encode(errors="surrogatepass"), digest_size=8).digest(), "big", signed=True)


def notify(lanes: Iterable[str]) -> Steps[None]:
    """Tell the other processes, when the transaction commits."""
    for lane in dict.fromkeys(lanes):
        yield sql.NOTIFY, {"lane": lane if len(lane) <= _LONGEST_PAYLOAD else ""}


def record(new: Sequence[NewEntry], keep: Sequence[Kept], now: float) -> Steps[list[Recorded]]:
    """Record what is new among these."""
    recorded = yield from _record_all(new, now)
    yield from keep_all(keep)
    yield from notify(entry.lane for entry, its in zip(new, recorded, strict=True) if its.new)
    return recorded


def _record_all(new: Iterable[NewEntry], now: float) -> Steps[list[Recorded]]:
    recorded = []
    for entry in new:
        its = yield from _record(entry, now)
        recorded.append(its)
    return recorded


def _follow(then: Sequence[NewEntry], now: float) -> Steps[list[str]]:
    """Record what follows from an entry; the lanes that got something new."""
    recorded = yield from _record_all(then, now)
    return [entry.lane for entry, its in zip(then, recorded, strict=True) if its.new]


def _record(new: NewEntry, now: float) -> Steps[Recorded]:
    received = now if new.received_at is None else seconds(new.received_at) or now
    since = received - new.same_within
    params = {
        "key": new.key,
        "lane": new.lane,
        "kind": new.kind,
        "body": dump(new.body),
        "origin": dump(new.origin),
        "person": new.person,
        "same": new.same,
        "same_since": since,
        "position": new.position,
        "received_at": received,
        "due": seconds(new.due),
        "not_before": seconds(new.not_before),
        "now": now,
    }
    if new.same is not None:
        yield sql.LOCK_SAME, {"digest": digest(f"same\0{new.same}")}
    while True:
        if rows := (yield sql.INSERT, params):
            return Recorded(id=rows[0][0], new=True, state="waiting", why="new")
        if rows := (yield sql.BY_KEY, {"key": new.key}):
            return Recorded(id=rows[0][0], new=False, state=rows[0][1], why="key")
        if new.same is not None and (rows := (yield sql.BY_SAME, {"same": new.same, "same_since": since})):
            return Recorded(id=rows[0][0], new=False, state=rows[0][1], why="same")
        # What stood in the way gave its key up between the two statements: there is room now.


def keep_all(keep: Iterable[Kept]) -> Steps[None]:
    """Keep these, instead of what is kept under the same keys."""
    for it in keep:
        yield (
            sql.KEEP,
            {
                "namespace": it.namespace,
                "key": it.key,
                "value": canonical(it.value),
                "expires_at": seconds(it.expires_at),
            },
        )


def canonical(value: Json) -> str:
    """JSON text that is equal where the values are."""
    return json.dumps(value, separators=(",", ":"), sort_keys=True, allow_nan=False)


def forget_all(keys: Iterable[tuple[str, str]]) -> Steps[None]:
    """Forget what is kept under these."""
    for namespace, key in keys:
        yield sql.FORGET, {"namespace": namespace, "key": key}


def compare_and_keep(namespace: str, key: str, expected: Json, value: Json, now: float) -> Steps[bool]:
    """Keep the value if what is kept equals the expected one (None: nothing)."""
    where = {"namespace": namespace, "key": key}
    yield sql.FORGET_EXPIRED, {**where, "now": now}
    if expected is None:
        return bool((yield sql.KEEP_IF_ABSENT, {**where, "value": canonical(value)}))
    return bool((yield sql.KEEP_IF_EQUAL, {**where, "value": canonical(value), "expected": canonical(expected)}))


def heads(lanes: Sequence[str], now: float) -> Steps[dict[str, tuple[Entry | None, float | None]]]:
    """Each lane's first entry, and when its next scheduled one comes in."""
    rows = yield sql.HEADS, {"lanes": dump(list(lanes)), "now": now}
    return {row[0]: (None if row[2] is None else entry_of(row[2:]), row[1]) for row in rows}


def save(id_: int, progress: Mapping[str, Json], holds: Sequence[str], now: float) -> Steps[None]:
    """Write down how far an entry is, and that something is about to be sent for it."""
    if not (yield sql.SAVE, {"id": id_, "progress": dump(progress), "now": now}):
        raise ClaimLost(f"entry {id_} is not waiting any more")
    for remote in holds:
        if (yield sql.HOLD, {"remote": remote, "id": id_})[0][0] != id_:
            raise HeldElsewhere(f"{remote} is held by another entry than {id_}")


def held(id_: int, remotes: Sequence[str]) -> Steps[set[str]]:
    """Which of these remote ids other entries hold."""
    return {row[0] for row in (yield sql.HELD, {"id": id_, "ids": dump(list(remotes))})}


def settle(id_: int, end: Settlement, now: float) -> Steps[list[str] | None]:
    """End a try; the lanes that have something new to do, or None if the entry was taken away meanwhile."""
    params: dict[str, Any] = {"id": id_, "progress": dump_optional(end.progress), "now": now}
    match end:
        case Settle():
            rows = yield sql.SETTLE, {**params, "state": end.state, "outcome": dump(end.outcome)}
        case Later():
            more = {"at": seconds(end.at), "note": dump(end.note), "tried": int(end.tried)}
            rows = yield sql.LATER, {**params, **more}
        case Ask():
            rows = yield sql.ASK, {**params, "until": seconds(end.until), "outcome": dump(end.outcome)}
    if not rows:
        return None
    woken = yield from _follow(end.then, now)
    if isinstance(end, Settle):
        woken += yield from _consequences(id_, rows[0][0], end)
    yield from notify(woken)
    return woken


def _consequences(id_: int, lane: str, end: Settle) -> Steps[list[str]]:
    for remote in end.holds:
        yield sql.HOLD, {"remote": remote, "id": id_}
    yield from keep_all(end.keep)
    yield from forget_all(end.forget)
    if end.relane is None or end.relane == lane:
        return []
    yield sql.RELANE, {"lane": lane, "target": end.relane}
    return [end.relane]


def expire(id_: int, end: Settle | None, now: float) -> Steps[list[str] | None]:
    """End a question that nobody answered as unknown."""
    outcome = None if end is None else dump(end.outcome)
    if not (yield sql.EXPIRE, {"id": id_, "outcome": outcome, "now": now}):
        return None
    woken = yield from _follow(() if end is None else end.then, now)
    yield from notify(woken)
    return woken


def retry(id_: int, now: float) -> Steps[str | None]:
    """Let it be tried now; the lane, or None where there is nothing to retry."""
    rows = yield sql.RETRY_WAITING, {"id": id_, "now": now}
    if not rows:
        rows = yield sql.REVIVE, {"id": id_, "now": now}
    return (yield from _steered(rows, (), now))


def discard(id_: int, by: str, then: Sequence[NewEntry], keep: Sequence[Kept], now: float) -> Steps[str | None]:
    """Drop it; the lane, or None where it is under way or over."""
    rows = yield sql.DISCARD, {"id": id_, "note": dump({"discarded_by": by}), "now": now}
    if rows:
        yield from keep_all(keep)
    return (yield from _steered(rows, then, now))


def answer(
    id_: int,
    verdict: Literal["done", "again", "step"],
    by: str,
    outcome: Json | None,
    then: Sequence[NewEntry],
    now: float,
) -> Steps[str | None]:
    """Take a person's word for what happened; the lane, or None where nothing was asked."""
    params = {"id": id_, "note": dump({"verdict": verdict, "by": by}), "now": now}
    if verdict == "done":
        rows = yield sql.ANSWER_DONE, {**params, "outcome": dump_optional(outcome)}
    else:
        rows = yield sql.ANSWER_AGAIN, params
    return (yield from _steered(rows, then, now))


def _steered(rows: Sequence[Row], then: Sequence[NewEntry], now: float) -> Steps[str | None]:
    if not rows:
        return None
    lane: str = rows[0][0]
    woken = yield from _follow(then, now)
    yield from notify([lane, *woken])
    return lane


def delete_settled(ids: Sequence[int], before: float) -> Steps[int]:
    """Delete those of the entries that are over since before then, with what they hold; how many."""
    gone = [row[0] for row in (yield sql.DELETE_SETTLED, {"ids": dump(list(ids)), "before": before})]
    if gone:
        yield sql.DELETE_HOLDS, {"ids": dump(gone)}
    return len(gone)


def redact(person: str, upto: int, facts: Callable[[Entry], Facts | None], now: float) -> Steps[int]:
    """Leave of some of a person's entries the facts alone, and delete those without any; how many entries."""
    rows = yield sql.OVER_OF_PERSON, {"person": person, "upto": upto}
    without: list[int] = []
    for row in rows:
        entry = entry_of(row)
        left = facts(entry)
        if left is None:
            without.append(entry.id)
            continue
        yield (
            sql.REDACT,
            {
                "id": entry.id,
                "body": dump({"forgotten": True, **left.body}),
                "origin": dump(left.origin),
                "outcome": dump_optional(left.outcome),
                "now": now,
            },
        )
    if without:
        yield from delete_settled(without, now)
    return len(rows)


def prune_kept(now: float) -> Steps[None]:
    """Delete what was kept and has expired."""
    yield sql.DELETE_EXPIRED, {"now": now}


def rows_of(statement: sql.Statement, params: Mapping[str, Any]) -> Steps[Sequence[Row]]:
    """Just the rows."""
    return (yield statement, params)
