"""What the bot sends, built once more by PyPI slackblocks, which refuses what is over Slack's limits.

An implementation that this project did not write, beside the local workspace's validator. A key or a kind that is not
known here fails: nothing goes unjudged.
"""

from collections.abc import Callable
from typing import Any

import slackblocks as sb
from slackblocks import _limits as limits

Json = dict[str, Any]


def take_message(arguments: Json) -> None:
    """A message: its text, and its blocks if it has some."""
    _only(arguments, "text blocks")
    blocks = [_block(each) for each in arguments.get("blocks", ())]
    sb.Message("C1", text=arguments["text"], blocks=blocks or None)
    assert len(blocks) <= limits.MESSAGE_BLOCKS_MAX_ITEMS


def take_view(view: Json) -> None:
    """A modal or a Home."""
    blocks = [_block(each) for each in view["blocks"]]
    if view["type"] == "home":
        _only(view, "type blocks")
        sb.HomeTabView(blocks).to_dict()
        return
    _only(view, "type title submit close blocks private_metadata callback_id")
    sb.ModalView(
        _text(view["title"]),
        blocks,
        close=_maybe(view, "close", _text),
        submit=_maybe(view, "submit", _text),
        private_metadata=view.get("private_metadata"),
        callback_id=view["callback_id"],
    ).to_dict()


def take_options(options: list[Json]) -> None:
    """The answer of a menu that asks for its options: a static menu of the same."""
    if options:
        sb.StaticSelectMenu("a", options=[_option(each) for each in options])


def _block(block: Json) -> Any:
    known = {**block}
    id_ = known.pop("block_id", None)
    match known:
        case {"type": "section", **rest}:
            _only(rest, "text fields accessory")
            fields = [_text(each) for each in rest.get("fields", ())] or None
            return sb.SectionBlock(_maybe(rest, "text", _text), id_, fields, _maybe(rest, "accessory", _element))
        case {"type": "context", "elements": elements, **rest}:
            _only(rest, "")
            return sb.ContextBlock([_text(each) for each in elements], id_)
        case {"type": "actions", "elements": elements, **rest}:
            _only(rest, "")
            return sb.ActionsBlock([_element(each) for each in elements], id_)
        case {"type": "input", "label": label, "element": element, **rest}:
            _only(rest, "dispatch_action hint optional")
            hint = _maybe(rest, "hint", _text)
            dispatches, optional = rest.get("dispatch_action", False), rest.get("optional", False)
            return sb.InputBlock(_text(label), _element(element), dispatches, id_, hint, optional)
        case {"type": "rich_text", "elements": [{"type": "rich_text_preformatted", "elements": texts}]}:
            assert all(set(each) == {"type", "text"} for each in texts)
            return sb.RichTextBlock(sb.RichTextCodeBlock([sb.RichText(each["text"]) for each in texts]), id_)
    raise AssertionError(f"nothing here knows {block['type']}")


def _element(element: Json) -> Any:
    rest = {**element}
    kind, id_ = rest.pop("type"), rest.pop("action_id")
    known, build = _ELEMENTS[kind]
    _only(rest, known)
    return build(id_, rest)


def _button(id_: str, rest: Json) -> Any:
    confirm = _maybe(rest, "confirm", lambda it: sb.ConfirmationDialogue(**{key: _text(it[key]) for key in it}))
    return sb.Button(_text(rest["text"]), id_, value=rest["value"], style=rest.get("style"), confirm=confirm)


def _plain_text(id_: str, rest: Json) -> Any:
    config = _maybe(rest, "dispatch_action_config", lambda it: sb.DispatchActionConfiguration(**it))
    return sb.PlainTextInput(
        id_,
        rest.get("initial_value"),
        rest.get("multiline", False),
        max_length=rest.get("max_length"),
        dispatch_action_config=config,
        placeholder=_maybe(rest, "placeholder", _text),
    )


def _static(id_: str, rest: Json) -> Any:
    options = [_option(each) for each in rest["options"]]
    chosen = _maybe(rest, "initial_option", _option)
    return sb.StaticSelectMenu(id_, options=options, initial_option=chosen, placeholder=_text(rest["placeholder"]))


def _external(id_: str, rest: Json) -> Any:
    chosen, hint = _maybe(rest, "initial_option", _option), _text(rest["placeholder"])
    return sb.ExternalSelectMenu(
        id_, initial_option=chosen, min_query_length=rest["min_query_length"], placeholder=hint
    )


def _radio(id_: str, rest: Json) -> Any:
    options = [_option(each) for each in rest["options"]]
    return sb.RadioButtonGroup(id_, options, initial_option=_maybe(rest, "initial_option", _option))


def _ticks(id_: str, rest: Json) -> Any:
    chosen = [_option(each) for each in rest.get("initial_options", ())] or None
    return sb.CheckboxGroup(id_, [_option(each) for each in rest["options"]], initial_options=chosen)


_ELEMENTS: dict[str, tuple[str, Callable[[str, Json], Any]]] = {
    "button": ("text value style confirm", _button),
    "plain_text_input": ("initial_value multiline max_length dispatch_action_config placeholder", _plain_text),
    "static_select": ("options initial_option placeholder", _static),
    "external_select": ("initial_option min_query_length placeholder", _external),
    "radio_buttons": ("options initial_option", _radio),
    "checkboxes": ("options initial_options", _ticks),
    "users_select": ("initial_user", lambda id_, rest: sb.UserSelectMenu(id_, **rest)),
    "conversations_select": ("initial_conversation", lambda id_, rest: sb.ConversationSelectMenu(id_, **rest)),
    "datepicker": ("initial_date", lambda id_, rest: sb.DatePicker(id_, **rest)),
    "datetimepicker": (
        "initial_date_time",
        lambda id_, rest: sb.DateTimePicker(id_, initial_datetime=rest.get("initial_date_time")),
    ),
    "number_input": ("is_decimal_allowed initial_value", lambda id_, rest: sb.NumberInput(action_id=id_, **rest)),
    "file_input": ("max_files", lambda id_, rest: sb.FileInput(id_, **rest)),
}


def _option(option: Json) -> Any:
    _only(option, "text value")
    return sb.Option(_text(option["text"]), option["value"])


def _text(text: Json) -> Any:
    if text["type"] == "plain_text":
        _only(text, "type text emoji")
        return sb.PlainText(text["text"], text.get("emoji", False))
    _only(text, "type text verbatim")
    return sb.Text(text["text"], verbatim=text["verbatim"])


def _maybe(source: Json, key: str, read: Callable[[Any], Any]) -> Any:
    return read(source[key]) if key in source else None


def _only(source: Json, known: str) -> None:
    assert set(source) <= set(known.split()), f"nothing here knows {sorted(set(source) - set(known.split()))}"
