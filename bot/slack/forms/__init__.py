"""Forms: every action without typing a command.

A form is made from an action's model and the helpdesk's capabilities; a field's name is its ``block_id``. Whoever has a
trigger opens one through :class:`Opener`.
"""

from collections.abc import Mapping
from typing import Any, Protocol

from bot.dispatch.forms import Verb

FormKind = Verb
"""What is asked for. ``assign`` and ``close`` are the form of update, ``note`` is the form of reply."""


class Opener(Protocol):
    """Opens forms."""

    async def open_form(
        self,
        kind: FormKind,
        trigger_id: str,
        *,
        user: str,
        team: str = "",
        channel: str | None = None,
        prefill: Mapping[str, Any] | None = None,
        helpdesk: str | None = None,
        ticket: str | None = None,
    ) -> None:
        """Open the form at once; no network comes before it. Run it as a tracked task.

        Args:
            kind: Which form.
            trigger_id: Of the interaction that asked for it, three seconds old at most.
            user: Who asked.
            team: The workspace they belong to, as the payload says; without it Slack is asked.
            channel: Where the result goes; without one the form asks for it.
            prefill: Field to what is filled in: words as a person would type them for that field.
            helpdesk: Whose form; the channel's, if not said.
            ticket: The reference it is about; without one the form asks for it, where the action needs one.
        """
