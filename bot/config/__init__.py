"""Settings: secrets from the environment, everything else from ``ticketbot.toml``.

What is unknown, half set, or contradicts itself refuses to start, naming the variable or the line that is wrong.
"""

import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from pydantic import ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.config.shapes import HookPath, Port, Secret
from bot.config.tables import PermissionsTable, SirportlyTable, SocialBoardsTable, TicketbotFile
from bot.config.wording import line_of, located, words


class ConfigError(Exception):
    """The configuration cannot be used; ``problems`` says why, a line each."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


__all__ = [
    "ConfigError",
    "Environment",
    "PermissionsTable",
    "Settings",
    "SirportlyTable",
    "SocialBoardsTable",
    "TicketbotFile",
    "database_url",
    "env_file",
    "environment",
    "line_of",
    "load",
]


class Environment(BaseSettings):
    """The environment variables; an empty one counts as not set."""

    model_config = SettingsConfigDict(env_ignore_empty=True, extra="ignore", frozen=True, hide_input_in_errors=True)

    slack_bot_token: Secret | None = None
    """The bot's token, `xoxb-…`. Required."""
    slack_signing_secret: Secret | None = None
    """Checks what comes over HTTP. Required without `SLACK_APP_TOKEN`."""
    slack_app_token: Secret | None = None
    """The app-level token, `xapp-…`: Socket Mode."""
    slack_api_url: str = "https://slack.com/api/"
    """Another Web API, for tests."""
    database_url: str | None = None
    """`postgresql://…`, or `sqlite:///file`; a file in the state directory without it."""
    ticketbot_state_dir: Path = Path("state")
    """Where the ledger's file and its socket are."""
    ticketbot_config: Path = Path("ticketbot.toml")
    """The configuration file; the usual one need not be there."""
    port: Port = 3000
    """Where to listen."""
    status_token: str | None = None
    """Opens `/status` to whoever has it; without one it answers this machine alone."""
    dyno: str | None = None
    """Set by platforms whose disk does not last: then `DATABASE_URL` is required."""
    sirportly_url: str | None = None
    """The account's host, without a path: `https://api.sirportly.com`."""
    sirportly_token: Secret | None = None
    """Its API token."""
    sirportly_secret: Secret | None = None
    """Its API secret."""
    sirportly_application: Secret | None = None
    """Set for a *user* token: everything is then done by its user."""
    socialboards_url: str | None = None
    """The API's host, without a path."""
    socialboards_client_id: Secret | None = None
    """From *Settings → Installation → Public API*."""
    socialboards_refresh_token: Secret | None = None
    """From the same page; the bot keeps the newest in its ledger."""
    sirportly_hook_path: HookPath | None = None
    """The last part of the address at which Sirportly may say that a ticket has changed; without it there is none."""
    socialboards_hook_path: HookPath | None = None
    """The last part of the address that SocialBoards tells of changes at, which nobody can guess."""
    socialboards_verify_token: str | None = None
    """What SocialBoards shows when it asks whether the address is ours."""


@dataclass(frozen=True)
class Settings:
    """Everything that the bot was told, checked."""

    env: Environment
    file: TicketbotFile
    helpdesks: Mapping[str, SirportlyTable | SocialBoardsTable]
    default_helpdesk: str
    database_url: str
    state_dir: Path
    sources: tuple[str, ...] = field(default=())
    """Where it came from, for ``doctor`` and the log."""

    @property
    def socket_mode(self) -> bool:
        return self.env.slack_app_token is not None

    @property
    def slack_hosts(self) -> frozenset[str]:
        """Hosts that may be given what Slack gave us: Slack's own, or the one that plays it."""
        host = urlsplit(self.env.slack_api_url).hostname
        return frozenset({"slack.com", *([host] if host else [])})


def database_url(env: Environment) -> str:
    """Where the ledger is: ``DATABASE_URL``, or a SQLite file in the state directory.

    Raises:
        ConfigError: on a platform whose disk does not last, without ``DATABASE_URL``.
    """
    if env.database_url:
        return env.database_url
    if env.dyno:
        raise ConfigError(
            [
                "DATABASE_URL is not set, and this platform's disk does not outlive a restart (DYNO is set): "
                "a SQLite ledger would be lost. Attach a PostgreSQL database."
            ]
        )
    return f"sqlite:///{env.ticketbot_state_dir / 'ticketbot.sqlite3'}"


def load(environ: Mapping[str, str] | None = None) -> Settings:
    """Read and check all settings.

    Raises:
        ConfigError: with everything that is wrong, not only the first thing.
    """
    env = environment(environ)
    problems: list[str] = []
    file, sources = _file(env.ticketbot_config, required="ticketbot_config" in env.model_fields_set)
    if environ is None and (secrets := env_file()) is not None:
        sources = (str(secrets), *sources)
    if not env.slack_bot_token:
        problems.append(
            "SLACK_BOT_TOKEN is not set: the bot's token, xoxb-…, from the app's page «OAuth & Permissions»."
        )
    if not env.slack_app_token and not env.slack_signing_secret:
        problems.append("Set SLACK_SIGNING_SECRET (for HTTP) or SLACK_APP_TOKEN (for Socket Mode).")
    helpdesks = dict(file.helpdesks) or _implied(env)
    if not helpdesks:
        problems.append(
            "There is no helpdesk: set SIRPORTLY_URL, SIRPORTLY_TOKEN and SIRPORTLY_SECRET, or SOCIALBOARDS_URL, "
            "SOCIALBOARDS_CLIENT_ID and SOCIALBOARDS_REFRESH_TOKEN."
        )
    problems += _half_set(env, {table.kind for table in helpdesks.values()})
    problems += _dangling(file, helpdesks, env.ticketbot_config)
    try:
        url = database_url(env)
    except ConfigError as error:
        problems += error.problems
    if problems:
        raise ConfigError(problems)
    return Settings(
        env=env,
        file=file,
        helpdesks=helpdesks,
        default_helpdesk=file.default_helpdesk or next(iter(helpdesks)),
        database_url=url,
        state_dir=env.ticketbot_state_dir,
        sources=sources,
    )


def environment(environ: Mapping[str, str] | None = None) -> Environment:
    """The environment variables; this process's own and those of `env_file`, if none are given. Raises ConfigError."""
    try:
        if environ is None:
            return Environment(_env_file=env_file())
        known = {name: environ[name.upper()] for name in Environment.model_fields if environ.get(name.upper())}
        return Environment.model_validate(known)
    except ValidationError as error:
        raise ConfigError(
            [f"{str(each['loc'][0]).upper()}: {words(each)}" for each in error.errors()],
        ) from error
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError([f"{env_file()} cannot be read: {error}"]) from error


def env_file() -> Path | None:
    """The file that variables are read from which this process does not have: ``.env``, or ``TICKETBOT_ENV_FILE``.

    None where there is no such file, and where the environment has ``SLACK_BOT_TOKEN`` itself: then whoever started
    the process has configured it, and a file that happens to lie there must not mix in.
    """
    path = Path(os.environ.get("TICKETBOT_ENV_FILE") or ".env")
    return None if os.environ.get("SLACK_BOT_TOKEN") or not path.is_file() else path


_MEANT = "TICKETBOT_CONFIG names the configuration file, such as /etc/ticketbot/ticketbot.toml."


def _file(path: Path, *, required: bool) -> tuple[TicketbotFile, tuple[str, ...]]:
    if not path.is_file():
        if path.exists():
            raise ConfigError([f"{path} is a {'directory' if path.is_dir() else 'device'} and not a file; {_MEANT}"])
        if required:
            raise ConfigError([f"TICKETBOT_CONFIG names {path}, and there is no such file."])
        return TicketbotFile(), ("environment",)
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError([f"{path} cannot be read as UTF-8 text: {error}"]) from error
    try:
        return TicketbotFile.model_validate(tomllib.loads(text)), ("environment", str(path))
    except tomllib.TOMLDecodeError as error:
        raise ConfigError([f"{path}: {error}"]) from error
    except ValidationError as error:
        raise ConfigError([located(path, text, each) for each in error.errors()]) from error


def _implied(env: Environment) -> dict[str, SirportlyTable | SocialBoardsTable]:
    """The helpdesks that the environment alone describes."""
    implied: dict[str, SirportlyTable | SocialBoardsTable] = {}
    if env.sirportly_url:
        implied["support"] = SirportlyTable(kind="sirportly")
    if env.socialboards_url:
        implied["social"] = SocialBoardsTable(kind="socialboards")
    return implied


_NEEDS = {
    "sirportly": ("sirportly_url", "sirportly_token", "sirportly_secret"),
    "socialboards": ("socialboards_url", "socialboards_client_id", "socialboards_refresh_token"),
}


def _half_set(env: Environment, kinds: set[str]) -> list[str]:
    problems = []
    for kind, names in _NEEDS.items():
        missing = [name.upper() for name in names if not getattr(env, name)]
        given = [name.upper() for name in names if getattr(env, name)]
        if missing and (kind in kinds or given):
            because = f"{given[0]} is set" if given else f'a helpdesk has kind = "{kind}"'
            problems.append(f"{', '.join(missing)} must be set, because {because}.")
    problems += [
        f"{name.upper()} must be an address that starts with http:// or https://, and without spaces."
        for name in ("sirportly_url", "socialboards_url", "slack_api_url")
        if getattr(env, name) and not _is_address(getattr(env, name))
    ]
    for name in ("sirportly_url", "socialboards_url"):
        url = getattr(env, name)
        if url and _is_address(url) and (more := _beyond_host(url)):
            host = f"{urlsplit(url).scheme}://{urlsplit(url).netloc.rpartition('@')[2]}"
            problems.append(f"{name.upper()} is the address of the host alone, without {more}: {host}")
    return problems


def _beyond_host(url: str) -> str:
    """What of an address is not its host; a slash alone is nothing, and what a query says may be a secret."""
    read = urlsplit(url)
    parts = {f"the path «{read.path}»": read.path.strip("/"), "a query, «?»": "?" in url, "a fragment, «#»": "#" in url}
    return " and ".join(what for what, there in parts.items() if there)


def _is_address(url: str) -> bool:
    try:
        read = urlsplit(url)
        host, _ = (read.hostname or "").encode("idna"), read.port  # ValueError where either is none
    except ValueError:
        return False
    return bool(host) and b".." not in host and re.fullmatch(r"https?://\S+", url) is not None


def _dangling(file: TicketbotFile, helpdesks: Mapping[str, object], path: Path) -> list[str]:
    text = path.read_text(encoding="utf-8") if path.is_file() else ""
    names = ", ".join(helpdesks) or "none"
    uses = {f"channels.{channel}.helpdesk": table.helpdesk for channel, table in file.channels.items()}
    uses["default_helpdesk"] = file.default_helpdesk
    return [
        f"{path}:{line_of(text, key.split('.')) or 1}: {key}: there is no helpdesk «{name}»; there are: {names}."
        for key, name in uses.items()
        if name is not None and name not in helpdesks
    ]
