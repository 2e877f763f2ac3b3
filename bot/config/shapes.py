"""What single settings have to look like; who gives something else is told in words, and never shown a pattern."""

import re
from importlib.util import find_spec
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, Field

from bot.actions.commands import ALIASES, SPELLINGS

_PATHS = frozenset({"http", "https", "mailto", "tel", "ftp"})
LANES = frozenset({"new", "thread", "home", "reaction", "form", "slack", "card", "stamp", "look", "watch"})
"""What the ledger's lanes begin with; a helpdesk's own are called ``<helpdesk>:<ref>``."""
_WORDS = frozenset({"me", "mine", "none"})


def _like(pattern: str, says: str) -> AfterValidator:
    """Text that is as the whole pattern says."""
    compiled = re.compile(pattern)

    def check(text: str) -> str:
        if not compiled.fullmatch(text):
            raise ValueError(f"«{text}» {says}")
        return text

    return AfterValidator(check)


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise ValueError(f"there is no time zone «{name}»; they look like Europe/London") from error
    return name


Zone = Annotated[str, AfterValidator(_zone)]


def _country(name: str) -> str:
    if find_spec("holidays") is None:
        raise ValueError("a country's holidays need the package «holidays»: pip install holidays")
    from bot.when.working import check_country  # with the calendars of all countries behind it

    check_country(name)
    return name


Country = Annotated[str, AfterValidator(_country)]

Emoji = Annotated[
    str,
    _like(r":?[^\s:]{1,100}:?", 'is no emoji\'s name; they look like "ticket"'),
    AfterValidator(lambda e: e.strip(":")),
]
_HOUR = r"([01][0-9]|2[0-3]):[0-5][0-9]"
Hours = Annotated[str, _like(rf"{_HOUR}-{_HOUR}", 'is no span of hours; they look like "18:00-08:00"')]
SLASH_COMMAND = r"/[a-z0-9_-]{1,31}"
SlashCommand = Annotated[
    str,
    _like(
        SLASH_COMMAND,
        'is no slash command; they look like "/ticket": a slash and up to 31 small letters, digits, - and _',
    ),
]

_MEMBER = "the profile's menu, «Copy member ID»"
_GROUP = "the group's menu under «User groups»"
User = Annotated[str, _like(r"[UW][A-Z0-9]{1,20}", f"is no id of a Slack user; they look like U0123ABCD ({_MEMBER})")]
UserOrGroup = Annotated[
    str,
    _like(
        r"[UWS][A-Z0-9]{1,20}",
        "is no id of a Slack user or user group; users look like U0123ABCD "
        f"({_MEMBER}), user groups like S0123ABCD ({_GROUP})",
    ),
]
Channel = Annotated[
    str,
    _like(
        r"[CGD][A-Z0-9]{1,20}", "is no id of a Slack channel; they look like C0123ABCD (channel details, at the bottom)"
    ),
]


def _helpdesk(name: str) -> str:
    if not re.fullmatch(r"[A-Za-z][A-Za-z0-9_-]{0,39}", name):
        raise ValueError(
            f"«{name}» is no helpdesk's name: people type it, as in support:AB-123456, so it begins with a letter "
            "and has only letters, digits, - and _ after it, 40 at most"
        )
    if name.lower() in _PATHS | LANES | _WORDS | ALIASES.keys() | SPELLINGS.keys():
        raise ValueError(
            f"«{name}» cannot be a helpdesk's name: it means something else; take another, such as support"
        )
    return name


HelpdeskName = Annotated[str, AfterValidator(_helpdesk)]


def _path(text: str) -> str:
    """The last part of a hook's address. The value is not shown: it is a secret."""
    if not re.fullmatch(r"[A-Za-z0-9_-]{16,200}", text):
        raise ValueError("must be 16 to 200 letters, digits, - and _, such as «openssl rand -hex 16» prints")
    return text


HookPath = Annotated[str, AfterValidator(_path)]

_BLANKS = {"\n": "a line break", "\r": "a line break", "\t": "a tab", " ": "a space", "\xa0": "a space"}


def sendable(text: str) -> str:
    """A secret that can stand in a request's header. Raises ValueError, without the value, where it cannot."""
    for place, char in enumerate(text, 1):
        if not "!" <= char <= "~":
            what = _BLANKS.get(char, "a control character" if char <= "\x7f" else "not a character of ASCII")
            raise ValueError(f"its character {place} of {len(text)} is {what}, which no secret has; copy it anew")
    return text


Secret = Annotated[str, AfterValidator(sendable)]

Port = Annotated[int, Field(ge=0, le=65535)]
