"""``python -m bot.playground`` as others start it."""

import json
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from tests.playground.slack.workspace import BOT_TOKEN, MANIFEST


@pytest.fixture
def manifest(tmp_path: Path) -> Path:
    path = tmp_path / "manifest.json"
    path.write_text(json.dumps(MANIFEST), encoding="utf-8")
    return path


def command(manifest: Path, *options: str) -> list[str]:
    return [sys.executable, "-m", "bot.playground", "--manifest", str(manifest), "--bot-token", BOT_TOKEN, *options]


@contextmanager
def running(manifest: Path, *options: str) -> Iterator[tuple[httpx.Client, subprocess.Popen[str]]]:
    with subprocess.Popen(command(manifest, *options), stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        words = process.stdout.readline().split()
        assert words[:2] == ["listening", "on"]
        try:
            with httpx.Client(base_url=words[2], trust_env=False) as client:
                yield client, process
        finally:
            process.kill()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_starts_and_stops(manifest: Path, number: signal.Signals) -> None:
    with running(manifest) as (client, process):
        assert client.get("/healthz").json() == {"ok": True}
        answer = client.post("/api/auth.test", headers={"Authorization": f"Bearer {BOT_TOKEN}"})
        assert answer.json()["user_id"] == "U0BOT"
        with client.stream("GET", "/ui/stream", params={"as": "U0ADAM"}) as stream:
            next(stream.iter_lines())
            started = time.monotonic()
            process.send_signal(number)
            assert process.wait(5) == 0
            assert time.monotonic() - started < 4, "an open stream does not hold it up for long"


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        (("--host", "0.0.0.0"), "not a loopback address"),
        (("--manifest", "nope.json"), "cannot read the manifest"),
        (("--helpdesk", "nope"), "NAME=http://127.0.0.1:PORT"),
    ],
)
def test_what_it_does_not_start_with(manifest: Path, options: tuple[str, ...], complaint: str) -> None:
    ended = subprocess.run(command(manifest, *options), capture_output=True, text=True, check=False, timeout=20)
    assert ended.returncode != 0
    assert complaint in ended.stderr
    assert ended.stdout == ""


def test_a_taken_port(manifest: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        ended = subprocess.run(
            command(manifest, "--port", port), capture_output=True, text=True, check=False, timeout=20
        )
    assert (ended.returncode, ended.stderr.count("\n")) == (1, 1)
    assert f"port {port} cannot be used" in ended.stderr


def test_it_keeps_the_workspace(manifest: Path, tmp_path: Path) -> None:
    database = str(tmp_path / "workspace.json")
    with running(manifest, "--db", database) as (client, process):
        given = client.post("/ui/upload", data={"as": "U0ADAM"}, files={"file": ("a.bin", b"\x00\xff")}).json()["files"]
        body = {"as": "U0ADAM", "channel": "C0SUPPORT", "text": "kept", "files": [given[0]["id"]]}
        assert client.post("/ui/post", json=body).json()["ok"]
        process.terminate()
        assert process.wait(5) == 0
    with running(manifest, "--db", database) as (client, _):
        (message,) = client.get("/ui/state", params={"as": "U0ADAM"}).json()["messages"]["C0SUPPORT"]
        assert message["text"] == "kept"
        assert client.get(f"/ui/file/{given[0]['id']}").content == b"\x00\xff"


@pytest.mark.parametrize("host", ["localhost", "::1"])
def test_other_names_of_this_machine(manifest: Path, host: str) -> None:
    if host == "::1":
        with socket.socket(socket.AF_INET6) as probe:
            try:
                probe.bind((host, 0))
            except OSError:
                pytest.skip("this machine has no IPv6")
    with running(manifest, "--host", host) as (client, _):
        assert client.get("/healthz").json() == {"ok": True}


def test_a_yaml_manifest(tmp_path: Path) -> None:
    yaml = pytest.importorskip("yaml")
    path = tmp_path / "manifest.yaml"
    path.write_text(yaml.safe_dump(MANIFEST), encoding="utf-8")
    with running(path) as (client, _):
        assert client.get("/ui/state", params={"as": "U0ADAM"}).json()["app"]["name"] == "Testbot"
