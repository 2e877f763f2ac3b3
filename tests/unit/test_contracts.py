"""The import contracts hold, and each of them fails when it is broken on purpose."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

BROKEN = {
    "Left may import right, never the other way": ("bot/grammar/slacktext.py", "import bot.slack.text"),
    "The playground knows nothing of the bot": ("bot/playground/ids.py", "import bot.errors"),
    "The bot knows nothing of the playground": ("bot/errors.py", "import bot.playground"),
    "Slack's libraries stay at the Slack edge": ("bot/dispatch/kept.py", "import slack_sdk"),
    "httpx stays with the helpdesks": ("bot/slack/text.py", "import httpx"),
    "SQL stays in the ledger": ("bot/dispatch/kept.py", "import sqlalchemy"),
    "Only the composition root names a vendor": ("bot/dispatch/kept.py", "import bot.helpdesk.sirportly"),
}


def _lint(directory: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"],
        cwd=directory,
        env={"PATH": "/usr/bin:/bin", "PYTHONPATH": str(directory)},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the package to break."""
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    shutil.copytree(ROOT / "bot", tmp_path / "bot", ignore=shutil.ignore_patterns("__pycache__", "static"))
    return tmp_path


@pytest.mark.slow
@pytest.mark.parametrize(("name", "where", "line"), [(name, *how) for name, how in BROKEN.items()], ids=list(BROKEN))
def test_each_contract_fails_when_it_is_broken(copy: Path, name: str, where: str, line: str) -> None:
    """One import in the wrong place is found and named."""
    file = copy / where
    file.write_text(f"{line}\n{file.read_text(encoding='utf-8')}", encoding="utf-8")

    found = _lint(copy)

    assert found.returncode != 0
    broken = [each for each in found.stdout.splitlines() if each.endswith("BROKEN")]
    assert any(each.startswith(name) for each in broken), found.stdout
