"""Slack's formatting as HTML: what it shows, and that nothing in it can be markup of somebody else's."""

from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.slack.threads.markup import to_html

SHOWN = {
    "plain": ("one\ntwo", "<p>one<br>\ntwo</p>"),
    "bold, italic, struck": ("*a b* _c_ ~d~", "<p><strong>a b</strong> <em>c</em> <s>d</s></p>"),
    "marks inside of words": ("2*3*4 snake_case_name", "<p>2*3*4 snake_case_name</p>"),
    "marks with space": ("* a * b", "<p>* a * b</p>"),
    "code": ("run `a *b* <c>`", "<p>run <code>a *b* &lt;c&gt;</code></p>"),
    "a block of code": ("see\n```\nx = 1\n  y\n```\nok", "<p>see</p>\n<pre>x = 1\n  y</pre>\n<p>ok</p>"),
    "a quotation": ("> you said\n> this\nyes", "<blockquote>you said<br>\nthis</blockquote>\n<p>yes</p>"),
    "an address": (
        "see https://x.example/a_b_c?d=1&e=2.",
        '<p>see <a href="https://x.example/a_b_c?d=1&amp;e=2">https://x.example/a_b_c?d=1&amp;e=2</a>.</p>',
    ),
    "no address": ("javascript:alert(1)", "<p>javascript:alert(1)</p>"),
    "markup": ("<b onclick=x>&amp;</b>", "<p>&lt;b onclick=x&gt;&amp;amp;&lt;/b&gt;</p>"),
}


@pytest.mark.parametrize(("text", "html"), SHOWN.values(), ids=SHOWN)
def test_what_it_shows(text: str, html: str) -> None:
    """The same as in Slack."""
    assert to_html(text) == html


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, list[tuple[str, str | None]]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, attrs))


@given(st.text(alphabet="ab <>&\"'`*_~\n/:.htps()=", max_size=80))
def test_nothing_else_gets_through(text: str) -> None:
    """No tag but our own, no attribute but a web address."""
    parser = _Tags()
    parser.feed(to_html(text))
    for tag, attributes in parser.found:
        assert tag in {"p", "br", "strong", "em", "s", "code", "pre", "blockquote", "a"}
        assert all(name == "href" and str(value).startswith(("http://", "https://")) for name, value in attributes)
