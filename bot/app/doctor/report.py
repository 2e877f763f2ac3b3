"""The doctor's findings as people and as programs read them."""

import asyncio
import json
import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import structlog
import typer
from rich.console import Console
from rich.markup import escape

from bot.app.doctor import Finding, Wanted, examine
from bot.app.version import VERSION

_SIGNS = {"ok": "[green]✓[/]", "warning": "[yellow]![/]", "wrong": "[red]✗[/]", "skipped": "[dim]–[/]"}


def run(wanted: Wanted, *, as_json: bool) -> int:
    """Examine and print; the exit status."""
    with _quiet():
        found = asyncio.run(_found(wanted, as_json=as_json))
    bad = any(finding.state == "wrong" for finding in found)
    if as_json:
        findings = [finding.as_dict() for finding in found]
        typer.echo(json.dumps({"ok": not bad, "version": VERSION, "findings": findings}, ensure_ascii=False, indent=2))
    else:
        counts = {state: sum(finding.state == state for finding in found) for state in ("wrong", "warning")}
        typer.echo(f"\nticketbot {VERSION}: {counts['wrong']} wrong, {counts['warning']} to look at.")
    return 1 if bad else 0


@contextmanager
def _quiet() -> Iterator[None]:
    """No log lines: what went wrong is said as findings."""
    before = structlog.get_config()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    logging.disable(logging.CRITICAL)
    try:
        yield
    finally:
        logging.disable(logging.NOTSET)
        structlog.configure(**before)


async def _found(wanted: Wanted, *, as_json: bool) -> list[Finding]:
    console = Console(soft_wrap=True, highlight=False)
    found = []
    async for finding in examine(wanted, _announce):
        found.append(finding)
        if not as_json:
            console.print(f"{_SIGNS[finding.state]} [bold]{escape(finding.check)}[/]  {escape(finding.says)}")
            if finding.fix:
                console.print(f"    → {escape(finding.fix)}")
    return found


def _announce(what: str) -> bool:
    """Say it before it is done; where somebody sits at the keyboard, ask."""
    typer.echo(what, err=True)
    return typer.confirm("Go on?", err=True) if sys.stdin.isatty() and sys.stdout.isatty() else True
