"""How one playground is set up."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from bot.playground.manifest import Manifest

Speed = Literal["real", "fast", "off"]
TriggerErrors = Literal["documented", "observed"]


@dataclass(frozen=True)
class Settings:
    """Everything a playground is told; ``base_url`` is where it can be reached, without a slash at the end."""

    manifest: Manifest
    base_url: str
    signing_secret: str
    bot_token: str
    app_token: str
    request_url: str | None = None
    socket: bool = False
    speed: Speed = "real"
    trigger_errors: TriggerErrors = "documented"
    full_payloads: bool = False
    helpdesks: dict[str, str] = field(default_factory=dict)
    db: Path | None = None
    ack_seconds: float = 3.0
    """How long an acknowledgement may take (docs.slack.dev/interactivity/handling-user-interaction)."""

    @property
    def socket_mode(self) -> bool:
        """Whether deliveries go over Socket Mode."""
        return self.socket or self.manifest.socket_mode
