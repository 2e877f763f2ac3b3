"""How one Sirportly account is reached, and what it takes for granted when a person does not say."""

from dataclasses import dataclass, field
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

HOSTED = "api.sirportly.com"


@dataclass(frozen=True)
class CreateDefaults:
    """What a new ticket gets where nothing was said; names or ids. Sirportly insists on the first three."""

    status: str | None = None
    priority: str | None = None
    department: str | None = None
    team: str | None = None
    brand: str | None = None
    sla: str | None = None


@dataclass(frozen=True)
class ForwardDefaults:
    """What the ticket that a forward makes gets where nothing was said; names or ids."""

    status: str | None = None
    priority: str | None = None


@dataclass(frozen=True)
class SirportlySettings:
    """One account.

    Attributes:
        url: The host, without ``/api/v2``.
        application: Set for a user token (``X-Auth-Application``); then everything is done by that token's user.
        outgoing: The address that public replies and forwards are sent from.
        timeout: Seconds for one request.
        settle_after: Seconds after sending before a write without an answer is looked up.
        run_at_zone: The zone in which this account reads times that carry none, once somebody has confirmed it. No
            vendor page that could be read says which it is; until then follow-ups are sent as a number of minutes.
        staff_url: Where staff see tickets; worked out from ``url`` unless that is the shared API host.
        person_notice: With a user token, what a text opens with; ``{name}`` is the person who asked.
    """

    url: str
    token: str = field(repr=False)
    secret: str = field(repr=False)
    application: str | None = None
    outgoing: str | None = None
    timeout: float = 5.0
    settle_after: float = 25.0
    run_at_zone: ZoneInfo | None = None
    staff_url: str | None = None
    person_notice: str = "{name} wrote:"
    create: CreateDefaults = CreateDefaults()
    forward: ForwardDefaults = ForwardDefaults()

    @property
    def user_token(self) -> bool:
        """Whether the credentials are a person's, so that every author is that person (vendor pages, all four)."""
        return self.application is not None

    @property
    def staff_pages(self) -> str | None:
        """The host of the staff interface; the shared API host serves none."""
        if self.staff_url is not None:
            return self.staff_url.rstrip("/")
        return None if urlsplit(self.url).hostname == HOSTED else self.url.rstrip("/")
