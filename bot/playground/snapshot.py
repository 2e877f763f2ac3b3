"""The workspace as one person sees it, or as a test wants to see all of it."""

from dataclasses import asdict

from bot.playground.messages import shown, shown_ephemeral
from bot.playground.modals import shown as shown_view
from bot.playground.playground import Playground
from bot.playground.shapes import JSON
from bot.playground.store import TEAM, TEAM_DOMAIN, TEAM_NAME, Person


def for_person(playground: Playground, person: Person) -> JSON:
    """What ``GET /ui/state`` answers."""
    workspace = playground.workspace
    visible = workspace.visible(person.id)
    ephemerals: dict[str, list[JSON]] = {}
    for each in workspace.ephemerals.values():
        if each.user == person.id:
            ephemerals.setdefault(each.channel, []).append(shown_ephemeral(each))
    home = workspace.homes.get(person.id)
    return {
        "seq": playground.changes.seq,
        "workspace": {"id": TEAM, "name": TEAM_NAME, "domain": TEAM_DOMAIN},
        "app": playground.app(),
        "me": person.id,
        "people": [described(each) for each in workspace.people.values()],
        "usergroups": [asdict(group) for group in workspace.groups.values()],
        "channels": [playground.places.shown(channel, person.id) for channel in visible],
        "messages": {c.id: [shown(message, c.id) for message in c.messages.values()] for c in visible},
        "ephemerals": ephemerals,
        "modals": playground.modals.stack(person.id),
        "home": shown_view(home) if home is not None else None,
        "helpdesks": [
            {"name": name, "url": url, "proxy": f"/helpdesk/{name}"}
            for name, url in playground.settings.helpdesks.items()
        ],
        "faults": playground.faults.shown(),
        "speed": playground.rates.speed,
        "clock": clock(playground),
    }


def described(person: Person) -> JSON:
    """Somebody, as the page shows them."""
    return {
        "id": person.id,
        "name": person.name,
        "real_name": person.real_name,
        "display_name": person.display_name,
        "email": person.email,
        "team_id": person.team,
        "is_bot": person.is_bot,
        "tz": person.tz,
        "color": person.color,
        "playable": person.playable,
        "note": person.note,
    }


def clock(playground: Playground) -> JSON:
    """The time, and how far a test moved it."""
    return {"now": playground.clock.now(), "offset": playground.clock.offset}


def everything(playground: Playground) -> JSON:
    """What ``GET /control/state`` answers."""
    workspace = playground.workspace
    files = [{key: value for key, value in vars(each).items() if key != "content"} for each in workspace.files.values()]
    return {
        "ok": True,
        "users": [described(each) for each in workspace.people.values()],
        "channels": [{**vars(each), "messages": list(each.messages.values())} for each in workspace.channels.values()],
        "ephemerals": [vars(each) for each in workspace.ephemerals.values()],
        "views": {user: [shown_view(view) for view in stack] for user, stack in workspace.modals.items() if stack},
        "homes": {user: shown_view(view) for user, view in workspace.homes.items()},
        "files": files,
        "faults": playground.faults.shown(),
        "speed": playground.rates.speed,
        "clock": clock(playground),
        "connections": playground.socket.ids,
        "pending": playground.deliveries.pending,
    }
