"""In whose name things are done.

With an account token the caller says who acts, and whoever says nothing acts as *System*: then ``private`` has no
effect, and a note would be public (page "Posting an update"; that the two rules combine so is an inference, and reason
enough to refuse). With a user token the author is always that token's user, so the text opens with the person's name.
"""

from dataclasses import replace

from bot.actions import Asker, Contact, ForwardTicket, PostReply, Staff
from bot.errors import InvalidFields, NotMapped
from bot.helpdesk.sirportly.client import Client
from bot.helpdesk.sirportly.decode import JSONObject, as_list
from bot.helpdesk.sirportly.requests import By, Params, flag, new_contact, username
from bot.helpdesk.sirportly.settings import SirportlySettings

SHORTEST_QUERY = 4
"""Characters: contacts/search wants "more than 3"."""


class Authors:
    """Who the author, actor or sender of an action is, and which contact a ticket belongs to."""

    def __init__(self, helpdesk: str, settings: SirportlySettings, client: Client) -> None:
        self._helpdesk = helpdesk
        self._settings = settings
        self._client = client

    def staff(self, asker: Asker) -> By:
        """The person who asked, as staff. Raises NotMapped."""
        if self._settings.user_token:
            return By({}, notice=self._notice(asker.name))
        return By({"user": username(self._account(asker))})

    def actor(self, asker: Asker) -> By:
        """The person who asked, as the actor of a follow-up. Raises NotMapped."""
        by = self.staff(asker)
        return replace(by, params={"actor": by.params["user"]} if by.params else {})

    def sender(self, action: ForwardTicket, asker: Asker) -> By:
        """Who forwards: the one who was named, else the person who asked. Raises NotMapped."""
        if action.sender is not None and not self._settings.user_token:
            return By({"user": username(action.sender)})
        return self.staff(asker)

    def of_reply(self, action: PostReply, asker: Asker) -> By:
        """The author of a reply: the one who was given, else the person who asked.

        Raises:
            NotMapped: the person has no account here.
            InvalidFields: something that only staff can do was asked in a contact's name.
        """
        if action.author is None:
            return self.staff(asker)
        contact, linked = action.author.contact, action.author.linked
        if action.visibility == "private":
            raise InvalidFields({"author": "only staff can leave an internal note, so it is always yours"})
        taken = {"macro": action.macro, "outgoing": action.outgoing, "parse_variables": action.parse_variables}
        if useless := {field: "works for updates by staff alone" for field, value in taken.items() if value}:
            raise InvalidFields(useless)
        if contact.reference is not None and linked:
            return By({"contact": contact.reference}, staff=False)
        if contact.email is not None:
            params = {"author_name": contact.name or contact.email, "author_email": contact.email}
            return By(params if linked else {**params, "skip_contact_lookup": flag(True)}, staff=False)
        if contact.name is not None and linked:
            return By({"contact": contact.name}, staff=False)
        raise InvalidFields({"author": "Sirportly needs an e-mail address, or a contact that it knows"})

    def first_update(self, contact_id: str | None, contact: Contact | None, asker: Asker) -> By:
        """The author of a new ticket's first message: its contact."""
        writer = contact or _as_contact(asker)
        if self._settings.user_token:
            return By({}, notice=self._notice(writer.name or writer.email))
        if contact_id is not None:
            return By({"contact": contact_id}, staff=False)
        name = writer.name or writer.email or writer.telephone or self._helpdesk
        return By({"author_name": name, "author_email": writer.email or ""}, staff=False)

    async def of_new_ticket(self, contact: Contact | None, asker: Asker) -> Params:
        """The contact of a new ticket: the one given, else the person who asked.

        Raises:
            InvalidFields: there is no way to reach them, or a name fits several or none.
        """
        wanted = contact or _as_contact(asker)
        params = new_contact(wanted)
        if params is not None:
            return await self._by_number(params)
        if contact is None:
            raise InvalidFields({"contact": "say who the customer is: I do not know your own e-mail address"})
        if wanted.name is None:
            raise InvalidFields({"contact": "say who the customer is: an e-mail address, a telephone number or a name"})
        match = await self._known(wanted.name)
        return {"contact": str(match["contact"]["id"])}

    async def _by_number(self, params: Params) -> Params:
        """Clients have only been seen to give a contact's number here, so that is looked for."""
        reference = params.get("contact", "0")
        if reference.isdecimal():
            return params
        same = [each for each in await self._search(reference) if reference.casefold() in _calls(each["contact"])]
        return {"contact": str(same[0]["contact"]["id"])} if same else params

    async def of_changed_ticket(self, contact: Contact) -> Params:
        """The contact that a ticket is moved to: an address is found or added, anybody else has to be known already."""
        address = contact.email or contact.telephone
        if address is not None:
            return {"contact_method_data": address, "contact_name": contact.name or address}
        wanted = contact.reference or contact.name
        if wanted is None:
            raise InvalidFields({"contact": "a ticket always has a contact; say which"})
        return {"contact_method": str((await self._known(wanted))["method"]["id"])}

    async def _known(self, wanted: str) -> JSONObject:
        """The one contact of that name, reference or number, with its way of being reached."""
        matches = await self._search(wanted)
        same = [each for each in matches if wanted.casefold() in _calls(each["contact"])]
        ids = {each["contact"]["id"] for each in same}
        if len(ids) == 1:
            return next((each for each in same if (each.get("method") or {}).get("default")), same[0])
        if ids:
            ways = ", ".join(sorted({str(each["method"]["data"]) for each in same}))
            raise InvalidFields({"contact": f"there are several called «{wanted}»: {ways}; give the address"})
        raise InvalidFields({"contact": f"I find nobody called «{wanted}»; give an e-mail address"})

    async def _search(self, wanted: str) -> list[JSONObject]:
        if len(wanted) < SHORTEST_QUERY:
            return []
        answer = as_list(await self._client.read("contacts/search", query=wanted))
        return [
            each for each in answer if isinstance(each.get("contact"), dict) and isinstance(each.get("method"), dict)
        ]

    def _notice(self, name: str | None) -> str:
        return self._settings.person_notice.format(name=name or "Somebody in Slack")

    def _account(self, asker: Asker) -> Staff:
        if asker.staff is None:
            raise NotMapped(
                f"You have no account in {self._helpdesk} that I know of, so nothing was sent in your name."
                " Whoever runs the bot can connect you under [people]."
            )
        return asker.staff


def _as_contact(asker: Asker) -> Contact:
    return Contact(name=asker.name, email=asker.email)


def _calls(contact: JSONObject) -> set[str]:
    return {str(contact[key]).casefold() for key in ("id", "reference", "name") if contact.get(key)}
