"""The upper limits of slackblocks, and how to reach each of them."""

import slackblocks as sb

from tests.playground.blockkit.boundaries import (
    Boundary,
    acting,
    asking,
    bars,
    buttons,
    card,
    cells,
    choosing,
    confirmed,
    container,
    counts,
    data,
    dispatching,
    feedback,
    grouped,
    icon,
    image,
    line,
    modal,
    options,
    picture,
    pie,
    placed,
    section,
    tasks,
    told,
    url,
    video,
    viewed,
    workflow_button,
    x,
)

MOST: dict[str, Boundary] = {
    "TEXT_MAX_LENGTH": placed(lambda n: sb.ContextBlock([sb.Text(x(n))]), "elements/0/text"),
    "ACTION_ID_MAX_LENGTH": acting(lambda n: sb.Button("Press", action_id=x(n)), "action_id"),
    "BLOCK_ID_MAX_LENGTH": placed(lambda n: sb.DividerBlock(block_id=x(n)), "block_id"),
    "BUTTON_TEXT_MAX_LENGTH": acting(lambda n: sb.Button(x(n), action_id="a"), "text/text"),
    "BUTTON_URL_MAX_LENGTH": acting(lambda n: sb.Button("Press", action_id="a", url=url(n)), "url"),
    "BUTTON_VALUE_MAX_LENGTH": acting(lambda n: sb.Button("Press", action_id="a", value=x(n)), "value"),
    "BUTTON_ACCESSIBILITY_LABEL_MAX_LENGTH": acting(
        lambda n: sb.Button("Press", action_id="a", accessibility_label=x(n)), "accessibility_label"
    ),
    "BUTTON_AGENT_PROMPT_MAX_LENGTH": acting(
        lambda n: sb.Button("Press", action_id="a", agent_prompt=x(n)), "agent_prompt"
    ),
    "CONFIRMATION_TITLE_MAX_LENGTH": acting(lambda n: confirmed(title=x(n)), "confirm/title/text"),
    "CONFIRMATION_TEXT_MAX_LENGTH": acting(lambda n: confirmed(text=x(n)), "confirm/text/text"),
    "CONFIRMATION_CONFIRM_MAX_LENGTH": acting(lambda n: confirmed(confirm=x(n)), "confirm/confirm/text"),
    "CONFIRMATION_DENY_MAX_LENGTH": acting(lambda n: confirmed(deny=x(n)), "confirm/deny/text"),
    "OPTION_TEXT_MAX_LENGTH": acting(
        lambda n: choosing(options=[sb.Option(sb.PlainText(x(n)), "v")]), "options/0/text/text"
    ),
    "OPTION_VALUE_MAX_LENGTH": acting(
        lambda n: choosing(options=[sb.Option(sb.PlainText("word"), x(n))]), "options/0/value"
    ),
    "OPTION_DESCRIPTION_MAX_LENGTH": acting(
        lambda n: choosing(options=[sb.Option(sb.PlainText("word"), "v", description=x(n))]),
        "options/0/description/text",
    ),
    "OPTION_URL_MAX_LENGTH": acting(
        lambda n: sb.OverflowMenu("a", [sb.Option(sb.PlainText("word"), "v", url=url(n))]), "options/0/url"
    ),
    "OPTION_GROUP_LABEL_MAX_LENGTH": acting(
        lambda n: grouped([sb.OptionGroup(x(n), options(1))]), "option_groups/0/label/text"
    ),
    "OPTION_GROUP_OPTIONS_MAX_ITEMS": acting(
        lambda n: grouped([sb.OptionGroup("Group", options(n))]), "option_groups/0/options"
    ),
    "SELECT_PLACEHOLDER_MAX_LENGTH": acting(lambda n: choosing(placeholder=x(n)), "placeholder/text"),
    "SELECT_OPTIONS_MAX_ITEMS": acting(lambda n: choosing(options=options(n)), "options"),
    "SELECT_OPTION_GROUPS_MAX_ITEMS": acting(
        lambda n: grouped([sb.OptionGroup("Group", options(1))] * n), "option_groups"
    ),
    "OVERFLOW_OPTIONS_MAX_ITEMS": acting(lambda n: sb.OverflowMenu("a", options(n)), "options"),
    "CHECKBOXES_OPTIONS_MAX_ITEMS": acting(lambda n: sb.CheckboxGroup("a", options(n)), "options"),
    "RADIO_BUTTONS_OPTIONS_MAX_ITEMS": acting(lambda n: sb.RadioButtonGroup("a", options(n)), "options"),
    "FILE_INPUT_MAX_FILES_MAX": asking(lambda n: sb.FileInput("a", max_files=n), "max_files"),
    "PLAIN_TEXT_INPUT_MIN_LENGTH_MAX": asking(lambda n: sb.PlainTextInput("a", min_length=n), "min_length"),
    "PLAIN_TEXT_INPUT_MAX_LENGTH_MAX": asking(lambda n: sb.PlainTextInput("a", max_length=n), "max_length"),
    "PLAIN_TEXT_INPUT_PLACEHOLDER_MAX_LENGTH": asking(
        lambda n: sb.PlainTextInput("a", placeholder=x(n)), "placeholder/text"
    ),
    "EMAIL_INPUT_PLACEHOLDER_MAX_LENGTH": asking(lambda n: sb.EmailInput("a", placeholder=x(n)), "placeholder/text"),
    "URL_INPUT_PLACEHOLDER_MAX_LENGTH": asking(lambda n: sb.URLInput("a", placeholder=x(n)), "placeholder/text"),
    "NUMBER_INPUT_PLACEHOLDER_MAX_LENGTH": asking(
        lambda n: sb.NumberInput(is_decimal_allowed=False, action_id="a", placeholder=x(n)), "placeholder/text"
    ),
    "DATE_PICKER_PLACEHOLDER_MAX_LENGTH": asking(lambda n: sb.DatePicker("a", placeholder=x(n)), "placeholder/text"),
    "TIME_PICKER_PLACEHOLDER_MAX_LENGTH": asking(lambda n: sb.TimePicker("a", placeholder=x(n)), "placeholder/text"),
    "RICH_TEXT_INPUT_PLACEHOLDER_MAX_LENGTH": asking(
        lambda n: sb.RichTextInput("a", placeholder=x(n)), "placeholder/text"
    ),
    "RICH_TEXT_INPUT_MIN_LINES_MAX": asking(lambda n: sb.RichTextInput("a", min_lines=n), "min_lines"),
    "RICH_TEXT_INPUT_MAX_LINES_MAX": asking(lambda n: sb.RichTextInput("a", max_lines=n), "max_lines"),
    "ACTIONS_ELEMENTS_MAX_ITEMS": placed(lambda n: sb.ActionsBlock(buttons(n)), "elements"),
    "CARD_TITLE_MAX_LENGTH": placed(lambda n: card(title=x(n)), "title/text"),
    "CARD_SUBTITLE_MAX_LENGTH": placed(lambda n: card(subtitle=x(n)), "subtitle/text"),
    "CARD_BODY_MAX_LENGTH": placed(lambda n: card(body=x(n)), "body/text"),
    "CARD_SUBTEXT_MAX_LENGTH": placed(lambda n: card(subtext=x(n)), "subtext/text"),
    "CARD_ACTIONS_MAX_ITEMS": placed(lambda n: card(actions=buttons(n)), "actions"),
    "CAROUSEL_ELEMENTS_MAX_ITEMS": placed(lambda n: sb.CarouselBlock([card()] * n), "elements"),
    "CONTAINER_TITLE_MAX_LENGTH": placed(lambda n: container(title=x(n)), "title/text"),
    "CONTAINER_SUBTITLE_MAX_LENGTH": placed(lambda n: container(subtitle=x(n)), "subtitle/text"),
    "CONTAINER_CHILD_BLOCKS_MAX_ITEMS": placed(
        lambda n: container(child_blocks=[sb.DividerBlock() for _ in range(n)]), "child_blocks"
    ),
    "CONTEXT_ELEMENTS_MAX_ITEMS": placed(lambda n: sb.ContextBlock([sb.Text("word")] * n), "elements"),
    "FEEDBACK_BUTTON_TEXT_MAX_LENGTH": placed(lambda n: feedback(text=x(n)), "elements/0/positive_button/text/text"),
    "FEEDBACK_BUTTON_VALUE_MAX_LENGTH": placed(lambda n: feedback(value=x(n)), "elements/0/positive_button/value"),
    "FEEDBACK_BUTTON_ACCESSIBILITY_LABEL_MAX_LENGTH": placed(
        lambda n: feedback(accessibility_label=x(n)), "elements/0/positive_button/accessibility_label"
    ),
    "ICON_BUTTON_VALUE_MAX_LENGTH": placed(lambda n: icon(value=x(n)), "elements/0/value"),
    "ICON_BUTTON_ACCESSIBILITY_LABEL_MAX_LENGTH": placed(
        lambda n: icon(accessibility_label=x(n)), "elements/0/accessibility_label"
    ),
    "ICON_BUTTON_VISIBLE_TO_USER_IDS_MAX_ITEMS": placed(
        lambda n: icon(visible_to_user_ids=["U1"] * n), "elements/0/visible_to_user_ids"
    ),
    "WORKFLOW_BUTTON_TEXT_MAX_LENGTH": acting(lambda n: workflow_button(text=x(n)), "text/text"),
    "WORKFLOW_BUTTON_ACCESSIBILITY_LABEL_MAX_LENGTH": acting(
        lambda n: workflow_button(accessibility_label=x(n)), "accessibility_label"
    ),
    "TABLE_ROWS_MAX_ITEMS": placed(lambda n: sb.TableBlock([cells(1)] * n), "rows"),
    "TABLE_COLUMNS_MAX_ITEMS": placed(lambda n: sb.TableBlock([cells(n)]), "rows/0"),
    "TABLE_COLUMN_SETTINGS_MAX_ITEMS": placed(
        lambda n: sb.TableBlock([cells(1)], column_settings=[sb.ColumnSettings(align="left")] * n), "column_settings"
    ),
    "DATA_TABLE_ROWS_MAX_ITEMS": placed(lambda n: data([cells(1)] * n), "rows"),
    "DATA_TABLE_COLUMNS_MAX_ITEMS": placed(lambda n: data([cells(n)] * 2), "rows/0"),
    "DATA_TABLE_PAGE_SIZE_MAX": placed(lambda n: data([cells(1)] * 2, page_size=n), "page_size"),
    "DATA_TABLE_CONTENT_MAX_LENGTH": placed(
        lambda n: data([cells(1, x(n - 4)), cells(1)]), "rows/0/0/text", reported="rows"
    ),
    "DATA_VISUALIZATION_TITLE_MAX_LENGTH": placed(lambda n: pie(title=x(n)), "title"),
    "DATA_VISUALIZATION_SEGMENTS_MAX_ITEMS": placed(lambda n: pie(segments=n), "chart/segments"),
    "DATA_VISUALIZATION_SEGMENT_LABEL_MAX_LENGTH": placed(lambda n: pie(label=x(n)), "chart/segments/0/label"),
    "DATA_VISUALIZATION_SERIES_NAME_MAX_LENGTH": placed(lambda n: bars(name=x(n)), "chart/series/0/name"),
    "DATA_VISUALIZATION_POINT_LABEL_MAX_LENGTH": placed(lambda n: bars(label=x(n)), "chart/series/0/data/0/label"),
    "DATA_VISUALIZATION_CATEGORY_LABEL_MAX_LENGTH": placed(
        lambda n: bars(label=x(n)), "chart/axis_config/categories/0"
    ),
    "DATA_VISUALIZATION_AXIS_LABEL_MAX_LENGTH": placed(lambda n: bars(x_label=x(n)), "chart/axis_config/x_label"),
    "HEADER_TEXT_MAX_LENGTH": placed(lambda n: sb.HeaderBlock(x(n)), "text/text"),
    "IMAGE_IMAGE_URL_MAX_LENGTH": placed(lambda n: picture(image_url=url(n)), "image_url"),
    "IMAGE_ALT_TEXT_MAX_LENGTH": placed(lambda n: picture(alt_text=x(n)), "alt_text"),
    "IMAGE_TITLE_MAX_LENGTH": placed(lambda n: picture(title=x(n)), "title/text"),
    "IMAGE_ELEMENT_IMAGE_URL_MAX_LENGTH": placed(
        lambda n: sb.ContextBlock([image(image_url=url(n))]), "elements/0/image_url"
    ),
    "IMAGE_ELEMENT_ALT_TEXT_MAX_LENGTH": placed(
        lambda n: sb.ContextBlock([image(alt_text=x(n))]), "elements/0/alt_text"
    ),
    "MARKDOWN_TEXT_MAX_LENGTH": placed(lambda n: sb.MarkdownBlock(x(n)), "text"),
    "PLAN_TASKS_MAX_ITEMS": placed(lambda n: sb.PlanBlock("All of it", tasks(n)), "tasks"),
    "RICH_TEXT_LIST_INDENT_MAX": placed(lambda n: line(indent=n), "elements/0/indent"),
    "RICH_TEXT_LIST_BORDER_MAX": placed(lambda n: line(border=n), "elements/0/border"),
    "RICH_TEXT_QUOTE_BORDER_MAX": placed(
        lambda n: sb.RichTextBlock([sb.RichTextQuote([sb.RichText("word")], border=n)]), "elements/0/border"
    ),
    "RICH_TEXT_PREFORMATTED_BORDER_MAX": placed(
        lambda n: sb.RichTextBlock([sb.RichTextCodeBlock([sb.RichText("word")], border=n)]), "elements/0/border"
    ),
    "SECTION_TEXT_MAX_LENGTH": placed(lambda n: sb.SectionBlock(x(n)), "text/text"),
    "SECTION_FIELDS_MAX_ITEMS": placed(lambda n: sb.SectionBlock("word", fields=["word"] * n), "fields"),
    "SECTION_FIELDS_ITEM_MAX_LENGTH": placed(lambda n: sb.SectionBlock("word", fields=[x(n)]), "fields/0/text"),
    "CONTEXT_ACTIONS_ELEMENTS_MAX_ITEMS": placed(
        lambda n: sb.ContextActionsBlock([sb.IconButton("Delete", "trash", action_id=str(i)) for i in range(n)]),
        "elements",
    ),
    "DATA_TABLE_TOTAL_CONTENT_MAX_LENGTH": Boundary(
        lambda n: told(data([cells(1, x(10_000)), cells(1)]), data([cells(1, x(n - 10_008)), cells(1)])),
        "/blocks/1/rows/0/0/text",
        "/blocks/1/rows",
    ),
    "DATA_VISUALIZATION_CATEGORIES_MAX_ITEMS": placed(lambda n: counts(categories=n), "chart/axis_config/categories"),
    "DATA_VISUALIZATION_DATA_MAX_ITEMS": placed(lambda n: counts(categories=n), "chart/series/0/data"),
    "DATA_VISUALIZATION_SERIES_MAX_ITEMS": placed(lambda n: counts(series=n), "chart/series"),
    "DISPATCH_ACTION_CONFIGURATION_TRIGGER_ACTIONS_ON_MAX_ITEMS": asking(
        dispatching, "dispatch_action_config/trigger_actions_on"
    ),
    "MARKDOWN_TOTAL_TEXT_MAX_LENGTH": Boundary(
        lambda n: told(sb.MarkdownBlock(x(6_000)), sb.MarkdownBlock(x(n - 6_000))), "/blocks/1/text", "/blocks"
    ),
    "MESSAGE_ATTACHMENTS_MAX_ITEMS": Boundary(
        lambda n: told(section(), attachments=[sb.Attachment(blocks=[]) for _ in range(n)]), "/attachments"
    ),
    "MESSAGE_BLOCKS_MAX_ITEMS": Boundary(lambda n: told(*[section() for _ in range(n)]), "/blocks"),
    "MESSAGE_DATA_VISUALIZATIONS_MAX_ITEMS": Boundary(
        lambda n: told(*[pie() for _ in range(n)]), "/blocks", "/blocks/2"
    ),
    "ALERT_TEXT_MAX_LENGTH": Boundary(lambda n: modal(sb.AlertBlock(x(n))), "/view/blocks/0/text/text"),
    "INPUT_LABEL_MAX_LENGTH": Boundary(
        lambda n: modal(sb.InputBlock(x(n), sb.PlainTextInput("a"))), "/view/blocks/0/label/text"
    ),
    "INPUT_HINT_MAX_LENGTH": Boundary(
        lambda n: modal(sb.InputBlock("Label", sb.PlainTextInput("a"), hint=x(n))), "/view/blocks/0/hint/text"
    ),
    "VIDEO_ALT_TEXT_MAX_LENGTH": placed(lambda n: video(alt_text=x(n)), "alt_text"),
    "VIDEO_AUTHOR_NAME_MAX_LENGTH": placed(lambda n: video(author_name=x(n)), "author_name"),
    "VIDEO_DESCRIPTION_MAX_LENGTH": placed(lambda n: video(description=x(n)), "description/text"),
    "VIDEO_PROVIDER_ICON_URL_MAX_LENGTH": placed(lambda n: video(provider_icon_url=url(n)), "provider_icon_url"),
    "VIDEO_PROVIDER_NAME_MAX_LENGTH": placed(lambda n: video(provider_name=x(n)), "provider_name"),
    "VIDEO_THUMBNAIL_URL_MAX_LENGTH": placed(lambda n: video(thumbnail_url=url(n)), "thumbnail_url"),
    "VIDEO_TITLE_MAX_LENGTH": placed(lambda n: video(title=x(n)), "title/text"),
    "VIDEO_TITLE_URL_MAX_LENGTH": placed(lambda n: video(title_url=url(n)), "title_url"),
    "VIDEO_VIDEO_URL_MAX_LENGTH": placed(lambda n: video(video_url=url(n)), "video_url"),
    "VIEW_BLOCKS_MAX_ITEMS": Boundary(lambda n: modal(*[section() for _ in range(n)]), "/view/blocks"),
    "VIEW_CALLBACK_ID_MAX_LENGTH": viewed("callback_id"),
    "VIEW_EXTERNAL_ID_MAX_LENGTH": viewed("external_id"),
    "VIEW_PRIVATE_METADATA_MAX_LENGTH": viewed("private_metadata"),
    "VIEW_TITLE_MAX_LENGTH": viewed("title", "title/text"),
    "VIEW_SUBMIT_MAX_LENGTH": viewed("submit", "submit/text"),
    "VIEW_CLOSE_MAX_LENGTH": viewed("close", "close/text"),
}
