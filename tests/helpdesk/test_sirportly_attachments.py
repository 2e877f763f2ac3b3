"""Files go along as streams: fetched piece by piece, sent piece by piece, never kept."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from bot.actions import Attachment
from bot.errors import Unavailable
from tests.helpdesk.entries import Book
from tests.helpdesk.local import Local
from tests.helpdesk.people import AB, asker
from tests.helpdesk.persistence import persist
from tests.helpdesk.wire import action

PIECES = 300
PIECE = bytes(range(256)) * 64


async def large(url: str) -> AsyncIterator[bytes]:
    for _ in range(PIECES):
        yield PIECE


async def small(url: str) -> AsyncIterator[bytes]:
    yield f"the file at {url}".encode()


async def broken(url: str) -> AsyncIterator[bytes]:
    yield b"half of "
    raise OSError("the other half is gone")


def file(name: str = "till.png") -> Attachment:
    return Attachment(name=name, url=f"https://files.example/{name}", content_type="image/png")


async def test_files_hang_on_the_reply(sirportly_desk: Any, sirportly: Local, book: Book) -> None:
    names = ["till.png", 'a "quoted" ñame;\r\nX: y.txt']
    what = action("reply", AB, attachments=tuple(file(name) for name in names))
    await sirportly_desk(fetch=small).reply(what, asker(), book.entry().attempt())
    attached = sirportly.updates("AB-123456")[-1]["attachments"]
    assert len(attached) == 2
    stored = {each["id"]: each for each in sirportly.state()["attachments"]}
    assert {each["name"] for each in stored.values()} == {"till.png", 'a "quoted" ñame;  X: y.txt'}


async def test_a_media_type_is_one_or_none(sirportly_desk: Any, sirportly: Local, book: Book) -> None:
    odd = Attachment(name="x", url="https://files.example/x", content_type="text/html\r\nX-Evil: yes")
    await sirportly_desk(fetch=small).reply(action("reply", AB, attachments=(odd,)), asker(), book.entry().attempt())
    assert sirportly.asked("add_attachment")[0]["content_type"] == "application/octet-stream"


async def test_a_large_file_is_passed_on_whole(sirportly_desk: Any, sirportly: Local, book: Book) -> None:
    what = action("reply", AB, attachments=(file(),))
    await sirportly_desk(fetch=large).reply(what, asker(), book.entry().attempt())
    (stored,) = sirportly.state()["attachments"]
    assert stored["file_size"] == PIECES * len(PIECE)


async def test_a_file_that_cannot_be_fetched_leaves_nothing_behind(
    sirportly_desk: Any, sirportly: Local, book: Book
) -> None:
    what = action("reply", AB, attachments=(file(),))
    entry = book.entry()
    with pytest.raises(Unavailable):
        await sirportly_desk(fetch=broken).reply(what, asker(), entry.attempt())
    assert entry.progress == {}
    assert sirportly.asked("post_update") == []


@pytest.mark.parametrize("fault", ["lost", "unavailable", "html", "rate_limit", "drop"])
async def test_an_upload_that_is_lost_is_simply_sent_again(
    fault: str, sirportly_desk: Any, sirportly: Local, book: Book
) -> None:
    what = action("create", AB, attachments=(file(),))
    sirportly.fault(fault, "*/add_attachment")
    desk, who = sirportly_desk(fetch=small), asker()
    receipt, _ = await persist(lambda journal: desk.create(what, who, journal), book.entry(), book)
    (update,) = sirportly.updates(receipt.ticket.ref)
    assert (update["message"], len(update["attachments"])) == ("till.png", 1)
    assert len(sirportly.asked("submit")) == 1
