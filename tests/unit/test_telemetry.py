"""Log lines: one JSON object each, whoever speaks."""

import json
import subprocess
import sys

import pytest

SPEAKERS = {
    "ours": ("structlog.get_logger().info('form.opened', entry=7)", {"event": "form.opened", "entry": 7}),
    "a library's": (
        "logging.getLogger('slack_bolt.AsyncApp').warning('As you gave %s as well', 'client')",
        {"event": "As you gave client as well", "logger": "slack_bolt.AsyncApp", "level": "warning"},
    ),
    "ours, with a secret": (
        "structlog.get_logger().warning('x', token='xoxb', text='dear')",
        {"event": "x", "level": "warning"},
    ),
}


def lines(said: str) -> list[str]:
    """What a process writes that is configured as the bot is."""
    program = f"import logging, structlog\nfrom bot.telemetry import configure_logging\nconfigure_logging()\n{said}"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == ""
    return done.stderr.splitlines()


@pytest.mark.parametrize(("said", "expected"), SPEAKERS.values(), ids=SPEAKERS)
def test_every_line_is_json(said: str, expected: dict[str, object]) -> None:
    (line,) = lines(said)
    written = json.loads(line)
    assert {name: written.get(name) for name in expected} == expected
    assert written["timestamp"].endswith("Z")
    assert not {"token", "text"} & set(written)


def test_a_traceback_stays_on_its_line() -> None:
    failing = "try:\n    1 / 0\nexcept ZeroDivisionError:\n    logging.getLogger('uvicorn.error').exception('it broke')"
    (line,) = lines(failing)
    assert "ZeroDivisionError" in json.loads(line)["exception"]


def test_libraries_are_quiet_below_a_warning() -> None:
    assert lines("logging.getLogger('slack_sdk').info('hello')") == []
