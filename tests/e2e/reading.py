"""Finding and pressing things in the workspace, as a person who looks for words."""

from collections.abc import Iterator
from typing import Any

from tests.e2e.stack import Stack, text_of, until

JSON = dict[str, Any]


def reset(stack: Stack) -> None:
    """Seeded helpdesks and empty channels."""
    for url in (stack.support, stack.social):
        stack.http.post(f"{url}/control/reset")
    stack.http.post(f"{stack.workspace}/control/reset")


def in_channel(stack: Stack, *words: str, channel: str = "C0SUPPORT", person: str = "U0ADAM") -> JSON:
    """The first message there with all of the words, once there is one."""
    return _first(lambda: stack.messages(channel, person), words)


def told(stack: Stack, *words: str, channel: str = "C0SUPPORT", person: str = "U0ADAM") -> JSON:
    """The same among what only this person sees."""
    return _first(lambda: stack.private(channel, person), words)


def _first(look: Any, words: tuple[str, ...]) -> JSON:
    def found() -> JSON | None:
        return next((each for each in look() if all(word in text_of(each) for word in words)), None)

    message = until(found)
    assert message is not None
    return message


def elements(blocks: list[JSON]) -> Iterator[tuple[str, JSON]]:
    """Every interactive element with the id of its block."""
    for block in blocks:
        for element in [*block.get("elements", ()), block.get("accessory"), block.get("element")]:
            if isinstance(element, dict) and "action_id" in element:
                yield block["block_id"], element


def press(
    stack: Stack, thing: JSON, label: str, *, person: str = "U0ADAM", nth: int = 0, values: JSON | None = None
) -> JSON:
    """Press the ``nth`` button with this label in a message, an ephemeral message, or a view."""
    found = [(block, each) for block, each in elements(thing["blocks"]) if _label(each) == label]
    assert found, f"no button «{label}» among {[_label(each) for _, each in elements(thing['blocks'])]}"
    block, element = found[nth]
    answer = stack.http.post(
        f"{stack.workspace}/ui/action",
        json={
            "as": person,
            "container": container(thing),
            "block_id": block,
            "action_id": element["action_id"],
            "value": {},
            **({"values": values} if values else {}),
        },
    ).json()
    assert answer.get("ok"), answer
    assert isinstance(answer, dict)
    return answer


def container(thing: JSON) -> JSON:
    """Where the elements of this sit."""
    if "hash" in thing:
        return {"type": "view", "view_id": thing["id"]}
    if thing.get("is_ephemeral"):
        return {"type": "ephemeral", "channel": thing["channel"], "id": thing["id"]}
    return {"type": "message", "channel": thing["channel"], "ts": thing["ts"]}


def _label(element: JSON) -> str:
    return str((element.get("text") or {}).get("text", ""))
