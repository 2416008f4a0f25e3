"""Validate blocks and views against the schema, with Slack's error messages."""

import copy
from collections import Counter
from collections.abc import Iterator
from typing import Any

from sandbox import block_elements, block_schema_types, chart_validation
from sandbox import block_schema as rules
from sandbox.block_schema_types import ListOf, ObjectOf, Rule, Schema, String, TextObject
from sandbox.ids import Ids
from sandbox.workspace_state import Json

# Undocumented; others have observed `msg_blocks_too_long` from here on.
MESSAGE_CHARACTERS = 13_200
MAX_BLOCKS = {
    block_schema_types.MESSAGE: 50,
    block_schema_types.MODAL: 100,
    block_schema_types.HOME: 100,
}
# Maximum number of these blocks in one message.
MAX_OF = {"table": 1, "data_visualization": 2}
MARKDOWN_TOGETHER = 12_000
TABLE_CHARACTERS = 10_000
Problems = Iterator[str]


def find_block_problems(
    blocks: object, surface: str, unknown: frozenset[str] = frozenset()
) -> list[str]:
    """Return Slack's error messages, empty if it would accept the blocks.

    `unknown` are block types that the simulated version of Slack doesn't support.
    """
    if not isinstance(blocks, list):
        return ["must provide an array [json-pointer:/blocks]"]
    return [*_unsupported(blocks, unknown), *_blocks(blocks, surface)]


def find_view_problems(view: Json, kind: str) -> list[str]:
    problems = [*_fields(rules.OBJECTS["view"], view, "/view")]
    if view.get("type") != kind:
        problems.append(f"unsupported type: {view.get('type')} [json-pointer:/view/type]")
    if kind == block_schema_types.MODAL and "title" not in view:
        problems.append("missing required field: title [json-pointer:/view]")
    problems += find_block_problems(view.get("blocks", []), kind)
    if kind == block_schema_types.MODAL and "submit" not in view and _has_input(view):
        problems.append("submit is required when an input is within blocks [json-pointer:/view]")
    return problems


def count_characters(blocks: list[Json]) -> int:
    """Count the characters of all texts."""
    return sum(len(text) for text in _texts(blocks))


def add_ids(blocks: list[Json], ids: Ids) -> list[Json]:
    """Return blocks with ids for blocks and elements without one, as Slack assigns them."""
    blocks = copy.deepcopy(blocks)
    for block in blocks:
        block.setdefault("block_id", ids.secret(5))
        for element in _unnamed_elements(block):
            element["action_id"] = ids.secret(5)
    return blocks


def _has_input(view: Json) -> bool:
    blocks = view.get("blocks")
    listed = blocks if isinstance(blocks, list) else []
    return any(isinstance(block, dict) and block.get("type") == "input" for block in listed)


def _blocks(blocks: list[Any], surface: str) -> Problems:
    limit = MAX_BLOCKS[surface]
    if len(blocks) > limit:
        yield f"no more than {limit} items allowed [json-pointer:/blocks]"
    for number, block in enumerate(blocks):
        yield from _block(block, f"/blocks/{number}", surface)
    objects = [block for block in blocks if isinstance(block, dict)]
    yield from _duplicates(
        [block["block_id"] for block in objects if block.get("block_id")], "block_id"
    )
    yield from _message_limits(objects)


def _unsupported(blocks: list[Any], unknown: frozenset[str]) -> Problems:
    """Yield a problem for each block type that the simulated version of Slack doesn't support."""
    for number, block in enumerate(blocks):
        if isinstance(block, dict) and str(block.get("type")) in unknown:
            yield f"unsupported type: {block['type']} [json-pointer:/blocks/{number}/type]"


def _message_limits(blocks: list[Json]) -> Problems:
    """Yield problems with limits that apply to the whole message."""
    count = Counter(str(block.get("type")) for block in blocks)
    for name, limit in MAX_OF.items():
        if count[name] > limit:
            yield f"no more than {limit} {name} allowed [json-pointer:/blocks]"
    markdown = sum(
        len(str(block.get("text"))) for block in blocks if block.get("type") == "markdown"
    )
    if markdown > MARKDOWN_TOGETHER:
        yield f"markdown text must be less than {MARKDOWN_TOGETHER + 1} characters in all"
    if (
        count_characters([block for block in blocks if block.get("type") == "table"])
        > TABLE_CHARACTERS
    ):
        yield f"table text must be less than {TABLE_CHARACTERS + 1} characters in all"


def _block(block: object, where: str, surface: str) -> Problems:
    if not isinstance(block, dict) or not block.get("type"):
        yield f"missing required field: type [json-pointer:{where}]"
        return
    shape = rules.BLOCKS.get(str(block["type"]))
    if shape is None or surface not in shape.surfaces:
        yield f"unsupported type: {block['type']} [json-pointer:{where}/type]"
        return
    yield from _string(String(255), block.get("block_id", ""), f"{where}/block_id")
    problems = [*_fields(shape, {k: v for k, v in block.items() if k != "block_id"}, where)]
    yield from problems
    if block["type"] == "data_visualization" and not problems:
        yield from chart_validation.problems(block["chart"], f"{where}/chart")
    action_ids = [element["action_id"] for _, element in block_elements.every([block])]
    yield from _duplicates(action_ids, "action_id")


def _duplicates(names: list[str], kind: str) -> Problems:
    for name, count in Counter(names).items():
        if count > 1:
            yield f"`{kind}` {name} already exists"


def _fields(shape: Schema, instance: Json, where: str) -> Problems:
    for name, rule in shape.fields.items():
        if instance.get(name) is not None:
            yield from _value(rule, instance[name], f"{where}/{name}")
        elif getattr(rule, "required", False):
            yield f"missing required field: {name} [json-pointer:{where}]"
    yield from _names(shape, instance, where)


def _names(shape: Schema, instance: Json, where: str) -> Problems:
    if shape.one_of and not any(instance.get(name) for name in shape.one_of):
        yield f"must provide at least one of {', '.join(shape.one_of)} [json-pointer:{where}]"
    unknown = set() if shape.open else instance.keys() - shape.fields.keys() - {"type"}
    for name in sorted(unknown):
        yield f"invalid additional property: {name} [json-pointer:{where}]"


def _value(rule: Rule, value: Any, where: str) -> Problems:
    if isinstance(rule, TextObject):
        yield from _text(rule, value, where)
    elif isinstance(rule, String):
        yield from _string(rule, value, where)
    elif isinstance(rule, ListOf):
        yield from _many(rule, value, where)
    elif isinstance(rule, ObjectOf):
        yield from _thing(rule, value, where)


def _text(rule: TextObject, value: Any, where: str) -> Problems:
    kind = value.get("type") if isinstance(value, dict) else None
    if kind not in ({"plain_text"} if rule.plain else {"plain_text", "mrkdwn"}):
        yield f"must be a {'plain_text' if rule.plain else 'text'} object [json-pointer:{where}]"
        return
    if not value.get("text"):
        yield f"must be more than 0 characters [json-pointer:{where}/text]"
        return
    yield from _string(String(rule.most), value["text"], f"{where}/text")
    yield from _fields(rules.ELEMENTS[kind], {**value, "text": "-"}, where)


def _string(rule: String, value: Any, where: str) -> Problems:
    if not isinstance(value, str):
        yield f"must be a string [json-pointer:{where}]"
    elif len(value) > rule.most:
        yield f"must be less than {rule.most + 1} characters [json-pointer:{where}]"


def _many(rule: ListOf, value: Any, where: str) -> Problems:
    if not isinstance(value, list):
        yield f"must provide an array [json-pointer:{where}]"
        return
    if len(value) > rule.most:
        yield f"no more than {rule.most} items allowed [json-pointer:{where}]"
    if len(value) < rule.least:
        yield f"must have at least {rule.least} items [json-pointer:{where}]"
    for number, item in enumerate(value):
        yield from _value(rule.of, item, f"{where}/{number}")


def _thing(rule: ObjectOf, value: Any, where: str) -> Problems:
    if not isinstance(value, dict):
        yield f"must be an object [json-pointer:{where}]"
        return
    if rule.shape:
        yield from _fields(rules.OBJECTS[rule.shape], value, where)
        return
    kind = str(value.get("type"))
    shape = rules.ELEMENTS.get(kind) or rules.BLOCKS.get(kind)
    if kind not in rule.types or shape is None:
        yield f"unsupported type: {kind} [json-pointer:{where}/type]"
        return
    yield from _fields(shape, {k: v for k, v in value.items() if k != "block_id"}, where)


def _texts(node: Any) -> Iterator[str]:
    """Yield every text that people see, at any depth."""
    if isinstance(node, list):
        for item in node:
            yield from _texts(item)
    elif isinstance(node, dict):
        for name, value in node.items():
            if name == "text" and isinstance(value, str):
                yield value
            else:
                yield from _texts(value)


def _unnamed_elements(node: Any) -> Iterator[Json]:
    """Yield interactive elements without an action_id."""
    children = node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
    for child in children:
        usable = isinstance(child, dict) and child.get("type") in block_elements.CHOICES
        if usable and "action_id" not in child:
            yield child
        yield from _unnamed_elements(child)
