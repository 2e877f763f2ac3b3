"""An independent judge of requests: openapi-core, over the descriptions reconstructed from the vendors' pages."""

from typing import Any
from urllib.parse import parse_qsl

import pytest

from tests.shared import SHARED

DESCRIPTIONS = SHARED / "helpdesk"


class Judge:
    """Holds requests of the log against one vendor's description; without the description it judges nothing."""

    def __init__(self, vendor: str) -> None:
        self.path = DESCRIPTIONS / f"{vendor}-openapi.yaml"
        self.judged = 0
        self._prefix = "/api/v2" if vendor == "sirportly" else ""
        self._openapi: Any = None
        if self.path.exists():
            openapi = pytest.importorskip("openapi_core")
            self._openapi = openapi.OpenAPI.from_file_path(str(self.path))

    @property
    def absent(self) -> bool:
        """Whether there is nothing to judge by."""
        return self._openapi is None

    def judge(self, requests: list[dict[str, Any]]) -> None:
        """Fail on the first request that the description does not allow."""
        if self.absent:
            return
        for logged in requests:
            if logged["body_encoding"] == "text" and logged["body_bytes"] < 60_000:
                self._openapi.validate_request(Logged(logged, self._server))
                self.judged += 1

    @property
    def _server(self) -> str:
        return "https://api.sirportly.com" if self._prefix else "https://api.socialboards.com"


class Logged:
    """A request of the log, in the form in which openapi-core asks for it."""

    def __init__(self, logged: dict[str, Any], server: str) -> None:
        from openapi_core.datatypes import RequestParameters
        from werkzeug.datastructures import Headers, ImmutableMultiDict

        headers = dict(logged["headers"])
        if "authorization" in headers:
            headers["authorization"] = "Bearer hidden-in-the-log"
        self.host_url = server
        self.path = logged["path"]
        self.method = logged["method"].lower()
        self.body = logged["body"].encode() if logged["body"] else None
        self.content_type = logged["content_type"] or ""
        self.parameters = RequestParameters(
            query=ImmutableMultiDict(parse_qsl(logged["query"])),
            header=Headers(headers),
            cookie=ImmutableMultiDict(),
            path={},
        )
