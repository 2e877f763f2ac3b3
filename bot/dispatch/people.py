"""People: who somebody in Slack is in the helpdesk, and what they may do.

A person is mapped by the configured table first, then by their e-mail address; people of other organisations are never
mapped by e-mail, because an address there proves nothing here.
"""

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from bot.actions import NEEDS_IMPERSONATE, Action, Asker, Author, Contact, Staff
from bot.actions.commands import Who
from bot.errors import InvalidFields, NotMapped, NotPermitted
from bot.helpdesk import Helpdesk
from bot.helpdesk.catalogue import Catalogue

_KEPT = 300.0
"""Seconds for which an account is taken as found; one that was missing is looked for again much sooner."""
_KEPT_MISSING = 5.0
_MOST = 10_000
_IMPERSONATE = "needs the permission «impersonate»; whoever runs the bot can give it."


@dataclass(frozen=True)
class Profile:
    """A person as Slack knows them."""

    slack_user: str
    name: str | None = None
    email: str | None = None
    zone: str | None = None
    """An IANA name."""
    image: str | None = None
    foreign: bool = False
    """Whether they belong to another organisation than the bot."""


class Directory(Protocol):
    """What the bot can ask Slack about people. Everything raises Unavailable while Slack does not answer."""

    async def profile(self, slack_user: str) -> Profile:
        """Who that is."""

    async def groups(self, slack_user: str, among: Sequence[str]) -> frozenset[str]:
        """Which of these user groups they are in."""


@dataclass(frozen=True)
class Rules:
    """Who may do what, where: Slack user or user-group ids; ``None`` is everybody."""

    actions: Mapping[str, tuple[str, ...] | None] = field(default_factory=dict)
    impersonate: tuple[str, ...] = ()
    channels: tuple[str, ...] | None = None
    channel_actions: Mapping[str, tuple[str, ...] | None] = field(default_factory=dict)
    channel_people: Mapping[str, tuple[str, ...] | None] = field(default_factory=dict)


class People:
    """Maps people to accounts and judges what they may do."""

    def __init__(self, directory: Directory, table: Mapping[str, str], rules: Rules) -> None:
        self.directory = directory
        self._table = table
        self._rules = rules
        self._known: dict[tuple[str, Profile], tuple[float, Staff | None]] = {}

    async def staff(self, profile: Profile, helpdesk: Helpdesk, catalogue: Catalogue) -> Staff | None:
        """Their account in this helpdesk, if they have one; remembered for a while."""
        key = (helpdesk.name, profile)
        known = self._known.get(key)
        if known is not None and known[0] > time.monotonic():
            return known[1]
        staff = await self._staff(profile, helpdesk, catalogue)
        if len(self._known) >= _MOST:
            self._known.clear()
        self._known[key] = (time.monotonic() + (_KEPT if staff else _KEPT_MISSING), staff)
        return staff

    async def _staff(self, profile: Profile, helpdesk: Helpdesk, catalogue: Catalogue) -> Staff | None:
        if named := self._table.get(profile.slack_user):
            try:
                return await catalogue.staff(named, field="people")
            except InvalidFields:
                if await catalogue.entries("staff") is None:  # it does not tell its people: the table is all there is
                    return Staff(id=named, name=named, username=named, email=named if "@" in named else None)
                # The table is one for all helpdesks: the name may belong to another.
        if profile.email and not profile.foreign:
            return await helpdesk.staff_by_email(profile.email)
        return None

    async def resolve_staff(self, who: Who, asker: Asker, helpdesk: Helpdesk, catalogue: Catalogue) -> Staff:
        """The account that these words mean.

        Raises:
            NotMapped: for a person in Slack without an account.
            InvalidFields: for a name that the helpdesk does not have.
        """
        if who.me:
            if asker.staff is None:
                me = await self.directory.profile(asker.slack_user)
                raise NotMapped(not_mapped("You have", helpdesk, foreign=me.foreign))
            return asker.staff
        if who.slack_user:
            profile = await self.directory.profile(who.slack_user)
            staff = await self.staff(profile, helpdesk, catalogue)
            if staff is None:
                name = profile.name or who.name or "That person"
                raise NotMapped(not_mapped(f"{name} has", helpdesk, foreign=profile.foreign))
            return staff
        return await catalogue.staff(who.email or who.name or "", field="assignee")

    async def resolve_contact(self, who: Who, asker: Asker) -> Contact:
        """The person outside that these words mean."""
        if who.me:
            return Contact(name=asker.name, email=asker.email, image=asker.image)
        if who.slack_user:
            profile = await self.directory.profile(who.slack_user)
            return Contact(name=profile.name or who.name, email=profile.email, image=profile.image)
        if who.email:
            return Contact(email=who.email)
        return Contact(name=who.name)

    async def as_author(self, slack_user: str) -> Author:
        """Somebody without an account, as the author of what they write.

        An address of somebody of another organisation proves nothing here, so no contact is looked up by it.

        Raises:
            NotMapped: Slack does not tell their address, and a name alone could be anybody's.
        """
        profile = await self.directory.profile(slack_user)
        if profile.email is None:
            raise NotMapped("Slack does not tell your e-mail address, so nothing was sent: it would be nobody's.")
        return Author(contact=Contact(name=profile.name, email=profile.email), linked=not profile.foreign)

    async def permit(self, verb: str, slack_user: str, channel: str) -> None:
        """Raise NotPermitted if this person may not do that here; ``view`` stands for every question."""
        rules = self._rules
        if rules.channels is not None and channel not in rules.channels:
            raise NotPermitted("Tickets are not handled in this channel.")
        allowed = rules.channel_actions.get(channel)
        if allowed is not None and verb != "view" and verb not in allowed:
            raise NotPermitted(f"In this channel, {verb} is not allowed; {', '.join(allowed) or 'nothing'} is.")
        for ids in (rules.channel_people.get(channel), rules.actions.get(verb)):
            if ids is not None and not await self._among(slack_user, ids):
                raise NotPermitted(f"You are not among the people who may use {verb} here.")

    async def permit_fields(self, action: Action, slack_user: str) -> None:
        """Raise NotPermitted if the action rewrites who said what when, and this person may not."""
        given = {name for name in action.model_fields_set if getattr(action, name) is not None}
        if lacking := await self.lacking(action.kind, given, slack_user):
            fields = ", ".join(name.replace("_", " ") for name in lacking)
            raise NotPermitted(f"Setting {fields} {_IMPERSONATE}", reasons=lacking)

    async def lacking(self, kind: str, given: Iterable[str], slack_user: str) -> dict[str, str]:
        """The fields among those given that this person may not set, with what to say of each."""
        guarded = NEEDS_IMPERSONATE.get(kind, frozenset()).intersection(given)
        if not guarded or await self._among(slack_user, self._rules.impersonate):
            return {}
        return dict.fromkeys(sorted(guarded), f"This {_IMPERSONATE}")

    async def _among(self, slack_user: str, ids: Sequence[str]) -> bool:
        if slack_user in ids:
            return True
        groups = [each for each in ids if each.startswith("S")]
        return bool(groups and await self.directory.groups(slack_user, groups))


def not_mapped(who_has: str, helpdesk: Helpdesk, *, foreign: bool = False) -> str:
    """Say that somebody has no account, and how to put it right; addresses of ``foreign`` people prove nothing."""
    right = (
        "A line under [people] in the bot's configuration puts that right"
        if foreign
        else "An account with the same e-mail address as in Slack, or a line under [people] in the bot's configuration,"
        " puts that right"
    )
    return f"{who_has} no account in {helpdesk.vendor}, so nothing was sent. {right}."
