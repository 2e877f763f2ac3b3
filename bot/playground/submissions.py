"""Submitting and closing modals, and what the app's answer does to them.

Source: docs.slack.dev/surfaces/modals. What a person sees of a late or wrong answer: bolt-js#1208, #554.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.playground import payloads
from bot.playground.deliveries import Answer
from bot.playground.errors import PageError, SlackError
from bot.playground.forms import complaints
from bot.playground.shapes import JSON
from bot.playground.store import Person, View
from bot.playground.strictness import check_view
from bot.playground.values import Values, state_values

if TYPE_CHECKING:
    from bot.playground.playground import Playground

TROUBLE = "We had some trouble connecting. Try again?"


class Submissions:
    """Sends forms to the app, and does as it answers."""

    def __init__(self, playground: Playground) -> None:
        self._playground = playground

    async def submit(self, person: Person, view_id: str, given: Values) -> JSON:
        """Submit a modal; the answer says what became of it."""
        view = self._own(person, view_id)
        if "submit" not in view.content and not any(block["type"] == "input" for block in view.content["blocks"]):
            raise PageError("no_submit", "This dialog has nothing to submit.")
        playground = self._playground
        values = playground.interactions.fill(view, given)
        view.errors, view.banner = complaints(view.content["blocks"], values), None
        if view.errors:
            return self._result(view, "invalid")
        body = payloads.interaction(
            "view_submission",
            person,
            trigger_id=playground.triggers.issue(person.id),
            view=payloads.view_payload(view, full=playground.settings.full_payloads, state=values),
        )
        if urls := self._response_urls(person, view, values):
            body["response_urls"] = urls
        answer = await playground.interactions.deliver("interaction", view.content.get("callback_id", ""), body)
        result = self._obey(view, answer)
        if result == "trouble":
            view.banner = TROUBLE
        return self._result(view, result)

    def _obey(self, view: View, answer: Answer) -> str:
        """Do as the app answered, and say what that was; anything wrong with it is ``trouble``."""
        if answer.outcome != "acknowledged":
            return "trouble"
        modals = self._playground.modals
        body = answer.body
        if body in (None, "", {}):
            modals.close(view)
            return "closed"
        if not isinstance(body, dict):
            return "trouble"
        try:
            match body.get("response_action"):
                case "errors":
                    return self._errors(view, body.get("errors"))
                case "clear":
                    modals.clear(view.user)
                    return "cleared"
                case "update" | "push" as action if isinstance(body.get("view"), dict):
                    check_view(body["view"], "modal")
                    if action == "push":
                        modals.push(view.user, body["view"])
                        return "pushed"
                    modals.update(view, body["view"], None)
                    return "updated"
        except SlackError as error:
            self._playground.changes.publish("refused", [view.user], error=error.code, why=error.messages)
        return "trouble"

    def _errors(self, view: View, errors: object) -> str:
        inputs = {block["block_id"] for block in view.content["blocks"] if block["type"] == "input"}
        if not isinstance(errors, dict) or not errors or not set(errors) <= inputs:
            return "trouble"
        view.errors = {block: str(text) for block, text in errors.items()}
        return "errors"

    def _result(self, view: View, result: str) -> JSON:
        self._playground.modals.show(view.user)
        stack = self._playground.modals.stack(view.user)
        return {"result": result, "errors": view.errors, "banner": view.banner, "stack": stack}

    def _response_urls(self, person: Person, view: View, values: Values) -> list[JSON]:
        """One for each menu of conversations that asks for it."""
        urls = []
        for block in view.content["blocks"]:
            element = block.get("element", {})
            if block["type"] != "input" or not element.get("response_url_enabled"):
                continue
            value = values[block["block_id"]][element["action_id"]]
            channel = value.get("selected_conversation") or value.get("selected_channel")
            if channel in self._playground.workspace.channels:
                url = self._playground.response_urls.issue(person.id, channel)
                about = {"block_id": block["block_id"], "action_id": element["action_id"], "channel_id": channel}
                urls.append({**about, "response_url": url})
        return urls

    async def close(self, person: Person, view_id: str, *, everything: bool) -> JSON:
        """Close a modal with Cancel, or the whole stack with its x; the app hears of it where it asked to."""
        view = self._own(person, view_id)
        modals = self._playground.modals
        cleared = everything or bool(view.content.get("clear_on_close"))
        closed = modals.clear(person.id) if cleared else modals.close(view)
        for each in closed:
            if each.content.get("notify_on_close"):
                self._playground.deliveries.start(self._tell(person, each, cleared=cleared))
        return {"stack": modals.stack(person.id)}

    async def _tell(self, person: Person, view: View, *, cleared: bool) -> None:
        state = state_values(view.content["blocks"], view.values)
        shown = payloads.view_payload(view, full=self._playground.settings.full_payloads, state=state)
        body = payloads.interaction("view_closed", person, view=shown, is_cleared=cleared)
        await self._playground.interactions.deliver("interaction", view.content.get("callback_id", ""), body)

    def _own(self, person: Person, view_id: str) -> View:
        view = next((each for each in self._playground.workspace.modals.get(person.id, ()) if each.id == view_id), None)
        if view is None:
            raise PageError("unknown_view", "This dialog is not open any more.", status=404)
        return view
