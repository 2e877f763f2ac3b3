"""How one SocialBoards community is reached, and the tables of what its API has no documented source for."""

from collections.abc import Mapping
from dataclasses import dataclass, field

UNCONFIRMED = frozenset({"notes", "status", "tags", "replies", "ticket"})
"""Routes whose pages could not be read; method, path and body are inferred from the vendor's menu and objects."""


@dataclass(frozen=True)
class SocialBoardsSettings:
    """One community.

    Attributes:
        url: The host that paths are added to.
        refresh_token: From the inbox, Settings, Installation, Public API.
        timeout: Seconds for one request.
        settle_after: Seconds after sending before a write without an answer is looked up.
        people: GUIDs of teammates by e-mail address, the part of it before the ``@``, or name.
        custom_fields: Numbers of custom fields by the name that people type.
        categories: Numbers of categories by the name that people type.
        unconfirmed: Which of :data:`UNCONFIRMED` somebody has tried, so that they may be used.
        answer_cancels_followups: Whether a kept follow-up is dropped when the customer has answered meanwhile.
        attachment_hosts: Hosts that files are fetched from, beside that of ``url``: they are named by address, and
            whoever writes in may name any.
        inbox_url: The community's inbox, ``https://inbox.socialboards.com/yourCompany``, for links.
    """

    url: str
    client_id: str
    refresh_token: str = field(repr=False)
    timeout: float = 5.0
    settle_after: float = 25.0
    people: Mapping[str, str] = field(default_factory=dict)
    custom_fields: Mapping[str, int] = field(default_factory=dict)
    categories: Mapping[str, int] = field(default_factory=dict)
    unconfirmed: frozenset[str] = frozenset()
    inbox_url: str | None = None
    attachment_hosts: tuple[str, ...] = ()
    answer_cancels_followups: bool = False
