"""A prompt for the local workspace: act as several people in several channels, and see what the channel sees."""

import json
import re
import sys
import threading
import urllib.error
import urllib.parse
import urllib.request
from typing import Any

HELP = """\
  /ticket …            a slash command, as the person and in the channel of the prompt
  plain words          a message in the channel
  as PERSON            act as somebody else: adam, priya, sam, eve
  in CHANNEL           go to another channel: support, social, triage, …
  people · channels    who and what there is
  press N              press the Nth button that is shown
  help · quit
"""


class Terminal:
    """Reads lines, acts through the page's API, and prints what this person sees."""

    def __init__(self, address: str) -> None:
        self._address = address
        self._me = "U0ADAM"
        self._channel = "C0SUPPORT"
        self._state: dict[str, Any] = {}
        self._seen: set[tuple[str, str]] = set()
        self._buttons: list[tuple[dict[str, Any], dict[str, Any], str]] = []
        self._lock = threading.Lock()

    def start(self, stopped: threading.Event) -> None:
        """Read and watch, each in a thread of its own, until ``stopped``."""
        self._look(quiet=True)
        self._print(HELP)
        threading.Thread(target=self._watch, args=(stopped,), daemon=True).start()
        threading.Thread(target=self._read, args=(stopped,), daemon=True).start()

    def do(self, line: str) -> bool:
        """Do what one line says; False to quit."""
        word, _, rest = line.strip().partition(" ")
        rest = rest.strip()
        if word in {"quit", "exit"}:
            return False
        if word == "help" and not rest:
            self._print(HELP)
        elif word == "as" and rest:
            self._me = self._pick("people", rest, self._me)
        elif word == "in" and rest:
            self._channel = self._pick("channels", rest.lstrip("#"), self._channel)
        elif word in {"people", "channels"} and not rest:
            self._print("  " + ", ".join(str(each["name"]) for each in self._state.get(word, ())))
        elif word == "press" and rest.isdigit():
            self._press(int(rest))
        elif line.startswith("/"):
            self._act("command", channel=self._channel, text=line)
        elif line.strip():
            self._act("post", channel=self._channel, text=line)
        return True

    def _read(self, stopped: threading.Event) -> None:
        while not stopped.is_set():
            self._prompt()
            line = sys.stdin.readline()
            if not line or not self.do(line.rstrip("\n")):
                stopped.set()
                return
            self._look()

    def _watch(self, stopped: threading.Event) -> None:
        while not stopped.wait(0.4):
            if self._look():
                self._prompt()

    def _look(self, *, quiet: bool = False) -> bool:
        """Print what is new; whether anything was."""
        try:
            state = self._get(f"/ui/state?as={self._me}")
        except OSError:
            return False
        new = False
        with self._lock:
            self._state = state
            for where, private in (("messages", False), ("ephemerals", True)):
                for channel, messages in state.get(where, {}).items():
                    for message in messages:
                        key = (channel, str(message.get("id") or message.get("ts")) + str(message.get("edited") or ""))
                        if key in self._seen:
                            continue
                        self._seen.add(key)
                        if not quiet:
                            new = True
                            self._show(channel, message, private=private)
        return new

    def _show(self, channel: str, message: dict[str, Any], *, private: bool) -> None:
        names = {each["id"]: each["name"] for each in self._state.get("channels", ())}
        people = {each["id"]: each["name"] for each in self._state.get("people", ())}
        who = message.get("username") or people.get(message.get("user", ""), "app")
        mark = " (only visible to you)" if private else ""
        thread = " ↳" if message.get("thread_ts") not in {None, message.get("ts")} else ""
        body = "\n      ".join(self._lines(message))
        self._print(f"\r  #{names.get(channel, channel)}{thread} {who}{mark}:\n      {body}")
        for block in message.get("blocks") or ():
            for element in block.get("elements") or ():
                if element.get("type") == "button":
                    container = (
                        {"type": "ephemeral", "channel": channel, "id": message.get("id")}
                        if private
                        else {"type": "message", "channel": channel, "ts": message.get("ts")}
                    )
                    self._buttons.append((container, element, block.get("block_id", "")))
                    self._print(f"      [{len(self._buttons)}] {element['text']['text']}")

    def _lines(self, message: dict[str, Any]) -> list[str]:
        parts: list[str] = []
        for block in message.get("blocks") or ():
            match block["type"]:
                case "section":
                    parts += [block["text"]["text"]] if "text" in block else []
                case "context":
                    parts += [element.get("text", "") for element in block["elements"]]
                case "rich_text":
                    parts.append("".join(_texts(block)))
        text = "\n".join(parts) or message.get("text", "")
        return [_readable(line) for line in text.splitlines()] or [""]

    def _press(self, number: int) -> None:
        if not 0 < number <= len(self._buttons):
            self._print("  There is no such button.")
            return
        container, element, block_id = self._buttons[number - 1]
        self._act("action", container=container, block_id=block_id, action_id=element["action_id"], value={})

    def _act(self, what: str, **body: Any) -> None:
        request = urllib.request.Request(
            f"{self._address}/ui/{what}",
            data=json.dumps({"as": self._me, **body}).encode(),
            headers={"Content-Type": "application/json"},
        )
        try:
            with urllib.request.urlopen(request, timeout=15) as answer:
                said = json.load(answer)
        except urllib.error.HTTPError as error:
            said = json.load(error)
        if said.get("notice"):
            notice = said["notice"]
            self._print(f"  {notice['text'] if isinstance(notice, dict) else notice}")
        elif not said.get("ok"):
            self._print(f"  {said.get('text') or said.get('error')}")

    def _get(self, path: str) -> dict[str, Any]:
        with urllib.request.urlopen(self._address + path, timeout=5) as answer:
            said: dict[str, Any] = json.load(answer)
            return said

    def _pick(self, what: str, name: str, otherwise: str) -> str:
        for each in self._state.get(what, ()):
            if name.lower() in {each["id"].lower(), str(each["name"]).lower()}:
                return str(each["id"])
        self._print(f"  There is no {name}; try: {what}")
        return otherwise

    def _prompt(self) -> None:
        names = {each["id"]: each["name"] for each in self._state.get("channels", ())}
        people = {each["id"]: each["name"] for each in self._state.get("people", ())}
        sys.stdout.write(f"{people.get(self._me, self._me)} in #{names.get(self._channel, self._channel)}> ")
        sys.stdout.flush()

    @staticmethod
    def _print(text: str) -> None:
        sys.stdout.write(text + "\n")
        sys.stdout.flush()


def _texts(node: Any) -> list[str]:
    """The texts of a rich_text block, in order."""
    if isinstance(node, dict):
        own = [node["text"]] if isinstance(node.get("text"), str) else []
        return own + [text for child in node.get("elements", ()) for text in _texts(child)]
    return []


def _readable(text: str) -> str:
    """mrkdwn as a terminal shows it: links by their labels, dates by their fallbacks, entities decoded."""
    text = re.sub(r"<!date\^[^|>]*\|([^>]*)>", r"\1", text)
    text = re.sub(r"<([^|>]+)\|([^>]*)>", r"\2", text)
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&").replace("\u2060", "")
