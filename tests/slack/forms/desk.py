"""A helpdesk that has every action, every field, and whatever lists it is given."""

from collections.abc import Mapping

from bot.helpdesk import Capabilities, Entries, Helpdesk, ListName
from bot.helpdesk.catalogue import Catalogue
from bot.slack.forms.fields import LISTS, MODELS
from bot.slack.forms.lists import Lists


class Everything(Helpdesk):
    """It can do all that there is."""

    vendor = "Everything"

    def __init__(self, lists: Mapping[ListName, Entries | None]) -> None:
        super().__init__("all")
        self._lists = lists

    @property
    def capabilities(self) -> Capabilities:
        return {kind: frozenset(model.model_fields) for kind, model in MODELS.items()}

    def canonical(self, ref: str) -> str:
        return ref

    async def entries(self, name: ListName) -> Entries | None:
        return self._lists.get(name)


async def lists_of(lists: Mapping[ListName, Entries | None]) -> Lists:
    """Its lists, learned."""
    helpdesk = Everything(lists)
    made = Lists(helpdesk, Catalogue(helpdesk))
    await made.learn(LISTS, within=5)
    return made
