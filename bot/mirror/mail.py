"""What somebody wrote in a mail, as text that can be read in a chat.

HTML goes through nh3 first, which leaves a small, well-formed set of tags and throws scripts away with what is in them;
then through a walker that makes text of it. Whatever comes out is text: what is done with it may never interpret it.
"""

import re
import unicodedata
from collections import Counter
from dataclasses import dataclass
from html.parser import HTMLParser

import nh3

from bot.mirror.quoting import fold

LONGEST = 100_000
"""Characters of a mail that are looked at."""
DEEPEST_QUOTE = 5
DEEPEST = 500
"""Tags inside each other; a mail that is nested deeper was made to take long."""
LONGEST_ADDRESS = 300
"""Characters of a link's address that are shown beside its words."""

# fmt: off
_APART = frozenset({"blockquote", "h1", "h2", "h3", "h4", "h5", "h6", "ol", "p", "pre", "table", "ul"})
"""Blocks with an empty line around them."""
_BLOCKS = _APART | {
    "address", "article", "aside", "center", "dd", "div", "dl", "dt", "fieldset", "figure", "footer", "form", "header",
    "hr", "li", "main", "nav", "section", "tbody", "thead", "tfoot", "tr",
}
_TAGS = _BLOCKS | {
    "a", "abbr", "b", "br", "code", "del", "em", "i", "img", "ins", "kbd", "mark", "q", "s", "samp", "small", "span",
    "strike", "strong", "sub", "sup", "td", "th", "tt", "u",
}
# fmt: on
_VOID = frozenset({"area", "base", "br", "col", "hr", "img", "input", "li", "link", "meta", "p", "td", "tr", "wbr"})
_ATTRIBUTES = {
    "*": {"class", "id", "style", "hidden", "dir", "type"},
    "a": {"href"},
    "img": {"alt"},
}
_SILENT = {"script", "style", "title", "noscript", "template", "svg", "math", "iframe", "object", "textarea", "select"}

_HISTORY = re.compile(
    r"\b(?:gmail_quote|gmail_extra|yahoo_quoted|yahoo-quoted-\S*|moz-cite-prefix|protonmail_quote|zmail_extra|tutanota_quote|"
    r"divRplyFwdMsg|appendonsend|x_divRplyFwdMsg|x_appendonsend|reply-intro|OLK_SRC_BODY_SECTION|mail-editor-reference-"
    r"message-container|ms-outlook-mobile-reference-message|isReplyContent|WordSection_quote)\b"
)
"""Classes and ids that mail programs give to what they quote."""
_SIGNATURE = re.compile(
    r"\b(?:gmail_signature|moz-signature|Signature|x_Signature|ms-outlook-mobile-signature|protonmail_signature_block|"
    r"tutanota_signature|apple-mail-signature|signature_block)\b"
)
_HIDDEN = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)|mso-hide\s*:\s*all|"
    r"font-size\s*:\s*[01](?:px|pt|em|%)?\s*(?:;|!|$)|opacity\s*:\s*0?\.?0*\s*(?:;|!|$)|"
    r"(?:max-)?(?:height|width)\s*:\s*0(?:px|pt|em|%)?\s*(?:;|!|$)|"
    r"(?:left|top|text-indent)\s*:\s*-\d{3,}|clip\s*:\s*rect\(\s*0|color\s*:\s*transparent",
    re.IGNORECASE,
)
"""What is not shown to who reads the mail was not written to them."""
_OUTLOOK = re.compile(r"border-top\s*:\s*solid\s+#(?:E1E1E1|B5C4DF)", re.IGNORECASE)
"""The rule that Outlook draws above the headers of what it quotes."""

_UNSEEN = re.compile(
    "[\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069\ufeff\u00ad\u200b\u2060\u034f\u115f\u1160\u3164\uffa0]"
)
"""Characters that show nothing, and such as turn the direction of the text around them."""

_CONTROLS = frozenset({"Cc", "Cs", "Cn", "Co"})
"""Unicode's categories of control characters, lone surrogates, and what is no character or a private one."""


@dataclass(frozen=True)
class Readable:
    """A mail's own words."""

    text: str
    folded: int = 0
    """Lines of history and signature that were left out."""


def readable(message: str, html: str | None = None, *, signature: str | None = None) -> Readable:
    """What the author of a mail wrote: from its HTML where that says anything, else from its plain text."""
    lines = 0
    text = ""
    if html and html.strip() and _shallow(html[:LONGEST]):
        text, lines = _from_html(html[:LONGEST])
    if not text.strip():
        text, lines = message[:LONGEST], 0
    text = clean(text)
    if signature and (end := clean(signature).strip()) and text.rstrip().endswith(end) and text.strip() != end:
        text = text.rstrip().removesuffix(end)
        lines += len(end.splitlines())
    own, folded = fold(text)
    return Readable(clean(own), lines + folded)


def clean(text: str) -> str:
    """Text without what cannot be seen, and without more than one empty line in a row."""
    text = _UNSEEN.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).replace("\u00a0", " ")
    text = text.replace("\u2028", "\n").replace("\u2029", "\n").replace("\u0085", "\n")
    text = "".join(char for char in text if char in "\n\t" or unicodedata.category(char) not in _CONTROLS)
    lines = [line.rstrip() for line in text.split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip("\n ")


def parts(text: str, most: int) -> list[str]:
    """The text in pieces of at most ``most`` characters: cut between paragraphs, else lines, else words."""
    pieces: list[str] = []
    rest = text
    while len(rest) > most:
        for edge in ("\n\n", "\n", " "):
            at = rest.rfind(edge, most // 3, most + 1)
            if at > 0:
                break
        else:
            at = most
        pieces.append(rest[:at].rstrip())
        rest = rest[at:].lstrip("\n").lstrip(" ")
    return [*pieces, rest] if rest or not pieces else pieces


def _sanitised(html: str) -> str:
    return nh3.clean(
        html,
        tags=set(_TAGS),
        clean_content_tags=set(_SILENT),
        attributes={tag: set(names) for tag, names in _ATTRIBUTES.items()},
        url_schemes={"http", "https", "mailto"},
        link_rel=None,
        strip_comments=True,
    )


def _from_html(html: str) -> tuple[str, int]:
    """The text of a mail, and how many lines were in what its program marked as quoted or as a signature."""
    sanitised = _sanitised(html)
    own, whole = _Walker(whole=False), _Walker(whole=True)
    for walker in (own, whole):
        walker.feed(sanitised)
        walker.close()
    text, everything = own.text(), whole.text()
    if not text.strip():
        return everything, 0  # nothing but a quotation: then it is what was meant
    return text, max(0, _lines(everything) - _lines(text))


def _shallow(html: str) -> bool:
    """Whether it is a mail that somebody wrote: building a tree takes time with the square of its depth."""
    depth = 0
    for closing, tag in re.findall(r"<(/?)([a-zA-Z]+)", html):
        if tag.lower() not in _VOID:
            depth = max(0, depth + (-1 if closing else 1))
            if depth > DEEPEST:
                return False
    return True


def _lines(text: str) -> int:
    return sum(bool(line.strip()) for line in text.split("\n"))


class _Walker(HTMLParser):
    """Makes text of what nh3 has left, which is well formed."""

    def __init__(self, *, whole: bool) -> None:
        super().__init__(convert_charrefs=True)
        self._whole = whole
        self._lines: list[str] = [""]
        self._open: list[tuple[str, bool]] = []
        """Tag, and whether it is left out."""
        self._counts: Counter[str] = Counter()
        """How many of each tag are open."""
        self._depth = 0
        self._lists: list[int | None] = []
        self._links: list[tuple[str, int, int]] = []
        self._over = False
        self._said = False
        """Whether there is text already."""

    def text(self) -> str:
        """Everything so far."""
        return "\n".join(line.rstrip() for line in self._lines)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag in {"br", "hr", "img"}:
            self._void(tag, given)
            return
        left_out = self._left_out(tag, given)
        self._open.append((tag, left_out))
        self._counts[tag] += 1
        self._depth += left_out
        if self._silent:
            return
        if tag in _BLOCKS:
            self._block(tag)
        match tag:
            case "blockquote":
                self._start_quote()
            case "ul" | "ol":
                self._lists.append(0 if tag == "ol" else None)
            case "li":
                self._put(self._bullet())
            case "td" | "th":
                self._put("  " if self._lines[-1].strip() else "")
            case "a":
                self._links.append((given.get("href", ""), len(self._lines) - 1, len(self._lines[-1])))

    def handle_endtag(self, tag: str) -> None:
        if not self._counts[tag]:
            return
        while self._open:
            open_tag, left_out = self._open.pop()
            self._counts[open_tag] -= 1
            if not self._silent:
                self._close(open_tag)
            self._depth -= left_out
            if open_tag == tag:
                return

    def handle_data(self, data: str) -> None:
        if self._silent:
            return
        if self._counts["pre"]:
            first, *more = data.split("\n")
            self._put(first)
            for line in more:
                self._break()
                self._put(line)
            return
        flat = re.sub(r"[ \t\r\n\f]+", " ", data)
        self._put(flat.lstrip(" ") if self._at_start else flat)

    @property
    def _silent(self) -> bool:
        return self._depth > 0 or self._over

    @property
    def _at_start(self) -> bool:
        return not self._lines[-1].removeprefix(self._quote).strip() or self._lines[-1].endswith(" ")

    @property
    def _quote(self) -> str:
        return "> " * min(self._counts["blockquote"], DEEPEST_QUOTE)

    def _left_out(self, tag: str, given: dict[str, str]) -> bool:
        style = given.get("style", "")
        if "hidden" in given or _HIDDEN.search(style):
            return True
        if self._whole:
            return False
        named = f"{given.get('class', '')} {given.get('id', '')}"
        if _OUTLOOK.search(style) or re.search(r"\b(?:x_)?(?:divRplyFwdMsg|appendonsend)\b", named):
            self._over = self._over or (self._said and not self._silent)  # the history is not in it but after it
            return self._over
        return bool(_HISTORY.search(named) or _SIGNATURE.search(named)) or (
            # Every quotation of some programs is marked alike; one that opens the mail is answered below it.
            tag == "blockquote" and given.get("type") == "cite" and self._said
        )

    def _void(self, tag: str, given: dict[str, str]) -> None:
        if self._silent:
            return
        if tag == "br":
            self._break()
        elif tag == "hr":
            self._block(tag)
        elif alt := " ".join(given.get("alt", "").split()):
            self._put(f"[{alt[:100]}]")

    def _block(self, tag: str) -> None:
        if self._lines[-1].removeprefix(self._quote).strip():
            self._break()
        inside = self._counts["ul"] + self._counts["ol"] > 1
        if tag in _APART and not inside and len(self._lines) > 1 and self._lines[-2].strip("> "):
            self._break()

    def _close(self, tag: str) -> None:
        if tag == "a":
            self._end_link()
        elif tag in {"ul", "ol"} and self._lists:
            self._lists.pop()
        if tag in _BLOCKS:
            self._block(tag)
        if tag == "blockquote" and not self._lines[-1].strip("> "):
            self._lines[-1] = self._quote  # this one is closed by now, so the next line is outside of it

    def _start_quote(self) -> None:
        self._lines[-1] = self._quote

    def _bullet(self) -> str:
        indent = "  " * min(len(self._lists) - 1, DEEPEST_QUOTE) if self._lists else ""
        if self._lists and self._lists[-1] is not None:
            self._lists[-1] += 1
            return f"{indent}{self._lists[-1]}. "
        return f"{indent}• "

    def _end_link(self) -> None:
        """The address beside the words, where those do not say it."""
        if not self._links:
            return
        href, line, column = self._links.pop()
        words = "".join([self._lines[line][column:], *self._lines[line + 1 :]]).strip()
        bare = href.removeprefix("mailto:")
        known = words.rstrip("/").casefold() in {each.rstrip("/").casefold() for each in _spellings(bare)}
        if href and words and not known and len(bare) <= LONGEST_ADDRESS and not re.search(r"\s", bare):
            self._put(f" ({bare})")

    def _break(self) -> None:
        self._lines.append(self._quote)

    def _put(self, text: str) -> None:
        self._lines[-1] += text
        self._said = self._said or bool(text.strip())


def _spellings(address: str) -> set[str]:
    """An address, and what people write in its place."""
    short = re.sub(r"^https?://", "", address)
    return {address, short, short.removeprefix("www.")}
