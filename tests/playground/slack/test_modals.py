"""Triggers, the stack of views, hashes, and what an answer to a form does."""

import threading
import time
from typing import Any

import pytest

from tests.playground.slack.recorder import Received, Recorder, Reply
from tests.playground.slack.test_python_clients import CARD, FORM
from tests.playground.slack.workspace import MANIFEST, Workspace, playing

PLAIN: dict[str, Any] = {**FORM, "blocks": FORM["blocks"][:1]}
FILLED = {"subject": {"text": {"value": "Printer"}}}
TROUBLE = "We had some trouble connecting. Try again?"


def trigger(slack: Workspace, app: Recorder, person: str = "U0ADAM") -> str:
    slack.ui("shortcut", person, callback_id="new_ticket")
    given: str = app.of("shortcut")[-1].body["trigger_id"]
    return given


def opened(slack: Workspace, app: Recorder, **more: Any) -> dict[str, Any]:
    view: dict[str, Any] = slack.done("views.open", trigger_id=trigger(slack, app), view={**PLAIN, **more})["view"]
    return view


def test_a_trigger_works_once(slack: Workspace, app: Recorder) -> None:
    given = trigger(slack, app)
    assert slack.api("views.open", trigger_id=given, view=PLAIN)["ok"]
    assert slack.api("views.open", trigger_id=given, view=PLAIN)["error"] == "exchanged_trigger_id"


def test_a_trigger_works_for_three_seconds(slack: Workspace, app: Recorder) -> None:
    given, late = trigger(slack, app), trigger(slack, app)
    slack.control("clock/advance", seconds=2.5)
    assert slack.api("views.open", trigger_id=given, view=PLAIN)["ok"]
    slack.control("clock/advance", seconds=0.6)
    assert slack.api("views.open", trigger_id=late, view=PLAIN)["error"] == "expired_trigger_id"


@pytest.mark.parametrize(("switch", "error"), [("documented", "invalid_trigger_id"), ("observed", "invalid_arguments")])
def test_what_an_unknown_trigger_is_called_is_disputed(switch: str, error: str) -> None:
    with playing(trigger_errors=switch) as slack:
        assert slack.api("views.open", trigger_id="1.2.3", view=PLAIN)["error"] == error


def test_a_refused_view_does_not_use_the_trigger_up(slack: Workspace, app: Recorder) -> None:
    given = trigger(slack, app)
    refused = slack.api(
        "views.open", trigger_id=given, view={**PLAIN, "title": {"type": "plain_text", "text": "x" * 25}}
    )
    assert refused["error"] == "invalid_arguments"
    assert (
        "[ERROR] must be less than 25 characters [json-pointer:/view/title/text]"
        in refused["response_metadata"]["messages"]
    )
    assert slack.api("views.open", trigger_id=given, view=PLAIN)["ok"]


def test_three_views_fit_on_the_stack(slack: Workspace, app: Recorder) -> None:
    opened(slack, app)
    for _ in range(2):
        assert slack.api("views.push", trigger_id=trigger(slack, app), view=PLAIN)["ok"]
    assert slack.api("views.push", trigger_id=trigger(slack, app), view=PLAIN)["error"] == "push_limit_reached"
    stack = slack.state()["modals"]
    assert [view["previous_view_id"] for view in stack] == [None, stack[0]["id"], stack[1]["id"]]
    assert {view["root_view_id"] for view in stack} == {stack[0]["id"]}


def test_hash_and_external_id(slack: Workspace, app: Recorder) -> None:
    view = opened(slack, app, external_id="form-1")
    new = slack.done("views.update", external_id="form-1", hash=view["hash"], view={**PLAIN, "external_id": "form-1"})
    assert new["view"]["hash"] != view["hash"]
    assert slack.api("views.update", view_id=view["id"], hash=view["hash"], view=PLAIN)["error"] == "hash_conflict"
    other = trigger(slack, app, "U0PRIYA")
    taken = slack.api("views.open", trigger_id=other, view={**PLAIN, "external_id": "form-1"})
    assert taken["error"] == "duplicate_external_id"


def test_what_was_typed_survives_an_update_under_the_same_ids(slack: Workspace, app: Recorder) -> None:
    view = opened(slack, app)
    app.answering = lambda _: Reply({"response_action": "errors", "errors": {"subject": "no"}})
    slack.ui("submit", view_id=view["id"], values=FILLED)
    kept = slack.done("views.update", view_id=view["id"], view=FORM)["view"]["state"]["values"]
    assert kept["subject"]["text"]["value"] == "Printer"
    assert kept["customer"]["search"]["selected_option"] is None
    renamed = {**PLAIN, "blocks": [{**PLAIN["blocks"][0], "block_id": "other"}]}
    gone = slack.done("views.update", view_id=view["id"], view=renamed)["view"]["state"]["values"]
    assert gone["other"]["text"]["value"] is None


ANSWERS: list[tuple[str, Any, str]] = [
    ("an empty body closes", None, "closed"),
    ("an empty object closes", {}, "closed"),
    ("clear", {"response_action": "clear"}, "cleared"),
    ("update", {"response_action": "update", "view": PLAIN}, "updated"),
    ("push", {"response_action": "push", "view": PLAIN}, "pushed"),
    ("errors", {"response_action": "errors", "errors": {"subject": "no"}}, "errors"),
    ("errors for an unknown block", {"response_action": "errors", "errors": {"nope": "no"}}, "trouble"),
    ("no errors at all", {"response_action": "errors", "errors": {}}, "trouble"),
    ("errors that are none", {"response_action": "errors", "errors": "no"}, "trouble"),
    ("update with a bad view", {"response_action": "update", "view": {**PLAIN, "title": None}}, "trouble"),
    ("update without a view", {"response_action": "update"}, "trouble"),
    ("an unknown action", {"response_action": "explode"}, "trouble"),
    ("text", "ok", "trouble"),
    ("a list", [], "trouble"),
]


@pytest.mark.parametrize(("answer", "result"), [each[1:] for each in ANSWERS], ids=[each[0] for each in ANSWERS])
def test_what_the_answer_to_a_form_does(slack: Workspace, app: Recorder, answer: Any, result: str) -> None:
    view = opened(slack, app)
    app.answering = lambda _: Reply(answer)
    seen = slack.ui("submit", view_id=view["id"], values=FILLED)
    assert seen["result"] == result
    assert seen["banner"] == (TROUBLE if result == "trouble" else None)
    assert len(seen["stack"]) == {"closed": 0, "cleared": 0, "pushed": 2}.get(result, 1)
    if result in ("trouble", "errors"):
        assert seen["stack"][0]["values"]["subject"]["text"]["value"] == "Printer", "nothing that was typed is lost"


@pytest.mark.parametrize("status", [400, 500])
def test_a_failed_form_stays_open(slack: Workspace, app: Recorder, status: int) -> None:
    view = opened(slack, app)
    app.answering = lambda _: Reply(status=status)
    seen = slack.ui("submit", view_id=view["id"], values=FILLED)
    assert (seen["result"], seen["banner"]) == ("trouble", TROUBLE)
    app.answering = lambda _: None
    assert slack.ui("submit", view_id=view["id"], values={})["result"] == "closed", "and can be sent again as it is"


def test_a_late_answer_to_a_form_changes_nothing(slack: Workspace, app: Recorder) -> None:
    view = opened(slack, app)
    app.answering = lambda _: Reply({"response_action": "clear"}, seconds=0.5)
    seen: list[dict[str, Any]] = []
    submitting = threading.Thread(
        target=lambda: seen.append(slack.ui("submit", view_id=view["id"], values=FILLED)), daemon=True
    )
    submitting.start()
    app.wait("view_submission")
    slack.control("clock/advance", seconds=3.1)
    submitting.join(5)
    assert seen[0]["result"] == "trouble"
    time.sleep(0.6)
    assert len(slack.state()["modals"]) == 1


def test_the_form_itself_is_checked_first(slack: Workspace, app: Recorder) -> None:
    element = {"type": "plain_text_input", "action_id": "text", "min_length": 3, "max_length": 5}
    blocks = [
        {**PLAIN["blocks"][0], "element": element},
        *(
            {
                **PLAIN["blocks"][0],
                "block_id": kind,
                "optional": True,
                "element": {"action_id": "a", "type": kind, **more},
            }
            for kind, more in (
                ("email_text_input", {}),
                ("url_text_input", {}),
                ("number_input", {"is_decimal_allowed": False, "max_value": "9"}),
            )
        ),
    ]
    view = opened(slack, app, blocks=blocks)

    def wrong(**values: str) -> set[str]:
        given = {block: {"text" if block == "subject" else "a": {"value": text}} for block, text in values.items()}
        seen = slack.ui("submit", view_id=view["id"], values=given)
        assert seen["result"] in ("invalid", "closed")
        return set(seen["errors"])

    assert wrong() == {"subject"}
    assert wrong(subject="ab") == {"subject"}
    assert wrong(subject="abcdef", email_text_input="x", url_text_input="y") == {
        *("subject", "email_text_input", "url_text_input")
    }
    assert wrong(subject="abc", email_text_input="", url_text_input="", number_input="10") == {"number_input"}
    assert wrong(number_input="1.5") == {"number_input"}
    assert app.of("view_submission") == [], "the app was not asked"
    assert wrong(number_input="9", email_text_input="a@b.example", url_text_input="https://a.example") == set()
    assert len(app.of("view_submission")) == 1


def test_closing(slack: Workspace, app: Recorder) -> None:
    opened(slack, app, notify_on_close=True)
    slack.done("views.push", trigger_id=trigger(slack, app), view={**PLAIN, "notify_on_close": True})
    top = slack.state()["modals"][-1]
    assert len(slack.ui("close", view_id=top["id"])["stack"]) == 1
    slack.done("views.push", trigger_id=trigger(slack, app), view=PLAIN)
    assert slack.ui("close", view_id=slack.state()["modals"][-1]["id"], all=True)["stack"] == []
    slack.idle()
    closed = [(each.body["view"]["id"], each.body["is_cleared"]) for each in app.of("view_closed")]
    assert closed == [(top["id"], False), (slack_root(app), True)], "a view that did not ask is not told"
    assert slack.refused("close", view_id=top["id"]) == "unknown_view"


def slack_root(app: Recorder) -> str:
    root: str = app.of("view_closed")[0].body["view"]["root_view_id"]
    return root


def test_nobody_submits_for_another(slack: Workspace, app: Recorder) -> None:
    view = opened(slack, app)
    assert slack.refused("submit", "U0PRIYA", view_id=view["id"], values=FILLED) == "unknown_view"
    where = {"type": "view", "view_id": view["id"]}
    assert slack.refused("action", "U0PRIYA", container=where, block_id="x", action_id="y") == "unknown_container"


def test_home(slack: Workspace, app: Recorder) -> None:
    home = {"type": "home", "blocks": CARD}

    def answering(each: Received) -> None:
        if each.kind == "app_home_opened":
            slack.done("views.publish", user_id=each.body["event"]["user"], view=home)

    app.answering = answering
    assert slack.ui("home", tab="home")["view"] is None
    slack.idle()
    view = slack.state()["home"]
    assert slack.state("U0PRIYA")["home"] is None
    assert slack.api("views.publish", user_id="U0ADAM", view=home, hash="1.x")["error"] == "hash_conflict"
    assert slack.api("views.publish", user_id="U0ADAM", view=home, hash=view["hash"])["ok"]
    assert slack.api("views.publish", user_id="U0NOBODY", view=home)["error"] == "invalid_arguments"


def test_home_can_be_switched_off() -> None:
    features = {**MANIFEST["features"], "app_home": {"home_tab_enabled": False, "messages_tab_enabled": False}}
    with playing(manifest={**MANIFEST, "features": features}) as slack:
        published = slack.api("views.publish", user_id="U0ADAM", view={"type": "home", "blocks": CARD})
        assert published["error"] == "not_enabled"
        assert slack.refused("home", tab="home") == "no_such_tab"
        assert slack.api("chat.postMessage", channel="U0ADAM", text="x")["error"] == "messages_tab_disabled"
