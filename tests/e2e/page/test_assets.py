"""What the page ships: little, all of it local, and no way for a message to become markup."""

import re
from pathlib import Path

import pytest

PLAYGROUND = Path(__file__).parents[3] / "bot" / "playground"
STATIC, SOURCES = PLAYGROUND / "static", PLAYGROUND / "page"
OWN = sorted(SOURCES.glob("*.js"))
SENT = [path for path in STATIC.rglob("*") if path.suffix in {".js", ".css", ".html", ".svg", ".txt"}]
TEXTS = [*SENT, *SOURCES.rglob("*.js")]
LICENCES = STATIC / "licences.txt"
NAMESPACES = {"http://www.w3.org/2000/svg", "http://www.w3.org/1998/Math/MathML", "http://www.w3.org/1999/xhtml"}
LONGEST = 350


@pytest.mark.parametrize(
    "path", [path for path in TEXTS if path != LICENCES], ids=lambda path: str(path.relative_to(PLAYGROUND))
)
def test_nothing_is_loaded_from_elsewhere(path: Path) -> None:
    assert set(re.findall(r"https?://[\w./-]+", path.read_text())) <= NAMESPACES
    assert "sourceMappingURL" not in path.read_text()


@pytest.mark.parametrize("path", OWN, ids=lambda path: path.name)
def test_text_is_never_made_into_markup(path: Path) -> None:
    for way in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "new Function", "srcdoc"):
        assert way not in path.read_text()


@pytest.mark.parametrize("path", [*OWN, *STATIC.rglob("*.css")], ids=lambda path: path.name)
def test_no_file_outgrows_its_reader(path: Path) -> None:
    assert len(path.read_text().splitlines()) <= LONGEST


@pytest.mark.parametrize("path", OWN, ids=lambda path: path.name)
def test_every_import_is_there_and_used(path: Path) -> None:
    text = path.read_text()
    for names, target in re.findall(r'^import (?:\{([^}]*)\}|\w+) from "([^"]+)";$', text, re.MULTILINE):
        assert (path.parent / target).is_file()
        exported = (path.parent / target).read_text()
        for name in filter(None, map(str.strip, names.split(","))):
            assert len(re.findall(rf"(?<![\w$]){re.escape(name)}(?![\w$])", text)) > 1 or "export {" in text, name
            assert re.search(rf"\b{re.escape(name)}\b", exported), name


def test_every_vendored_file_has_its_licence() -> None:
    assert {path.name for path in (SOURCES / "vendor").iterdir()} == {
        "README.md",
        "hooks.js",
        "htm.LICENSE",
        "htm.js",
        "preact.LICENSE",
        "preact.js",
    }
    for licence in (SOURCES / "vendor").glob("*.LICENSE"):
        assert licence.read_text().strip() in LICENCES.read_text()


def test_it_goes_by_its_own_name() -> None:
    for path in TEXTS:
        said = re.sub(r"USLACKBOT|slack_file", "", path.read_text())
        assert "slack" not in said.lower(), path
