"""What can go wrong, by who can put it right.

::

    TicketbotError
    ├── UserError                 the person who asked; the text is shown to them as it is
    │   ├── UsageError            the sentence did not parse (carries a code and the corrected line)
    │   ├── InvalidFields         field → what is wrong with it; ours and the helpdesk's 422 in one shape
    │   ├── NotSupported          this helpdesk cannot do that; known before anything is sent
    │   ├── TicketNotFound
    │   ├── NotPermitted
    │   └── NotMapped             this person has no account in the helpdesk
    └── HelpdeskError             whoever runs the bot; logged, the person sees an incident id
        ├── Unavailable           nothing was done: safe to try again
        │   ├── RateLimited       the same, and the helpdesk said when
        │   └── SlackUnavailable  the same, of Slack
        ├── OutcomeUnknown        a write may have been done: look before repeating it
        ├── AuthenticationFailed  our credentials, not theirs
        └── UnexpectedResponse    an answer of a shape that the vendor does not document

A bug (KeyError, TypeError) is none of these: it is logged with its traceback and told as an incident.
"""

from collections.abc import Mapping
from types import MappingProxyType


class TicketbotError(Exception):
    """Anything that this bot raises on purpose."""


class UserError(TicketbotError):
    """The person who asked can put it right; ``str(error)`` is written for them."""

    code = "refused"
    done: tuple[str, ...] = ()
    """Fields of the action that are done all the same, so that nobody asks for them again."""

    def __init__(self, message: str, *, code: str | None = None, corrected: str | None = None) -> None:
        super().__init__(message)
        self.code = code or type(self).code
        self.corrected = corrected
        """The line as it should have been typed, where that can be known."""

    @property
    def reasons(self) -> Mapping[str, str]:
        """What is wrong, by field; empty where it is not about a field."""
        return MappingProxyType({})


class UsageError(UserError):
    """The sentence did not parse."""

    code = "usage"


class InvalidFields(UserError):
    """Some fields cannot be taken as they are; ``""`` stands for the whole form."""

    code = "invalid-fields"

    def __init__(self, reasons: Mapping[str, str], *, corrected: str | None = None) -> None:
        lines = (f"{field.replace('_', ' ')}: {reason}" if field else reason for field, reason in reasons.items())
        super().__init__("\n".join(lines), corrected=corrected)
        self._reasons = dict(reasons)

    @property
    def reasons(self) -> Mapping[str, str]:
        return MappingProxyType(self._reasons)


class NotSupported(UserError):
    """This helpdesk cannot do that; nothing was sent."""

    code = "not-supported"


class TicketNotFound(UserError):
    """The helpdesk has no such ticket, or does not show it to us."""

    code = "ticket-not-found"


class NotPermitted(UserError):
    """The bot's own rules, or the helpdesk's, forbid it to this person or in this channel."""

    code = "not-permitted"

    def __init__(self, message: str, *, reasons: Mapping[str, str] = MappingProxyType({})) -> None:
        super().__init__(message)
        self._reasons = dict(reasons)

    @property
    def reasons(self) -> Mapping[str, str]:
        return MappingProxyType(self._reasons)


class NotMapped(UserError):
    """The person has no account in this helpdesk."""

    code = "not-mapped"


class HelpdeskError(TicketbotError):
    """The helpdesk, or the way to it, failed; ``str(error)`` is for the log alone."""


class Unavailable(HelpdeskError):
    """Refused before a byte was sent, or a read: trying again is safe."""


class RateLimited(Unavailable):
    """The helpdesk asked for a pause."""

    def __init__(self, message: str, *, retry_after: float) -> None:
        super().__init__(message)
        self.retry_after = retry_after
        """Seconds to wait, as the helpdesk said."""


class SlackUnavailable(Unavailable):
    """It is Slack that does not answer: the helpdesk was not asked."""


class OutcomeUnknown(HelpdeskError):
    """A write got no answer that can be read: it may have been done."""


class AuthenticationFailed(HelpdeskError):
    """The helpdesk refuses the bot's own credentials."""


class UnexpectedResponse(HelpdeskError):
    """The helpdesk answered something that its documents do not describe."""
