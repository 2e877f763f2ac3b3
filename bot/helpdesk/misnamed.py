"""What is said of words that name nothing in a list, or several things. Pure."""

from collections.abc import Mapping, Sequence
from difflib import get_close_matches

from bot.actions import Named, Staff
from bot.errors import InvalidFields

SHOWN = 12
"""Entries that a message lists."""
_NOUNS = {"custom": "custom field", "outgoing": "outgoing address", "sla": "SLA"}
_PLURALS = {"status": "statuses", "priority": "priorities", "category": "categories", "outgoing": "outgoing addresses"}


class Misnamed(InvalidFields):
    """Something is called nearly so: ``meant`` is what the person may have meant, for them to say."""

    def __init__(self, field: str, reason: str, meant: str) -> None:
        super().__init__({field: reason})
        self.meant = meant


class Misvalued(Misnamed):
    """The same of what a custom field takes, and not of the field."""


def no_option(field: str, word: str, options: Sequence[str]) -> InvalidFields:
    """That a custom field does not take that."""
    error = none_such(field, "option", word, options, elsewhere=False)
    return Misvalued(field, error.reasons[field], error.meant) if isinstance(error, Misnamed) else error


def several(
    name: str, word: str, found: Sequence[Named], owners: Mapping[str, str], narrowed_by: str | None = None
) -> str:
    """That there is more than one, with the numbers by which they are told apart, and whose they are."""
    ids = ", ".join(f"{each.id} (of {owners[each.id]})" if owners.get(each.id) else each.id for each in found)
    also = f"{narrowed_by}: or " if narrowed_by else ""
    return f"there are several {_PLURALS.get(name, _noun(name) + 's')} called «{word}»; say {also}the number: {ids}"


def none_such(field: str, name: str, word: str, names: Sequence[str], *, elsewhere: bool) -> InvalidFields:
    """That there is none among ``names``; ``elsewhere`` there is one, but it does not belong here."""
    noun = _noun(name)
    problem = f"«{word}» is not a {noun} of that department" if elsewhere else f"there is no {noun} «{word}»"
    if not names:
        return InvalidFields({field: problem})
    nearest = _nearest(word, names)
    return _raised(field, problem, nearest, names)


def nobody(field: str, word: str, staff: Sequence[Staff] | None) -> InvalidFields:
    """That nobody is called so."""
    problem = f"there is nobody called «{word}»"
    if staff is None:
        return InvalidFields({field: problem})
    calls = {call: each.name for each in staff for call in (each.name, each.username, each.email) if call}
    first_names = {each.name.split()[0]: each.name for each in staff if each.name.strip()}
    nearest = _nearest(word, [*calls, *first_names])
    name = calls.get(nearest) or first_names.get(nearest) if nearest else None
    return _raised(field, problem, name, [each.name for each in staff])


def folded(text: str | None) -> str:
    """What is the same for whoever types: case and blanks do not matter."""
    return " ".join((text or "").split()).casefold()


def _raised(field: str, problem: str, nearest: str | None, names: Sequence[str]) -> InvalidFields:
    there = f"There are: {_listed(names)}"
    if nearest is None:
        return InvalidFields({field: f"{problem}. {there}"})
    return Misnamed(field, f"{problem}; did you mean «{nearest}»? {there}", nearest)


def _nearest(word: str, names: Sequence[str]) -> str | None:
    by_folded = {folded(name): name for name in names}
    wanted = folded(word)
    if close := get_close_matches(wanted, by_folded, n=1, cutoff=0.6):
        return by_folded[close[0]]
    starting = [name for key, name in by_folded.items() if wanted and key.startswith(wanted)]
    return starting[0] if len(starting) == 1 else None


def _listed(names: Sequence[str]) -> str:
    unique = list(dict.fromkeys(names))
    more = len(unique) - SHOWN
    return ", ".join(unique[:SHOWN]) + (f" and {more} more" if more > 0 else "")


def _noun(name: str) -> str:
    return _NOUNS.get(name, name)
