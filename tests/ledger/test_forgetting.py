"""What the audit log says, and what is left of it, and of everything beside it, when a person is forgotten."""

import asyncio
import csv
import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.app.audit import COLUMNS, WORDS, export, visibility_of
from bot.app.keeping import FORGETTING, forget, forgetting, tidy
from bot.ledger import Claim, Entry, Kept, Later, Ledger, NewEntry, Settle, Settlement
from tests.ledger.conftest import eventually, new, working

SECRETS = ("smoke since nine", "Adam Archer", "U0ADAM", "adam.archer", "D0ADAM")
OUTCOME = {
    "state": "done",
    "receipt": {
        "ticket": {"helpdesk": "support", "ref": "AB-1"},
        "update_id": "7",
        "view": {"subject": "smoke since nine", "assignee": "Adam Archer"},
        "warnings": ["smoke since nine"],
    },
}


def _action(key: str, verb: str, *, person: str = "U0ADAM", channel: str = "C1", **more: Any) -> NewEntry:
    said = {"action": verb, "ref": "AB-1", "message": "smoke since nine"} | more.pop("said", {})
    return new(
        key,
        f"support:{key}",
        body={
            "marker": f"tb-{key}",
            "helpdesk": "support",
            "command": said,
            "typed": f"{verb} =smoke since nine",
            "received_at": "2026-11-22T09:00:00+00:00",
        },
        origin={"surface": "command", "team": "T1", "channel": channel, "user": person, "user_name": "adam.archer"},
        person=person,
        **more,
    )


async def _perform(entry: Entry, claim: Claim) -> Settlement:
    if entry.key == "waits":
        return Later(at=datetime.now(UTC) + timedelta(hours=1), note={"reason": "unavailable"})
    if entry.key == "refused":
        return Settle("rejected", {"state": "rejected", "code": "not-mapped", "message": "smoke since nine"})
    return Settle("done", OUTCOME)


async def _worked_off(ledger: Ledger, *entries: NewEntry) -> None:
    await ledger.record(list(entries))
    async with working(ledger, {"action": _perform, "delivery": _perform}):

        async def over() -> bool:
            return all(entry.settled_at or entry.attempts for entry in await ledger.find())

        await eventually(over)


async def _log(ledger: Ledger, *, format: str = "jsonl", texts: bool = False, **more: Any) -> Sequence[str]:  # noqa: A002
    lines: list[str] = []
    await export(ledger, format=format, texts=texts, write=lines.append, **{"since": None, "until": None, **more})
    return lines


async def test_the_log_says_who_did_what_and_no_words(ledger: Ledger) -> None:
    """Words are there only where they were asked for, and are no formulas in a spreadsheet."""
    await _worked_off(ledger, _action("one", "reply"), _action("refused", "note"), new("delivery", kind="delivery"))

    first, second = map(json.loads, await _log(ledger))

    assert list(first) == list(COLUMNS)
    assert (first["person"], first["action"], first["ticket"], first["state"]) == ("U0ADAM", "reply", "AB-1", "done")
    assert (first["visibility"], first["update_id"], second["visibility"]) == ("public", "7", "private")
    assert (second["state"], second["code"]) == ("rejected", "not-mapped")
    assert "smoke" not in "".join(await _log(ledger)) + "".join(await _log(ledger, format="csv"))
    rows = list(csv.DictReader(await _log(ledger, format="csv", texts=True)))
    assert list(rows[0]) == [*COLUMNS, *WORDS]
    assert rows[0]["typed"] == "reply =smoke since nine"
    assert rows[1]["message"] == "smoke since nine"


async def test_the_log_begins_and_ends_where_it_is_told(ledger: Ledger) -> None:
    """From then on, and before then; without a zone it is UTC."""
    at = datetime(2026, 11, 20, 12, tzinfo=UTC)
    await ledger.record([_action(f"day {n}", "reply", received_at=at + timedelta(days=n)) for n in range(4)])

    lines = await _log(ledger, since=datetime(2026, 11, 21), until=datetime(2026, 11, 23))  # noqa: DTZ001 - on purpose

    assert [json.loads(line)["received_at"][:10] for line in lines] == ["2026-11-21", "2026-11-22"]


SEEN = {
    "an answer": ({"command": {"action": "reply"}}, "public"),
    "a note": ({"form": {"action": "note", "values": {}}}, "private"),
    "a new ticket": ({"command": {"action": "create"}}, "public"),
    "a change": ({"command": {"action": "update", "fields": {}}}, None),
    "a change with a note": ({"command": {"action": "close", "message": "done"}}, "private"),
    "a form with a note": ({"form": {"action": "update", "values": {"note": "x"}}}, "private"),
    "a follow-up that answers": ({"form": {"action": "followup", "values": {"reply": "x", "note": "y"}}}, "public"),
    "a kept follow-up": ({"followup": {"kind": "followup", "note": "x"}}, "private"),
}


@pytest.mark.parametrize(("body", "seen"), SEEN.values(), ids=list(SEEN))
async def test_who_can_see_what_was_written(sqlite_url: str, tmp_path: Path, body: dict[str, Any], seen: str) -> None:
    """Words and who sees them, by action."""
    ledger = await Ledger.open(sqlite_url, state_dir=tmp_path)
    await ledger.record([new("k", body=body)])
    (entry,) = await ledger.find()
    await ledger.close()

    assert visibility_of(entry) == seen


async def test_nothing_of_a_forgotten_person_is_left_but_the_facts(ledger: Ledger) -> None:
    """Entries, messages, drafts, their Home and their name on tickets; and it can be said twice."""
    await _worked_off(
        ledger,
        _action("one", "create"),
        _action("two", "reply", channel="D0ADAM"),
        _action("refused", "note"),
        _action("theirs", "reply", person="U0SAM", channel="C1"),
        new("delivery", kind="delivery", body={"message": "smoke since nine"}, person="U0ADAM"),
        _action("waits", "reply"),
    )
    await ledger.keep(
        Kept("draft", "d1", {"user": "U0ADAM", "entered": {"message": "smoke since nine"}}),
        Kept("draft", "d2", {"user": "U0SAM"}),
        Kept("home", "U0ADAM", {"seen": 1}),
        Kept("asked", "C1/1.5", {"user": "U0ADAM", "text": "smoke since nine"}),
        Kept("link", "C1/1.5", {"by": "U0ADAM", "ticket": {"ref": "AB-1"}}),
        Kept("ticket", "support/AB-1", {"tags": ["vpn"], "by": "Adam Archer"}),
        Kept("ticket", "support/AB-2", {"tags": [], "by": "Adam Archer"}),
        Kept("ticket", "support/AB-3", {"tags": [], "by": "Sam Sample"}),
    )

    assert await forget(ledger, "U0ADAM") == {"changed": 4, "stay": 1, "drafts": 2, "names": 2}
    assert await forget(ledger, "U0ADAM") == {"changed": 0, "stay": 1, "drafts": 0, "names": 0}

    kept = {space: await ledger.kept_all(space) for space in ("draft", "home", "ticket", "asked", "link")}
    left = [entry for entry in await ledger.find() if entry.key not in {"waits", "theirs"}]
    assert [secret for secret in SECRETS if secret in repr((kept, left))] == []
    assert kept["ticket"]["support/AB-1"]["tags"] == ["vpn"]
    assert list(kept["draft"]) == ["d2"]
    assert kept["link"] == {"C1/1.5": {"by": "", "ticket": {"ref": "AB-1"}}}
    facts = [json.loads(line) for line in await _log(ledger, texts=True)]
    assert [(fact["action"], fact["forgotten"], fact["state"]) for fact in facts] == [
        ("create", True, "done"),
        ("reply", True, "done"),
        ("note", True, "rejected"),
        ("reply", False, "done"),
        ("reply", False, "waiting"),
    ]
    assert [fact["visibility"] for fact in facts[:3]] == ["public", "public", "private"]
    assert facts[0]["update_id"] == "7"

    (waits,) = await ledger.find(key="waits")
    assert await ledger.discard(waits.id, "operator")
    await ledger.record([_action("later", "reply")])
    tidying = asyncio.create_task(tidy(ledger, actions=timedelta(days=90), messages=timedelta(days=7)))

    async def finished() -> bool:
        return await ledger.kept_all(FORGETTING) == {}

    await eventually(finished)
    tidying.cancel()
    assert [entry.key for entry in await ledger.find(person="U0ADAM")] == ["later"], "what came after was not meant"


async def test_the_command_does_it_without_a_running_bot(url: str, tmp_path: Path) -> None:
    """It opens the ledger itself where nobody owns it."""
    ledger = await Ledger.open(url, state_dir=tmp_path)
    await _worked_off(ledger, _action("one", "reply"))
    await ledger.close()

    assert await forgetting((url, tmp_path), "U0ADAM", []) == {"changed": 1, "stay": 0, "drafts": 0, "names": 0}
    assert await forgetting((url, tmp_path), "U0NOBODY", []) == {"changed": 0, "stay": 0, "drafts": 0, "names": 0}
