"""Block Kit as data: which fields a block, element or object has, and how long they may be."""

from sandbox.block_schema_types import MESSAGE, MODAL, Any, Many, Rule, Shape, String, Text, Thing

MESSAGES = frozenset({MESSAGE})


ANY = Any()
ACTION_ID = String(255)
SELECTS = frozenset(
    {"static_select", "external_select", "users_select", "conversations_select", "channels_select"},
)
MULTI_SELECTS = frozenset(f"multi_{each}" for each in SELECTS)
PICKERS = frozenset({"datepicker", "timepicker", "datetimepicker"})
CHECKS = frozenset({"checkboxes", "radio_buttons"})
TYPED = frozenset(
    {"plain_text_input", "number_input", "email_text_input", "url_text_input", "rich_text_input"},
)
USED = frozenset({"button", "workflow_button", "overflow"})
IN_ACTIONS = USED | SELECTS | MULTI_SELECTS | PICKERS | CHECKS | {"rich_text_input"}
IN_SECTION = USED | SELECTS | MULTI_SELECTS | PICKERS | CHECKS | {"image"}
IN_INPUT = SELECTS | MULTI_SELECTS | PICKERS | CHECKS | TYPED | {"file_input"}
IN_CONTEXT = frozenset({"image", "mrkdwn", "plain_text"})
IN_CONTEXT_ACTIONS = frozenset({"feedback_buttons", "icon_button"})
IN_CONTAINER = frozenset(
    {"actions", "context", "divider", "file", "header", "image", "input", "rich_text", "section"}
    | {"table", "video"},
)

BLOCKS: dict[str, Shape] = {
    "actions": Shape({"elements": Many(25, Thing(IN_ACTIONS), required=True)}),
    "alert": Shape({"text": Text(200, required=True), "level": ANY}, frozenset({MODAL})),
    "card": Shape({"title": Text(150), "subtitle": Text(150), "body": Text(200)}, open=True),
    "carousel": Shape({"elements": Many(10, ANY)}, open=True),
    "container": Shape(
        {
            "title": Text(150),
            "subtitle": Text(150),
            "child_blocks": Many(10, Thing(IN_CONTAINER)),
        },
        open=True,
    ),
    "context": Shape({"elements": Many(10, Thing(IN_CONTEXT), required=True)}),
    "context_actions": Shape({"elements": Many(5, Thing(IN_CONTEXT_ACTIONS), required=True)}),
    "data_table": Shape(
        {"caption": Any(required=True), "rows": Many(101, ANY)}, MESSAGES, open=True
    ),
    "data_visualization": Shape(
        {"title": String(50, required=True), "chart": Thing(shape="chart", required=True)},
        MESSAGES,
    ),
    "divider": Shape({}),
    "file": Shape({"external_id": String(255, required=True), "source": ANY}, MESSAGES),
    "header": Shape({"text": Text(150, plain=True, required=True), "level": ANY}),
    "image": Shape(
        {
            "alt_text": String(2000, required=True),
            "image_url": String(3000),
            "slack_file": ANY,
            "title": Text(2000, plain=True),
        },
        one_of=("image_url", "slack_file"),
    ),
    "input": Shape(
        {
            "label": Text(2000, plain=True, required=True),
            "element": Thing(IN_INPUT, required=True),
            "hint": Text(2000, plain=True),
            "optional": ANY,
            "dispatch_action": ANY,
        },
    ),
    "markdown": Shape({"text": String(12_000, required=True)}, MESSAGES),
    "plan": Shape({"title": ANY, "tasks": ANY}, MESSAGES, open=True),
    "rich_text": Shape({"elements": Many(1000, ANY, least=0, required=True)}),
    "section": Shape(
        {
            "text": Text(3000),
            "fields": Many(10, Text(2000)),
            "accessory": Thing(IN_SECTION),
            "expand": ANY,
        },
        one_of=("text", "fields"),
    ),
    "table": Shape(
        {"rows": Many(100, Many(20, ANY), required=True), "column_settings": Many(20, ANY)},
        MESSAGES,
    ),
    "task_card": Shape({"title": ANY, "status": ANY}, MESSAGES, open=True),
    "video": Shape(
        {"alt_text": String(2000, required=True), "title": Text(200, plain=True, required=True)},
        open=True,
    ),
}

CONFIRM = Thing(shape="confirm")
PLACEHOLDER = Text(150, plain=True)
FOCUS: dict[str, Rule] = {"focus_on_load": ANY}
ASKED: dict[str, Rule] = {"action_id": ACTION_ID, "confirm": CONFIRM, **FOCUS}
MENU: dict[str, Rule] = {**ASKED, "placeholder": PLACEHOLDER}
OPTIONS: dict[str, Rule] = {
    "options": Many(100, Thing(shape="option")),
    "option_groups": Many(100, Thing(shape="option_group")),
}
TYPING: dict[str, Rule] = {
    "action_id": ACTION_ID,
    "placeholder": PLACEHOLDER,
    "initial_value": ANY,
    "dispatch_action_config": ANY,
    **FOCUS,
}
SEVERAL: dict[str, Rule] = {"max_selected_items": ANY}


def _menu(*extra: str) -> Shape:
    """A menu or picker: what all have, and these fields of its own."""
    several = SEVERAL if "initial_" in extra[0] and extra[0].endswith("s") else {}
    options = OPTIONS if "options" in extra else {}
    return Shape({**MENU, **several, **dict.fromkeys(extra, ANY), **options})


ELEMENTS: dict[str, Shape] = {
    "button": Shape(
        {
            "text": Text(75, plain=True, required=True),
            "action_id": ACTION_ID,
            "url": String(3000),
            "value": String(2000),
            "style": ANY,
            "confirm": CONFIRM,
            "accessibility_label": String(75),
        },
    ),
    "channels_select": _menu("initial_channel", "response_url_enabled"),
    "checkboxes": Shape(
        {
            **ASKED,
            "options": Many(10, Thing(shape="option"), required=True),
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
    "datetimepicker": Shape({**ASKED, "initial_date_time": ANY}),
    "email_text_input": Shape(TYPING),
    "external_select": _menu("initial_option", "min_query_length"),
    "feedback_buttons": Shape({"action_id": ACTION_ID}, open=True),
    "file_input": Shape({"action_id": ACTION_ID, "filetypes": ANY, "max_files": ANY}),
    "icon_button": Shape({"action_id": ACTION_ID}, open=True),
    "image": BLOCKS["image"],
    "mrkdwn": Shape({"text": String(3000, required=True), "verbatim": ANY}),
    "multi_channels_select": _menu("initial_channels"),
    "multi_conversations_select": _menu(
        "initial_conversations",
        "default_to_current_conversation",
        "filter",
    ),
    "multi_external_select": _menu("initial_options", "min_query_length"),
    "multi_static_select": _menu("initial_options", "options"),
    "multi_users_select": _menu("initial_users"),
    "number_input": Shape(
        {
            **TYPING,
            "is_decimal_allowed": Any(required=True),
            "min_value": ANY,
            "max_value": ANY,
        },
    ),
    "overflow": Shape(
        {**ASKED, "options": Many(5, Thing(shape="option"), required=True)},
    ),
    "plain_text": Shape({"text": String(3000, required=True), "emoji": ANY}),
    "plain_text_input": Shape(
        {**TYPING, "multiline": ANY, "min_length": ANY, "max_length": ANY},
    ),
    "radio_buttons": Shape(
        {**ASKED, "options": Many(10, Thing(shape="option"), required=True), "initial_option": ANY},
    ),
    "rich_text_input": Shape(TYPING),
    "static_select": _menu("initial_option", "options"),
    "timepicker": _menu("initial_time", "timezone"),
    "url_text_input": Shape(TYPING),
    "users_select": _menu("initial_user"),
    "workflow_button": Shape(
        {"text": Text(75, plain=True, required=True)},
        open=True,
    ),
}

# Objects that are known by where they are, not by a type of their own.
SHAPES: dict[str, Shape] = {
    "axis_config": Shape(
        {
            "categories": Many(20, String(20), required=True),
            "x_label": String(50),
            "y_label": String(50),
        },
    ),
    "chart": Shape(
        {
            "type": Any(required=True),
            "series": Many(6, Thing(shape="series")),
            "axis_config": Thing(shape="axis_config"),
            "segments": Many(6, Thing(shape="point")),
        },
        one_of=("series", "segments"),
    ),
    "confirm": Shape(
        {
            "title": Text(100, plain=True, required=True),
            "text": Text(300, required=True),
            "confirm": Text(30, plain=True, required=True),
            "deny": Text(30, plain=True, required=True),
            "style": ANY,
        },
    ),
    "option": Shape(
        {
            "text": Text(75, required=True),
            "value": String(150, required=True),
            "description": Text(75),
            "url": String(3000),
        },
    ),
    "option_group": Shape(
        {
            "label": Text(75, plain=True, required=True),
            "options": Many(100, Thing(shape="option"), required=True),
        },
    ),
    "point": Shape({"label": String(20, required=True), "value": Any(required=True)}),
    "series": Shape(
        {
            "name": String(20, required=True),
            "data": Many(20, Thing(shape="point"), required=True),
        },
    ),
    "view": Shape(
        {
            "type": ANY,
            "title": Text(24, plain=True),
            "submit": Text(24, plain=True),
            "close": Text(24, plain=True),
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
