"""Signed HTTP requests to the app's request URLs.

Source: docs.slack.dev/authentication/verifying-requests-from-slack.
"""

import hashlib
import hmac
import json
import ssl
from typing import Final
from urllib.parse import urlencode

import aiohttp

from bot.playground.clock import Clock
from bot.playground.deliveries import Answer, Parcel, parsed

_FORM: Final = "application/x-www-form-urlencoded"
_JSON: Final = "application/json"


def sign(secret: str, timestamp: str, body: bytes) -> str:
    """The value of ``X-Slack-Signature``."""
    return "v0=" + hmac.new(secret.encode(), b"v0:" + timestamp.encode() + b":" + body, hashlib.sha256).hexdigest()


class HttpCourier:
    """Carries parcels as HTTP POST requests."""

    def __init__(self, secret: str, clock: Clock) -> None:
        self._secret, self._clock = secret, clock
        self._session: aiohttp.ClientSession | None = None

    async def carry(self, parcel: Parcel) -> Answer:
        """Post it, and say what the app answered."""
        if parcel.url is None:
            return Answer("unreachable", reason="connection_failed")
        body, content_type = encoded(parcel)
        timestamp = str(int(self._clock.now()))
        headers = {
            "Content-Type": content_type,
            "User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
            "X-Slack-Request-Timestamp": timestamp,
            "X-Slack-Signature": sign(self._secret, timestamp, body),
        }
        if parcel.retry:
            headers |= {"X-Slack-Retry-Num": str(parcel.retry), "X-Slack-Retry-Reason": parcel.reason}
        try:
            async with self._open().post(parcel.url, data=body, headers=headers, max_redirects=2) as response:
                text = await response.text(errors="replace")
        except aiohttp.TooManyRedirects:
            return Answer("unreachable", reason="too_many_redirects")
        except (aiohttp.ClientSSLError, ssl.SSLError):
            return Answer("unreachable", reason="ssl_error")
        except (aiohttp.ClientConnectionError, OSError):
            return Answer("unreachable", reason="connection_failed")
        except (aiohttp.ClientError, ValueError):
            return Answer("unreachable", reason="unknown_error")
        if not 200 <= response.status < 300:
            no_retry = response.headers.get("X-Slack-No-Retry") == "1"
            return Answer("refused", response.status, parsed(text), "http_error", no_retry=no_retry)
        return Answer("acknowledged", response.status, parsed(text))

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None:
            # A connection that the app has just closed would look like an app that is away: each delivery has its own.
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=0, force_close=True),
                timeout=aiohttp.ClientTimeout(total=120),
                trust_env=False,
            )
        return self._session

    async def close(self) -> None:
        """Close the connections."""
        if self._session is not None:
            await self._session.close()
            self._session = None


def encoded(parcel: Parcel) -> tuple[bytes, str]:
    """The raw body and its content type: events are JSON, commands a form, interactions a form with one JSON field."""
    if parcel.kind == "event":
        return json.dumps(parcel.body).encode(), _JSON
    if parcel.kind == "command":
        return urlencode(parcel.body).encode(), _FORM
    return urlencode({"payload": json.dumps(parcel.body)}).encode(), _FORM
