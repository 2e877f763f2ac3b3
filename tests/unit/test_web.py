"""Slack's one address, by itself: whose request it is, and what a form says."""

import hashlib
import hmac
import time
from collections.abc import Callable
from urllib.parse import parse_qsl, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.app.web import form, signed

SECRET = b"a signing secret"
BODY = b"command=%2Fticket&text=hello"


def _headers(body: bytes = BODY, *, secret: bytes = SECRET, age: float = 0) -> dict[bytes, bytes]:
    stamp = str(int(time.time() - age)).encode()
    digest = hmac.new(secret, b"v0:" + stamp + b":" + body, hashlib.sha256).hexdigest()
    return {b"x-slack-request-timestamp": stamp, b"x-slack-signature": b"v0=" + digest.encode()}


SIGNED: dict[str, tuple[Callable[[], dict[bytes, bytes]], bool]] = {
    "Slack's": (_headers, True),
    "four minutes old": (lambda: _headers(age=240), True),
    "six minutes old": (lambda: _headers(age=360), False),
    "from the future": (lambda: _headers(age=-360), False),
    "of another body": (lambda: _headers(b"command=%2Fticket&text=bye"), False),
    "with another secret": (lambda: _headers(secret=b"somebody else's"), False),
    "without a signature": (lambda: {**_headers(), b"x-slack-signature": b""}, False),
    "without headers": (dict, False),
    "with a signature that is no ASCII": (lambda: {**_headers(), b"x-slack-signature": b"v0=\xff"}, False),
    "with words for a time": (lambda: {**_headers(), b"x-slack-request-timestamp": b"now"}, False),
    "with a time of a thousand digits": (lambda: {**_headers(), b"x-slack-request-timestamp": b"1" * 5000}, False),
    "with a negative time": (lambda: {**_headers(), b"x-slack-request-timestamp": b"-1"}, False),
}


@pytest.mark.parametrize(("headers", "good"), SIGNED.values(), ids=SIGNED)
def test_only_what_slack_signed_lately_is_taken(headers: Callable[[], dict[bytes, bytes]], good: bool) -> None:
    """Anything else is nobody's, and breaks nothing."""
    assert signed(SECRET, BODY, headers()) is good


_WORDS = st.text(st.characters(codec="utf-8"))


@given(st.dictionaries(_WORDS, _WORDS))
def test_a_form_says_what_was_put_into_it(fields: dict[str, str]) -> None:
    """Whatever people type comes out as it went in."""
    assert form(urlencode(fields)) == fields


@given(st.text(alphabet="ab=&%+;4e2 é", max_size=40))
def test_a_form_is_read_as_the_standard_library_reads_it(body: str) -> None:
    """Half an escape, a field twice, none at all: the same, only faster."""
    assert form(body) == dict(parse_qsl(body, keep_blank_values=True))
