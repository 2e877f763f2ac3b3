"""Somebody who fills in forms, through the workspace: what they do reaches the bot as signed requests."""

from typing import Any

from tests.e2e.stack import Stack, until

Json = dict[str, Any]


class Person:
    """One person, and the form that they have before them."""

    def __init__(self, stack: Stack, user: str = "U0ADAM", channel: str = "C0SUPPORT") -> None:
        self.stack = stack
        self.user = user
        self.channel = channel

    def types(self, line: str) -> Json:
        """A line in the composer."""
        return self.stack.say(line, person=self.user, channel=self.channel)

    def takes(self, callback_id: str, ts: str | None = None) -> Json:
        """A shortcut, global or on a message."""
        place = {"channel": self.channel, "ts": ts} if ts else {}
        return self._post("shortcut", callback_id=callback_id, **place)

    def view(self, title: str = "") -> Json:
        """The form that is open, once it is."""

        def top() -> Json | None:
            stack = self.state()["modals"]
            return stack[-1] if stack and title in stack[-1]["title"]["text"] else None

        found = until(top)
        assert found is not None
        return found

    def block(self, block_id: str, *, within: float = 10) -> Json:
        """One block of it, once it is there."""

        def there() -> Json | None:
            return next((each for each in self.view()["blocks"] if each["block_id"] == block_id), None)

        found = until(there, within=within)
        assert found is not None
        return found

    def names(self) -> list[str]:
        """The blocks of the form."""
        return [block["block_id"] for block in self.view()["blocks"]]

    def more(self) -> None:
        """Press *More options* where there are any, and wait for them."""
        view = self.view()
        button = next((block for block in view["blocks"] if block["block_id"] == "more"), None)
        if button is None:
            return
        self._act(view, "more", button["elements"][0]["action_id"], {})
        until(lambda: "more" not in self.names())

    def chooses(self, block_id: str, wanted: str) -> None:
        """Choose something at which the form draws itself anew."""
        view = self.view()
        element = self.block(block_id)["element"]
        self._act(view, block_id, element["action_id"], self.value(block_id, wanted))
        until(lambda: self.view()["hash"] != view["hash"])

    def writes(self, block_id: str, words: str) -> None:
        """Write words and press return."""
        view = self.view()
        element = self.block(block_id)["element"]
        self._act(view, block_id, element["action_id"], {"value": words})
        until(lambda: self.view()["hash"] != view["hash"])

    def sends(self, view: Json | None = None, **said: Any) -> Json:
        """Fill it in and send it. A key with two underscores is one with a dot."""
        shown = view or self.view()
        values: Json = {}
        for key, wanted in said.items():
            block = key.replace("__", ".")
            values[block] = {self.block(block)["element"]["action_id"]: self.value(block, wanted)}
        return self._post("submit", view_id=shown["id"], values=values)

    def value(self, block_id: str, wanted: Any) -> Json:
        """What is entered into that block, as its element keeps it."""
        element = self.block(block_id)["element"]
        match element["type"]:
            case "static_select" | "radio_buttons":
                return {"selected_option": _option(element["options"], wanted)}
            case "external_select":
                return {"selected_option": _option(self.suggested(block_id, wanted), wanted)}
            case "users_select":
                return {"selected_user": wanted}
            case "conversations_select":
                return {"selected_conversation": wanted}
            case "datetimepicker":
                return {"selected_date_time": wanted}
            case "file_input":
                return {"files": wanted}
            case _:
                return {"value": wanted}

    def suggested(self, block_id: str, query: str) -> list[Json]:
        """What a menu offers for these letters."""
        element = self.block(block_id)["element"]
        place = {"type": "view", "view_id": self.view()["id"]}
        answer = self._post("suggest", container=place, block_id=block_id, action_id=element["action_id"], query=query)
        assert answer["ok"], answer
        options: list[Json] = answer["options"]
        return options

    def uploads(self, name: str, content: bytes) -> str:
        """A file into the workspace; its id."""
        answer = self.stack.http.post(
            f"{self.stack.workspace}/ui/upload", data={"as": self.user}, files={"file": (name, content, "text/plain")}
        ).json()
        return str(answer["files"][0]["id"])

    def posts(self, text: str, files: list[str] | None = None, **more: Any) -> str:
        """A message; its ts."""
        answer = self._post("post", channel=self.channel, text=text, files=files or [], **more)
        return str(answer["message"]["ts"])

    def told(self, *words: str, channel: str | None = None) -> Json:
        """What only this person sees, once it is there."""

        def found() -> Json | None:
            for message in self.stack.private(channel or self.channel, self.user):
                if all(word in str(message) for word in words):
                    return message
            return None

        message = until(found)
        assert message is not None
        return message

    def presses(self, message: Json, action_id: str) -> Json:
        """A button of a message that only this person sees."""
        for block in message["blocks"]:
            for element in block.get("elements", []):
                if element.get("action_id") == action_id:
                    place = {"type": "ephemeral", "channel": message["channel"], "id": message["id"]}
                    return self._post(
                        "action", container=place, block_id=block["block_id"], action_id=action_id, value={}
                    )
        raise AssertionError(f"there is no {action_id} in {message}")

    def state(self) -> Json:
        """Everything that this person sees."""
        answer: Json = self.stack.http.get(f"{self.stack.workspace}/ui/state", params={"as": self.user}).json()
        return answer

    def _act(self, view: Json, block_id: str, action_id: str, value: Json) -> Json:
        place = {"type": "view", "view_id": view["id"]}
        return self._post("action", container=place, block_id=block_id, action_id=action_id, value=value)

    def _post(self, path: str, **body: Any) -> Json:
        answer: Json = self.stack.http.post(f"{self.stack.workspace}/ui/{path}", json={"as": self.user, **body}).json()
        return answer


def _option(options: list[Json], wanted: str) -> Json:
    for each in options:
        if each["text"]["text"] == wanted:
            return each
    raise AssertionError(f"«{wanted}» is not among {[each['text']['text'] for each in options]}")
