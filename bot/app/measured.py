"""Clocks on the two ways out: what helpdesks and Slack take, refuse, and ask us to wait."""

import time
from typing import Any

import httpx
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.helpdesk.http import pause
from bot.slack.refusals import RATE_LIMITED, code_of
from bot.slack.repeats import repeats
from bot.telemetry import ERRORS, HELPDESK_SECONDS, PAUSED, SLACK_SECONDS


class MeasuredTransport(httpx.AsyncBaseTransport):
    """A helpdesk's transport, with a clock: from sending a request until its answer begins."""

    def __init__(self, helpdesk: str, inner: httpx.AsyncBaseTransport) -> None:
        self._helpdesk = helpdesk
        self._inner = inner

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send it on."""
        began = time.perf_counter()
        result = "no-answer"
        try:
            response = await self._inner.handle_async_request(request)
            result = _result(response.status_code)
            if result == "rate-limited":
                PAUSED.labels(self._helpdesk).inc(pause(response.headers.get("retry-after")))
            return response
        finally:  # a time-out cancels, which is no answer either
            HELPDESK_SECONDS.labels(self._helpdesk, result).observe(time.perf_counter() - began)
            if result not in {"ok", "refused"}:
                ERRORS.labels(self._helpdesk, result).inc()

    async def aclose(self) -> None:
        """Let go of connections."""
        await self._inner.aclose()


def _result(status: int) -> str:
    if status == 429:
        return "rate-limited"
    return "ok" if status < 400 else "refused" if status < 500 else "broken"


class MeasuredClient(AsyncWebClient):
    """Slack's Web API, with a clock for each method; nothing is done twice because a connection broke."""

    def __init__(self, **arguments: Any) -> None:
        super().__init__(retry_handlers=repeats(), **arguments)

    async def api_call(self, api_method: str, **arguments: Any) -> Any:
        """Call it."""
        began = time.perf_counter()
        result = "no-answer"
        try:
            answer = await super().api_call(api_method, **arguments)
            result = "ok"
            return answer
        except SlackApiError as error:
            result = "refused"
            if (code := code_of(error)) == RATE_LIMITED:
                result = "rate-limited"
                PAUSED.labels("slack").inc(pause(error.response.headers.get("Retry-After")))
            ERRORS.labels("slack", code[:60]).inc()
            raise
        finally:
            SLACK_SECONDS.labels(api_method, result).observe(time.perf_counter() - began)
            if result == "no-answer":
                ERRORS.labels("slack", result).inc()

    async def _request(self, **arguments: Any) -> dict[str, Any]:
        """As nothing where the answer is no object: what a proxy on the way says is not Slack's."""
        answer = await super()._request(**arguments)
        return answer if isinstance(answer["data"], dict) else {**answer, "data": {}}
