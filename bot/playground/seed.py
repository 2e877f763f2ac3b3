"""The workspace as it is after a reset. The ids are part of the contract in README.md."""

from bot.playground.manifest import Manifest
from bot.playground.store import BOT_USER, PARTNER, SLACKBOT, Channel, Group, Person, Workspace


def seed(manifest: Manifest) -> Workspace:
    """A fresh workspace in which the manifest's app is installed."""
    people = (
        Person("U0ADAM", "adam", "Adam Archer", "adam@example.com", note="staff", is_admin=True),
        Person("U0PRIYA", "priya", "Priya Patel", "priya@example.com", tz="Asia/Kolkata", color="4bbe2e", note="staff"),
        Person(
            "U0SAM",
            "sam",
            "Sam Okafor",
            "sam@example.com",
            tz="America/New_York",
            color="e7392d",
            note="no helpdesk account",
        ),
        Person(
            "U0EVE",
            "eve",
            "Eve Novak",
            "eve@partner.example",
            team=PARTNER,
            color="3c989f",
            note="another organisation",
        ),
        Person(BOT_USER, manifest.bot_name.lower().replace(" ", "_"), manifest.bot_name, is_bot=True, color="674b1b"),
        Person(SLACKBOT, "slackbot", "Slackbot", color="757575"),
    )
    adam, priya, sam, eve = (person.id for person in people[:4])
    channels = (
        Channel("C0GENERAL", "general", "public", [adam, priya, sam, BOT_USER], is_general=True),
        Channel("C0SUPPORT", "support", "public", [adam, priya, sam, BOT_USER], topic="Customers need us"),
        Channel("C0SOCIAL", "social", "public", [adam, priya, sam, BOT_USER], topic="What people say about us"),
        Channel("C0TRIAGE", "triage", "private", [adam, priya, BOT_USER]),
        Channel("C0SECRET", "leadership", "private", [adam, priya]),
        Channel("C0RANDOM", "random", "public", [adam, priya, sam]),
        Channel("C0ARCHIVE", "old-support", "public", [adam, BOT_USER], is_archived=True),
        Channel("C0SHARED", "acme-partner", "public", [adam, priya, eve, BOT_USER], shared_with=PARTNER),
        *(
            Channel(f"D0{person[2:]}", "", "im", [person, BOT_USER], creator=person)
            for person in (adam, priya, sam, eve)
        ),
        Channel("D0ADAMPRIYA", "", "im", [adam, priya]),
    )
    return Workspace(
        people={person.id: person for person in people},
        channels={channel.id: channel for channel in channels},
        groups={"S0STAFF": Group("S0STAFF", "staff", "Staff", [adam, priya])},
    )
