"""How a request is refused.

SlackError         answered with HTTP 200, ``{"ok": false, "error": code}``
RateLimited        answered with HTTP 429 and Retry-After
Unanswerable       answered with a 5xx or a cut connection, only ever because a fault was asked for
PageError          a person on the page asked for something they cannot do
"""

from collections.abc import Iterable

from bot.playground.shapes import JSON, words

COMMON = words(
    """access_denied account_inactive deprecated_endpoint ekm_access_denied enterprise_is_restricted
    fatal_error internal_error invalid_arg_name invalid_arguments invalid_array_arg invalid_auth
    invalid_charset invalid_form_data invalid_json invalid_post_type json_not_object method_deprecated
    missing_post_type missing_scope no_permission not_allowed_token_type not_authed org_login_required
    ratelimited request_timeout service_unavailable team_access_not_granted team_added_to_org token_expired
    token_revoked two_factor_setup_required unknown_method"""
)
"""Codes that any method may answer (the foot of each page under docs.slack.dev/reference/methods)."""


class SlackError(Exception):
    """A refusal with Slack's ``code``; ``messages`` say why, ``extra`` goes beside the code."""

    def __init__(self, code: str, messages: Iterable[str] = (), **extra: object) -> None:
        super().__init__(code)
        self.code = code
        self.messages = list(messages)
        self.extra = extra

    def envelope(self) -> JSON:
        """The body of the answer."""
        body: JSON = {"ok": False, "error": self.code, **self.extra}
        if self.messages:
            body["response_metadata"] = {"messages": self.messages}
        return body


def invalid_arguments(*messages: str) -> SlackError:
    """An argument is missing or of the wrong kind."""
    return SlackError("invalid_arguments", [f"[ERROR] {message}" for message in messages])


class RateLimited(Exception):
    """Too many requests; the next may come in ``retry_after`` seconds."""

    def __init__(self, retry_after: int) -> None:
        super().__init__(f"retry in {retry_after} s")
        self.retry_after = retry_after


class Unanswerable(Exception):
    """A test asked for an HTTP ``status``, with ``text`` if that is not Slack's, or (``None``) for no answer, or one
    that is ``cut`` in the middle.
    """

    def __init__(self, status: int | None, *, cut: bool = False, text: str | None = None) -> None:
        super().__init__(str(status))
        self.status = status
        self.cut = cut
        self.text = text


class PageError(Exception):
    """What a person tried cannot be done; ``text`` tells them why."""

    def __init__(self, code: str, text: str, *, status: int = 400) -> None:
        super().__init__(code)
        self.code = code
        self.text = text
        self.status = status
