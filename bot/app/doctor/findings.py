"""What the doctor finds: one statement each, and what to do about it."""

from dataclasses import asdict, dataclass
from typing import Any, Literal

State = Literal["ok", "warning", "wrong", "skipped"]


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at."""

    check: str
    """What was looked at: ``slack.scopes``, ``helpdesk.support``."""
    state: State
    says: str
    fix: str = ""
    """What to do, in one line; every warning and everything wrong has one."""

    def as_dict(self) -> dict[str, Any]:
        """For ``--json``."""
        return asdict(self)


def fine(check: str, says: str) -> Finding:
    """As it should be."""
    return Finding(check, "ok", says)


def warning(check: str, says: str, fix: str) -> Finding:
    """It works, and somebody should look at it."""
    return Finding(check, "warning", says, fix)


def wrong(check: str, says: str, fix: str) -> Finding:
    """It does not work."""
    return Finding(check, "wrong", says, fix)


def skipped(check: str, says: str) -> Finding:
    """It could not, or need not, be looked at."""
    return Finding(check, "skipped", says)
