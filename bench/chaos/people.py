"""People who go on until what they did is acknowledged, and Slack, which now and then delivers it once more."""

import itertools
import json
import random
import threading
import time
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import httpx

from bench.chaos.deeds import Deed
from tests.e2e.stack import FORM, Stack, sign

JSON = dict[str, Any]
REDELIVERED = 0.1
HASTY = 0.03
"""Shares of requests that come once more later, and whose answer is not waited for."""
_WRONG_CLOCK = 200.0
"""Seconds that Slack's clock may be off; five minutes are allowed."""
_events = itertools.count(1)
_stamps = itertools.count(1)


@dataclass(frozen=True)
class Place:
    """A ticket with its thread."""

    ref: str
    channel: str
    root: str = ""


@dataclass
class Done:
    """A deed that was acknowledged; ``ts`` names its message, where it was said in a thread."""

    deed: Deed
    place: Place
    ts: str = ""


@dataclass
class Sender(threading.Thread):
    """Does some deeds, one after the other."""

    stack: Stack
    deeds: list[Deed]
    places: list[Place]
    social: list[Place]
    seed: int
    pause: float
    done: list[Done] = field(default_factory=list)
    repeated: int = 0
    """Requests that had to be sent again because there was no good answer."""
    redelivered: int = 0
    broken: BaseException | None = None

    def __post_init__(self) -> None:
        super().__init__(daemon=True)
        self._chance = random.Random(self.seed)
        self._http = httpx.Client(timeout=10)
        self._later: list[tuple[str, str]] = []
        self._edits: list[tuple[float, JSON]] = []

    def __hash__(self) -> int:
        return id(self)

    def run(self) -> None:
        """Do them all."""
        try:
            for deed in self.deeds:
                self._do(deed)
                self._catch_up(time.time())
                time.sleep(self.pause * self._chance.uniform(0, 2))
            self._catch_up(float("inf"))
        except BaseException as error:
            self.broken = error
        finally:
            self._http.close()

    def _do(self, deed: Deed) -> None:
        places = self.social if deed.social else self.places
        place = places[deed.choice % len(places)]
        ts = ""
        if deed.kind.startswith("form"):
            self._deliver(urlencode({"payload": json.dumps(submission(deed, place))}), FORM)
        elif deed.kind in ("said", "said to the customer", "edited", "deleted"):
            ts = f"{time.time():.3f}{next(_stamps) % 1000:03d}"  # no two messages of a channel have the same
            self._say(deed, place, ts)
        else:
            self._deliver(command(deed, place), FORM)
        self.done.append(Done(deed, place, ts))

    def _say(self, deed: Deed, place: Place, ts: str) -> None:
        words = f"{'reply: ' if deed.kind == 'said to the customer' else ''}said {deed.mark}"
        message = {"type": "message", "user": "U0ADAM", "text": words, "ts": ts, "thread_ts": place.root}
        where = {"channel": place.channel, "channel_type": "channel"}
        self._event({**message, **where})
        later = f"{float(ts) + 1:.6f}"
        if deed.kind == "edited":
            new = {**message, "text": f"said {deed.changed}", "edited": {"user": "U0ADAM", "ts": later}}
            what = {"subtype": "message_changed", "ts": later, "message": new}
        elif deed.kind == "deleted":
            what = {"subtype": "message_deleted", "ts": later, "deleted_ts": ts}
        else:
            return
        event = {"type": "message", "hidden": True, **what, "previous_message": message, **where}
        if deed.soon:
            self._event(event)
        else:
            self._edits.append((time.time() + 5, event))

    def _event(self, event: JSON) -> None:
        body = {
            "type": "event_callback",
            "team_id": "T0PLAY",
            "api_app_id": "A0PLAY",
            "event_id": f"Ev{next(_events)}",
            "event": event,
            "authorizations": [{"team_id": "T0PLAY", "user_id": "U0BOT", "is_bot": True}],
        }
        self._deliver(json.dumps(body), "application/json")

    def _deliver(self, body: str, kind: str) -> None:
        """As Slack and people do: until it is acknowledged."""
        if self._chance.random() < HASTY:
            self._send(body, kind, timeout=0.004)
            self.repeated += 1
        while not self._send(body, kind):
            self.repeated += 1
            time.sleep(0.1)
        if self._chance.random() < REDELIVERED:
            self._later.append((body, kind))

    def _catch_up(self, now: float) -> None:
        """What was put off: edits whose time has come, and deliveries that come once more."""
        for item in [each for each in self._edits if each[0] <= now]:
            self._edits.remove(item)
            self._event(item[1])
        while self._later and (now == float("inf") or len(self._later) > 5):
            again = self._later.pop(self._chance.randrange(len(self._later)))
            self._send(*again)
            self.redelivered += 1

    def _send(self, body: str, kind: str, *, timeout: float = 10) -> bool:
        headers = sign(body, age=self._chance.uniform(-_WRONG_CLOCK, _WRONG_CLOCK)) | {"Content-Type": kind}
        try:
            answer = self._http.post(
                f"{self.stack.bot_url}/slack/events", content=body, headers=headers, timeout=timeout
            )
        except httpx.HTTPError:
            return False
        if answer.status_code != 200 or not answer.text:
            return answer.status_code == 200
        if kind == FORM and not body.startswith("payload="):
            return False  # words for the person: it was not taken
        return kind != FORM or answer.json().get("response_action") != "errors"


def command(deed: Deed, place: Place) -> str:
    """A slash command's body."""
    line = {
        "reply": f"reply {place.ref} text {deed.mark}",
        "note": f"note {place.ref} text {deed.mark}",
        "update": f"update {place.ref} priority:{'high' if deed.soon else 'low'} -- {deed.mark}",
        "followup": f"followup {place.ref} in {1 + deed.choice % 60} days -- {deed.mark}",
        "create": f"create Something {deed.mark} -- text {deed.mark}",
        "social reply": f"reply {place.ref} text {deed.mark}",
        "social create": f"create Something {deed.mark}",
    }[deed.kind]
    form = {
        "team_id": "T0PLAY",
        "channel_id": place.channel,
        "channel_name": "support",
        "user_id": "U0ADAM",
        "user_name": "adam",
        "command": "/ticket",
        "text": line,
        "trigger_id": f"chaos.{deed.number}",
        "response_url": "",
    }
    return urlencode(form)


def submission(deed: Deed, place: Place) -> JSON:
    """A form that was filled in, as ``view_submission`` brings it."""
    create = deed.kind == "form create"
    about: JSON = {"verb": "create" if create else "reply", "helpdesk": "support"}
    values: JSON = {"message": {"form.lines": {"type": "plain_text_input", "value": f"text {deed.mark}"}}}
    if create:
        values["subject"] = {"form.text": {"type": "plain_text_input", "value": f"Something {deed.mark}"}}
    else:
        about["ticket"] = place.ref
        seen = "^private" if deed.kind == "form note" else "^public"
        option = {"text": {"type": "plain_text", "text": "who sees it"}, "value": seen}
        values["visibility"] = {"form.radio": {"type": "radio_buttons", "selected_option": option}}
    return {
        "type": "view_submission",
        "team": {"id": "T0PLAY", "domain": "acme"},
        "user": {"id": "U0ADAM", "username": "adam", "name": "adam", "team_id": "T0PLAY"},
        "api_app_id": "A0PLAY",
        "trigger_id": f"chaos.form.{deed.number}.1",
        "view": {
            "id": f"V0CHAOS{deed.number}",
            "team_id": "T0PLAY",
            "type": "modal",
            "callback_id": "form",
            "private_metadata": json.dumps({**about, "channel": place.channel}),
            "state": {"values": values},
            "hash": "1795335188.chaos",
            "root_view_id": f"V0CHAOS{deed.number}",
            "app_id": "A0PLAY",
            "bot_id": "B0BOT",
            "title": {"type": "plain_text", "text": "Ticket"},
            "blocks": [],
        },
    }
