"""One way out for text: what people or helpdesks wrote can never notify anyone or forge a link.

Slack's three characters are escaped (docs.slack.dev/messaging/formatting-message-text); text objects that hold foreign
words are ``verbatim``, or a bare ``@here`` would be turned into a broadcast.
"""

import re
from datetime import datetime
from zoneinfo import ZoneInfo

MOST_TEXT = 3000
"""Characters of a section's text (docs.slack.dev/reference/block-kit/composition-objects/text-object)."""


def escape(text: str) -> str:
    """Foreign text for mrkdwn: shown as it is, whatever is in it."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def clip(text: str, most: int) -> str:
    """The text in at most ``most`` code points, with an ellipsis where it was cut."""
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def counted(number: int, thing: str, things: str | None = None) -> str:
    """How many there are of something: «one file», «2 files»."""
    return f"one {thing}" if number == 1 else f"{number} {things or f'{thing}s'}"


_TURNING = re.compile("[\u202a-\u202e\u2066-\u2069]")
"""What turns the direction of all that follows, until it is closed (unicode.org/reports/tr9, explicit formatting)."""


def inline(text: str, most: int = 200) -> str:
    """Foreign text on one line, in the middle of our own words: no markup of it survives, and it turns none of ours."""
    flat = clip(" ".join(_TURNING.sub("", text).split()), most)
    return re.sub(r"(?<!\w)[*_~`]|[*_~`](?!\w)", "\u2060\\g<0>\u2060", escape(flat))


def link(url: str | None, label: str) -> str:
    """A link where there is an address that may be one, else the label alone."""
    label = inline(label.replace("|", "¦"))
    if url is None or not re.match(r"https?://[^\s<>|]+$", url):
        return label
    return f"<{escape(url)}|{label}>"


def moment(at: datetime, zone: str = "UTC") -> str:
    """The instant in the reader's own zone, with a fallback that names the zone."""
    local = at.astimezone(ZoneInfo(zone))
    fallback = escape(f"{local:%a %d %b %Y %H:%M} {local.tzname()} ({zone})")
    return f"<!date^{int(at.timestamp())}^{{date_short_pretty}} at {{time}}|{fallback}>"


def quoted(text: str, most: int) -> str:
    """Foreign text as a quotation."""
    return "\n".join(f"> {line}" for line in escape(clip(text.strip(), most)).splitlines())
