"""Views: the stack of modals that a person has open, and their App Home.

Source: docs.slack.dev/surfaces/modals. What happens to an open stack when the app opens another view is not documented:
here the new one takes its place.
"""

import copy

from bot.playground.changes import Changes
from bot.playground.clock import Clock
from bot.playground.errors import SlackError
from bot.playground.ids import new_hash, new_id
from bot.playground.messages import elements, name_blocks
from bot.playground.shapes import JSON
from bot.playground.store import APP, BOT, TEAM, View, Workspace
from bot.playground.values import state_values

STACK = 3


class Modals:
    """Opens, stacks, updates and closes views."""

    def __init__(self, workspace: Workspace, clock: Clock, changes: Changes) -> None:
        self._workspace, self._clock, self._changes = workspace, clock, changes

    def open(self, user: str, content: JSON) -> View:
        """Open a modal; raises ``duplicate_external_id``."""
        self._only(content, besides=None)
        view = self._made(user, content)
        self._workspace.modals[user] = [view]
        self.show(user)
        return view

    def push(self, user: str, content: JSON) -> View:
        """Put a modal on top; raises ``not_found``, ``push_limit_reached`` and ``duplicate_external_id``."""
        stack = self._workspace.modals.get(user)
        if not stack:
            raise SlackError("not_found")
        if len(stack) >= STACK:
            raise SlackError("push_limit_reached")
        self._only(content, besides=None)
        view = self._made(user, content, below=stack[-1])
        stack.append(view)
        self.show(user)
        return view

    def find(self, view_id: str | None, external_id: str | None) -> View:
        """An open modal (or a Home view) by one of its ids; raises ``not_found``."""
        for view in [*(v for stack in self._workspace.modals.values() for v in stack), *self._workspace.homes.values()]:
            if (view_id and view.id == view_id) or (external_id and view.content.get("external_id") == external_id):
                return view
        raise SlackError("not_found")

    def update(self, view: View, content: JSON, given_hash: str | None) -> View:
        """Replace what a view shows; raises ``hash_conflict`` and ``duplicate_external_id``.

        What was filled in stays where block_id and action_id stay the same.
        """
        if given_hash is not None and given_hash != view.hash:
            raise SlackError("hash_conflict")
        self._only(content, besides=view)
        view.content = _prepared(content)
        view.hash = new_hash(self._clock.now())
        view.errors, view.banner = {}, None
        kept = {
            (block["block_id"], each.get("action_id")) for block in view.content["blocks"] for each in elements(block)
        }
        view.values = {
            block: {action: value for action, value in values.items() if (block, action) in kept}
            for block, values in view.values.items()
        }
        self.show(view.user)
        return view

    def publish(self, user: str, content: JSON, given_hash: str | None) -> View:
        """Set somebody's App Home; raises ``hash_conflict`` and ``duplicate_external_id``."""
        view = self._workspace.homes.get(user)
        if view is not None:
            return self.update(view, content, given_hash)
        self._only(content, besides=None)
        view = self._made(user, content)
        self._workspace.homes[user] = view
        self.show(user)
        return view

    def close(self, view: View) -> list[View]:
        """Take ``view`` and everything above it away; returns what was closed, the top one first."""
        stack = self._workspace.modals.get(view.user, [])
        if view not in stack:
            return []
        at = stack.index(view)
        closed = stack[at:][::-1]
        del stack[at:]
        self.show(view.user)
        return closed

    def clear(self, user: str) -> list[View]:
        """Close the whole stack; returns what was closed, the top one first."""
        stack = self._workspace.modals.get(user, [])
        return self.close(stack[0]) if stack else []

    def stack(self, user: str) -> list[JSON]:
        """What ``user`` has open, the bottom first, as the page gets it."""
        return [shown(view) for view in self._workspace.modals.get(user, [])]

    def show(self, user: str) -> None:
        """Tell the page of ``user`` what is open now."""
        self._changes.publish("modals", [user], stack=self.stack(user))
        home = self._workspace.homes.get(user)
        self._changes.publish("home", [user], view=shown(home) if home else None)

    def _made(self, user: str, content: JSON, *, below: View | None = None) -> View:
        view_id = new_id("V")
        return View(
            id=view_id,
            user=user,
            content=_prepared(content),
            hash=new_hash(self._clock.now()),
            root=below.root if below else view_id,
            previous=below.id if below else None,
        )

    def _only(self, content: JSON, *, besides: View | None) -> None:
        external = content.get("external_id")
        if not external:
            return
        try:
            other = self.find(None, external)
        except SlackError:
            return
        if other is not besides:
            raise SlackError("duplicate_external_id")


def _prepared(content: JSON) -> JSON:
    prepared = copy.deepcopy(content)
    for part in ("title", "submit", "close"):
        if isinstance(prepared.get(part), dict):
            prepared[part].setdefault("emoji", True)
        else:
            prepared.pop(part, None)
    name_blocks(prepared["blocks"])
    return prepared


def shown(view: View) -> JSON:
    """A view as the page gets it."""
    return {
        **view.content,
        "id": view.id,
        "hash": view.hash,
        "root_view_id": view.root,
        "previous_view_id": view.previous,
        "errors": view.errors,
        "banner": view.banner,
        "values": view.values,
    }


def answered(view: View) -> JSON:
    """A view as the Web API answers it."""
    content = view.content
    return {
        "id": view.id,
        "team_id": TEAM,
        "type": content["type"],
        "title": content.get("title"),
        "submit": content.get("submit"),
        "close": content.get("close"),
        "blocks": content["blocks"],
        "private_metadata": content.get("private_metadata", ""),
        "callback_id": content.get("callback_id", ""),
        "external_id": content.get("external_id", ""),
        "state": {"values": state_values(view.content["blocks"], view.values)},
        "hash": view.hash,
        "clear_on_close": content.get("clear_on_close", False),
        "notify_on_close": content.get("notify_on_close", False),
        "root_view_id": view.root,
        "previous_view_id": view.previous,
        "app_id": APP,
        "app_installed_team_id": TEAM,
        "bot_id": BOT,
    }
