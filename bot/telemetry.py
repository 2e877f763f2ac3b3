"""Numbers and log lines for whoever runs the bot. No secret and no message text goes into either."""

import logging
import sys
from collections.abc import Mapping, MutableMapping
from typing import Any

import structlog
from prometheus_client import Counter, Gauge, Histogram
from structlog.typing import Processor

RECORDED = Counter("ticketbot_recorded_total", "Actions recorded, by verb and surface.", ["verb", "surface"])
REFUSED = Counter("ticketbot_refused_total", "Sentences that could not be read, by code.", ["code"])
NOT_RECORDED = Counter("ticketbot_not_recorded_total", "Requests refused because the ledger could not be written.")
SETTLED = Counter(
    "ticketbot_settled_total", "Actions settled, by verb, helpdesk and state.", ["verb", "helpdesk", "state"]
)
POSTPONED = Counter("ticketbot_postponed_total", "Actions put off, by helpdesk and reason.", ["helpdesk", "reason"])
LATENCY = Histogram(
    "ticketbot_action_seconds",
    "From receiving an action to its outcome.",
    ["helpdesk"],
    buckets=(0.05, 0.1, 0.25, 0.5, 1, 2, 5, 15, 60, 300, 3600),
)
DELIVERED = Counter("ticketbot_delivered_total", "Messages handed to Slack, by way and result.", ["way", "result"])
WAITING = Gauge("ticketbot_entries", "Entries of the ledger, by state and kind.", ["state", "kind"])
OLDEST = Gauge("ticketbot_oldest_waiting_seconds", "Age of the oldest entry that could run, by kind.", ["kind"])
LANES = Gauge("ticketbot_lanes_waiting", "Lanes with something that could run, by kind.", ["kind"])
READY = Gauge("ticketbot_ready", "Whether a part is ready: ledger, slack.", ["part"])
BUILD = Gauge("ticketbot_build_info", "Always 1; says which version runs.", ["version"])
_REQUEST_SECONDS = (0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
HELPDESK_SECONDS = Histogram(
    "ticketbot_helpdesk_request_seconds",
    "One request to a helpdesk, by how it ended: ok, refused, rate-limited, broken, no-answer.",
    ["helpdesk", "result"],
    buckets=_REQUEST_SECONDS,
)
SLACK_SECONDS = Histogram(
    "ticketbot_slack_request_seconds",
    "One call of Slack's Web API, by how it ended: ok, refused, rate-limited, no-answer.",
    ["method", "result"],
    buckets=_REQUEST_SECONDS,
)
ERRORS = Counter(
    "ticketbot_errors_total",
    "What went wrong, by whose fault it is (person, slack, bot, configuration, or a helpdesk's name) and kind.",
    ["party", "kind"],
)
PAUSED = Counter(
    "ticketbot_rate_limited_seconds_total", "Seconds of pause that slack or a helpdesk asked for.", ["party"]
)

_SECRETS = ("token", "secret", "authorization", "response_url", "text", "message")


def configure_logging(*, level: str = "INFO") -> None:
    """One JSON line per event on standard error; libraries speak from WARNING on, in the same lines."""
    common: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _without_secrets,
        structlog.processors.StackInfoRenderer(),
    ]
    written: list[Processor] = [structlog.processors.format_exc_info, structlog.processors.JSONRenderer()]
    structlog.configure(
        processors=[*common, *written],
        wrapper_class=structlog.make_filtering_bound_logger(getattr(logging, level)),
        logger_factory=structlog.PrintLoggerFactory(file=sys.stderr),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[structlog.stdlib.add_logger_name, *common],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *written],
        )
    )
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)


def _without_secrets(_: Any, __: str, event: MutableMapping[str, Any]) -> Mapping[str, Any]:
    """Whatever is called like a secret or a text is left out, should one ever get here."""
    return {key: value for key, value in event.items() if key not in _SECRETS}
