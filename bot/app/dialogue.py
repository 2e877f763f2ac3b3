"""The questions of ``ticketbot setup``, at a terminal or without one."""

import sys
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import typer

from bot.app.setting_up import KINDS, Choices, NotSetUp, Setup, address, slash_command


def run(url: str | None, kinds: list[str], command: str, timezone: str, directory: Path, *, yes: bool) -> str | None:
    """Go through it; what stood in the way, or None. With ``yes`` nothing is asked and every default is taken."""
    try:
        choices = Choices(
            directory, address(url) if url else None, slash_command(command), _zone(timezone), _kinds(kinds)
        )
        ask, confirm = (_default, _agree) if yes else (_prompt, _confirm)
        Setup(choices, ask=ask, confirm=confirm, say=typer.echo, insist=not yes).run()
    except NotSetUp as error:
        return str(error)
    return None


def _zone(name: str) -> str:
    try:
        return ZoneInfo(name).key
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise NotSetUp(f"There is no time zone «{name}»; they look like Europe/London.") from None


def _kinds(kinds: list[str]) -> tuple[str, ...]:
    if unknown := [kind for kind in kinds if kind not in KINDS]:
        raise NotSetUp(f"«{unknown[0]}» is no helpdesk; there are: {', '.join(KINDS)}.")
    return tuple(kind for kind in KINDS if kind in kinds)


def _default(question: str, default: str, secret: bool) -> str:
    del question, secret
    return default


def _prompt(question: str, default: str, secret: bool) -> str:
    hidden = secret and sys.stdin.isatty()
    said = typer.prompt(question, default=default, hide_input=hidden, show_default=bool(default) and not secret)
    return str(said).strip()


def _agree(question: str) -> bool:
    del question
    return True


def _confirm(question: str) -> bool:
    return typer.confirm(f"   {question}", default=False)
