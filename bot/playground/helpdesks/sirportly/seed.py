"""The tickets a fresh helpdesk starts with."""

import json
from dataclasses import dataclass, field
from datetime import timedelta

from bot.playground.helpdesks.clock import stamp
from bot.playground.helpdesks.sirportly.account import ACCOUNT
from bot.playground.helpdesks.sirportly.books import Books
from bot.playground.helpdesks.sirportly.catalogue import find
from bot.playground.helpdesks.sirportly.contacts import add_contact, add_method
from bot.playground.helpdesks.sirportly.posting import Draft, post
from bot.playground.helpdesks.sirportly.tickets import add_ticket, row_of, set_tags

CONTACTS = (
    ("Dana Novak", "Northwind Traders", "NW-1", "dana@northwind.example", "+44 20 7946 0101"),
    ("Bill Smith", "Contoso", "CO-7", "bill@contoso.example", None),
    ("Inès Moreau", None, "", "ines@moreau.example", None),
    ("Kofi Mensah", "Fabrikam", "FA-3", "kofi@fabrikam.example", "+233 30 255 0199"),
)


@dataclass(frozen=True)
class Seeded:
    """A ticket of the start. ``updates`` are by the contact (``None``) or by a username; a leading ``#`` is a note."""

    reference: str
    subject: str
    contact: int
    status: str
    priority: str
    hours_ago: float
    department: int = 3
    team: int = 2
    user: int | None = None
    tags: str = ""
    updates: tuple[tuple[str | None, str], ...] = ()
    custom: dict[str, str] = field(default_factory=dict)


TICKETS = (
    Seeded(
        "AB-123456",
        "Cannot push to our repository",
        1,
        "Waiting for Staff",
        "High",
        30,
        user=1,
        tags="git push",
        updates=(
            (None, "Since this morning every push ends with a time-out.\nIs something down?"),
            ("adam", "We are looking into it. Which repository is it?"),
            ("priya", "#Disk on node 4 was full at 08:10, see the graph."),
            (None, "It is northwind/web."),
        ),
        custom={"account_name": "northwind", "server": "node-4"},
    ),
    Seeded("LF-616004", "Example API Ticket", 2, "New", "Normal", 3),
    Seeded(
        "QK-204817",
        "Invoice for October is missing",
        3,
        "Waiting for Customer",
        "Normal",
        76,
        department=4,
        team=4,
        user=5,
        tags="invoice",
        updates=((None, "I cannot find the invoice for October."), ("tomas", "Which address should it be on?")),
    ),
    Seeded(
        "TR-550912",
        "Webhooks arrive twice",
        4,
        "On hold",
        "Low",
        200,
        team=3,
        user=3,
        updates=((None, "Each push calls our URL twice."), ("priya", "#Known; fix is planned for the next release.")),
    ),
    Seeded(
        "ZD-881230",
        "How do I add a colleague?",
        1,
        "Resolved",
        "Low",
        400,
        user=2,
        updates=(
            (None, "Where do I add somebody to our account?"),
            ("charlie", "Settings, People, Invite. Tell us if it does not work."),
            (None, "Found it, thank you!"),
        ),
    ),
    Seeded(
        "HG-730055",
        "Quote for 40 seats",
        4,
        "New",
        "Urgent",
        1,
        department=1,
        team=1,
        user=4,
        updates=((None, "We would like a quote for forty people, this week if possible."),),
    ),
)


def sow(books: Books) -> None:
    """Put the contacts and tickets of the start into an empty store."""
    for name, company, reference, email, telephone in CONTACTS:
        key = add_contact(books, name, company, reference)
        add_method(books, key, "email", email)
        if telephone:
            add_method(books, key, "telephone", telephone)
    for each in TICKETS:
        _ticket(books, each)


def _ticket(books: Books, seeded: Seeded) -> None:
    submitted = books.now - timedelta(hours=seeded.hours_ago)
    method = books.store.one("SELECT id FROM contact_methods WHERE contact_id = ? ORDER BY id", (seeded.contact,))
    status, priority = find(ACCOUNT.statuses, seeded.status), find(ACCOUNT.priorities, seeded.priority)
    assert method is not None
    assert status is not None
    assert priority is not None
    key = add_ticket(
        books,
        {
            "subject": seeded.subject,
            "submitted_at": stamp(submitted),
            "created_at": stamp(submitted),
            "status_id": status.id,
            "priority_id": priority.id,
            "department_id": seeded.department,
            "team_id": seeded.team,
            "user_id": seeded.user,
            "contact_id": seeded.contact,
            "contact_method_id": method["id"],
            "custom_fields": json.dumps(seeded.custom),
            "source_type": "Email",
        },
        reference=seeded.reference,
    )
    set_tags(books, key, seeded.tags)
    gap = timedelta(hours=seeded.hours_ago) / (len(seeded.updates) + 1)
    for number, (author, message) in enumerate(seeded.updates):
        at = submitted + gap * number
        then = Books(books.store, books.catalogue, books.settings, at)
        user = find(ACCOUNT.users, author) if author else None
        private = True if message.startswith("#") else None
        contact = None if user else seeded.contact
        post(
            then,
            row_of(books, key),
            Draft(message.removeprefix("#"), user=user, contact=contact, private=private, posted_at=at),
        )
