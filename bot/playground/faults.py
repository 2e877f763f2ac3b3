"""Faults that a test asked for: methods that fail or are slow, deliveries that are lost, late or doubled."""

from dataclasses import dataclass, fields
from typing import Any

from bot.playground.ids import new_id
from bot.playground.shapes import JSON


@dataclass
class Fault:
    """One fault; ``left`` is how often it still happens, ``None`` for ever."""

    id: str
    method: str | None = None
    delivery: str | None = None
    name: str | None = None
    error: str | None = None
    status: int | None = None
    ratelimited: int | None = None
    text: str | None = None
    """A body in plain text, as a proxy on the way answers; with ``status``, or 200."""
    delay: float = 0.0
    lose_answer: bool = False
    hang_up: bool = False
    """The answer is lost before its first byte, not in the middle of it: clients tell the two apart."""
    repeat: int = 1
    reorder: bool = False
    drop: bool = False
    left: int | None = 1


_GIVEN = {field.name for field in fields(Fault)} - {"id", "left"}


class Faults:
    """The faults in force, in the order they were asked for."""

    def __init__(self) -> None:
        self._faults: list[Fault] = []

    def add(self, asked: JSON) -> Fault:
        """Put a fault in force; raises ``ValueError`` when it makes no sense."""
        times = asked.get("times", 1)
        given: dict[str, Any] = {key: value for key, value in asked.items() if key != "times"}
        if unknown := set(given) - _GIVEN:
            raise ValueError(f"unknown: {', '.join(sorted(unknown))}")
        if ("method" in given) == ("delivery" in given):
            raise ValueError("a fault is about a method or about a delivery")
        if not isinstance(times, int) or times < 0:
            raise ValueError("times is a whole number; 0 means until it is removed")
        fault = Fault(new_id("FT"), **given, left=times or None)
        self._faults.append(fault)
        return fault

    def on_method(self, method: str) -> Fault | None:
        """The fault that this call meets, used up by it."""
        return self._use(lambda fault: fault.method in ("*", method)) if self._faults else None

    def on_delivery(self, kind: str, name: str) -> Fault | None:
        """The fault that this delivery meets, used up by it."""
        if not self._faults:
            return None
        return self._use(lambda fault: fault.delivery in ("*", kind) and fault.name in (None, name))

    def _use(self, meets: Any) -> Fault | None:
        for fault in self._faults:
            if meets(fault):
                if fault.left is not None:
                    fault.left -= 1
                    if fault.left == 0:
                        self._faults.remove(fault)
                return fault
        return None

    def clear(self) -> None:
        """Back to a world without faults."""
        self._faults.clear()

    def shown(self) -> list[JSON]:
        """The faults in force, without what they leave at its default."""
        empty = Fault("")
        return [
            {
                field.name: value
                for field in fields(fault)
                if (value := getattr(fault, field.name)) != getattr(empty, field.name) or field.name == "left"
            }
            for fault in self._faults
        ]
