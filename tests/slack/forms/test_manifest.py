"""The manifest declares the shortcuts that are listened to."""

import json
from pathlib import Path

import jsonschema

from bot.slack.forms.listening import FROM_MESSAGE, NEW, ON_MESSAGE
from tests.shared import SHARED, needs_shared

MANIFEST = json.loads((Path(__file__).resolve().parents[3] / "manifest.json").read_text(encoding="utf-8"))


def test_every_shortcut_is_declared_once_and_listened_to() -> None:
    """The same ids, five on messages at most, names of 24 characters at most."""
    shortcuts = MANIFEST["features"]["shortcuts"]

    assert {each["callback_id"]: each["type"] for each in shortcuts} == {
        NEW: "global",
        **dict.fromkeys((FROM_MESSAGE, *ON_MESSAGE), "message"),
    }
    assert sum(each["type"] == "message" for each in shortcuts) <= 5
    assert all(len(each["name"]) <= 24 for each in shortcuts)


@needs_shared
def test_the_manifest_is_valid() -> None:
    """By Slack's own schema."""
    schema = json.loads((SHARED / "slack" / "manifest.schema.json").read_text(encoding="utf-8"))

    assert list(jsonschema.Draft7Validator(schema).iter_errors(MANIFEST)) == []
