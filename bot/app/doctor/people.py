"""Does Slack know everybody whom the configuration names? An id that it does not know lets nobody in."""

from collections.abc import AsyncIterator, Iterable, Iterator

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from bot.app.doctor.findings import Finding, fine, skipped, warning, wrong
from bot.config import PermissionsTable, TicketbotFile
from bot.slack.refusals import code_of

_MOST = 100
"""So many users are looked at: Slack answers about as many ``users.info`` a minute
(docs.slack.dev/reference/methods/users.info, Tier 4)."""
_UNREACHED = (SlackClientError, aiohttp.ClientError, TimeoutError, OSError, ValueError)
_UNKNOWN = frozenset({"user_not_found", "user_not_visible", "users_not_found"})


async def examine(client: AsyncWebClient, file: TicketbotFile) -> AsyncIterator[Finding]:
    """Every user and user group that the configuration names."""
    named: dict[str, str] = {}
    for where, ids in _named(file):
        for each in ids:
            named.setdefault(each, where)
    users = {each: where for each, where in named.items() if not each.startswith("S")}
    groups = {each: where for each, where in named.items() if each.startswith("S")}
    if users:
        async for finding in _users(client, users):
            yield finding
    if groups:
        async for finding in _groups(client, groups):
            yield finding


def _named(file: TicketbotFile) -> Iterator[tuple[str, Iterable[str]]]:
    """Where people are named, and which."""
    yield "[people]", file.people
    for name in PermissionsTable.model_fields:
        if name != "channels":
            yield f"{name} in [permissions]", getattr(file.permissions, name) or ()
    for channel, table in file.channels.items():
        yield f"people in [channels.{channel}]", table.people or ()


async def _users(client: AsyncWebClient, users: dict[str, str]) -> AsyncIterator[Finding]:
    check, known = "slack.people", 0
    for user, where in list(users.items())[:_MOST]:
        try:
            info = (await client.users_info(user=user)).get("user") or {}
        except SlackApiError as error:
            code = code_of(error)
            if code not in _UNKNOWN:
                yield skipped(check, f"Slack does not tell of users: {code}. {known} of {len(users)} were looked up.")
                return
            fix = f"Correct {where}: in the person's profile in Slack, ⋮ → Copy member ID."
            yield wrong(f"{check}.{user}", f"Slack knows no user {user}.", fix)
            continue
        except _UNREACHED as error:
            yield skipped(check, f"Slack does not tell of users: {type(error).__name__}.")
            return
        known += 1
        if info.get("deleted"):
            name = info.get("real_name") or info.get("name") or "This person"
            yield warning(
                f"{check}.{user}", f"{name}'s account in Slack is deactivated.", f"Take {user} out of {where}."
            )
    if len(users) > _MOST:
        yield skipped(check, f"Only the first {_MOST} of {len(users)} users were looked up.")
    elif known == len(users):
        yield fine(check, f"Slack knows all {known} users of the configuration.")


async def _groups(client: AsyncWebClient, groups: dict[str, str]) -> AsyncIterator[Finding]:
    check = "slack.groups"
    try:
        found = {str(each.get("id")) for each in (await client.usergroups_list()).get("usergroups") or ()}
    except SlackApiError as error:
        yield skipped(check, f"User groups cannot be looked up: {code_of(error)}.")
        return
    except _UNREACHED as error:
        yield skipped(check, f"User groups cannot be looked up: {type(error).__name__}.")
        return
    lost = {group: where for group, where in groups.items() if group not in found}
    for group, where in lost.items():
        fix = f"Correct {where}: in the group's menu in Slack, under User groups, there is its id."
        yield wrong(f"{check}.{group}", f"Slack knows no user group {group}, or it is switched off.", fix)
    if not lost:
        yield fine(check, f"Slack knows all {len(groups)} user groups of the configuration.")
