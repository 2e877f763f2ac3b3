"""What the app under the page posts and opens: one of every block and every field."""

from typing import Any

Block = dict[str, Any]


def plain(text: str) -> Block:
    """A plain text object."""
    return {"type": "plain_text", "text": text}


def mrkdwn(text: str) -> Block:
    """A mrkdwn text object."""
    return {"type": "mrkdwn", "text": text}


def option(value: str, text: str, **more: Any) -> Block:
    """An option of a menu."""
    return {"text": plain(text), "value": value, **more}


def field(block_id: str, label: str, element: Block, **more: Any) -> Block:
    """An input block whose element has the action id ``it``."""
    return {
        "type": "input",
        "block_id": block_id,
        "label": plain(label),
        "element": {"action_id": "it", **element},
        **more,
    }


PRIORITIES = [option("low", "Low"), option("normal", "Normal"), option("high", "High")]
CITIES = ["Bergen", "Berlin", "Bern", "Lisbon", "London"]

FIELDS = [
    field("subject", "Subject", {"type": "plain_text_input", "placeholder": plain("In a few words"), "max_length": 80}),
    field(
        "body",
        "Description",
        {"type": "plain_text_input", "multiline": True},
        optional=True,
        hint=plain("What happened?"),
    ),
    field("priority", "Priority", {"type": "static_select", "options": PRIORITIES, "initial_option": PRIORITIES[1]}),
    field("city", "City", {"type": "external_select", "min_query_length": 2}, optional=True),
    field("tags", "Tags", {"type": "multi_static_select", "options": PRIORITIES}, optional=True),
    field("owner", "Owner", {"type": "users_select"}, optional=True),
    field("watchers", "Watchers", {"type": "multi_users_select"}, optional=True),
    field("room", "Room", {"type": "conversations_select"}, optional=True),
    field("channel", "Channel", {"type": "channels_select"}, optional=True),
    field("due", "Due", {"type": "datepicker"}, optional=True),
    field("hour", "Hour", {"type": "timepicker"}, optional=True),
    field("moment", "Moment", {"type": "datetimepicker"}, optional=True),
    field("kinds", "Kinds", {"type": "checkboxes", "options": PRIORITIES}, optional=True),
    field("way", "Way", {"type": "radio_buttons", "options": PRIORITIES}, optional=True),
    field("mail", "E-mail", {"type": "email_text_input"}, optional=True),
    field("site", "Site", {"type": "url_text_input"}, optional=True),
    field("count", "Count", {"type": "number_input", "is_decimal_allowed": False, "min_value": "1"}, optional=True),
    field("rich", "Rich", {"type": "rich_text_input"}, optional=True),
    field("files", "Files", {"type": "file_input", "max_files": 2}, optional=True),
]


def form(metadata: str, subject: str = "") -> Block:
    """The modal with one of every field."""
    blocks = [dict(block) for block in FIELDS]
    if subject:
        blocks[0] = {**blocks[0], "element": {**blocks[0]["element"], "initial_value": subject}}
    return {
        "type": "modal",
        "callback_id": "form",
        "title": plain("A note"),
        "submit": plain("Save"),
        "close": plain("Never mind"),
        "private_metadata": metadata,
        "notify_on_close": True,
        "blocks": blocks,
    }


def page(title: str, words: str, *, buttons: bool = False) -> Block:
    """A modal that only says something."""
    more = {"type": "button", "action_id": "deeper", "text": plain("Go deeper")}
    actions = [{"type": "actions", "block_id": "more", "elements": [more]}] if buttons else []
    return {
        "type": "modal",
        "title": plain(title),
        "close": plain("Done"),
        "blocks": [{"type": "section", "text": mrkdwn(words)}, *actions],
    }


def told(heard: str) -> Block:
    """A form whose fields tell the app what is done to them."""
    on = {"trigger_actions_on": ["on_enter_pressed"]}
    return {
        "type": "modal",
        "title": plain("Told"),
        "submit": plain("Save"),
        "blocks": [
            field("word", "Word", {"type": "plain_text_input", "dispatch_action_config": on}, dispatch_action=True),
            field("level", "Level", {"type": "static_select", "options": PRIORITIES}, dispatch_action=True),
            field("here", "Here", {"type": "conversations_select", "default_to_current_conversation": True}),
            {"type": "context", "elements": [mrkdwn(f"Heard: {heard}")]},
        ],
    }


CARD: list[Block] = [
    {"type": "header", "text": plain("AB-1207 The printer is on fire")},
    {
        "type": "section",
        "text": mrkdwn("*Reported by* <@U0SAM> in <#C0SUPPORT|support>\n> It was only _warm_ yesterday"),
        "accessory": {
            "type": "overflow",
            "action_id": "menu",
            "options": [option("copy", "Copy the link"), option("mute", "Mute")],
        },
    },
    {"type": "section", "fields": [mrkdwn("*Status*\nNew"), mrkdwn("*Priority*\n:red_circle: High")]},
    {
        "type": "actions",
        "block_id": "buttons",
        "elements": [
            {"type": "button", "action_id": "take", "style": "primary", "text": plain("Take it")},
            {
                "type": "button",
                "action_id": "drop",
                "style": "danger",
                "text": plain("Close it"),
                "confirm": {
                    "title": plain("Close the ticket?"),
                    "text": plain("The customer will be told."),
                    "confirm": plain("Close it for good"),
                    "deny": plain("Keep it"),
                },
            },
            {
                "type": "static_select",
                "action_id": "level",
                "placeholder": plain("Set priority"),
                "options": PRIORITIES,
            },
            {"type": "datepicker", "action_id": "day", "placeholder": plain("Due on")},
        ],
    },
    {"type": "context", "elements": [mrkdwn("Opened <!date^1780000000^{date_short} at {time}|28 May> · `AB-1207`")]},
]

_RICH: Block = {
    "type": "rich_text",
    "elements": [
        {
            "type": "rich_text_section",
            "elements": [
                {"type": "text", "text": "Rich ", "style": {"bold": True}},
                {"type": "text", "text": "text with "},
                {"type": "link", "url": "https://example.com/", "text": "a link"},
                {"type": "text", "text": ", "},
                {"type": "emoji", "name": "tada"},
                {"type": "text", "text": " and "},
                {"type": "user", "user_id": "U0PRIYA"},
            ],
        },
        {
            "type": "rich_text_list",
            "style": "ordered",
            "elements": [{"type": "rich_text_section", "elements": [{"type": "text", "text": "first"}]}],
        },
        {"type": "rich_text_preformatted", "elements": [{"type": "text", "text": "x = <b>1</b>"}]},
        {"type": "rich_text_quote", "elements": [{"type": "text", "text": "said somebody"}]},
    ],
}

GALLERY: list[Block] = [
    {"type": "header", "text": plain("Gallery")},
    {
        "type": "section",
        "text": mrkdwn("*bold* _italic_ ~gone~ `code` <https://example.com|words> :wave:\n```a < b```"),
    },
    {"type": "section", "text": mrkdwn("&lt;img src=x onerror=alert(1)&gt; <javascript:alert(1)|not a link>")},
    {"type": "divider"},
    _RICH,
    {"type": "image", "image_url": "https://example.com/cat.png", "alt_text": "A cat on a keyboard"},
    {
        "type": "markdown",
        "text": "## Heading\n\n- one\n- **two**\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n[link](https://example.com)",
    },
    {
        "type": "table",
        "column_settings": [{"align": "left"}, {"align": "right"}],
        "rows": [
            [{"type": "raw_text", "text": "Ticket"}, {"type": "raw_text", "text": "Age"}],
            [{"type": "raw_text", "text": "AB-1207"}, {"type": "raw_text", "text": "3 d"}],
        ],
    },
]
ATTACHMENTS: list[Block] = [
    {
        "color": "#b3403a",
        "fallback": "A ticket",
        "title": "Attached",
        "title_link": "https://example.com/t/1",
        "text": "with a *bar*",
        "fields": [{"title": "Status", "value": "Open", "short": True}],
        "footer": "Helpdesk",
    }
]

HOME: Block = {
    "type": "home",
    "blocks": [
        {"type": "header", "text": plain("Your tickets")},
        {
            "type": "section",
            "text": mrkdwn("You have *2* open tickets."),
            "accessory": {"type": "button", "action_id": "refresh", "text": plain("Refresh")},
        },
        {"type": "divider"},
        {"type": "context", "elements": [mrkdwn("Updated just now")]},
    ],
}
