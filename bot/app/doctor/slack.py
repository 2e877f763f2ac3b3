"""Is Slack reached, as whom, with which scopes; do the clocks agree; is the bot where the configuration wants it."""

import re
import time
from collections.abc import AsyncIterator, Iterable, Mapping
from email.utils import parsedate_to_datetime
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from bot.app import manifest
from bot.app.doctor import people
from bot.app.doctor.findings import Finding, fine, skipped, warning, wrong
from bot.config import Environment, Settings
from bot.slack.refusals import code_of

TOO_FAR = 300.0
"""Seconds by which Slack's clock and ours may differ before its requests count as replayed
(docs.slack.dev/authentication/verifying-requests-from-slack)."""
FAR = 30.0
_SECRET = re.compile(r"[0-9a-f]{32}")
"""How signing secrets have looked so far; no page promises it."""
_APPS = "https://api.slack.com/apps"
_UNREACHED = (SlackClientError, aiohttp.ClientError, TimeoutError, OSError, ValueError)


async def examine(env: Environment, settings: Settings | None) -> AsyncIterator[Finding]:
    """Everything about Slack; with the settings also the channels that they name."""
    yield _signing_secret(env)
    if env.slack_app_token:
        yield await _socket_mode(env)
    if not env.slack_bot_token:
        yield wrong(
            "slack.token", "SLACK_BOT_TOKEN is not set.", f"Set it: {_APPS} → your app → OAuth & Permissions → xoxb-…."
        )
        return
    client = AsyncWebClient(token=env.slack_bot_token, base_url=env.slack_api_url, timeout=10)
    before = time.time()
    try:
        answer = await client.auth_test()
    except SlackApiError as error:
        yield _refused("slack.token", error, "SLACK_BOT_TOKEN", "xoxb-")
        return
    except _UNREACHED as error:
        yield wrong(
            "slack.token",
            f"Slack does not answer at {env.slack_api_url}: {type(error).__name__}.",
            "Let this machine reach slack.com on port 443; leave SLACK_API_URL unset unless you mean it.",
        )
        return
    if not answer.get("bot_id"):
        says = f"This is the token of the person {answer.get('user')}, not of a bot."
        yield wrong("slack.token", says, "Take the «Bot User OAuth Token», xoxb-….")
    else:
        yield fine("slack.token", f"I am {answer.get('user')} in {answer.get('team')}.")
    headers = {str(name).lower(): str(value) for name, value in answer.headers.items()}
    yield _scopes(headers)
    yield _clock(headers, (before + time.time()) / 2)
    if settings is not None:
        async for finding in _channels(client, settings):
            yield finding
        async for finding in people.examine(client, settings.file):
            yield finding


def _signing_secret(env: Environment) -> Finding:
    check = "slack.signing_secret"
    if not env.slack_signing_secret:
        if env.slack_app_token:
            return skipped(check, "Socket Mode needs none.")
        fix = f"Set it: {_APPS} → your app → Basic Information; or SLACK_APP_TOKEN for Socket Mode."
        return wrong(check, "SLACK_SIGNING_SECRET is not set, so nothing over HTTP could be believed.", fix)
    if not _SECRET.fullmatch(env.slack_signing_secret):
        says = "SLACK_SIGNING_SECRET does not look like one (32 hexadecimal digits)."
        return warning(check, says, "Compare it with Basic Information → Signing Secret; it is not the Client Secret.")
    return fine(check, "It is set. Whether it is this app's shows with Slack's first request.")


async def _socket_mode(env: Environment) -> Finding:
    client = AsyncWebClient(token=env.slack_app_token, base_url=env.slack_api_url, timeout=10)
    try:
        await client.apps_connections_open(app_token=env.slack_app_token or "")
    except SlackApiError as error:
        return _refused("slack.socket_mode", error, "SLACK_APP_TOKEN", "xapp-")
    except _UNREACHED as error:
        says = f"Slack gives no Socket Mode connection: {type(error).__name__}."
        return wrong("slack.socket_mode", says, "Let this machine reach slack.com on port 443, WebSockets included.")
    return fine("slack.socket_mode", "Slack gives a connection to SLACK_APP_TOKEN.")


def _refused(check: str, error: SlackApiError, variable: str, prefix: str) -> Finding:
    code = code_of(error)[:60]
    match code:
        case "missing_scope":
            fix = "Generate the app-level token anew, with the scope connections:write."
        case "not_allowed_token_type":
            fix = f"{variable} takes a token that begins with {prefix}."
        case "invalid_auth" | "not_authed" | "account_inactive" | "token_revoked" | "token_expired":
            fix = f"Put the app's current {prefix}… token into {variable}; reinstall the app if it has none."
        case "socket_mode_not_enabled" | "forbidden":
            fix = f"Switch Socket Mode on: {_APPS} → your app → Socket Mode."
        case _:
            fix = "Look it up: https://docs.slack.dev/reference/methods/auth.test; try again if Slack has an outage."
    return wrong(check, f"Slack refuses {variable}: {code}.", fix)


def _scopes(headers: Mapping[str, str]) -> Finding:
    check = "slack.scopes"
    if "x-oauth-scopes" not in headers:
        return skipped(check, "Slack did not say which scopes the token has.")
    shipped = manifest.shipped()
    if shipped is None:
        return skipped(check, "manifest.json is not beside the program, so there is nothing to compare with.")
    has = {scope.strip() for scope in headers["x-oauth-scopes"].split(",") if scope.strip()}
    if missing := sorted(manifest.scopes(shipped) - has):
        fix = f"Paste manifest.json at {_APPS} → your app → App Manifest, then reinstall the app."
        return wrong(check, f"The token lacks {', '.join(missing)}.", fix)
    if more := sorted(has - manifest.scopes(shipped)):
        fix = "Take out what nothing else of yours needs, and reinstall the app."
        return warning(check, f"The token is allowed more than the bot uses: {', '.join(more)}.", fix)
    return fine(check, f"The token has all {len(has)} scopes of the manifest.")


def _clock(headers: Mapping[str, str], now: float) -> Finding:
    check = "slack.clock"
    try:
        skew = now - parsedate_to_datetime(headers["date"]).timestamp()
    except (KeyError, ValueError, TypeError):
        return skipped(check, "Slack's answer has no date to compare clocks with.")
    seconds = f"{abs(skew):.0f} s {'ahead of' if skew > 0 else 'behind'} Slack's"
    fix = "Set this machine's clock by NTP: timedatectl set-ntp true."
    if abs(skew) > TOO_FAR:
        return wrong(check, f"This clock is {seconds}: every request of Slack's counts as replayed.", fix)
    if abs(skew) > FAR:
        return warning(check, f"This clock is {seconds}.", fix)
    return fine(check, "This clock and Slack's agree.")


async def _channels(client: AsyncWebClient, settings: Settings) -> AsyncIterator[Finding]:
    for channel in sorted({*settings.file.channels, *_permitted(settings.file.permissions.channels)}):
        check = f"slack.channel.{channel}"
        try:
            info: dict[str, Any] = (await client.conversations_info(channel=channel)).get("channel") or {}
        except SlackApiError as error:
            code = code_of(error)
            if code == "channel_not_found":
                fix = "Correct the id (channel details, at the bottom); into a private channel, /invite the bot."
                yield wrong(check, f"There is no channel {channel}, or it is private and I am not in it.", fix)
            else:
                yield skipped(check, f"Slack does not tell of {channel}: {code}.")
            continue
        except _UNREACHED as error:
            yield skipped(check, f"Slack does not tell of {channel}: {type(error).__name__}.")
            continue
        name = f"#{info.get('name', channel)}"
        if info.get("is_archived"):
            yield warning(check, f"{name} is archived.", f"Take {channel} out of the configuration.")
        elif not info.get("is_member"):
            fix = f"In {name}: /invite the bot."
            yield warning(check, f"I am not in {name}: results come there, but no mentions or threads do.", fix)
        else:
            yield fine(check, f"I am in {name}.")


def _permitted(channels: Iterable[str] | None) -> Iterable[str]:
    return channels or ()
