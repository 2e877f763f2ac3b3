"""The lower limits of slackblocks, and how to reach each of them."""

import slackblocks as sb

from tests.playground.blockkit.boundaries import (
    Boundary,
    acting,
    asking,
    card,
    cells,
    choosing,
    container,
    counts,
    data,
    dispatching,
    filtering,
    grouped,
    line,
    options,
    pie,
    placed,
    querying,
    several,
    x,
)

LEAST: dict[str, Boundary] = {
    "TEXT_MIN_LENGTH": placed(lambda n: sb.ContextBlock([sb.Text(x(n))]), "elements/0/text"),
    "OPTION_GROUP_OPTIONS_MIN_ITEMS": acting(
        lambda n: grouped([sb.OptionGroup("Group", options(n))]), "option_groups/0/options"
    ),
    "SELECT_OPTIONS_MIN_ITEMS": acting(lambda n: choosing(options=options(n)), "options"),
    "SELECT_OPTION_GROUPS_MIN_ITEMS": acting(
        lambda n: grouped([sb.OptionGroup("Group", options(1))] * n), "option_groups"
    ),
    "OVERFLOW_OPTIONS_MIN_ITEMS": acting(lambda n: sb.OverflowMenu("a", options(n)), "options"),
    "CHECKBOXES_OPTIONS_MIN_ITEMS": acting(lambda n: sb.CheckboxGroup("a", options(n)), "options"),
    "RADIO_BUTTONS_OPTIONS_MIN_ITEMS": acting(lambda n: sb.RadioButtonGroup("a", options(n)), "options"),
    "SELECT_MIN_QUERY_LENGTH_MIN": acting(querying, "min_query_length"),
    "MULTI_SELECT_MAX_SELECTED_ITEMS_MIN": acting(several, "max_selected_items"),
    "CONVERSATION_FILTER_INCLUDE_MIN_ITEMS": acting(filtering, "filter/include"),
    "FILE_INPUT_MAX_FILES_MIN": asking(lambda n: sb.FileInput("a", max_files=n), "max_files"),
    "PLAIN_TEXT_INPUT_MIN_LENGTH_MIN": asking(lambda n: sb.PlainTextInput("a", min_length=n), "min_length"),
    "PLAIN_TEXT_INPUT_MAX_LENGTH_MIN": asking(lambda n: sb.PlainTextInput("a", max_length=n), "max_length"),
    "RICH_TEXT_INPUT_MIN_LINES_MIN": asking(lambda n: sb.RichTextInput("a", min_lines=n), "min_lines"),
    "RICH_TEXT_INPUT_MAX_LINES_MIN": asking(lambda n: sb.RichTextInput("a", max_lines=n), "max_lines"),
    "DISPATCH_ACTION_CONFIGURATION_TRIGGER_ACTIONS_ON_MIN_ITEMS": asking(
        dispatching, "dispatch_action_config/trigger_actions_on"
    ),
    "CAROUSEL_ELEMENTS_MIN_ITEMS": placed(lambda n: sb.CarouselBlock([card()] * n), "elements"),
    "CONTAINER_CHILD_BLOCKS_MIN_ITEMS": placed(
        lambda n: container(child_blocks=[sb.DividerBlock() for _ in range(n)]), "child_blocks"
    ),
    "DATA_TABLE_ROWS_MIN_ITEMS": placed(lambda n: data([cells(1)] * n), "rows"),
    "DATA_TABLE_COLUMNS_MIN_ITEMS": placed(lambda n: data([cells(n)] * 2), "rows/0"),
    "DATA_TABLE_CELL_TEXT_MIN_LENGTH": placed(lambda n: data([cells(1, x(n)), cells(1)]), "rows/0/0/text"),
    "DATA_TABLE_PAGE_SIZE_MIN": placed(lambda n: data([cells(1)] * 2, page_size=n), "page_size"),
    "DATA_TABLE_ROW_HEADER_COLUMN_INDEX_MIN": placed(
        lambda n: data([cells(1)] * 2, row_header_column_index=n), "row_header_column_index"
    ),
    "DATA_VISUALIZATION_SEGMENTS_MIN_ITEMS": placed(lambda n: pie(segments=n), "chart/segments"),
    # exclusive, so that the least whole number allowed is one more
    "DATA_VISUALIZATION_SEGMENT_VALUE_EXCLUSIVE_MIN": placed(lambda n: pie(value=n + 1), "chart/segments/0/value"),
    "DATA_VISUALIZATION_SERIES_MIN_ITEMS": placed(lambda n: counts(series=n), "chart/series"),
    "DATA_VISUALIZATION_DATA_MIN_ITEMS": placed(lambda n: counts(categories=n), "chart/series/0/data"),
    "DATA_VISUALIZATION_CATEGORIES_MIN_ITEMS": placed(lambda n: counts(categories=n), "chart/axis_config/categories"),
    "RICH_TEXT_LIST_INDENT_MIN": placed(lambda n: line(indent=n), "elements/0/indent"),
    "RICH_TEXT_LIST_OFFSET_MIN": placed(lambda n: line(offset=n), "elements/0/offset"),
    "RICH_TEXT_LIST_BORDER_MIN": placed(lambda n: line(border=n), "elements/0/border"),
    "RICH_TEXT_QUOTE_BORDER_MIN": placed(
        lambda n: sb.RichTextBlock([sb.RichTextQuote([sb.RichText("word")], border=n)]), "elements/0/border"
    ),
    "RICH_TEXT_PREFORMATTED_BORDER_MIN": placed(
        lambda n: sb.RichTextBlock([sb.RichTextCodeBlock([sb.RichText("word")], border=n)]), "elements/0/border"
    ),
}
