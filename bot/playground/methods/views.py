"""views.*: modals and App Home."""

from typing import Literal

from bot.playground.arguments import Arguments
from bot.playground.errors import SlackError, invalid_arguments
from bot.playground.methods.method import Method, codes
from bot.playground.modals import answered
from bot.playground.playground import Playground
from bot.playground.rates import TIER_4
from bot.playground.shapes import JSON
from bot.playground.strictness import check_view


def open_view(playground: Playground, args: Arguments) -> JSON:
    """Open a modal for whom the trigger belongs to."""
    content = _content(args, "modal")
    user = playground.triggers.exchange(_trigger(args))
    return {"view": answered(playground.modals.open(user, content))}


def push(playground: Playground, args: Arguments) -> JSON:
    """Put a modal on top of the open one."""
    content = _content(args, "modal")
    user = playground.triggers.exchange(_trigger(args))
    return {"view": answered(playground.modals.push(user, content))}


def update(playground: Playground, args: Arguments) -> JSON:
    """Change an open modal, or a Home view."""
    if not args.has("view_id") and not args.has("external_id"):
        raise invalid_arguments("missing required field: view_id")
    view = playground.modals.find(args.maybe("view_id"), args.maybe("external_id"))
    content = _content(args, "home" if view.content["type"] == "home" else "modal")
    return {"view": answered(playground.modals.update(view, content, args.maybe("hash")))}


def publish(playground: Playground, args: Arguments) -> JSON:
    """Set somebody's App Home."""
    user = args.required("user_id")
    content = _content(args, "home")
    if not playground.settings.manifest.home_tab:
        raise SlackError("not_enabled")
    person = playground.workspace.people.get(user)
    if person is None or not person.playable:
        raise invalid_arguments("user_not_found")
    return {"view": answered(playground.modals.publish(user, content, args.maybe("hash")))}


def _trigger(args: Arguments) -> str:
    return args.text("trigger_id") or args.required(
        "interactivity_pointer" if args.has("interactivity_pointer") else "trigger_id"
    )


def _content(args: Arguments, kind: Literal["modal", "home"]) -> JSON:
    view = args.parsed("view")
    if view is None:
        raise invalid_arguments("missing required field: view")
    if not isinstance(view, dict):
        raise invalid_arguments("must provide an object [json-pointer:/view]")
    check_view(view, kind)
    return view


_OPEN = "duplicate_external_id exchanged_trigger_id expired_trigger_id invalid_trigger_id view_too_large"
METHODS = {
    "views.open": Method(open_view, TIER_4, (), codes(_OPEN)),
    "views.push": Method(push, TIER_4, (), codes(_OPEN + " not_found push_limit_reached")),
    "views.update": Method(update, TIER_4, (), codes("duplicate_external_id hash_conflict not_found view_too_large")),
    "views.publish": Method(
        publish, TIER_4, (), codes("duplicate_external_id hash_conflict not_enabled view_too_large")
    ),
}
