"""The helpdesks as processes of their own: the line they print, the file they keep, and how fast they are."""

import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median

import pytest

from tests.playground.helpdesks.desks import REFRESH, Sirportly, SocialBoards


@contextmanager
def running(*arguments: str) -> Iterator[str]:
    """The address that a process says it listens on; the process is killed when the block ends."""
    command = [sys.executable, "-m", "bot.playground.helpdesks", *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            line = process.stdout.readline()
            found = re.fullmatch(r"listening on (http://127\.0\.0\.1:\d+)\n", line)
            assert found is not None, line
            yield found[1]
        finally:
            process.kill()


def test_a_file_survives_being_killed(tmp_path: Path) -> None:
    db = str(tmp_path / "sirportly.sqlite3")
    with running("sirportly", "--db", db) as address, Sirportly(base_url=address) as desk:
        desk.done("tickets/post_update", ticket="AB-123456", message="kept", user="adam")
        desk.done("tickets/add_followup", ticket="AB-123456", actor="adam", time_type="day", time_length="1", reply="r")
        desk.advance(3600)
        now = desk.get("/control/clock").json()["now"]
    with running("sirportly", "--db", db, "--port", "0") as address, Sirportly(base_url=address) as desk:
        assert [each["message"] for each in desk.state()["updates"]][-1] == "kept"
        assert len(desk.state()["tickets"]) == 6
        assert desk.get("/control/clock").json()["now"] > now
        desk.advance(86_400)
        assert [each["message"] for each in desk.state()["updates"]][-1] == "r"


def test_tokens_survive_being_killed(tmp_path: Path) -> None:
    arguments = ("socialboards", "--db", str(tmp_path / "boards.sqlite3"), "--rotate", "--teammate-ids")
    with running(*arguments) as address, SocialBoards(base_url=address) as boards:
        answer = boards.post("/token", data=REFRESH).json()
    with running(*arguments) as address, SocialBoards(base_url=address) as boards:
        boards.headers["Authorization"] = f"Bearer {answer['access_token']}"
        assert "id" in boards.done("GET", "/Teammates")[0]
        assert boards.post("/token", data=REFRESH).status_code == 400
        assert boards.post("/token", data={**REFRESH, "refresh_token": answer["refresh_token"]}).status_code == 200


def test_own_credentials() -> None:
    with running("sirportly", "--token", "t1", "--secret", "s1") as address, Sirportly(base_url=address) as desk:
        assert desk.call("objects/statuses").status_code == 403
        headers = {"X-Auth-Token": "t1", "X-Auth-Secret": "s1"}
        assert desk.get("/api/v2/objects/statuses", headers=headers).status_code == 200


def test_a_user_who_is_nobody_is_refused_at_the_start() -> None:
    command = [sys.executable, "-m", "bot.playground.helpdesks", "sirportly", "--user", "nobody"]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
    assert ended.returncode != 0
    assert "no user 'nobody'" in ended.stderr


@pytest.mark.parametrize("updates", [300])
def test_an_update_takes_about_a_millisecond(desk: Sirportly, updates: int) -> None:
    """Measured inside the server, as the median; five times the usual is allowed for a busy machine."""
    for number in range(updates):
        desk.done("tickets/post_update", ticket="AB-123456", message=f"m{number}", user="adam")
    taken = [each["milliseconds"] for each in desk.requests("post_update")]
    assert len(taken) == updates
    assert median(taken) < 2.5
