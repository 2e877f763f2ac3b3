"""How much the page weighs on its way to the browser, and that what is sent is what was written."""

import re
from pathlib import Path

import httpx
import pytest

from bot.playground import bundle
from tests.playground.slack.workspace import Workspace

MOST = 100_000
IMPORTS = re.compile(r"""\b(?:from|import)\s*\(?\s*["'](\.{1,2}/[^"']+)["']""")
SCRIPTS = re.compile(r"<script[^>]*\bsrc=\"([^\"]+)\"")


def scripts(address: str, **headers: str) -> dict[str, int]:
    """Every script that opening the page fetches, and every one that it could: its bytes on the wire."""
    found: dict[str, int] = {}
    with httpx.Client(base_url=address, headers=headers) as http:
        waiting = [httpx.URL("/").join(path) for path in SCRIPTS.findall(http.get("/").text)]
        while waiting:
            url = waiting.pop()
            if url.path in found:
                continue
            answer = http.get(url).raise_for_status()
            assert answer.headers["content-type"].startswith("text/javascript")
            found[url.path] = answer.num_bytes_downloaded
            waiting += [url.join(target) for target in IMPORTS.findall(answer.text)]
    return found


@pytest.fixture
def address(slack: Workspace) -> str:
    """Where the workspace is served."""
    return str(slack.base_url)


def test_the_page_ships_less_than_100_kb_of_javascript(address: str) -> None:
    """All of it together, as it is sent to a browser that takes no compression."""
    sent = scripts(address, **{"Accept-Encoding": "identity"})
    assert 0 < sum(sent.values()) < MOST, sent


def test_most_browsers_get_a_third_of_it(address: str) -> None:
    """Compressed on the way."""
    assert sum(scripts(address, **{"Accept-Encoding": "gzip"}).values()) < MOST / 2


def test_the_small_file_is_made_of_the_modules_as_they_are() -> None:
    """Else: ``python -m bot.playground.bundle``."""
    assert bundle.made_of(bundle.BUNDLE.read_text(encoding="utf-8")) == bundle.digest()
    assert bundle.program() == bundle.BUNDLE.read_bytes()


def test_a_module_that_was_changed_is_sent_itself(tmp_path: Path) -> None:
    """Who works on the page builds nothing."""
    (tmp_path / "app.js").write_text("changed")
    assert bundle.program(tmp_path) == bundle.UNBUNDLED


def test_where_there_are_no_modules_the_small_file_is_enough(tmp_path: Path) -> None:
    """An installed package has it alone."""
    assert bundle.program(tmp_path / "none") == bundle.BUNDLE.read_bytes()


@pytest.mark.parametrize("how", ["renamed", "changed", "added"])
def test_every_change_is_noticed(tmp_path: Path, how: str) -> None:
    """The name of a module counts as well as what is in it."""
    (tmp_path / "app.js").write_text("one")
    before = bundle.digest(tmp_path)
    if how == "renamed":
        (tmp_path / "app.js").rename(tmp_path / "apps.js")
    else:
        (tmp_path / ("app.js" if how == "changed" else "more.js")).write_text("two")
    assert bundle.digest(tmp_path) != before


def test_the_modules_can_be_fetched_one_by_one(address: str) -> None:
    """All that ``app.js`` leads to is there."""
    with httpx.Client(base_url=address) as http:
        for path in bundle.SOURCES.rglob("*.js"):
            answer = http.get(f"/sources/{path.relative_to(bundle.SOURCES).as_posix()}")
            assert answer.headers["content-type"].startswith("text/javascript")
            for target in IMPORTS.findall(answer.text):
                assert (path.parent / target).is_file()
