"""Follow-ups that the bot keeps itself, because the helpdesk has none."""

import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.stack import Stack, text_of, until


def _updates(stack: Stack, words: str) -> list[dict[str, Any]]:
    return [update for update in stack.desk("social")["updates"] if words in update["message"]]


@pytest.mark.slow
@pytest.mark.xdist_group("followups")
def test_kept_followups_survive_a_restart_and_run_in_time(tmp_path: Path) -> None:
    """Note, status and reply are done, never before their time; an answer of the customer's drops one."""
    stack = Stack(tmp_path)
    stack.patch_config("unconfirmed =", "answer_cancels_followups = true\nunconfirmed =")
    stack.start()
    first, second = (ticket["reference"] for ticket in stack.desk("social")["tickets"][:2])
    due = datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=20)
    when = f"{due:%Y-%m-%dT%H:%M:%SZ}"
    stack.say(f"/ticket followup {first} {when} status:completed reply:pinged -- remember", channel="C0SOCIAL")
    stack.say(f"/ticket followup {second} {when} reply:pinged", channel="C0SOCIAL")
    until(lambda: len([entry for entry in stack.entries() if entry["due"]]) == 2)
    stack.http.post(
        f"{stack.social}/control/tickets/{second}/answer", json={"author": "customer", "message": "never mind, solved"}
    )

    assert stack.bot is not None
    stack.bot.kill()
    stack.start_bot()
    assert _updates(stack, "pinged") == []
    until(lambda: _updates(stack, "pinged"), within=40)
    early = due.timestamp() - time.time()

    until(lambda: any("dropped" in text_of(message) for message in stack.messages("C0SOCIAL")))
    (ping,) = _updates(stack, "pinged")
    (note,) = _updates(stack, "remember")
    ticket = next(each for each in stack.desk("social")["tickets"] if each["reference"] == first)
    stack.stop()
    assert early < 1
    assert (ping["ticket"], note["private"], note["ticket"]) == (first, True, first)
    assert ticket["status"] in {"completed", "pending"}  # a reply of the team may change it (vendor: create reply)
