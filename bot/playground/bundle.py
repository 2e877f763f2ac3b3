"""The page's program: written as modules in ``page/``, sent as the one small file ``static/page.js``.

Whoever changes a module reloads the page and sees the change: while the modules are not those that the small file was
made of, they are sent themselves. ``python -m bot.playground.bundle`` makes the small file anew, before a commit; that
alone needs Node (esbuild by ``npx``).
"""

import hashlib
import re
import subprocess
import sys
import tempfile
from pathlib import Path

SOURCES = Path(__file__).parent / "page"
STATIC = Path(__file__).parent / "static"
BUNDLE = STATIC / "page.js"
LICENCES = STATIC / "licences.txt"
ESBUILD = "esbuild@0.25.12"
UNBUNDLED = b'import "./sources/app.js";\n'


def digest(sources: Path = SOURCES) -> str:
    """What tells one state of the modules from another."""
    found = hashlib.sha256()
    for path in sorted(sources.rglob("*.js")):
        found.update(path.relative_to(sources).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return found.hexdigest()[:16]


def program(sources: Path = SOURCES, bundle: Path = BUNDLE) -> bytes:
    """What ``page.js`` is answered with: the small file, or a line that fetches the modules when they are others."""
    made = bundle.read_bytes()
    if not sources.is_dir() or made_of(made.decode()) == digest(sources):
        return made
    return UNBUNDLED


def made_of(bundle: str) -> str | None:
    """The digest of the modules that a small file was made of."""
    found = re.match(r"/\*!.* of (\w{16}) ", bundle)
    return found[1] if found else None


def build() -> None:
    """Make the small file, and the licences that go with it.

    Raises:
        subprocess.CalledProcessError: a module is not JavaScript, or esbuild cannot be had.
    """
    options = ["--bundle", "--minify", "--format=esm", "--target=es2023", "--charset=utf8", "--log-level=warning"]
    with tempfile.TemporaryDirectory() as directory:
        made = Path(directory) / "page.js"
        subprocess.run(["npx", "--yes", ESBUILD, str(SOURCES / "app.js"), *options, f"--outfile={made}"], check=True)
        note = f"/*! Made by bot.playground.bundle of {digest()} - with preact and htm: licences.txt */\n"
        BUNDLE.write_text(note + made.read_text(encoding="utf-8"), encoding="utf-8")
    licences = sorted((SOURCES / "vendor").glob("*.LICENSE"))
    texts = (f"{each.stem}\n\n{each.read_text(encoding='utf-8').strip()}\n" for each in licences)
    LICENCES.write_text(f"\n\n{'-' * 80}\n\n".join(texts), encoding="utf-8")


if __name__ == "__main__":
    build()
    sys.stdout.write(f"{BUNDLE.name}: {BUNDLE.stat().st_size:,} bytes\n")
