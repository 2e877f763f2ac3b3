"""What an app asks about itself and the workspace, and how it connects."""

from typing import Literal

from bot.playground.arguments import Arguments
from bot.playground.blockkit import validate_message, validate_view
from bot.playground.errors import SlackError, invalid_arguments
from bot.playground.methods.method import Method, codes
from bot.playground.playground import Playground
from bot.playground.rates import OFTEN, TIER_1, TIER_2, TIER_3
from bot.playground.shapes import JSON
from bot.playground.store import APP, BOT, BOT_USER, PARTNER, TEAM, TEAM_DOMAIN, TEAM_NAME


def api_test(_: Playground, args: Arguments) -> JSON:
    """Answers what it was given; ``error`` makes it fail."""
    if args.has("error"):
        raise SlackError(args.text("error"), args=args.given)
    return {"args": args.given}


def auth_test(playground: Playground, _: Arguments) -> JSON:
    """Who the token belongs to."""
    return {
        "url": f"{playground.settings.base_url}/",
        "team": TEAM_NAME,
        "user": playground.workspace.people[BOT_USER].name,
        "team_id": TEAM,
        "user_id": BOT_USER,
        "bot_id": BOT,
        "is_enterprise_install": False,
    }


def team_info(playground: Playground, args: Arguments) -> JSON:
    """A workspace: this one, or by its id the other organisation's."""
    team = args.text("team") or TEAM
    if team not in (TEAM, PARTNER):
        raise SlackError("team_not_found")
    name, domain = (TEAM_NAME, TEAM_DOMAIN) if team == TEAM else ("Partner", "partner")
    url = f"{playground.settings.base_url}/"
    return {
        "team": {
            "id": team,
            "name": name,
            "domain": domain,
            "url": url,
            "email_domain": "",
            "icon": {"image_default": True},
        }
    }


def bots_info(playground: Playground, args: Arguments) -> JSON:
    """The app's bot."""
    if args.text("bot", BOT) != BOT:
        raise SlackError("bot_not_found")
    return {
        "bot": {
            "id": BOT,
            "deleted": False,
            "name": playground.settings.manifest.bot_name,
            "updated": 1_700_000_000,
            "app_id": APP,
            "user_id": BOT_USER,
            "icons": {f"image_{size}": "" for size in (36, 48, 72)},
        }
    }


def connections_open(playground: Playground, args: Arguments) -> JSON:
    """An address for one Socket Mode connection."""
    url = playground.socket.ticket()
    return {"url": url + "&debug_reconnects=true" if args.flag("debug_reconnects") else url}


def emoji_list(playground: Playground, _: Arguments) -> JSON:
    """The workspace's own emoji; there are none."""
    return {"emoji": {}, "cache_ts": f"{playground.clock.now():.6f}"}


def blocks_validate(_: Playground, args: Arguments) -> JSON:
    """Say what is wrong with blocks, a message or a view, without showing them."""
    subject = next((name for name in ("blocks", "message", "view") if args.has(name)), None)
    if subject is None:
        raise invalid_arguments("missing required field: blocks")
    value = args.parsed(subject)
    if subject == "view":
        kind: Literal["modal", "home"] = "home" if isinstance(value, dict) and value.get("type") == "home" else "modal"
        problems = validate_view(value, kind=kind)
    else:
        problems = validate_message({"blocks": value, "text": "."} if subject == "blocks" else value)
    if any(problem.severity == "error" for problem in problems):
        raise SlackError(f"invalid_{subject}", [problem.rendered for problem in problems])
    return {}


def set_status(playground: Playground, args: Arguments) -> JSON:
    """Say below a thread what the app is doing; an empty status takes it away."""
    channel = playground.channel(args.required("channel_id"))
    thread = args.required("thread_ts")
    if thread not in channel.messages:
        raise SlackError("invalid_thread_ts")
    playground.changes.publish(
        "status", channel.members, channel=channel.id, thread_ts=thread, text=args.text("status")
    )
    return {}


METHODS = {
    "api.test": Method(api_test, OFTEN, (), token="any"),
    "auth.test": Method(auth_test, OFTEN, (), token="any"),
    "team.info": Method(team_info, TIER_3, ("team:read",), codes("team_not_found")),
    "bots.info": Method(bots_info, TIER_3, ("users:read",), codes("bot_not_found")),
    "apps.connections.open": Method(connections_open, TIER_1, (), codes("internal_error"), token="app"),
    "emoji.list": Method(emoji_list, TIER_2, ("emoji:read",)),
    "blocks.validate": Method(blocks_validate, TIER_3, (), codes("invalid_blocks invalid_message invalid_view")),
    "assistant.threads.setStatus": Method(
        set_status, 60, ("chat:write", "assistant:write"), codes("channel_not_found invalid_thread_ts")
    ),
}
