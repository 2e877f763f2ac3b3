"""users.* and usergroups.*."""

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot.playground.arguments import Arguments
from bot.playground.errors import SlackError
from bot.playground.methods.method import Method, codes
from bot.playground.paging import page
from bot.playground.playground import Playground
from bot.playground.rates import TIER_2, TIER_3, TIER_4
from bot.playground.shapes import JSON
from bot.playground.store import APP, BOT, BOT_USER, SLACKBOT, TEAM, Group, Person

LIMIT_NEEDED = 1_000
"""``users.list`` without a limit is refused in large workspaces; how large is not documented."""


def info(playground: Playground, args: Arguments) -> JSON:
    """One person."""
    return {"user": described(playground, _person(playground, args.required("user")))}


def list_users(playground: Playground, args: Arguments) -> JSON:
    """Everybody in the workspace; people of other organisations are not listed."""
    people = [person for person in playground.workspace.people.values() if person.team == TEAM]
    if not args.has("limit") and len(people) > LIMIT_NEEDED:
        raise SlackError("limit_required")
    found, cursor = page(people, args, default=LIMIT_NEEDED, wrong="invalid_arguments")
    return {
        "members": [described(playground, person) for person in found],
        "cache_ts": int(playground.clock.now()),
        "response_metadata": {"next_cursor": cursor},
    }


def lookup_by_email(playground: Playground, args: Arguments) -> JSON:
    """The person with that address."""
    email = args.required("email").casefold()
    for person in playground.workspace.people.values():
        if person.email and person.email.casefold() == email and person.team == TEAM and not person.deleted:
            return {"user": described(playground, person)}
    raise SlackError("users_not_found")


def profile_get(playground: Playground, args: Arguments) -> JSON:
    """One person's profile; the app's own when none is named."""
    person = _person(playground, args.text("user") or BOT_USER)
    return {"profile": described(playground, person)["profile"]}


def get_presence(playground: Playground, args: Arguments) -> JSON:
    """Whether somebody is there; in here everybody always is."""
    _person(playground, args.text("user") or BOT_USER)
    return {"presence": "active"}


def _person(playground: Playground, user: str) -> Person:
    person = playground.workspace.people.get(user)
    if person is None:
        raise SlackError("user_not_found")
    return person


def described(playground: Playground, person: Person) -> JSON:
    """A person as ``users.info`` tells it; the address only with ``users:read.email``."""
    zone = ZoneInfo(person.tz)
    now = datetime.fromtimestamp(playground.clock.now(), UTC).astimezone(zone)
    offset = now.utcoffset()
    first, _, last = person.real_name.partition(" ")
    profile: JSON = {
        "real_name": person.real_name,
        "real_name_normalized": person.real_name,
        "display_name": person.display_name,
        "display_name_normalized": person.display_name,
        "first_name": first,
        "last_name": last,
        "title": "",
        "phone": "",
        "status_text": "",
        "status_emoji": "",
        "avatar_hash": "g" + person.color,
        "team": person.team,
        **{f"image_{size}": "" for size in (24, 32, 48, 72, 192, 512)},
    }
    if person.id == BOT_USER:
        profile |= {"bot_id": BOT, "api_app_id": APP}
    elif person.email and playground.has_scope("users:read.email"):
        profile["email"] = person.email
    return {
        "id": person.id,
        "team_id": person.team,
        "name": person.name,
        "deleted": person.deleted,
        "color": person.color,
        "real_name": person.real_name,
        "tz": person.tz,
        "tz_label": now.tzname() or person.tz,
        "tz_offset": int(offset.total_seconds()) if offset else 0,
        "locale": "en-GB",
        "profile": profile,
        "is_admin": person.is_admin,
        "is_owner": False,
        "is_primary_owner": False,
        "is_restricted": False,
        "is_ultra_restricted": False,
        # Slack says so of its own bot user too.
        "is_bot": person.is_bot and person.id != SLACKBOT,
        "is_app_user": False,
        "is_stranger": person.team != TEAM,
        "is_email_confirmed": not person.is_bot,
        "updated": person.updated,
    }


def usergroups_list(playground: Playground, args: Arguments) -> JSON:
    """The user groups."""
    groups = [_group(group) for group in playground.workspace.groups.values()]
    if args.flag("include_users"):
        for group, source in zip(groups, playground.workspace.groups.values(), strict=True):
            group["users"] = list(source.users)
    return {"usergroups": groups}


def usergroups_users_list(playground: Playground, args: Arguments) -> JSON:
    """Who is in a user group."""
    group = playground.workspace.groups.get(args.required("usergroup"))
    if group is None:
        raise SlackError("no_such_subteam")
    return {"users": list(group.users)}


def _group(group: Group) -> dict[str, Any]:
    return {
        "id": group.id,
        "team_id": TEAM,
        "is_usergroup": True,
        "is_external": False,
        "name": group.name,
        "handle": group.handle,
        "description": "",
        "date_create": 1_700_000_000,
        "date_update": 1_700_000_000,
        "date_delete": 0,
        "auto_type": None,
        "created_by": "U0ADAM",
        "updated_by": "U0ADAM",
        "deleted_by": None,
        "prefs": {"channels": [], "groups": []},
        "user_count": str(len(group.users)),
    }


READ = ("users:read",)
METHODS = {
    "users.info": Method(info, TIER_4, READ, codes("user_not_found")),
    "users.list": Method(list_users, TIER_2, READ, codes("invalid_cursor limit_required")),
    "users.lookupByEmail": Method(lookup_by_email, TIER_3, ("users:read.email",), codes("users_not_found")),
    "users.profile.get": Method(profile_get, TIER_4, ("users.profile:read",), codes("user_not_found")),
    "users.getPresence": Method(get_presence, TIER_3, READ, codes("user_not_found")),
    "usergroups.list": Method(usergroups_list, TIER_2, ("usergroups:read",)),
    "usergroups.users.list": Method(usergroups_users_list, TIER_2, ("usergroups:read",), codes("no_such_subteam")),
}
