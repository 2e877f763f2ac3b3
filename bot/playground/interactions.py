"""Shortcuts, buttons, menus and their suggestions, as a person uses them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.playground import payloads
from bot.playground.attachments import described
from bot.playground.blockkit import validate_options
from bot.playground.deliveries import Answer, Kind, Parcel
from bot.playground.errors import PageError
from bot.playground.ids import new_id
from bot.playground.shapes import JSON
from bot.playground.store import BOT, Channel, Ephemeral, Person, View
from bot.playground.values import Values, accepted, find, state_values, value_key

if TYPE_CHECKING:
    from bot.playground.playground import Playground

NOT_INTERACTIVE = "This app is not configured to handle interactive responses."


@dataclass(frozen=True)
class Container:
    """Where an element sits: a message, an ephemeral message, or a view."""

    given: JSON
    blocks: list[JSON]
    channel: Channel | None = None
    message: JSON | None = None
    ephemeral: Ephemeral | None = None
    view: View | None = None


class Interactions:
    """Delivers what people do with the app's surfaces."""

    def __init__(self, playground: Playground) -> None:
        self._playground = playground

    async def shortcut(self, person: Person, callback_id: str, channel: Channel | None, message: JSON | None) -> JSON:
        """Run a global shortcut, or one on a message."""
        kind = "global" if message is None else "message"
        shortcuts = self._playground.settings.manifest.shortcuts
        if not any(each.type == kind and each.callback_id == callback_id for each in shortcuts):
            raise PageError("unknown_shortcut", "The app has no such shortcut.")
        trigger = self._playground.triggers.issue(person.id)
        stamp = self._playground.messages.stamp()
        common: JSON = {"callback_id": callback_id, "trigger_id": trigger, "action_ts": stamp}
        if message is None or channel is None:
            body = payloads.interaction("shortcut", person, **common)
        else:
            body = payloads.interaction(
                "message_action",
                person,
                **common,
                message=payloads.message_in_action(message),
                message_ts=message["ts"],
                channel={"id": channel.id, "name": payloads.channel_name(channel)},
                response_url=self._playground.response_urls.issue(person.id, channel.id, source=message["ts"]),
            )
        answer = await self.deliver("interaction", callback_id, body)
        if answer.outcome != "acknowledged":
            self._complain(person, channel, f'The shortcut failed with the error "{answer.result}"')
        return {"result": answer.result}

    async def action(
        self, person: Person, place: Container, block_id: str, action_id: str, value: JSON, rest: Values
    ) -> JSON:
        """Press a button, or choose something outside a form."""
        element = find(place.blocks, block_id, action_id)
        block = next((each for each in place.blocks if each.get("block_id") == block_id), {})
        if element is None:
            raise PageError("unknown_element", "There is no such element any more.", status=404)
        if block.get("type") == "input" and not block.get("dispatch_action"):
            raise PageError("not_dispatched", "This input is sent with its form only.")
        values = self._remember(place, rest)
        if value_key(element["type"]):
            values.setdefault(block_id, {})[action_id] = accepted(element, value)
        stamp = self._playground.messages.stamp()
        body = self._body("block_actions", person, place, values)
        body["actions"] = [{**_action(element, value), "block_id": block_id, "action_ts": stamp}]
        body["trigger_id"] = self._playground.triggers.issue(person.id)
        self._mark(person, place, block_id, action_id, "loading")
        answer = await self.deliver("interaction", action_id, body)
        # A late acknowledgement leaves a warning beside the element, and nothing is sent again (node-slack-sdk#909).
        self._mark(person, place, block_id, action_id, "done" if answer.outcome == "acknowledged" else "warning")
        return {"result": answer.result}

    async def suggest(self, person: Person, place: Container, block_id: str, action_id: str, query: str) -> JSON:
        """Ask the app for a menu's options."""
        element = find(place.blocks, block_id, action_id)
        if element is None or not element["type"].endswith("external_select"):
            raise PageError("unknown_element", "There is no such menu any more.", status=404)
        if len(query) < element.get("min_query_length", 3):
            return {"options": []}
        body = self._body("block_suggestion", person, place, self._remember(place, {}))
        body |= {"block_id": block_id, "action_id": action_id, "value": query}
        answer = await self.deliver("options", action_id, body)
        if answer.outcome != "acknowledged" or not isinstance(answer.body, dict):
            raise PageError("suggestions_failed", "The options could not be loaded.")
        problems = [problem for problem in validate_options(answer.body) if problem.severity == "error"]
        if problems:
            raise PageError(
                "suggestions_failed", f"The app's options are not valid: {problems[0].text} ({problems[0].pointer})"
            )
        return {key: answer.body[key] for key in ("options", "option_groups") if key in answer.body}

    async def deliver(self, kind: Kind, name: str, body: JSON) -> Answer:
        """Send one interaction to where the manifest says."""
        settings = self._playground.settings
        if not settings.manifest.interactivity:
            raise PageError("not_interactive", NOT_INTERACTIVE)
        url = settings.request_url or settings.manifest.interactivity_url
        if kind == "options":
            url = settings.request_url or settings.manifest.options_url
            if url is None and not settings.socket_mode:
                raise PageError("suggestions_failed", "The manifest names no URL that options are loaded from.")
        if settings.full_payloads:
            body = payloads.completed(body)
        return await self._playground.deliveries.send(Parcel(kind, name, body, url))

    def container(self, person: Person, given: JSON) -> Container:
        """Where ``given`` points, if the person can see it; raises ``PageError``."""
        workspace = self._playground.workspace
        match given.get("type"):
            case "view":
                view = workspace.view(str(given.get("view_id")))
                if view is not None and view.user == person.id:
                    return Container(given, view.content["blocks"], view=view)
            case "ephemeral":
                ephemeral = workspace.ephemerals.get(str(given.get("id")))
                if ephemeral is not None and ephemeral.user == person.id:
                    channel = workspace.channels[ephemeral.channel]
                    return Container(given, _blocks(ephemeral.message), channel=channel, ephemeral=ephemeral)
            case "message":
                found = workspace.channels.get(str(given.get("channel")))
                message = found.messages.get(str(given.get("ts"))) if found in workspace.visible(person.id) else None
                if found is not None and message is not None and message.get("bot_id") == BOT:
                    return Container(given, _blocks(message), channel=found, message=message)
        raise PageError("unknown_container", "That is not there any more.", status=404)

    def fill(self, view: View, given: Values) -> Values:
        """Keep what was entered into a view; returns all of its values."""
        for block in view.content["blocks"]:
            for action_id, value in given.get(block["block_id"], {}).items():
                element = find([block], block["block_id"], action_id)
                if element is not None and value_key(element["type"]) and isinstance(value, dict):
                    view.values.setdefault(block["block_id"], {})[action_id] = self._kept(element, value)
        return state_values(view.content["blocks"], view.values)

    def _kept(self, element: JSON, value: JSON) -> JSON:
        kept = accepted(element, value)
        if element["type"] == "file_input":
            files = self._playground.workspace.files
            ids = [each["id"] if isinstance(each, dict) else each for each in kept["files"] or ()]
            kept["files"] = [
                described(self._playground.settings.base_url, files[each]) for each in ids if each in files
            ]
        return kept

    def _remember(self, place: Container, given: Values) -> Values:
        if place.view is not None:
            self.fill(place.view, given)
            return place.view.values
        return {block: dict(values) for block, values in given.items()}

    def _body(self, kind: str, person: Person, place: Container, values: Values) -> JSON:
        state = state_values(place.blocks, values)
        if place.view is not None:
            view = payloads.view_payload(place.view, full=self._playground.settings.full_payloads, state=state)
            return payloads.interaction(kind, person, container={"type": "view", "view_id": place.view.id}, view=view)
        channel = place.channel
        assert channel is not None, "what is not in a view is in a channel"
        message = place.ephemeral.message if place.ephemeral else place.message or {}
        container = {
            "type": "message",
            "message_ts": message["ts"],
            "channel_id": channel.id,
            "is_ephemeral": place.ephemeral is not None,
        }
        if "thread_ts" in message:
            container["thread_ts"] = message["thread_ts"]
        body = payloads.interaction(
            kind,
            person,
            container=container,
            channel={"id": channel.id, "name": payloads.channel_name(channel)},
            message=None if place.ephemeral else payloads.message_in_action(message),
        )
        if kind == "block_actions":
            body["state"] = {"values": state}
            body["response_url"] = self._playground.response_urls.issue(
                person.id,
                channel.id,
                source=None if place.ephemeral else message["ts"],
                ephemeral=place.ephemeral.id if place.ephemeral else None,
            )
        return body

    def _mark(self, person: Person, place: Container, block_id: str, action_id: str, state: str) -> None:
        about = {"container": place.given, "block_id": block_id, "action_id": action_id, "state": state}
        self._playground.changes.publish("element", [person.id], **about)

    def _complain(self, person: Person, channel: Channel | None, text: str) -> None:
        place = channel.id if channel else None
        self._playground.changes.publish("notice", [person.id], id=new_id("N"), channel=place, text=text, level="error")


def _blocks(message: JSON) -> list[JSON]:
    attached = [block for each in message.get("attachments", ()) for block in each.get("blocks", ())]
    return [*message.get("blocks", ()), *attached]


def _action(element: JSON, value: JSON) -> JSON:
    """What was done: the element, and what was chosen with it."""
    kind = element["type"]
    body: JSON = {"type": kind, "action_id": element["action_id"]}
    if kind in ("button", "workflow_button"):
        return body | {key: element[key] for key in ("text", "value", "style", "url") if key in element}
    chosen = {"selected_option": value.get("selected_option")} if kind == "overflow" else accepted(element, value)
    if isinstance(option := chosen.get("selected_option"), dict):
        chosen["selected_option"] = {key: option[key] for key in ("text", "value") if key in option}
    return body | {key: each for key, each in chosen.items() if each is not None}
