"""No text that was meant to be internal becomes public or is seen where internal notes are not shown, come what may."""

import os
import random
from pathlib import Path

from tests.e2e.stack import Stack
from tests.e2e.walks import TICKETS, Walk

STEPS = 60
"""In each half of the walk; between the two every channel gets other rules."""


def test_nothing_internal_gets_out(tmp_path: Path) -> None:
    """A random walk over messages, signs, edits, deletions, rules, people, faults and deaths, on both helpdesks.

    ``WALK_SEED`` repeats one, as far as processes can be made to repeat anything.
    """
    seed = int(os.environ.get("WALK_SEED") or random.randrange(1 << 30))
    print(f"WALK_SEED={seed}")  # noqa: T201 - to repeat a failure
    walk = Walk(Stack(tmp_path, settle_after=2.5, timeout=1), random.Random(seed))
    stack = walk.stack
    stack.more = walk.configured()
    stack.start()
    try:
        walk.link()
        for _ in range(STEPS):
            walk.step()
        stack.http.post(f"{stack.workspace}/control/idle", json={"timeout": 10})
        assert stack.bot is not None
        stack.bot.kill()  # with much still under way
        walk.look()
        stack.more = walk.configured()
        stack.start_bot()
        for _ in range(STEPS):
            walk.step()
        walk.heal()
        walk.last_words()
        walk.settle(within=90)
        walk.look()
        assert walk.leaks == []
        _assert_it_was_a_walk(walk)
    finally:
        stack.stop()


def _assert_it_was_a_walk(walk: Walk) -> None:
    """Where nothing gets anywhere, nothing leaks either."""
    for name in TICKETS:
        updates = walk.stack.desk(name)["updates"]
        for private, kinds in ((True, {"internal", "asked"}), (False, {"open"})):
            written = [each["message"] for each in updates if each["private"] is private]
            words = [word for word, meant in walk.meant.items() if meant.what in kinds and meant.by]
            assert any(word in text for word in words for text in written), (name, private)
    assert walk.shown_inside
