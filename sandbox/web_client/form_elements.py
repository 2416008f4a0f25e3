"""What one can press or fill in: names and values that travel through an HTML form and back."""

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
    """One press, as the button's own form field says it; `value` is what was chosen, if anything."""

    block_id: str
    action_id: str
    value: str | None


def field(block_id: str, action_id: str) -> str:
    return "field " + json.dumps([block_id, action_id])


def press(block_id: str, element: Element, value: str | None = None) -> str:
    """What a button says when it is pressed; without a value, the element's own field has it."""
    return json.dumps([block_id, element.get("action_id", ""), value or element.get("value")])


def pressed(form: Mapping[str, Any]) -> PressedButton:
    block_id, action_id, value = json.loads(str(form["press"]))
    chosen = form.get(field(block_id, action_id)) if value is None else value
    return PressedButton(block_id, action_id, None if chosen is None else str(chosen))


def choices(element: Element, reader: Reader) -> list[tuple[str, str]]:
    """Value and label of everything that a select offers."""
    kind = str(element.get("type", "")).removeprefix("multi_")
    if kind == "users_select":
        return [(who, reader.name_of(who)) for who in reader.people if who.startswith("U")]
    if kind in {"channels_select", "conversations_select"}:
        return [(channel, f"#{name}") for channel, name in reader.channels.items()]
    groups = element.get("option_groups") or [{"options": element.get("options", ())}]
    options = [option for group in groups for option in group.get("options", ())]
    return [(str(one.get("value", "")), str(one["text"]["text"])) for one in options]


def initial(element: Element) -> list[str]:
    """What is filled in or chosen before anyone touches it."""
    for key, value in element.items():
        if key.startswith("initial_") and value is not None:
            several = value if isinstance(value, list) else [value]
            return [str(one["value"]) if isinstance(one, Mapping) else str(one) for one in several]
    return []


def inputs(blocks: Iterable[Element]) -> list[tuple[str, Element]]:
    """Each fillable element with the id of its block."""
    found = []
    for block in blocks:
        inside = [block.get("element"), block.get("accessory"), *block.get("elements", ())]
        found += [
            (str(block.get("block_id", "")), one)
            for one in inside
            if isinstance(one, Mapping)
            and one.get("type") not in {"button", "overflow"}
            and one.get("action_id")
        ]
    return found


def state(
    blocks: Iterable[Element], filled: Mapping[str, Sequence[str]]
) -> dict[str, dict[str, Any]]:
    """What a person filled in, by block and action: text, or a list where several may be chosen."""
    values: dict[str, dict[str, Any]] = {}
    for block_id, element in inputs(blocks):
        action_id = str(element["action_id"])
        typed = [one for one in filled.get(field(block_id, action_id), ()) if one]
        values.setdefault(block_id, {})[action_id] = _value(str(element.get("type")), typed)
    return values


def _value(kind: str, typed: list[str]) -> Any:
    if kind.startswith(("multi_", "checkboxes")):
        return typed
    if not typed:
        return None
    return int(typed[0]) if kind == "datetimepicker" else typed[0]
