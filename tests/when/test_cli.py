"""What ``ticketbot when`` prints."""

import json
import subprocess
import sys

from bot.when.cli import answer, batch
from tests.when.test_phrases import NOW


def test_an_answer() -> None:
    assert answer("in 2 hours", tz="Europe/London", now=NOW) == {
        "at": "2026-11-24T12:15:00+00:00",
        "offset": {"amount": 2, "unit": "hour"},
        "date_only": False,
        "warnings": [],
    }
    assert answer("03/04", tz="Europe/London", now=NOW) == {
        "at": "2027-04-03T09:00:00+01:00",
        "offset": None,
        "date_only": True,
        "warnings": ["3/4 was read as 3 April, not 4 March."],
    }


def test_a_refusal() -> None:
    refused = answer("every monday", tz="Europe/London", now=NOW)
    assert refused["error"] == "recurring"
    assert "“every monday” repeats" in refused["message"]
    assert answer("tomorrow", tz="Nowhere", now=NOW)["error"] == "unknown-zone"


def test_without_now_it_is_the_clocks() -> None:
    assert answer("in 2 hours", tz="Etc/UTC")["offset"] == {"amount": 2, "unit": "hour"}


def test_batch_answers_every_line() -> None:
    lines = [
        json.dumps({"text": "tomorrow 9am", "tz": "America/New_York", "now": "2026-11-24T10:15-05:00"}),
        "",
        json.dumps({"text": "soon", "tz": "Etc/UTC", "now": "2026-11-24T10:15+00:00"}),
        "not json",
        "[]",
        json.dumps({"text": "tomorrow", "now": "2026-11-24T10:15"}),
        json.dumps({"text": 5, "tz": "Etc/UTC"}),
    ]
    answers = [json.loads(line) for line in batch(lines)]
    assert answers[0]["at"] == "2026-11-25T09:00:00-05:00"
    assert [one.get("error") for one in answers] == [None, "vague", "bad-line", "bad-line", "bad-line", "bad-line"]


def test_the_import_brings_nothing_heavy() -> None:
    """The bot starts a process per command: what is slow to import stays out."""
    heavy = ("pydantic", "dateutil", "holidays", "dataclasses", "fractions", "slack_sdk", "sqlalchemy", "httpx")
    probe = f"import sys, bot.when; print([name for name in {heavy!r} if name in sys.modules])"
    found = subprocess.run([sys.executable, "-c", probe], check=True, capture_output=True, text=True)
    assert found.stdout.strip() == "[]"
