"""Block Kit's blocks, elements and objects: their fields and limits.

https://docs.slack.dev/reference/block-kit
"""

from sandbox.block_schema_types import (
    MESSAGE,
    MODAL,
    Any,
    ListOf,
    ObjectOf,
    Rule,
    Schema,
    String,
    TextObject,
)

MESSAGES = frozenset({MESSAGE})


ANY = Any()
ACTION_ID = String(255)
SELECTS = frozenset(
    {"static_select", "external_select", "users_select", "conversations_select", "channels_select"},
)
MULTI_SELECTS = frozenset(f"multi_{name}" for name in SELECTS)
PICKERS = frozenset({"datepicker", "timepicker", "datetimepicker"})
CHOICE_GROUPS = frozenset({"checkboxes", "radio_buttons"})
INPUTS = frozenset(
    {"plain_text_input", "number_input", "email_text_input", "url_text_input", "rich_text_input"},
)
BUTTONS = frozenset({"button", "workflow_button", "overflow"})
IN_ACTIONS = BUTTONS | SELECTS | MULTI_SELECTS | PICKERS | CHOICE_GROUPS | {"rich_text_input"}
IN_SECTION = BUTTONS | SELECTS | MULTI_SELECTS | PICKERS | CHOICE_GROUPS | {"image"}
IN_INPUT = SELECTS | MULTI_SELECTS | PICKERS | CHOICE_GROUPS | INPUTS | {"file_input"}
IN_CONTEXT = frozenset({"image", "mrkdwn", "plain_text"})
IN_CONTEXT_ACTIONS = frozenset({"feedback_buttons", "icon_button"})
IN_CONTAINER = frozenset(
    {"actions", "context", "divider", "file", "header", "image", "input", "rich_text", "section"}
    | {"table", "video"},
)

BLOCKS: dict[str, Schema] = {
    "actions": Schema({"elements": ListOf(25, ObjectOf(IN_ACTIONS), required=True)}),
    "alert": Schema({"text": TextObject(200, required=True), "level": ANY}, frozenset({MODAL})),
    "card": Schema(
        {"title": TextObject(150), "subtitle": TextObject(150), "body": TextObject(200)}, open=True
    ),
    "carousel": Schema({"elements": ListOf(10, ANY)}, open=True),
    "container": Schema(
        {
            "title": TextObject(150),
            "subtitle": TextObject(150),
            "child_blocks": ListOf(10, ObjectOf(IN_CONTAINER)),
        },
        open=True,
    ),
    "context": Schema({"elements": ListOf(10, ObjectOf(IN_CONTEXT), required=True)}),
    "context_actions": Schema({"elements": ListOf(5, ObjectOf(IN_CONTEXT_ACTIONS), required=True)}),
    "data_table": Schema(
        {"caption": Any(required=True), "rows": ListOf(101, ANY)}, MESSAGES, open=True
    ),
    "data_visualization": Schema(
        {"title": String(50, required=True), "chart": ObjectOf(shape="chart", required=True)},
        MESSAGES,
    ),
    "divider": Schema({}),
    "file": Schema({"external_id": String(255, required=True), "source": ANY}, MESSAGES),
    "header": Schema({"text": TextObject(150, plain=True, required=True), "level": ANY}),
    "image": Schema(
        {
            "alt_text": String(2000, required=True),
            "image_url": String(3000),
            "slack_file": ANY,
            "title": TextObject(2000, plain=True),
        },
        one_of=("image_url", "slack_file"),
    ),
    "input": Schema(
        {
            "label": TextObject(2000, plain=True, required=True),
            "element": ObjectOf(IN_INPUT, required=True),
            "hint": TextObject(2000, plain=True),
            "optional": ANY,
            "dispatch_action": ANY,
        },
    ),
    "markdown": Schema({"text": String(12_000, required=True)}, MESSAGES),
    "plan": Schema({"title": ANY, "tasks": ANY}, MESSAGES, open=True),
    "rich_text": Schema({"elements": ListOf(1000, ANY, least=0, required=True)}),
    "section": Schema(
        {
            "text": TextObject(3000),
            "fields": ListOf(10, TextObject(2000)),
            "accessory": ObjectOf(IN_SECTION),
            "expand": ANY,
        },
        one_of=("text", "fields"),
    ),
    "table": Schema(
        {"rows": ListOf(100, ListOf(20, ANY), required=True), "column_settings": ListOf(20, ANY)},
        MESSAGES,
    ),
    "task_card": Schema({"title": ANY, "status": ANY}, MESSAGES, open=True),
    "video": Schema(
        {
            "alt_text": String(2000, required=True),
            "title": TextObject(200, plain=True, required=True),
        },
        open=True,
    ),
}

CONFIRM = ObjectOf(shape="confirm")
PLACEHOLDER = TextObject(150, plain=True)
FOCUS: dict[str, Rule] = {"focus_on_load": ANY}
INTERACTIVE: dict[str, Rule] = {"action_id": ACTION_ID, "confirm": CONFIRM, **FOCUS}
MENU_FIELDS: dict[str, Rule] = {**INTERACTIVE, "placeholder": PLACEHOLDER}
OPTION_FIELDS: dict[str, Rule] = {
    "options": ListOf(100, ObjectOf(shape="option")),
    "option_groups": ListOf(100, ObjectOf(shape="option_group")),
}
INPUT_FIELDS: dict[str, Rule] = {
    "action_id": ACTION_ID,
    "placeholder": PLACEHOLDER,
    "initial_value": ANY,
    "dispatch_action_config": ANY,
    **FOCUS,
}
MULTI_SELECT_FIELDS: dict[str, Rule] = {"max_selected_items": ANY}


def _menu(*own_fields: str) -> Schema:
    """Return the schema of a menu or picker: common fields, and these of its own."""
    multi_fields = (
        MULTI_SELECT_FIELDS if "initial_" in own_fields[0] and own_fields[0].endswith("s") else {}
    )
    options = OPTION_FIELDS if "options" in own_fields else {}
    return Schema({**MENU_FIELDS, **multi_fields, **dict.fromkeys(own_fields, ANY), **options})


ELEMENTS: dict[str, Schema] = {
    "button": Schema(
        {
            "text": TextObject(75, plain=True, required=True),
            "action_id": ACTION_ID,
            "url": String(3000),
            "value": String(2000),
            "style": ANY,
            "confirm": CONFIRM,
            "accessibility_label": String(75),
        },
    ),
    "channels_select": _menu("initial_channel", "response_url_enabled"),
    "checkboxes": Schema(
        {
            **INTERACTIVE,
            "options": ListOf(10, ObjectOf(shape="option"), required=True),
            "initial_options": ANY,
        },
    ),
    "conversations_select": _menu(
        "initial_conversation",
        "default_to_current_conversation",
        "response_url_enabled",
        "filter",
    ),
    "datepicker": _menu("initial_date"),
    "datetimepicker": Schema({**INTERACTIVE, "initial_date_time": ANY}),
    "email_text_input": Schema(INPUT_FIELDS),
    "external_select": _menu("initial_option", "min_query_length"),
    "feedback_buttons": Schema({"action_id": ACTION_ID}, open=True),
    "file_input": Schema({"action_id": ACTION_ID, "filetypes": ANY, "max_files": ANY}),
    "icon_button": Schema({"action_id": ACTION_ID}, open=True),
    "image": BLOCKS["image"],
    "mrkdwn": Schema({"text": String(3000, required=True), "verbatim": ANY}),
    "multi_channels_select": _menu("initial_channels"),
    "multi_conversations_select": _menu(
        "initial_conversations",
        "default_to_current_conversation",
        "filter",
    ),
    "multi_external_select": _menu("initial_options", "min_query_length"),
    "multi_static_select": _menu("initial_options", "options"),
    "multi_users_select": _menu("initial_users"),
    "number_input": Schema(
        {
            **INPUT_FIELDS,
            "is_decimal_allowed": Any(required=True),
            "min_value": ANY,
            "max_value": ANY,
        },
    ),
    "overflow": Schema(
        {**INTERACTIVE, "options": ListOf(5, ObjectOf(shape="option"), required=True)},
    ),
    "plain_text": Schema({"text": String(3000, required=True), "emoji": ANY}),
    "plain_text_input": Schema(
        {**INPUT_FIELDS, "multiline": ANY, "min_length": ANY, "max_length": ANY},
    ),
    "radio_buttons": Schema(
        {
            **INTERACTIVE,
            "options": ListOf(10, ObjectOf(shape="option"), required=True),
            "initial_option": ANY,
        },
    ),
    "rich_text_input": Schema(INPUT_FIELDS),
    "static_select": _menu("initial_option", "options"),
    "timepicker": _menu("initial_time", "timezone"),
    "url_text_input": Schema(INPUT_FIELDS),
    "users_select": _menu("initial_user"),
    "workflow_button": Schema(
        {"text": TextObject(75, plain=True, required=True)},
        open=True,
    ),
}

# Objects without a type field, identified by their place.
OBJECTS: dict[str, Schema] = {
    "axis_config": Schema(
        {
            "categories": ListOf(20, String(20), required=True),
            "x_label": String(50),
            "y_label": String(50),
        },
    ),
    "chart": Schema(
        {
            "type": Any(required=True),
            "series": ListOf(6, ObjectOf(shape="series")),
            "axis_config": ObjectOf(shape="axis_config"),
            "segments": ListOf(6, ObjectOf(shape="point")),
        },
        one_of=("series", "segments"),
    ),
    "confirm": Schema(
        {
            "title": TextObject(100, plain=True, required=True),
            "text": TextObject(300, required=True),
            "confirm": TextObject(30, plain=True, required=True),
            "deny": TextObject(30, plain=True, required=True),
            "style": ANY,
        },
    ),
    "option": Schema(
        {
            "text": TextObject(75, required=True),
            "value": String(150, required=True),
            "description": TextObject(75),
            "url": String(3000),
        },
    ),
    "option_group": Schema(
        {
            "label": TextObject(75, plain=True, required=True),
            "options": ListOf(100, ObjectOf(shape="option"), required=True),
        },
    ),
    "point": Schema({"label": String(20, required=True), "value": Any(required=True)}),
    "series": Schema(
        {
            "name": String(20, required=True),
            "data": ListOf(20, ObjectOf(shape="point"), required=True),
        },
    ),
    "view": Schema(
        {
            "type": ANY,
            "title": TextObject(24, plain=True),
            "submit": TextObject(24, plain=True),
            "close": TextObject(24, plain=True),
            "blocks": Any(required=True),
            "callback_id": String(255),
            "external_id": String(255),
            "private_metadata": String(3000),
            "clear_on_close": ANY,
            "notify_on_close": ANY,
            "submit_disabled": ANY,
        },
    ),
}
