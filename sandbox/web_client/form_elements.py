"""Elements as HTML form fields: their names, values, and what a submitted form contains."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sandbox.web_client.reader import Reader

Element = Mapping[str, Any]
INPUT_TYPES = {
    "plain_text_input": "text",
    "number_input": "number",
    "email_text_input": "email",
    "url_text_input": "url",
    "datepicker": "date",
    "timepicker": "time",
    "datetimepicker": "number",
}
SELECTS = ("static_select", "users_select", "channels_select", "conversations_select")


@dataclass(frozen=True)
class PressedButton:
    """A pressed button, as submitted by its form field; `value` is the chosen value, if any."""

    block_id: str
    action_id: str
    value: str | None


def field(block_id: str, action_id: str) -> str:
    return "field " + json.dumps([block_id, action_id])


def press(block_id: str, element: Element, value: str | None = None) -> str:
    """Return the form value of a button; without a value, the element's own field contains it."""
    return json.dumps([block_id, element.get("action_id", ""), value or element.get("value")])


def pressed(form: Mapping[str, Any]) -> PressedButton:
    block_id, action_id, value = json.loads(str(form["press"]))
    chosen = form.get(field(block_id, action_id)) if value is None else value
    return PressedButton(block_id, action_id, None if chosen is None else str(chosen))


def choices(element: Element, reader: Reader) -> list[tuple[str, str]]:
    """Return value and label of each option of a select."""
    kind = str(element.get("type", "")).removeprefix("multi_")
    if kind == "users_select":
        return [
            (person, reader.name_of(person)) for person in reader.people if person.startswith("U")
        ]
    if kind in {"channels_select", "conversations_select"}:
        return [(channel, f"#{name}") for channel, name in reader.channels.items()]
    groups = element.get("option_groups") or [{"options": element.get("options", ())}]
    options = [option for group in groups for option in group.get("options", ())]
    return [(str(option.get("value", "")), str(option["text"]["text"])) for option in options]


def initial(element: Element) -> list[str]:
    """Return the initial values of an element."""
    for key, value in element.items():
        if key.startswith("initial_") and value is not None:
            values = value if isinstance(value, list) else [value]
            return [
                str(item["value"]) if isinstance(item, Mapping) else str(item) for item in values
            ]
    return []


def inputs(blocks: Iterable[Element]) -> list[tuple[str, Element]]:
    """Return each input element with the id of its block."""
    fillable = []
    for block in blocks:
        elements = [block.get("element"), block.get("accessory"), *block.get("elements", ())]
        fillable += [
            (str(block.get("block_id", "")), element)
            for element in elements
            if isinstance(element, Mapping)
            and element.get("type") not in {"button", "overflow"}
            and element.get("action_id")
        ]
    return fillable


def state(
    blocks: Iterable[Element], filled: Mapping[str, Sequence[str]]
) -> dict[str, dict[str, Any]]:
    """Return the values that a person entered, by block and action: text, or a list for multi-selects."""
    values: dict[str, dict[str, Any]] = {}
    for block_id, element in inputs(blocks):
        action_id = str(element["action_id"])
        typed = [text for text in filled.get(field(block_id, action_id), ()) if text]
        values.setdefault(block_id, {})[action_id] = _value(str(element.get("type")), typed)
    return values


def _value(kind: str, typed: list[str]) -> Any:
    if kind.startswith(("multi_", "checkboxes")):
        return typed
    if not typed:
        return None
    return int(typed[0]) if kind == "datetimepicker" else typed[0]
