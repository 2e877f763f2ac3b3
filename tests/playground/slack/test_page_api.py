"""What the page relies on: what each person sees, the stream of changes, files, and who is let in."""

import json
import threading
from typing import Any

import httpx
import pytest

from tests.playground.slack.recorder import Recorder
from tests.playground.slack.test_python_clients import CARD
from tests.playground.slack.workspace import BOT_TOKEN, MANIFEST, Workspace, playing


@pytest.mark.parametrize(
    ("person", "hidden", "seen"),
    [
        ("U0ADAM", {"D0PRIYA"}, {"C0SECRET", "C0SHARED", "D0ADAMPRIYA"}),
        ("U0SAM", {"C0SECRET", "C0TRIAGE", "C0SHARED", "D0ADAM"}, {"C0RANDOM", "C0SUPPORT", "D0SAM"}),
        ("U0EVE", {"C0SUPPORT", "C0GENERAL", "C0SECRET"}, {"C0SHARED", "D0EVE"}),
    ],
)
def test_everybody_sees_their_own(slack: Workspace, person: str, hidden: set[str], seen: set[str]) -> None:
    state = slack.state(person)
    channels = {each["id"] for each in state["channels"]}
    assert seen <= channels
    assert not channels & hidden
    assert set(state["messages"]) == channels


def test_nobody_acts_as_a_bot(slack: Workspace) -> None:
    for person in ("U0BOT", "USLACKBOT", "U0NOPE", ""):
        assert slack.refused("post", person, channel="C0SUPPORT", text="x") == "unknown_person"
        assert slack.get("/ui/state", params={"as": person}).status_code == 404


REFUSED: list[tuple[str, str, dict[str, Any], str]] = [
    ("post", "U0ADAM", {"channel": "C0SUPPORT", "text": " "}, "no_text"),
    ("post", "U0ADAM", {"channel": "C0ARCHIVE", "text": "x"}, "is_archived"),
    ("post", "U0SAM", {"channel": "C0TRIAGE", "text": "x"}, "unknown_channel"),
    ("post", "U0ADAM", {"channel": "C0SUPPORT", "text": "x" * 12_001}, "msg_too_long"),
    ("post", "U0ADAM", {"channel": "C0SUPPORT", "text": "x", "files": ["F0NOPE"]}, "unknown_file"),
    ("post", "U0ADAM", {"channel": "C0SUPPORT", "text": "x", "thread_ts": "1.1"}, "unknown_message"),
    ("edit", "U0ADAM", {"channel": "C0SUPPORT", "ts": "1.1", "text": "x"}, "unknown_message"),
    ("join", "U0ADAM", {"channel": "D0ADAM"}, "cannot_join"),
    ("leave", "U0ADAM", {"channel": "D0ADAM"}, "cannot_leave"),
    ("invite", "U0ADAM", {"channel": "C0SUPPORT", "users": ["U0NOPE"]}, "unknown_person"),
    ("invite", "U0ADAM", {"channel": "C0SUPPORT", "users": "U0SAM"}, "invalid_arguments"),
    ("create", "U0ADAM", {"name": "support"}, "name_taken"),
    ("open", "U0ADAM", {"users": []}, "unknown_person"),
    ("action", "U0ADAM", {"container": {"type": "view", "view_id": "V0"}}, "unknown_container"),
    ("action", "U0ADAM", {"container": "x"}, "invalid_arguments"),
    ("submit", "U0ADAM", {"view_id": "V0", "values": {}}, "unknown_view"),
    ("home", "U0ADAM", {"tab": "about"}, "no_such_tab"),
]


@pytest.mark.parametrize(("verb", "person", "body", "error"), REFUSED)
def test_what_people_cannot_do(slack: Workspace, verb: str, person: str, body: dict[str, Any], error: str) -> None:
    assert slack.refused(verb, person, **body) == error


def test_nobody_edits_another_persons_message(slack: Workspace) -> None:
    ts = slack.ui("post", channel="C0SUPPORT", text="mine")["message"]["ts"]
    assert slack.refused("edit", "U0PRIYA", channel="C0SUPPORT", ts=ts, text="x") == "not_yours"
    assert slack.refused("delete", "U0PRIYA", channel="C0SUPPORT", ts=ts) == "not_yours"
    assert slack.texts() == ["mine"]


def test_what_people_do(slack: Workspace) -> None:
    made = slack.ui("create", name="New Plan", private=True)["channel"]
    assert (made["name"], made["kind"], made["is_member"]) == ("new-plan", "private", True)
    slack.ui("invite", channel=made["id"], users=["U0SAM", "U0BOT"])
    assert slack.state("U0SAM")["messages"][made["id"]]
    assert not slack.ui("leave", "U0SAM", channel=made["id"])["channel"]["is_visible"]
    group = slack.ui("open", users=["U0PRIYA", "U0BOT"])["channel"]
    assert group["kind"] == "mpim"
    assert slack.ui("open", users=["U0BOT", "U0PRIYA"])["channel"]["id"] == group["id"]
    assert slack.ui("archive", channel=made["id"], on=True)["channel"]["is_archived"]


class Stream:
    """The changes for one person, read in a thread."""

    def __init__(self, slack: Workspace, person: str, after: int | None = None) -> None:
        self.changes: list[dict[str, Any]] = []
        self._changed = threading.Condition()
        self._open = threading.Event()
        params = {"as": person, **({} if after is None else {"after": after})}
        self._thread = threading.Thread(target=self._read, args=(str(slack.base_url), params), daemon=True)
        self._thread.start()
        assert self._open.wait(5)

    def _read(self, base_url: str, params: dict[str, Any]) -> None:
        with httpx.Client(base_url=base_url, trust_env=False, timeout=None) as client:
            try:
                with client.stream("GET", "/ui/stream", params=params) as response:
                    for line in response.iter_lines():
                        self._open.set()
                        if line.startswith("data: "):
                            with self._changed:
                                self.changes.append(json.loads(line[6:]))
                                self._changed.notify_all()
            except httpx.HTTPError:
                return

    def wait(self, kind: str, count: int = 1) -> list[dict[str, Any]]:
        def found() -> list[dict[str, Any]]:
            return [each for each in self.changes if each["kind"] == kind]

        with self._changed:
            assert self._changed.wait_for(lambda: len(found()) >= count, 5), [each["kind"] for each in self.changes]
        return found()


def test_the_stream(slack: Workspace) -> None:
    adam, sam = Stream(slack, "U0ADAM"), Stream(slack, "U0SAM")
    slack.ui("post", channel="C0SECRET", text="secret")
    slack.ui("post", channel="C0SUPPORT", text="open")
    slack.done("chat.postEphemeral", channel="C0SUPPORT", user="U0ADAM", text="psst")
    assert [each["message"]["text"] for each in adam.wait("message", 2)] == ["secret", "open"]
    assert [each["message"]["text"] for each in sam.wait("message", 1)] == ["open"]
    (ephemeral,) = adam.wait("ephemeral")
    assert ephemeral["message"]["is_ephemeral"]
    slack.ui("dismiss", channel="C0SUPPORT", id=ephemeral["message"]["id"])
    adam.wait("ephemeral_removed")
    assert not [each for each in sam.changes if each["kind"].startswith("ephemeral")]
    assert [each["seq"] for each in adam.changes] == sorted(each["seq"] for each in adam.changes)


def test_the_stream_catches_up(slack: Workspace) -> None:
    seq = slack.state()["seq"]
    slack.ui("post", channel="C0SUPPORT", text="missed")
    assert Stream(slack, "U0ADAM", seq).wait("message")[0]["message"]["text"] == "missed"
    assert Stream(slack, "U0ADAM", 10**9).wait("reset")


def test_elements_show_that_they_are_at_work(slack: Workspace, app: Recorder) -> None:
    stream = Stream(slack, "U0ADAM")
    card = slack.done("chat.postMessage", channel="C0SUPPORT", text="x", blocks=CARD)
    where = {"type": "message", "channel": "C0SUPPORT", "ts": card["ts"]}
    slack.ui("action", container=where, block_id="card", action_id="close", value={})
    slack.control("fault", delivery="interaction", drop=True)
    assert slack.ui("action", container=where, block_id="card", action_id="close")["result"] == "operation_timeout"
    assert [each["state"] for each in stream.wait("element", 4)] == ["loading", "done", "loading", "warning"]
    assert all(each["container"] == where for each in stream.wait("element"))


def test_files(slack: Workspace, app: Recorder) -> None:
    parts = [("file", ("a.png", b"\x89PNG", "image/png")), ("file", ("x.html", b"<script>", "text/html"))]
    picture, page = slack.post("/ui/upload", data={"as": "U0ADAM"}, files=parts).json()["files"]
    slack.ui("post", channel="C0SUPPORT", text="look", files=[picture["id"], page["id"]])
    slack.idle()
    event = app.received[0].body["event"]
    assert (event["subtype"], [each["name"] for each in event["files"]]) == ("file_share", ["a.png", "x.html"])
    fetched = slack.get(event["files"][0]["url_private"], headers={"Authorization": f"Bearer {BOT_TOKEN}"})
    assert (fetched.content, fetched.headers["content-type"]) == (b"\x89PNG", "image/png")
    assert slack.done("files.info", file=picture["id"])["file"]["size"] == 4
    shown = slack.get(f"/ui/file/{page['id']}", params={"as": "U0ADAM"})
    assert shown.headers["content-disposition"] == "attachment"
    assert "sandbox" in shown.headers["content-security-policy"]


GUARDED: list[tuple[dict[str, str], int]] = [
    ({}, 200),
    ({"Host": "localhost:1"}, 200),
    ({"Host": "evil.example"}, 403),
    ({"Host": "127.0.0.1.evil.example"}, 403),
    ({"Host": ""}, 403),
    ({"Origin": "https://evil.example"}, 403),
    ({"Origin": "null"}, 403),
    ({"Origin": "http://127.0.0.1:1"}, 403),
    ({"Sec-Fetch-Site": "cross-site"}, 403),
    ({"Sec-Fetch-Site": "same-site"}, 403),
    ({"Sec-Fetch-Site": "same-origin"}, 200),
    ({"Sec-Fetch-Site": "none"}, 200),
]


@pytest.mark.parametrize(("headers", "status"), GUARDED)
@pytest.mark.parametrize("path", ["/ui/state?as=U0ADAM", "/control/state", "/api/auth.test"])
def test_only_this_machine_and_this_page(slack: Workspace, path: str, headers: dict[str, str], status: int) -> None:
    assert slack.get(path, headers=headers).status_code == status


def test_the_page_itself_is_let_in(slack: Workspace) -> None:
    origin = str(slack.base_url).rstrip("/")
    assert slack.get("/ui/state?as=U0ADAM", headers={"Origin": origin}).status_code == 200
    policy = slack.get("/ui/state?as=U0ADAM").headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "http" not in policy, "nothing remote is ever loaded"


def test_helpdesks_are_passed_on(slack: Workspace) -> None:
    with playing(helpdesks={"Desk": str(slack.base_url)}) as other:
        assert other.state()["helpdesks"][0]["proxy"] == "/helpdesk/Desk"
        assert other.get("/helpdesk/Desk/healthz").json() == {"ok": True}
        assert other.post("/helpdesk/Desk/api/api.test", json={}).json()["error"] == "not_authed"
        assert other.get("/helpdesk/Nope/healthz").status_code == 404
    with playing(helpdesks={"Desk": "http://127.0.0.1:9"}) as other:
        assert other.get("/helpdesk/Desk/").status_code == 502


def test_a_read_only_messages_tab() -> None:
    home = {"home_tab_enabled": True, "messages_tab_enabled": True, "messages_tab_read_only_enabled": True}
    with playing(manifest={**MANIFEST, "features": {**MANIFEST["features"], "app_home": home}}) as slack:
        assert slack.refused("post", channel="D0ADAM", text="x") == "messages_tab_read_only"
        assert slack.done("chat.postMessage", channel="U0ADAM", text="x")["channel"] == "D0ADAM"


def test_the_log(slack: Workspace, app: Recorder) -> None:
    slack.ui("command", channel="C0SUPPORT", text="/ticket x")
    slack.api("chat.postMessage", channel="C0SUPPORT", text="x", blocks=[{"type": "nope"}])
    command, page, api = slack.log()
    assert (command["kind"], command["to"], command["status"], command["ok"]) == ("command", "bot", 200, True)
    assert (page["kind"], page["from"]) == ("page", "person")
    assert (api["error"], api["why"]) == (
        "invalid_blocks",
        ["[ERROR] unsupported type: nope [json-pointer:/blocks/0/type]"],
    )
    assert slack.log(kind="api", name="chat.postMessage") == [api]
    assert slack.log(after=page["seq"]) == [api]
    assert slack.get("/ui/log", params={"limit": 1}).json()["entries"] == [api]
    assert all(each["ms"] >= 0 for each in slack.log())
