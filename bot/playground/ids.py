"""Identifiers in the shapes that Slack uses."""

import secrets
import string

_UPPER = string.ascii_uppercase + string.digits
_ALNUM = string.ascii_letters + string.digits


class Stamps:
    """Message timestamps: epoch seconds and six digits, never the same twice, always growing."""

    def __init__(self) -> None:
        self._last = 0

    def next(self, now: float) -> str:
        """The stamp of something that happens at ``now``."""
        self._last = max(self._last + 1, int(now * 1_000_000))
        return f"{self._last // 1_000_000}.{self._last % 1_000_000:06d}"


def new_id(prefix: str) -> str:
    """An id such as ``C0A1B2C3D4E``: its kind's letter, then upper-case letters and digits."""
    return prefix + "0" + "".join(secrets.choice(_UPPER) for _ in range(9))


def new_block_id() -> str:
    """The id of a block or element that the app gave none: a few letters and digits."""
    return secrets.token_urlsafe(6)[:5]


def new_trigger_id() -> str:
    """Two numbers and thirty-two hex digits, as in Slack's examples."""
    return f"{secrets.randbelow(10**13)}.{secrets.randbelow(10**12)}.{secrets.token_hex(16)}"


def new_hash(now: float) -> str:
    """A view's ``hash``: the second it changed in, and eight letters."""
    return f"{int(now)}.{''.join(secrets.choice(_ALNUM) for _ in range(8))}"


def is_stamp(text: str) -> bool:
    """Whether ``text`` could be a message's timestamp."""
    seconds, dot, micros = text.partition(".")
    return bool(dot) and seconds.isascii() and seconds.isdigit() and micros.isascii() and micros.isdigit()
