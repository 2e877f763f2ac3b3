"""The command line. What a command does not need is not imported: ``parse`` starts in a fraction of a second."""

import asyncio
import json
import re
import sys
from collections.abc import Callable, Coroutine
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, NoReturn, TypeVar

import typer

from bot.imports import FOR_A_TERMINAL, without

app = typer.Typer(add_completion=False, no_args_is_help=True, help="A chat-ops bot for helpdesk tickets.")
actions = typer.Typer(no_args_is_help=True, help="Look at the ledger, and steer what waits in it.")
app.add_typer(actions, name="actions")
people = typer.Typer(no_args_is_help=True, help="What the ledger has about people.")
app.add_typer(people, name="people")
ledger = typer.Typer(no_args_is_help=True, help="The ledger as a whole: copy it, upgrade it.")
app.add_typer(ledger, name="ledger")

State = Annotated[str | None, typer.Option(help="Only entries in this state: waiting, unsure, done, rejected, …")]
STATES = ("waiting", "running", "unsure", "done", "rejected", "failed", "unknown", "discarded")
FORMATS = ("jsonl", "csv")
T = TypeVar("T")
AsJson = Annotated[bool, typer.Option("--json", help="One JSON object a line.")]


def main() -> None:
    """Run the command line."""
    app()


@app.command()
def parse(
    text: Annotated[list[str] | None, typer.Argument(help="What follows /ticket.")] = None,
    *,
    batch: Annotated[bool, typer.Option("--batch", help='Read JSON lines, {"input": …} each.')] = False,
) -> None:
    """Print what a command line says, as JSON; nothing is looked up."""
    from bot.grammar.cli import answer
    from bot.grammar.cli import batch as answer_all

    if batch:
        for line in answer_all(sys.stdin):
            typer.echo(line)
        return
    said = answer(" ".join(text or []))
    _print(said)
    if "error" in said:
        raise typer.Exit(2)


@app.command()
def when(
    phrase: Annotated[list[str] | None, typer.Argument(help="Words for a moment.")] = None,
    *,
    tz: Annotated[str, typer.Option(help="The person's time zone, an IANA name.")] = "UTC",
    now: Annotated[str | None, typer.Option(help="When it is said, ISO 8601; now if not given.")] = None,
    batch: Annotated[bool, typer.Option("--batch", help='Read JSON lines, {"text", "tz", "now"} each.')] = False,
) -> None:
    """Print which moment some words mean, as JSON."""
    from bot.when.cli import answer
    from bot.when.cli import batch as answer_all

    if batch:
        for line in answer_all(sys.stdin):
            typer.echo(line)
        return
    try:
        said_at = datetime.fromisoformat(now) if now else None
    except ValueError:
        _print({"error": "bad-now", "message": f"--now takes a moment like 2026-11-22T09:00+00:00, not «{now}»."})
        raise typer.Exit(2) from None
    said = answer(" ".join(phrase or []), tz=tz, now=said_at)
    _print(said)
    if "error" in said:
        raise typer.Exit(2)


@app.command()
def serve(
    *,
    host: Annotated[str, typer.Option(help="Where to listen; 0.0.0.0 for every address.")] = "127.0.0.1",
    port: Annotated[int | None, typer.Option(min=0, max=65535, help="The port; PORT if not given, 0 for any.")] = None,
    work: Annotated[bool, typer.Option(help="Also work off the ledger in this process.")] = True,
) -> None:
    """Take what Slack sends, and work it off."""
    with without(*FOR_A_TERMINAL):
        from bot.app.running import run

    run(_settings(), host=host, port=port, work=work, listen=True)


@app.command()
def work(
    *,
    host: Annotated[str, typer.Option(help="Where /healthz, /readyz and /metrics listen.")] = "127.0.0.1",
    port: Annotated[int | None, typer.Option(min=0, max=65535, help="The port; 0 for any.")] = 0,
) -> None:
    """Work off the ledger, beside `serve --no-work` (PostgreSQL only)."""
    with without(*FOR_A_TERMINAL):
        from bot.app.running import run

    run(_settings(), host=host, port=port, work=True, listen=False)


@app.command()
def doctor(
    *,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
    helpdesk: Annotated[str | None, typer.Option(help="Look at this helpdesk alone.")] = None,
    ticket: Annotated[
        str | None, typer.Option(help="Write a private note on it, and see whether it is private.")
    ] = None,
    by: Annotated[str | None, typer.Option(help="The note's author, as the helpdesk knows them.")] = None,
) -> None:
    """Look at everything this installation depends on; what is wrong is said with what to do about it.

    Ends with 0 if nothing is wrong, with 1 otherwise.
    """
    from bot.app.doctor import Wanted
    from bot.app.doctor.report import run

    raise typer.Exit(run(Wanted(helpdesk, ticket, by), as_json=as_json))


@app.command()
def setup(
    *,
    url: Annotated[str | None, typer.Option(help="Where Slack reaches the bot; without it Socket Mode.")] = None,
    helpdesk: Annotated[list[str] | None, typer.Option(help="sirportly or socialboards; both: say it twice.")] = None,
    command: Annotated[str, typer.Option(help="The slash command.")] = "/ticket",
    timezone: Annotated[str, typer.Option(help="Of people whose own is not known, an IANA name.")] = "UTC",
    directory: Annotated[Path, typer.Option(help="Where the two files are written.")] = Path(),
    yes: Annotated[bool, typer.Option("--yes", help="Ask nothing: secrets come from the environment.")] = False,
) -> None:
    """Write ticketbot.toml and .env, and print the link that makes the Slack app. What is there is kept."""
    from bot.app.dialogue import run

    if problem := run(url, helpdesk or [], command, timezone, directory, yes=yes):
        _fail(problem)


@app.command()
def demo(
    *,
    socket: Annotated[bool, typer.Option("--socket", help="Deliver over Socket Mode instead of HTTP.")] = False,
    port: Annotated[int, typer.Option(min=0, max=65535, help="The page's port; 0 for any.")] = 8300,
    terminal: Annotated[bool, typer.Option(help="A prompt in this terminal beside the page.")] = True,
) -> None:
    """Try everything here: a local Slack, local helpdesks and the bot, with nothing to configure."""
    from bot.playground.demo import run

    raise typer.Exit(run(socket=socket, port=port, terminal=terminal))


@actions.command("list")
def list_(
    *,
    state: State = None,
    limit: Annotated[int, typer.Option(min=1, max=1_000_000, help="How many at most.")] = 50,
    everything: Annotated[bool, typer.Option("--all", help="Deliveries to Slack too.")] = False,
    as_json: AsJson = False,
) -> None:
    """The latest entries."""
    from bot.app import operating

    if state is not None and state not in STATES:
        _fail(f"There is no state «{state}»; there are: {', '.join(STATES)}.")
    entries = _looking(operating.listed(_ledger(), state=state, limit=limit, everything=everything))
    operating.print_entries(entries, as_json=as_json)


@actions.command()
def show(entry: int, *, as_json: AsJson = False) -> None:
    """One entry, whole."""
    from bot.app import operating

    operating.print_entry(_looking(operating.one(_ledger(), entry)), as_json=as_json)


@actions.command()
def retry(entry: int) -> None:
    """Try it now: one that waits, failed, was rejected or discarded."""
    from bot.app import operating

    _looking(operating.steered(_ledger(), "retry", entry))
    typer.echo(f"Entry {entry} is tried again.")


@actions.command()
def discard(entry: int) -> None:
    """Drop it; nothing more is sent."""
    from bot.app import operating

    _looking(operating.steered(_ledger(), "discard", entry, by="operator"))
    typer.echo(f"Entry {entry} is discarded.")


@app.command()
def resync(
    ticket: Annotated[str | None, typer.Argument(help="Its reference; every linked ticket without one.")] = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Compare tickets with their threads again, put right what is missing, and say what was done."""
    from bot.app import watching

    for line in watching.lines(_looking(watching.resynced(_ledger(), ticket)), as_json=as_json):
        typer.echo(line)


@actions.command()
def export(
    *,
    since: Annotated[
        str | None, typer.Option(help="What was received from then on, ISO 8601; UTC without a zone.")
    ] = None,
    until: Annotated[str | None, typer.Option(help="Received before then.")] = None,
    format: Annotated[str, typer.Option(help="jsonl or csv.")] = "jsonl",  # noqa: A002
    texts: Annotated[bool, typer.Option("--texts", help="What was typed and answered, too.")] = False,
) -> None:
    """The audit log: every action with who, what, when, who can see it and what became of it, the oldest first."""
    from bot.app import operating

    if format not in FORMATS:
        _fail(f"There is no format «{format}»; there are: {', '.join(FORMATS)}.")
    start, end = _moment("--since", since), _moment("--until", until)
    _looking(operating.export(_ledger(), since=start, until=end, format=format, texts=texts, write=typer.echo))


@people.command()
def forget(
    person: Annotated[str, typer.Argument(help="Their Slack user id, U….")],
    *,
    name: Annotated[list[str] | None, typer.Option(help="What they are called on tickets, if it is known.")] = None,
    as_json: AsJson = False,
) -> None:
    """Delete a person's words, name and drafts from the ledger; that something was done, and when, stays."""
    from bot.app.keeping import forgetting

    if not re.fullmatch(r"[UW][A-Z0-9]+", person):
        _fail(f"«{person}» is no Slack user id; they look like U0123ABCD (in Slack: profile, ⋮, Copy member ID).")
    done = _looking(forgetting(_ledger(), person, name or ()))
    if as_json:
        _print(done)
        return
    typer.echo(
        f"{done['changed']} entries, {done['drafts']} drafts and the name on {done['names']} tickets are cleared."
    )
    if done["stay"]:
        typer.echo(f"{done['stay']} are not over yet; they follow by themselves while the bot runs.")


@ledger.command()
def backup(file: Annotated[Path, typer.Argument(help="A file that is not there yet.")]) -> None:
    """Copy a SQLite ledger, while the bot runs or not, and check the copy."""
    entries = _maintaining(lambda maintenance, url: maintenance.backup(url, file))
    typer.echo(f"{file} is a whole copy, with {entries} entries.")


@ledger.command()
def upgrade() -> None:
    """Bring the schema to this version's; `serve` and `work` do it by themselves."""
    before = _maintaining(lambda maintenance, url: maintenance.upgrade(url))
    typer.echo(f"The schema is {before.wants}; it was {before.has or 'not there'}.")


@ledger.command()
def downgrade(
    *,
    lose_everything: Annotated[bool, typer.Option("--lose-everything", help="The first migration, too.")] = False,
) -> None:
    """Take the last migration back, to go back to the version before; stop the bot first, and make a backup."""
    now = _maintaining(lambda maintenance, url: maintenance.downgrade(url, lose_everything=lose_everything))
    typer.echo(f"The schema is {now.has or 'gone'} now. This version would bring it to {now.wants} again.")


def _maintaining(do: Callable[[Any, str], T]) -> T:
    from bot.ledger import LedgerError, maintenance

    try:
        return do(maintenance, _ledger()[0])
    except LedgerError as error:
        _fail(str(error))


def _moment(option: str, said: str | None) -> datetime | None:
    try:
        return datetime.fromisoformat(said) if said else None
    except ValueError:
        _fail(f"{option} takes a day or a moment like 2026-11-22 or 2026-11-22T09:00, not «{said}».")


def _looking(work: Coroutine[Any, Any, T]) -> T:
    """Run it; what is wrong with the ledger is one line."""
    from bot.ledger import LedgerError

    try:
        return asyncio.run(work)
    except LedgerError as error:
        _fail(str(error))


def _settings() -> Any:
    from bot.config import ConfigError, load

    try:
        return load()
    except ConfigError as error:
        _fail("The configuration cannot be used:", *error.problems)


def _ledger() -> tuple[str, Path]:
    """Where the ledger is; its commands need no other setting."""
    from bot.config import ConfigError, database_url, environment

    try:
        env = environment()
        return database_url(env), env.ticketbot_state_dir
    except ConfigError as error:
        _fail(*error.problems)


def _fail(first: str, *more: str) -> NoReturn:
    typer.echo(first, err=True)
    for line in more:
        typer.echo(f"  {line}", err=True)
    raise typer.Exit(2)


def _print(said: dict[str, Any]) -> None:
    typer.echo(json.dumps(said, ensure_ascii=False))


if __name__ == "__main__":
    main()
