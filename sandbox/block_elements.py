"""Interactive elements: find them in blocks, and build the values that they report."""

from collections.abc import Iterator
from typing import Any

from sandbox.workspace_state import Json

# The field with the chosen value, by element type.
CHOICES = {
    "button": "value",
    "channels_select": "selected_channel",
    "checkboxes": "selected_options",
    "conversations_select": "selected_conversation",
    "datepicker": "selected_date",
    "datetimepicker": "selected_date_time",
    "email_text_input": "value",
    "external_select": "selected_option",
    "feedback_buttons": "value",
    "icon_button": "value",
    "multi_channels_select": "selected_channels",
    "multi_conversations_select": "selected_conversations",
    "multi_external_select": "selected_options",
    "multi_static_select": "selected_options",
    "multi_users_select": "selected_users",
    "number_input": "value",
    "overflow": "selected_option",
    "plain_text_input": "value",
    "radio_buttons": "selected_option",
    "rich_text_input": "rich_text_value",
    "static_select": "selected_option",
    "timepicker": "selected_time",
    "url_text_input": "value",
    "users_select": "selected_user",
}
STATELESS = frozenset({"button", "overflow", "icon_button", "feedback_buttons"})
# Fields of blocks and elements that contain other elements.
NESTED = ("elements", "accessory", "element", "actions", "blocks", "child_blocks", "buttons")


def find(blocks: list[Json], action_id: str) -> tuple[str, Json]:
    """Return the block's id and the element. Raises LookupError that names the existing ones."""
    known = []
    for block_id, element in every(blocks):
        if element["action_id"] == action_id:
            return block_id, element
        known.append(element["action_id"])
    raise LookupError(
        f"nothing called {action_id!r} here; there is {', '.join(known) or 'nothing'}"
    )


def every(blocks: list[Json]) -> Iterator[tuple[str, Json]]:
    for block in blocks:
        yield from _inside(block.get("block_id", ""), block)


def _inside(block_id: str, node: Json) -> Iterator[tuple[str, Json]]:
    if "action_id" in node and node.get("type") in CHOICES:
        yield block_id, node
    for name in NESTED:
        children = node.get(name)
        for child in children if isinstance(children, list) else [children]:
            if isinstance(child, dict):
                yield from _inside(child.get("block_id", block_id), child)


def action(element: Json, value: Any) -> Json:
    """Return the action of an element for a `block_actions` payload."""
    kind = element["type"]
    used: Json = {"type": kind, "action_id": element["action_id"]}
    if kind in {"button", "icon_button"}:
        copied: Json = {name: element[name] for name in ("text", "style", "url") if name in element}
        chosen_value = element.get("value") if value is None else value
        return {**used, **copied, **({} if chosen_value is None else {"value": chosen_value})}
    return {**used, CHOICES[kind]: chosen(element, value)}


def state(element: Json, value: Any) -> Json:
    """Return the state of an element with a value, for `state.values`."""
    kind = element["type"]
    return {"type": kind, CHOICES[kind]: chosen(element, value)}


def chosen(element: Json, value: Any) -> Any:
    """Return the chosen value; options are found by their value. Raises LookupError if not offered."""
    field = CHOICES[element["type"]]
    if value is None:
        return [] if field.startswith("selected_") and field.endswith("s") else None
    if field == "selected_option":
        return _option(element, value)
    if field == "selected_options":
        return [_option(element, choice) for choice in value]
    return value


def initial_states(blocks: list[Json]) -> Json:
    """Return the initial values of a view's inputs, as in `state.values`."""
    values: Json = {}
    for block_id, element in every(blocks):
        if element["type"] not in STATELESS:
            field = CHOICES[element["type"]]
            initial = {"type": element["type"], field: _initial(element, field)}
            values.setdefault(block_id, {})[element["action_id"]] = initial
    return values


def _initial(element: Json, field: str) -> Any:
    name = field.replace("selected_", "initial_") if "selected" in field else "initial_value"
    return element.get(name, chosen(element, None))


def _option(element: Json, value: Any) -> Json:
    if isinstance(value, dict):
        value = value.get("value")
    offered = [*element.get("options", []), *_grouped(element)]
    for option in offered:
        if option.get("value") == value:
            return dict(option)
    if element["type"].endswith("external_select"):
        return {"text": {"type": "plain_text", "text": str(value), "emoji": True}, "value": value}
    raise LookupError(f"{value!r} is not offered by {element['action_id']}")


def _grouped(element: Json) -> list[Json]:
    groups = element.get("option_groups", [])
    return [option for group in groups for option in group.get("options", [])]
