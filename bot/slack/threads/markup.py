"""Slack's formatting as HTML, for helpdesks that send it on: everything is escaped first, then known marks become tags.

The marks are those of docs.slack.dev/messaging/formatting-message-text; one counts where a word begins or ends, as in
Slack. Addresses become links only if they are on the web.
"""

import re
from html import escape

_FENCE = re.compile(r"```\n?(.*?)\n?```", re.DOTALL)
_CODE = re.compile(r"`([^`\n]+)`")
_MARKS = tuple(
    (re.compile(rf"(?<![\w{mark}]){mark}(?=\S)([^{mark}\n]*[^\s{mark}]){mark}(?![\w{mark}])"), tag)
    for mark, tag in ((r"\*", "strong"), ("_", "em"), ("~", "s"))
)
_ADDRESS = re.compile(r"https?://[^\s<>\"'`]+[^\s<>\"'`.,;:!?)\]}]")


def to_html(text: str) -> str:
    """A message's words as HTML that shows what they show in Slack."""
    parts = _FENCE.split(text)
    made = [f"<pre>{escape(part)}</pre>" if at % 2 else _paragraphs(part) for at, part in enumerate(parts)]
    return "\n".join(part for part in made if part)


def _paragraphs(text: str) -> str:
    """Lines, those that begin with ``>`` as a quotation."""
    blocks: list[tuple[bool, list[str]]] = []
    for line in text.strip("\n").split("\n"):
        quoted = line.startswith(">")
        if not blocks or blocks[-1][0] is not quoted:
            blocks.append((quoted, []))
        blocks[-1][1].append(_line(line[1:].lstrip() if quoted else line))
    made = ["<br>\n".join(lines) for _, lines in blocks]
    return "\n".join(
        f"<blockquote>{part}</blockquote>" if quoted else f"<p>{part}</p>"
        for (quoted, _), part in zip(blocks, made, strict=True)
        if part.strip()
    )


def _line(text: str) -> str:
    parts = _CODE.split(text)
    return "".join(f"<code>{escape(part)}</code>" if at % 2 else _marked(part) for at, part in enumerate(parts))


def _marked(text: str) -> str:
    """Words outside of code: addresses are set aside, or a ``_`` in one would be taken for a mark."""
    made, end = "", 0
    for found in _ADDRESS.finditer(text):
        address = escape(found.group())
        made += _emphasised(text[end : found.start()]) + f'<a href="{address}">{address}</a>'
        end = found.end()
    return made + _emphasised(text[end:])


def _emphasised(text: str) -> str:
    marked = escape(text)
    for mark, tag in _MARKS:
        marked = mark.sub(rf"<{tag}>\1</{tag}>", marked)
    return marked
