"""Slack's escaped text, turned into what a person reads.

With ``should_escape`` on, Slack sends ``<@U123|adam>``, ``<#C01|general>``, ``<!here>``, ``<https://x|label>``, and
``&lt; &gt; &amp;`` for the three characters that would be mistaken for them
(docs.slack.dev/messaging/formatting-message-text, .../interactivity/implementing-slash-commands).
"""

import re
import unicodedata

_UNSEEN = frozenset({"Cc", "Cf", "Zs", "Zl", "Zp"})
"""Unicode's categories of what takes no ink: controls, formats, separators."""

UNIT = re.compile(r"<(?:[@#!][^<>\n]*|[A-Za-z][A-Za-z0-9+.-]*:[^<>\n]*)>")
"""One ``<…>`` of Slack's: it counts as a single word, whatever spaces its label has."""

USER = re.compile(r"<@(?P<id>[UW][A-Z0-9]+)(?:\|(?P<name>[^<>]*))?>")
TYPED_USER = re.compile(r"@(?P<id>[UW](?=[A-Z]*[0-9])[A-Z0-9]{3,})")
"""A person's id as it can be typed: with a digit, which no name in capitals has."""
LINK = re.compile(r"<(?P<url>[A-Za-z][A-Za-z0-9+.-]*:[^<>|]*)(?:\|(?P<label>[^<>]*))?>")
_PERSON = re.compile(r"(?P<value>[:,]|^\s*(?:assign|give)\s+\S+\s+(?:to\s+)?)(?P<unit><@[^<>\n]*>)", re.IGNORECASE)


def plain(text: str) -> str:
    """The text as a person reads it: units by their names, entities decoded once, ``&amp;`` last."""
    return decode(UNIT.sub(lambda match: _unit(match.group()), text))


def retyped(text: str) -> str:
    """The text as a person has to type it, so that it reads back: a person in a value by their id.

    A name in place of the id might be somebody else's; and a label with spaces would be several words.
    """
    return plain(_PERSON.sub(_by_id, text))


def _by_id(match: re.Match[str]) -> str:
    value, unit = match["value"], match["unit"]
    user = USER.fullmatch(unit)
    return f"{value}@{user['id']}" if user and TYPED_USER.fullmatch(f"@{user['id']}") else match.group()


def visible(text: str) -> bool:
    """Whether anything of it can be seen: white space and joiners alone are no message."""
    return any(unicodedata.category(char) not in _UNSEEN for char in text)


def decode(text: str) -> str:
    """Slack's three entities, once; ``&amp;`` last, or ``&amp;lt;`` would become ``<``."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def encode(text: str) -> str:
    """The other way round: text that Slack, or :func:`plain`, reads back as it was."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _unit(unit: str) -> str:
    body, _, label = unit[1:-1].partition("|")
    match body[0]:
        case "@":
            return f"@{label or body[1:]}"
        case "#":
            return f"#{label or body[1:]}"
        case "!":
            return _special(body[1:], label)
        case _:
            return _link(body, label)


def _special(body: str, label: str) -> str:
    name, _, rest = body.partition("^")
    if name == "date":
        return label or rest
    if name == "subteam":
        return label if label.startswith("@") else f"@{label or rest}"
    return f"@{label or name}".replace("@@", "@")


def _link(url: str, label: str) -> str:
    address = re.sub(r"^(?:mailto|tel):", "", url, flags=re.IGNORECASE)
    if not label or _bare(label) == _bare(address):
        return address
    return f"{label} ({address})"


def _bare(address: str) -> str:
    """What a label must differ in to say more than the address does."""
    return re.sub(r"^[a-z][a-z0-9+.-]*://", "", address.strip().lower()).rstrip("/")
