"""What Slack accepts, as near to its limits as it goes."""

from typing import Any

import pytest

from bot.playground.blockkit import Problem, validate_message, validate_options, validate_view
from tests.playground.blockkit.payloads import (
    actions,
    asked,
    bars,
    button,
    cell,
    confirm,
    container,
    context,
    data_table,
    group,
    home,
    image,
    listed,
    message,
    modal,
    mrkdwn,
    option,
    options,
    part,
    pie,
    plain,
    plan,
    rich,
    said,
    section,
    select,
    table,
    task,
    typed,
    video,
    without,
)

FEEDBACK = {"text": plain("x" * 75), "value": "x" * 2_000, "accessibility_label": "x" * 75}
CARD = {"type": "card", "title": mrkdwn("x" * 150), "body": mrkdwn("x" * 200), "actions": [button()] * 3}
MENTIONS = [
    {"type": "user", "user_id": "U1"},
    {"type": "usergroup", "usergroup_id": "S1", "style": {"bold": True}},
    {"type": "channel", "channel_id": "C1"},
    {"type": "team", "team_id": "T1"},
    {"type": "broadcast", "range": "here"},
    {"type": "emoji", "name": "wave", "skin_tone": 6},
    {"type": "emoji", "name": "wave", "unicode": "1f44b"},
    {"type": "date", "timestamp": 0, "format": "{date}", "fallback": "1970"},
    {"type": "color", "value": "#ff8800"},
    {"type": "link", "url": "mailto:a@example.org"},
    {"type": "link", "url": "https://example.org/?q=%20", "text": "there", "style": {"italic": True}},
]
METADATA = {"event_type": "ticket", "event_payload": {"ticket": "AB-1", "deep": [{"er": None}]}}

BLOCKS: dict[str, Any] = {
    "section text 3000": section(text=mrkdwn("x" * 3_000)),
    "section text of 3000 emoji": section(text=plain("😀" * 3_000)),
    "section text 1": section(text=plain("x")),
    "section verbatim": section(text=mrkdwn(verbatim=True)),
    "section without escaping emoji": section(text=plain(emoji=False)),
    "section of fields alone": without(section(fields=[plain("x" * 200)] * 10), "text"),
    "section field 2000": section(fields=[mrkdwn("x" * 2_000)]),
    "section expanded": section(expand=True),
    "section with an image": section(accessory=image()),
    "section with a menu of people": section(accessory={"type": "multi_users_select"}),
    "block_id 255": section(block_id="x" * 255),
    "header 150": {"type": "header", "text": plain("x" * 150)},
    "context 10": context(*[plain(), mrkdwn()] * 4, image(), image()),
    "actions 25": actions(*[button(action_id=str(number)) for number in range(25)]),
    "actions without action_ids": actions(without(button(), "action_id"), without(button(), "action_id")),
    "actions of every kind": actions(
        button(),
        select(),
        {"type": "overflow", "options": options(1)},
        {"type": "datepicker", "initial_date": "2024-02-29"},
        {"type": "timepicker", "initial_time": "23:59", "timezone": "Europe/Berlin"},
        {"type": "datetimepicker", "initial_date_time": 9_999_999_999},
        {"type": "rich_text_input"},
    ),
    "button at its limits": actions(
        button(
            text=plain("x" * 75),
            action_id="x" * 255,
            value="x" * 2_000,
            url="https://example.org/" + "x" * 2_980,
            accessibility_label="x" * 75,
            style="danger",
        )
    ),
    "button into Slack": actions(button(url="slack://channel?team=T1&id=C1")),
    "button to an address": actions(button(url="https://user@example.org:8443/a?b=c#d")),
    "confirm at its limits": actions(
        button(
            confirm=confirm(
                title=plain("x" * 100),
                text=mrkdwn("x" * 300),
                confirm=plain("x" * 30),
                deny=plain("x" * 30),
                style="danger",
            )
        )
    ),
    "overflow 5": actions({"type": "overflow", "options": options(5)}),
    "overflow of links": actions({"type": "overflow", "options": [option(url="https://example.org")]}),
    "select 100": actions(select(options=options(100))),
    "select 1": actions(select(options=options(1))),
    "select placeholder 150": actions(select(placeholder=plain("x" * 150))),
    "select 100 groups": actions(without(select(option_groups=[group(option())] * 100), "options")),
    "group of 100": actions(without(select(option_groups=[group(*options(100), label="x" * 75)]), "options")),
    "option at its limits": actions(
        select(options=[option("x" * 150, "x" * 75, description=plain("x" * 75))]),
    ),
    "select initial": actions(select(initial_option=option("1"))),
    "select initial with the default spelt out": actions(
        select(initial_option={"text": plain(emoji=True), "value": "1"}),
    ),
    "select initial from a group": actions(
        without(select(option_groups=[group(option("a")), group(option("b"))], initial_option=option("b")), "options")
    ),
    "external select from the first key": actions(
        {"type": "external_select", "min_query_length": 0, "initial_option": option("anything")},
    ),
    "conversations filtered": actions(
        {
            "type": "conversations_select",
            "default_to_current_conversation": True,
            "filter": {"include": ["public", "private"], "exclude_bot_users": True},
        }
    ),
    "radio 10 of mrkdwn": actions(
        {"type": "radio_buttons", "options": [{"text": mrkdwn("x" * 75), "value": str(n)} for n in range(10)]}
    ),
    "checkboxes 10, all on": actions(
        {"type": "checkboxes", "options": options(10), "initial_options": options(10)},
    ),
    "image at its limits": image(
        image_url="https://example.org/" + "x" * 2_980, alt_text="x" * 2_000, title=plain("x" * 2_000)
    ),
    "image of a file": without(image(slack_file={"id": "F0123456789"}), "image_url"),
    "markdown 12000": {"type": "markdown", "text": "x" * 12_000},
    "video at its limits": video(
        title=plain("x" * 200), author_name="x" * 50, provider_name="x" * 50, description=plain("x" * 200)
    ),
    "rich text with every leaf": rich(part(said(style={"bold": True, "code": True}), *MENTIONS)),
    "rich text with every part": rich(
        part(said()),
        listed(part(said()), part(said()), indent=8, border=1, offset=3),
        {"type": "rich_text_quote", "elements": [said()], "border": 0},
        {"type": "rich_text_preformatted", "elements": [said()], "border": 0},
    ),
    "rich text beyond 3000": rich(part(said("x" * 3_001))),
    "rich text of nothing": rich(),
    "table 100 by 20": table(*[[cell("x")] * 20] * 100, column_settings=[{"align": "right"}] * 20),
    "table of every kind of cell": table(
        [cell(), rich(part(said())), {"type": "raw_number", "value": 1.5, "text": "1.50"}],
    ),
    "data_table of 201 rows": data_table(*[[cell("x")] * 2] * 201, page_size=100, row_header_column_index=1),
    "data_table of 20000 characters": data_table([cell("x" * 19_999)], [cell("y")]),
    "chart of 12 segments": pie(*[(str(number), 0.1) for number in range(12)], title="x" * 50),
    "chart in another order": bars({"open": ["Tue", "Mon"], "closed": ["Mon", "Tue"]}, ["Mon", "Tue"]),
    "card at its limits": CARD,
    "carousel 10": {"type": "carousel", "elements": [{"type": "card", "title": mrkdwn("x" * 150)}] * 10},
    "container 10": container(*[section()] * 10, title=plain("x" * 150), is_collapsible=True, default_collapsed=True),
    "plan 50": plan(*[task(str(number), status="pending") for number in range(50)]),
    "task with sources": task(
        sources=[{"type": "url", "url": "https://example.org", "text": "there"}], output=rich(part(said()))
    ),
    "feedback and an icon": {
        "type": "context_actions",
        "elements": [
            {"type": "feedback_buttons", "positive_button": FEEDBACK, "negative_button": FEEDBACK},
            {"type": "icon_button", "icon": "trash", "text": plain(), "visible_to_user_ids": ["U1"] * 10},
        ],
    },
}

MESSAGES: dict[str, Any] = {
    "text alone": {"text": "hello"},
    "text 40000": {"text": "x" * 40_000},
    "blocks alone": {"blocks": [section()]},
    "blocks null": {"text": "hello", "blocks": None, "attachments": None, "metadata": None},
    "an attachment alone": {"attachments": [{"color": "#ff0000", "blocks": [section()]}]},
    "50 blocks": message(*[section()] * 50),
    "100 attachments": {"attachments": [{"text": "x"}] * 100},
    "13000 characters": message(*[section(text=plain("x" * 2_600))] * 5),
    "two markdown blocks of 12000": message(*[{"type": "markdown", "text": "x" * 6_000}] * 2),
    "one table of each kind": message(table([cell()]), data_table([cell()], [cell()])),
    "two charts": message(pie(("all", 1)), pie(("all", 1))),
    "one action_id in two blocks": message(actions(button()), actions(button())),
    "an input": message(asked()),
    "metadata": message(metadata=METADATA),
    "metadata taken away": message(metadata={}),
    "metadata of a work object": message(metadata={"entities": [{"entity_type": "slack#/entities/task"}]}),
    "markdown_text 12000": {"markdown_text": "x" * 12_000},
}

MODALS: dict[str, Any] = {
    "names of 24": modal(title=plain("x" * 24), submit=plain("😀" * 24), close=plain("x" * 24)),
    "private_metadata 3000": modal(private_metadata="x" * 3_000),
    "private_metadata empty": modal(private_metadata=""),
    "identifiers of 255": modal(callback_id="x" * 255, external_id="x" * 255),
    "100 blocks": modal(*[section()] * 100),
    "no submit, nothing to submit": without(modal(), "submit"),
    "flags": modal(clear_on_close=True, notify_on_close=True),
    "label and hint of 2000": modal(asked(label=plain("x" * 2_000), hint=plain("x" * 2_000), optional=True)),
    "input of 3000": modal(asked(typed(min_length=3_000, max_length=3_000, multiline=True))),
    "input of 0 to 1": modal(asked(typed(min_length=0, max_length=1))),
    "input that dispatches": modal(
        asked(
            typed(dispatch_action_config={"trigger_actions_on": ["on_enter_pressed", "on_character_entered"]}),
            dispatch_action=True,
        )
    ),
    "files 10": modal(asked({"type": "file_input", "max_files": 10, "filetypes": ["png"]})),
    "number between bounds": modal(
        asked({"type": "number_input", "is_decimal_allowed": True, "min_value": "-1.5", "max_value": "-1.50"})
    ),
    "e-mail and address": modal(asked({"type": "email_text_input"}), asked({"type": "url_text_input"})),
    "rich input": modal(
        asked({"type": "rich_text_input", "initial_value": rich(part(said())), "min_lines": 1, "max_lines": 100})
    ),
    "a conversation to answer in": modal(
        asked({"type": "conversations_select", "response_url_enabled": True, "default_to_current_conversation": True})
    ),
    "one with the focus": modal(asked(typed(focus_on_load=True)), asked()),
    "alert 200": modal({"type": "alert", "text": mrkdwn("x" * 200), "level": "success"}),
    "just under 250 kB": modal(*[section(fields=[plain("x" * 2_000)] * 10)] * 12),
}

HOMES: dict[str, Any] = {
    "100 blocks": home(*[section()] * 100),
    "named": home(callback_id="x" * 255, external_id="x" * 255, private_metadata="x" * 3_000),
    "an input without submit": home(asked()),
    "a carousel": home({"type": "carousel", "elements": [CARD]}),
    "a container": home(container(section())),
}

ANSWERS: dict[str, Any] = {
    "none found": {"options": []},
    "100 options": {"options": options(100)},
    "100 groups": {"option_groups": [group(option("x" * 150, "x" * 75), label="x" * 75)] * 100},
}


def errors(found: list[Problem]) -> list[str]:
    return [problem.rendered for problem in found if problem.severity == "error"]


@pytest.mark.parametrize("name", BLOCKS)
def test_a_block_that_slack_accepts(name: str) -> None:
    assert errors(validate_message(message(BLOCKS[name]))) == []


@pytest.mark.parametrize("name", MESSAGES)
def test_a_message_that_slack_accepts(name: str) -> None:
    assert errors(validate_message(MESSAGES[name])) == []


@pytest.mark.parametrize("name", MODALS)
def test_a_modal_that_slack_accepts(name: str) -> None:
    assert errors(validate_view(MODALS[name], kind="modal")) == []


@pytest.mark.parametrize("name", HOMES)
def test_a_home_tab_that_slack_accepts(name: str) -> None:
    assert errors(validate_view(HOMES[name], kind="home")) == []


@pytest.mark.parametrize("name", ANSWERS)
def test_an_answer_with_options_that_slack_shows(name: str) -> None:
    assert errors(validate_options(ANSWERS[name])) == []
