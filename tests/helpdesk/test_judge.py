"""The judge itself: it would see a request that the vendor's description does not allow."""

from typing import Any

import pytest

from tests.helpdesk.local import Local
from tests.helpdesk.openapi import Judge
from tests.helpdesk.people import AB, LOGIN


@pytest.mark.parametrize(
    "changed",
    [{"body": "subject=x"}, {"path": "/api/v2/tickets/tikcet"}, {"content_type": "application/json", "body": "{}"}],
    ids=["parameter missing", "path unknown", "not a form"],
)
async def test_a_bad_request_to_sirportly_is_seen(
    changed: dict[str, Any], sirportly_desk: Any, sirportly: Local, sirportly_judge: Judge
) -> None:
    await sirportly_desk().show(AB)
    _sees(sirportly_judge, sirportly.requests("tickets/ticket")[0], changed)


@pytest.mark.parametrize(
    "changed",
    [{"body": '{"ticketIds": ["x"]}'}, {"body": '{"take": 51}'}, {"method": "DELETE"}],
    ids=["wrong type", "too many", "method unknown"],
)
async def test_a_bad_request_to_socialboards_is_seen(
    changed: dict[str, Any], socialboards_desk: Any, socialboards: Local, socialboards_judge: Judge
) -> None:
    await socialboards_desk(unconfirmed=frozenset()).show(LOGIN)
    _sees(socialboards_judge, socialboards.requests("tickets/list")[0], changed)


def _sees(judge: Judge, logged: dict[str, Any], changed: dict[str, Any]) -> None:
    if judge.absent:
        pytest.skip(f"{judge.path.name} is not at hand")
    judge.judge([logged])
    with pytest.raises(Exception, match=r"(?i)error|not found|media type|required|valid"):
        judge.judge([{**logged, **changed}])
