"""The doctor's look at the place of the ledger, where a disk is small."""

import shutil
from collections import namedtuple
from pathlib import Path

import pytest

from bot.app.doctor.ledger import LITTLE, NONE, examine
from bot.config import environment

Usage = namedtuple("Usage", "total used free")

ROOM = {"none": (0, "wrong"), "hardly any": (NONE - 1, "wrong"), "little": (NONE, "warning"),
        "not quite enough": (LITTLE - 1, "warning"), "enough": (LITTLE, "ok")}  # fmt: skip


@pytest.mark.parametrize(("free", "state"), ROOM.values(), ids=list(ROOM))
async def test_a_disk_with_practically_no_room_is_wrong(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, free: int, state: str
) -> None:
    """With little it is to be looked at; and the look leaves nothing there."""
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(10**12, 10**12 - free, free))
    env = environment({"TICKETBOT_STATE_DIR": str(tmp_path / "deep" / "state")})

    found = {finding.check: finding async for finding in examine(env)}

    assert found["ledger.place"].state == state
    assert bool(found["ledger.place"].fix) is (state != "ok")
    assert not [*tmp_path.iterdir()]  # noqa: ASYNC240 - a look at an empty directory
