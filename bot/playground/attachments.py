"""Files: how they are described, taken in and handed out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response

from bot.playground.journal import Exchange
from bot.playground.shapes import JSON
from bot.playground.store import TEAM, File

if TYPE_CHECKING:
    from bot.playground.playground import Playground

SAFE = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
}
"""What keeps an uploaded page from running as part of this one."""
_SHOWN = ("image/png", "image/jpeg", "image/gif", "image/webp")


def described(base_url: str, file: File) -> JSON:
    """A file as messages and ``files.info`` carry it."""
    kind = file.name.rpartition(".")[2].lower() if "." in file.name else "binary"
    private = f"{base_url}/files-pri/{TEAM}-{file.id}/{file.name}"
    return {
        "id": file.id,
        "created": file.created,
        "timestamp": file.created,
        "name": file.name,
        "title": file.title,
        "mimetype": file.mimetype,
        "filetype": kind,
        "pretty_type": kind.upper(),
        "user": file.user,
        "user_team": TEAM,
        "editable": False,
        "size": len(file.content),
        "mode": "hosted",
        "is_external": False,
        "external_type": "",
        "is_public": bool(file.shown_in),
        "public_url_shared": False,
        "display_as_bot": False,
        "username": "",
        "url_private": private,
        "url_private_download": f"{base_url}/files-pri/{TEAM}-{file.id}/download/{file.name}",
        "permalink": f"{base_url}/files/{file.user}/{file.id}/{file.name}",
        "has_rich_preview": False,
        "file_access": "visible",
        "media_display_type": "unknown",
    }


class FileDoors:
    """The addresses that bytes go to and come from."""

    def __init__(self, playground: Playground) -> None:
        self._playground = playground

    async def upload(self, request: Request) -> Response:
        """Take the bytes that ``files.getUploadURLExternal`` announced: raw, or as a multipart file."""
        file = self._playground.workspace.files.get(request.path_params["file"])
        if file is None or file.completed:
            return PlainTextResponse("no such upload", 404)
        if request.headers.get("content-type", "").startswith("multipart/form-data"):
            async with request.form() as form:
                content = b"".join([await part.read() for _, part in form.multi_items() if not isinstance(part, str)])
        else:
            content = await request.body()
        size = {"bytes": len(content), "announced": file.length}
        if len(content) != file.length:
            self._note(file, size, "length_mismatch")
            return PlainTextResponse(f"{file.length} bytes were announced, {len(content)} came", 500)
        file.content, file.uploaded = content, True
        self._note(file, size, None)
        return PlainTextResponse(f"OK - {len(content)}")

    def _note(self, file: File, request: JSON, error: str | None) -> None:
        self._playground.journal.add(Exchange("bot", "playground", "upload", file.id, request, error=error))

    async def private(self, request: Request) -> Response:
        """``url_private``: for the app's token with ``files:read``; anybody else gets a login page, with status 200."""
        file = self._playground.workspace.files.get(request.path_params["file"].partition("-")[2])
        given = request.headers.get("authorization", "").removeprefix("Bearer ")
        playground = self._playground
        if given != playground.settings.bot_token or not playground.has_scope("files:read"):
            return HTMLResponse("<!doctype html><title>Sign in</title><h1>Sign in to your workspace</h1>")
        if file is None or file.deleted or not file.completed:
            return PlainTextResponse("no such file", 404)
        return Response(file.content, media_type=file.mimetype, headers=SAFE)

    async def for_page(self, request: Request) -> Response:
        """A file for the page; only pictures are shown, anything else is offered to be saved."""
        file = self._playground.workspace.files.get(request.path_params["file"])
        if file is None or file.deleted:
            return PlainTextResponse("no such file", 404)
        headers = dict(SAFE)
        if file.mimetype not in _SHOWN:
            headers["Content-Disposition"] = "attachment"
        return Response(file.content, media_type=file.mimetype, headers=headers)
