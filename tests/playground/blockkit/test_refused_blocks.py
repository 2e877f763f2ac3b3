"""Blocks that Slack refuses in a message, each with its words and its place."""

from typing import Any

import pytest

from bot.playground.blockkit import validate_message
from tests.playground.blockkit.payloads import (
    actions,
    bars,
    button,
    cell,
    container,
    context,
    data_table,
    image,
    listed,
    message,
    mrkdwn,
    part,
    pie,
    plain,
    plan,
    rich,
    said,
    section,
    table,
    task,
    video,
    without,
)

LEAF = "/elements/0/elements/0"
CARD = {"type": "card", "title": mrkdwn()}
FEEDBACK = {"text": plain("Good"), "value": "yes"}
FEEDBACK_BUTTONS = {"type": "feedback_buttons", "positive_button": FEEDBACK, "negative_button": FEEDBACK}
ICON = {"type": "icon_button", "icon": "trash", "text": plain("Delete")}
ROW = [cell(), cell()]

REFUSED: dict[str, tuple[Any, str, str]] = {
    # any block
    "block is a string": ("section", "", "must provide an object"),
    "block is null": (None, "", "must provide an object"),
    "block is a list": ([], "", "must provide an object"),
    "block without type": ({"text": plain()}, "", "missing required field: type"),
    "block type a number": ({"type": 1}, "/type", "must provide a string"),
    "block type unknown": ({"type": "paragraph"}, "/type", "unsupported type: paragraph"),
    "block_id 256": (section(block_id="x" * 256), "/block_id", "must be less than 256 characters"),
    "block_id a number": (section(block_id=7), "/block_id", "must provide a string"),
    "block_id null": (section(block_id=None), "/block_id", "must provide a string"),
    # section
    "section with nothing": ({"type": "section"}, "/type", "must define either `text` or `fields`"),
    "section text 3001": (section(text=mrkdwn("x" * 3_001)), "/text/text", "must be less than 3001 characters"),
    "section text 3001 fails the union": (
        section(text=plain("x" * 3_001)),
        "/text",
        "failed to match all allowed schemas",
    ),
    "section text 3001 outside the BMP": (
        section(text=plain("😀" * 3_001)),
        "/text/text",
        "must be less than 3001 characters",
    ),
    "section text empty": (section(text=mrkdwn("")), "/text/text", "must be more than 0 characters"),
    "section text a string": (section(text="hello"), "/text", "must provide an object"),
    "section text of neither kind": (
        section(text={"type": "markdown", "text": "x"}),
        "/text/type",
        "unsupported type: markdown",
    ),
    "section text without text": (section(text={"type": "mrkdwn"}), "/text", "missing required field: text"),
    "section text without type": (section(text={"text": "x"}), "/text", "missing required field: type"),
    "emoji in mrkdwn": (section(text=mrkdwn(emoji=True)), "/text", "invalid additional property: emoji"),
    "verbatim in plain_text": (section(text=plain(verbatim=True)), "/text", "invalid additional property: verbatim"),
    "emoji a string": (section(text=plain(emoji="yes")), "/text/emoji", "must provide a boolean"),
    "section 11 fields": (section(fields=[plain()] * 11), "/fields", "no more than 10 items allowed"),
    "section 0 fields": (section(fields=[]), "/fields", "no less than 1 items allowed"),
    "section field 2001": (
        section(fields=[plain("x" * 2_001)]),
        "/fields/0/text",
        "must be less than 2001 characters",
    ),
    "section field empty": (section(fields=[mrkdwn("")]), "/fields/0/text", "must be more than 0 characters"),
    "section fields an object": (section(fields=plain()), "/fields", "must provide an array"),
    "section of elements": (section(elements=[]), "", "invalid additional property: elements"),
    "section accessory an input": (
        section(accessory={"type": "plain_text_input"}),
        "/accessory/type",
        "unsupported type: plain_text_input",
    ),
    "section expand a number": (section(expand=1), "/expand", "must provide a boolean"),
    # divider and header
    "divider with text": ({"type": "divider", "text": plain()}, "", "invalid additional property: text"),
    "header 151": (
        {"type": "header", "text": plain("x" * 151)},
        "/text/text",
        "must be less than 151 characters",
    ),
    "header of mrkdwn": ({"type": "header", "text": mrkdwn()}, "/text/type", "unsupported type: mrkdwn"),
    "header without text": ({"type": "header"}, "", "missing required field: text"),
    "header text null": ({"type": "header", "text": None}, "/text", "must provide an object"),
    # context
    "context 11": (context(*[plain()] * 11), "/elements", "no more than 10 items allowed"),
    "context with a button": (context(button()), "/elements/0/type", "unsupported type: button"),
    "context without elements": ({"type": "context"}, "", "missing required field: elements"),
    "context text 3001": (context(plain("x" * 3_001)), "/elements/0/text", "must be less than 3001 characters"),
    # actions
    "actions 26": (
        actions(*[button(action_id=str(n)) for n in range(26)]),
        "/elements",
        "no more than 25 items allowed",
    ),
    "actions without elements": ({"type": "actions"}, "", "missing required field: elements"),
    "actions with a text": (actions(plain()), "/elements/0/type", "unsupported type: plain_text"),
    "actions with an input": (
        actions({"type": "plain_text_input"}),
        "/elements/0/type",
        "unsupported type: plain_text_input",
    ),
    "actions with one action_id twice": (
        actions(button(), button()),
        "/elements/1/action_id",
        '`action_id` "press" already exists',
    ),
    # image
    "image without alt_text": (without(image(), "alt_text"), "", "missing required field: alt_text"),
    "image alt_text 2001": (image(alt_text="x" * 2_001), "/alt_text", "must be less than 2001 characters"),
    "image title 2001": (image(title=plain("x" * 2_001)), "/title/text", "must be less than 2001 characters"),
    "image title of mrkdwn": (image(title=mrkdwn()), "/title/type", "unsupported type: mrkdwn"),
    "image url 3001": (
        image(image_url="https://example.org/" + "x" * 2_981),
        "/image_url",
        "must be less than 3001 characters",
    ),
    "image url without host": (image(image_url="https://"), "/image_url", "invalid url"),
    "image url a path": (image(image_url="/cat.png"), "/image_url", "invalid url"),
    "image url of data": (image(image_url="data:image/png;base64,AA"), "/image_url", "invalid url"),
    "image url and file": (
        image(slack_file={"id": "F0123456789"}),
        "",
        "must define either `image_url` or `slack_file`",
    ),
    "image of neither": (
        without(image(), "image_url"),
        "",
        "must define either `image_url` or `slack_file`",
    ),
    "image file by both": (
        without(image(slack_file={"id": "F0123456789", "url": "https://files.example.org/x"}), "image_url"),
        "/slack_file",
        "must define either `id` or `url`",
    ),
    # markdown, file, video, alert
    "markdown 12001": ({"type": "markdown", "text": "x" * 12_001}, "/text", "must be less than 12001 characters"),
    "markdown empty": ({"type": "markdown", "text": ""}, "/text", "must be more than 0 characters"),
    "markdown of an object": ({"type": "markdown", "text": plain()}, "/text", "must provide a string"),
    "file without external_id": ({"type": "file", "source": "remote"}, "", "missing required field: external_id"),
    "file from here": (
        {"type": "file", "source": "local", "external_id": "x"},
        "/source",
        "must be a valid enum value",
    ),
    "video without thumbnail": (without(video(), "thumbnail_url"), "", "missing required field: thumbnail_url"),
    "video over http": (video(video_url="http://example.org/1"), "/video_url", "invalid url"),
    "video title 201": (video(title=plain("x" * 201)), "/title/text", "must be less than 201 characters"),
    "video author 51": (video(author_name="x" * 51), "/author_name", "must be less than 51 characters"),
    "alert in a message": ({"type": "alert", "text": plain()}, "/type", "unsupported type: alert"),
    # rich text
    "rich_text without elements": ({"type": "rich_text"}, "", "missing required field: elements"),
    "rich_text leaf outside a section": (rich(said()), "/elements/0/type", "unsupported type: text"),
    "rich_text text null": (rich(part(said(text=None))), LEAF + "/text", "must provide a string"),  # type: ignore[arg-type]
    "rich_text style unknown": (
        rich(part(said(style={"blink": True}))),
        LEAF + "/style",
        "invalid additional property: blink",
    ),
    "rich_text style a string": (rich(part(said(style="bold"))), LEAF + "/style", "must provide an object"),
    "rich_text link without url": (
        rich(part({"type": "link", "text": "x"})),
        LEAF,
        "missing required field: url",
    ),
    "rich_text link of javascript": (
        rich(part({"type": "link", "url": "javascript:alert(1)"})),
        LEAF + "/url",
        "invalid url",
    ),
    "rich_text user without id": (rich(part({"type": "user"})), LEAF, "missing required field: user_id"),
    "rich_text broadcast to all": (
        rich(part({"type": "broadcast", "range": "all"})),
        LEAF + "/range",
        "must be a valid enum value",
    ),
    "rich_text date as text": (
        rich(part({"type": "date", "timestamp": "0", "format": "{date}"})),
        LEAF + "/timestamp",
        "must provide an integer",
    ),
    "rich_text emoji unnamed": (
        rich(part({"type": "emoji", "name": ""})),
        LEAF + "/name",
        "must be more than 0 characters",
    ),
    "rich_text leaf unknown": (rich(part({"type": "image"})), LEAF + "/type", "unsupported type: image"),
    "list without style": (
        rich(without(listed(part(said())), "style")),
        "/elements/0",
        "missing required field: style",
    ),
    "list style unknown": (
        rich(listed(part(said()), style="numbered")),
        "/elements/0/style",
        "must be a valid enum value",
    ),
    "list indent 9": (rich(listed(part(said()), indent=9)), "/elements/0/indent", "must be less than 9"),
    "list border 2": (rich(listed(part(said()), border=2)), "/elements/0/border", "must be less than 2"),
    "list in a list": (rich(listed(listed())), LEAF + "/type", "unsupported type: rich_text_list"),
    "quote border a boolean": (
        rich({"type": "rich_text_quote", "elements": [said()], "border": True}),
        "/elements/0/border",
        "must provide an integer",
    ),
    # tables
    "table without rows": ({"type": "table"}, "", "missing required field: rows"),
    "table of 0 rows": (table(), "/rows", "no less than 1 items allowed"),
    "table of 101 rows": (table(*[[cell()]] * 101), "/rows", "no more than 100 items allowed"),
    "table of 21 cells": (table([cell()] * 21), "/rows/0", "no more than 20 items allowed"),
    "table of strings": (table(["word"]), "/rows/0/0", "must provide an object"),
    "table cell empty": (table([cell("")]), "/rows/0/0/text", "must be more than 0 characters"),
    "table cell of mrkdwn": (table([mrkdwn()]), "/rows/0/0/type", "unsupported type: mrkdwn"),
    "table 21 settings": (
        table([cell()], column_settings=[{"align": "left"}] * 21),
        "/column_settings",
        "no more than 20 items allowed",
    ),
    "table aligned middle": (
        table([cell()], column_settings=[{"align": "middle"}]),
        "/column_settings/0/align",
        "must be a valid enum value",
    ),
    "data_table of 1 row": (data_table(ROW), "/rows", "no less than 2 items allowed"),
    "data_table of 202 rows": (data_table(*[ROW] * 202), "/rows", "no more than 201 items allowed"),
    "data_table ragged": (
        data_table(ROW, [cell()]),
        "/rows/1",
        "must have the same number of cells as the first row",
    ),
    "data_table without caption": (without(data_table(ROW, ROW), "caption"), "", "missing required field: caption"),
    "data_table page of 101": (data_table(ROW, ROW, page_size=101), "/page_size", "must be less than 101"),
    "data_table rich header": (
        data_table([rich(part(said()))], [cell()]),
        "/rows/0/0/type",
        "unsupported type: rich_text",
    ),
    "data_table named by a third column": (
        data_table(ROW, ROW, row_header_column_index=2),
        "/row_header_column_index",
        "must be less than 2",
    ),
    "data_table of 20001 characters": (
        data_table([cell("x" * 20_000)], [cell()]),
        "/rows",
        "must be less than 20001 characters",
    ),
    "chart of 13 segments": (
        pie(*[(str(n), 1) for n in range(13)]),
        "/chart/segments",
        "no more than 12 items allowed",
    ),
    "chart of nothing": (pie(("none", 0)), "/chart/segments/0/value", "must be greater than 0"),
    "chart title 51": (pie(("all", 1), title="x" * 51), "/title", "must be less than 51 characters"),
    "chart without a point": (
        bars({"open": ["Mon"]}, ["Mon", "Tue"]),
        "/chart/series/0/data",
        "must have one point for each category",
    ),
    # cards, containers, tasks
    "card of nothing": ({"type": "card"}, "", "must define one of `hero_image`, `title`, `actions` or `body`"),
    "card title 151": ({"type": "card", "title": mrkdwn("x" * 151)}, "/title/text", "must be less than 151 characters"),
    "card body 201": ({"type": "card", "body": mrkdwn("x" * 201)}, "/body/text", "must be less than 201 characters"),
    "card of 4 buttons": ({**CARD, "actions": [button()] * 4}, "/actions", "no more than 3 items allowed"),
    "carousel of 11": ({"type": "carousel", "elements": [CARD] * 11}, "/elements", "no more than 10 items allowed"),
    "carousel of sections": (
        {"type": "carousel", "elements": [section()]},
        "/elements/0/type",
        "unsupported type: section",
    ),
    "container of 11": (container(*[section()] * 11), "/child_blocks", "no more than 10 items allowed"),
    "container untitled": (
        without(container(section()), "title"),
        "",
        "must define either `title` or `rich_text_title`",
    ),
    "container in a container": (
        container(container(section())),
        "/child_blocks/0/type",
        "unsupported type: container",
    ),
    "container collapsed for good": (
        container(section(), default_collapsed=True),
        "/default_collapsed",
        "must define `is_collapsible` to use `default_collapsed`",
    ),
    "task pending alone": (task(status="pending"), "/status", "must be a valid enum value"),
    "task title an object": (task(title=plain()), "/title", "must provide a string"),
    "plan title an object": (plan(task(), title=plain()), "/title", "must provide a string"),
    "plan of 51": (plan(*[task(str(n)) for n in range(51)]), "/tasks", "no more than 50 items allowed"),
    "plan with a task twice": (plan(task(), task()), "/tasks/1/task_id", '`task_id` "t1" already exists'),
    "context_actions of 6": (
        {"type": "context_actions", "elements": [ICON] * 6},
        "/elements",
        "no more than 5 items allowed",
    ),
    "context_actions with a button": (
        {"type": "context_actions", "elements": [button()]},
        "/elements/0/type",
        "unsupported type: button",
    ),
    "feedback without a negative": (
        {"type": "context_actions", "elements": [without(FEEDBACK_BUTTONS, "negative_button")]},
        "/elements/0",
        "missing required field: negative_button",
    ),
    "icon unknown": (
        {"type": "context_actions", "elements": [{**ICON, "icon": "pencil"}]},
        "/elements/0/icon",
        "must be a valid enum value",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_block_that_slack_refuses(name: str) -> None:
    block, pointer, text = REFUSED[name]
    refusals = [problem for problem in validate_message(message(block)) if problem.severity == "error"]
    assert (f"/blocks/0{pointer}", text) in [(problem.pointer, problem.text) for problem in refusals]
    assert {problem.code for problem in refusals} <= {"invalid_blocks", "msg_blocks_too_long"}
