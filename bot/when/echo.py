"""An instant as a person reads it, with its zone."""

from datetime import datetime
from zoneinfo import ZoneInfo

from bot.when.moment import Moment
from bot.when.zones import named


def echo(moment: Moment | datetime, *, tz: str | ZoneInfo) -> str:
    """“Wednesday 25 November 2026 at 09:00 (Europe/London, UTC+00:00)”: the instant in the zone ``tz``."""
    zone = named(tz) if isinstance(tz, str) else tz
    instant = moment.at if isinstance(moment, Moment) else moment
    if instant.tzinfo is None:
        raise ValueError("an instant needs its zone")
    at = instant.astimezone(zone)
    offset = f"{at:%z}"
    seconds = f"{at:%H:%M:%S}" if at.second else f"{at:%H:%M}"
    return f"{at:%A} {at.day} {at:%B %Y} at {seconds} ({zone.key or zone}, UTC{offset[:3]}:{offset[3:5]})"
