"""What a helpdesk declares is true: every field reaches the wire, or is refused before anything is sent."""

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest

from bot.actions import (
    ACTIONS,
    Action,
    AddFollowup,
    Author,
    Contact,
    CreateTicket,
    ForwardTicket,
    PostReply,
    UpdateTicket,
)
from bot.errors import NotSupported, UserError
from bot.helpdesk import Helpdesk
from bot.helpdesk.sirportly import Sirportly
from bot.helpdesk.socialboards import UNCONFIRMED, SocialBoards
from bot.helpdesk.wording import none_of
from bot.outcomes import Receipt
from tests.helpdesk.conftest import sirportly_settings, socialboards_settings
from tests.helpdesk.entries import Book
from tests.helpdesk.local import Local
from tests.helpdesk.people import AB, ADAM, ADAM_THERE, LOGIN, asker
from tests.helpdesk.wire import SIRPORTLY, SOCIALBOARDS, action, value_of

KINDS = {model.model_fields["kind"].default: model for model in ACTIONS}
OPTIONAL = [
    (kind, name)
    for kind, model in KINDS.items()
    for name, info in model.model_fields.items()
    if not info.is_required() and name != "kind"
]
IDS = [f"{kind}.{name}" for kind, name in OPTIONAL]


async def perform(desk: Helpdesk, what: Action, book: Book) -> Receipt:
    """Do it as dispatch does: check, then the method of its kind."""
    desk.check(what)
    who = asker(ADAM if isinstance(desk, Sirportly) else ADAM_THERE)
    journal = book.entry().attempt()
    match what:
        case CreateTicket():
            return await desk.create(what, who, journal)
        case UpdateTicket():
            return await desk.update(what, who, journal)
        case PostReply():
            return await desk.reply(what, who, journal)
        case AddFollowup():
            return await desk.followup(what, who, journal)
        case ForwardTicket():
            return await desk.forward(what, who, journal)


async def a_file(url: str) -> AsyncIterator[bytes]:
    yield b"P1 2 2 "
    yield url.encode()


@pytest.mark.parametrize("vendor", [Sirportly, SocialBoards])
def test_the_overridden_methods_are_the_declared_kinds(vendor: type[Helpdesk]) -> None:
    overridden = {kind for kind in KINDS if getattr(vendor, kind) is not getattr(Helpdesk, kind)}
    assert overridden == set(_capabilities(vendor)) - vendor.bot_keeps


@pytest.mark.parametrize("vendor", [Sirportly, SocialBoards])
def test_only_fields_that_exist_are_declared(vendor: type[Helpdesk]) -> None:
    for kind, fields in _capabilities(vendor).items():
        assert fields <= {name for each, name in OPTIONAL if each == kind}


@pytest.mark.parametrize(("kind", "name"), OPTIONAL, ids=IDS)
async def test_sirportly_gets_it_or_refuses_it(
    kind: str, name: str, sirportly_desk: Any, sirportly: Local, book: Book
) -> None:
    desk = sirportly_desk(fetch=a_file)
    row = SIRPORTLY[kind][name]
    what = action(kind, AB, **{**row.also, name: row.value})
    if name not in desk.capabilities[kind]:
        with pytest.raises(NotSupported, match=f"no {none_of([name])} when"):
            desk.check(what)
        assert sirportly.requests() == []
        return
    await perform(desk, what, book)
    (params, *_) = sirportly.asked(f"tickets/{row.path}")
    assert row.sent
    assert {param: params.get(param) for param in row.sent} == dict(row.sent)


@pytest.mark.parametrize(("kind", "name"), OPTIONAL, ids=IDS)
async def test_socialboards_gets_it_or_refuses_it(
    kind: str, name: str, socialboards_desk: Any, socialboards: Local, book: Book
) -> None:
    desk = socialboards_desk()
    what = action(kind, LOGIN, **{name: value_of("socialboards", kind, name)})
    if name not in desk.capabilities.get(kind, ()):
        with pytest.raises(NotSupported):
            desk.check(what)
        assert socialboards.requests() == []
        return
    if kind in desk.bot_keeps:
        desk.check(what)
        return
    await perform(desk, what, book)
    row = SOCIALBOARDS[kind][name]
    (body, *_) = socialboards.asked(row.path)
    assert row.sent
    assert {param: body.get(param) if param else body for param in row.sent} == dict(row.sent)


PERSON = {
    "name": "Nadia Okoro",
    "email": "nadia@okoro.example",
    "telephone": "+44 20 7946 0123",
    "reference": "C-77",
    "image": "https://okoro.example/n.png",
}
PEOPLE = [
    (vendor, kind, field, part)
    for vendor, kind, field in (
        ("sirportly", "create", "contact"),
        ("sirportly", "update", "contact"),
        ("sirportly", "reply", "author"),
        ("socialboards", "create", "contact"),
    )
    for part in Contact.model_fields
]


@pytest.mark.parametrize(("vendor", "kind", "field", "part"), PEOPLE, ids=[".".join(each) for each in PEOPLE])
async def test_of_somebody_outside_it_takes_what_it_says(
    vendor: str,
    kind: str,
    field: str,
    part: str,
    sirportly_desk: Any,
    socialboards_desk: Any,
    sirportly: Local,
    socialboards: Local,
    book: Book,
) -> None:
    """Alone, or with the address where it does not say enough; what is not taken is in no form."""
    desk, local = (sirportly_desk(), sirportly) if vendor == "sirportly" else (socialboards_desk(), socialboards)
    for said in ({part: PERSON[part]}, {"email": "jo@acme.example", part: PERSON[part]}):
        contact = Contact(**said)
        value = Author(contact=contact) if field == "author" else contact
        try:
            await perform(desk, action(kind, AB if vendor == "sirportly" else LOGIN, **{field: value}), book)
        except UserError:
            continue  # that alone does not say who it is
    sent = [[each["params"], each["body"]] for each in local.requests()]
    reached = PERSON[part] in json.dumps(sent, ensure_ascii=False)

    assert reached == (part in desk.parts.get(field, Contact.model_fields))


@pytest.mark.parametrize(
    "unconfirmed",
    [frozenset(), *({each} for each in sorted(UNCONFIRMED)), UNCONFIRMED],
    ids=lambda routes: "+".join(sorted(routes)) or "none",
)
async def test_what_nobody_has_tried_is_off_and_says_so(
    unconfirmed: Any, socialboards_desk: Any, socialboards: Local
) -> None:
    desk = socialboards_desk(unconfirmed=frozenset(unconfirmed))
    routes = {"status": ("update", "status"), "tags": ("update", "tags"), "notes": ("update", "note")}
    for route, (kind, name) in routes.items():
        what = action(kind, LOGIN, **{name: value_of("socialboards", kind, name)})
        if route in unconfirmed:
            desk.check(what)
        else:
            with pytest.raises(NotSupported, match=rf'unconfirmed = \["{route}"\]'):
                desk.check(what)
    note = action("reply", LOGIN, visibility="private")
    if "notes" not in unconfirmed:
        with pytest.raises(NotSupported, match=r'unconfirmed = \["notes"\]'):
            desk.check(note)
    assert socialboards.requests() == []


def test_socialboards_cannot_forward_and_says_so(socialboards_desk: Any) -> None:
    with pytest.raises(NotSupported, match="forward"):
        socialboards_desk().check(action("forward", LOGIN))


def test_with_a_user_token_nobody_else_can_be_the_author(sirportly_desk: Any) -> None:
    desk = sirportly_desk(application="demo-application")
    for kind, name in (("reply", "author"), ("forward", "sender")):
        with pytest.raises(NotSupported, match=name):
            desk.check(action(kind, AB, **{name: SIRPORTLY[kind][name].value}))


@pytest.mark.parametrize("kind", ["create", "reply"])
def test_files_that_cannot_be_fetched_are_refused(kind: str, sirportly_desk: Any) -> None:
    what = action(kind, AB, attachments=SIRPORTLY[kind]["attachments"].value)
    with pytest.raises(NotSupported, match="no files when"):
        sirportly_desk().check(what)
    sirportly_desk(fetch=a_file).check(what)


@pytest.mark.parametrize(
    ("ref", "canonical"),
    [
        ("ab-123456", "AB-123456"),
        ("#LF-616004 ", "LF-616004"),
        ("K-2SO", "K-2SO"),
        ("4484636", None),
        ("", None),
        ("A-1;", None),
    ],
)
def test_a_sirportly_reference_has_one_spelling(ref: str, canonical: str | None, sirportly_desk: Any) -> None:
    _spelled(sirportly_desk(), ref, canonical)


@pytest.mark.parametrize(
    ("ref", "canonical"),
    [
        ("4484636", "4484636"),
        ("#004484636", "4484636"),
        ("AB-123456", None),
        ("", None),
        ("٤٤", None),
        ("9" * 30, None),
    ],
)
def test_a_socialboards_reference_has_one_spelling(ref: str, canonical: str | None, socialboards_desk: Any) -> None:
    _spelled(socialboards_desk(), ref, canonical)


def _spelled(desk: Helpdesk, ref: str, canonical: str | None) -> None:
    if canonical is None:
        with pytest.raises(Exception, match=r"no .* ticket"):
            desk.canonical(ref)
    else:
        assert desk.canonical(ref) == canonical


def test_where_staff_see_a_ticket(sirportly_desk: Any, socialboards_desk: Any, sirportly: Local) -> None:
    assert sirportly_desk().url(AB.ref) == f"{sirportly.url}/staff/tickets/AB-123456"
    assert sirportly_desk(url="https://api.sirportly.com").url(AB.ref) is None
    assert sirportly_desk(staff_url="https://acme.sirportly.com/").url(AB.ref) == (
        "https://acme.sirportly.com/staff/tickets/AB-123456"
    )
    assert socialboards_desk().url(LOGIN.ref) is None
    inbox = "https://inbox.socialboards.com/acme"
    assert socialboards_desk(inbox_url=inbox).url(LOGIN.ref) == f"{inbox}/tickets?ticketId=4484632"


def _capabilities(vendor: type[Helpdesk]) -> dict[str, frozenset[str]]:
    if vendor is Sirportly:
        return dict(Sirportly("support", sirportly_settings("http://localhost")).capabilities)
    return dict(SocialBoards("social", socialboards_settings("http://localhost")).capabilities)
