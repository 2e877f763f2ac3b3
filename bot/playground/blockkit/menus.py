"""The rules for menus, and for what all elements have in common."""

from collections.abc import Iterator, Mapping
from typing import Any

from bot.playground.blockkit import problems
from bot.playground.blockkit.objects import ACTION_ID, CONFIRM, EITHER, FILTER, GROUP, OPTION, plain
from bot.playground.blockkit.problems import ELEMENTS, INFERRED, At, Problem
from bot.playground.blockkit.rules import Check, Field, Flag, Items, Number, Shape, String, may

ID = {"action_id": may(ACTION_ID)}
CONFIRMED = ID | {"confirm": may(CONFIRM)}
FOCUSED = {"focus_on_load": may(Flag())}
HINTED = {"placeholder": may(plain(150))}
SELECTABLE = {"max_selected_items": may(Number(least=1))}
QUERIED = {"min_query_length": may(Number(least=0))}
MENU = ELEMENTS + "select-menu-element"
MULTI_MENU = ELEMENTS + "multi-select-menu-element"


def element(kind: str, page: str, *fields: Mapping[str, Field], checks: tuple[Check, ...] = ()) -> Shape:
    source = page if page.startswith("https:") else ELEMENTS + page
    return Shape(kind, source, {name: entry for group in fields for name, entry in group.items()}, checks)


_Key = tuple[tuple[str, str | bool], ...]


def _key(option: Mapping[str, Any]) -> _Key:
    """What makes an option itself, with the defaults of its texts written out."""
    parts: list[tuple[str, object]] = [("value", option.get("value")), ("url", option.get("url"))]
    for name in ("text", "description"):
        if isinstance(words := option.get(name), Mapping):
            default = {"emoji": True} if words.get("type") == "plain_text" else {"verbatim": False}
            parts += [(f"{name}.{key}", part) for key, part in {**default, **words}.items()]
    return tuple(sorted((name, part) for name, part in parts if isinstance(part, str | bool)))


def _offered(value: Mapping[str, Any]) -> set[_Key]:
    groups = value.get("option_groups")
    lists = [value.get("options")]
    if isinstance(groups, list):
        lists += [group.get("options") for group in groups if isinstance(group, Mapping)]
    options = [option for each in lists if isinstance(each, list) for option in each]
    return {_key(option) for option in options if isinstance(option, Mapping)}


def initial_is_offered(value: Mapping[str, Any], at: At) -> Iterator[Problem]:
    """What is chosen at first has to be one of the options, to the letter."""
    one, several = value.get("initial_option"), value.get("initial_options")
    chosen = {at / "initial_option": one} if isinstance(one, Mapping) else {}
    if isinstance(several, list):
        chosen |= {
            at / "initial_options" / n: option for n, option in enumerate(several) if isinstance(option, Mapping)
        }
    if chosen:
        offered = _offered(value)
        for place, option in chosen.items():
            if _key(option) not in offered:
                yield place.error(_NOT_OFFERED)


_NOT_OFFERED = "must match one of the provided options"
"""Inferred: the rule is in the documents, the words of the answer are not."""


def _options_or_groups(value: Mapping[str, Any], at: At) -> Iterator[Problem]:
    if ("options" in value) == ("option_groups" in value):
        yield at.under(f"{MENU}; wording {EITHER}").error("must define either `options` or `option_groups`")


def _not_more_than_selectable(value: Mapping[str, Any], at: At) -> Iterator[Problem]:
    most = value.get("max_selected_items")
    for name in ("initial_options", "initial_users", "initial_conversations", "initial_channels"):
        chosen = value.get(name)
        if isinstance(chosen, list) and isinstance(most, int) and 1 <= most < len(chosen):
            yield (at / name).under(INFERRED + "max_selected_items").warning(problems.too_many(most))


def _menus(
    kind: str, initial: str, *fields: Mapping[str, Field], checks: tuple[Check, ...] = ()
) -> tuple[Shape, Shape]:
    """The menu that takes one and the menu that takes several, which differ only in how they begin."""
    one = OPTION if initial == "option" else String()
    single = element(
        kind,
        MENU,
        CONFIRMED | FOCUSED | HINTED | {f"initial_{initial}": may(one)},
        *fields,
        checks=checks,
    )
    several = element(
        f"multi_{kind}",
        MULTI_MENU,
        CONFIRMED | FOCUSED | HINTED | SELECTABLE | {f"initial_{initial}s": may(Items(one))},
        *({name: entry for name, entry in group.items() if name != "response_url_enabled"} for group in fields),
        checks=(*checks, _not_more_than_selectable),
    )
    return single, several


OPTIONS = {
    "options": may(Items(OPTION, most=100, least=1)),
    "option_groups": may(Items(GROUP, most=100, least=1)),
}
RESPONSE_URL = {"response_url_enabled": may(Flag())}
CURRENT = {"default_to_current_conversation": may(Flag()), "filter": may(FILTER)}
STATIC_SELECT, MULTI_STATIC_SELECT = _menus(
    "static_select", "option", OPTIONS, checks=(_options_or_groups, initial_is_offered)
)
EXTERNAL_SELECT, MULTI_EXTERNAL_SELECT = _menus("external_select", "option", QUERIED)
USERS_SELECT, MULTI_USERS_SELECT = _menus("users_select", "user")
CONVERSATIONS_SELECT, MULTI_CONVERSATIONS_SELECT = _menus("conversations_select", "conversation", CURRENT, RESPONSE_URL)
CHANNELS_SELECT, MULTI_CHANNELS_SELECT = _menus("channels_select", "channel", RESPONSE_URL)
SELECTS = (STATIC_SELECT, EXTERNAL_SELECT, USERS_SELECT, CONVERSATIONS_SELECT, CHANNELS_SELECT)
MULTI_SELECTS = (
    MULTI_STATIC_SELECT,
    MULTI_EXTERNAL_SELECT,
    MULTI_USERS_SELECT,
    MULTI_CONVERSATIONS_SELECT,
    MULTI_CHANNELS_SELECT,
)
