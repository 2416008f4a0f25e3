"""Blocks and views held against the rules, with Slack's words for what is wrong."""

import copy
from collections import Counter
from collections.abc import Iterator
from typing import Any

from sandbox import block_elements, block_schema_types, chart_validation
from sandbox import block_schema as rules
from sandbox.block_schema_types import ListOf, ObjectOf, Rule, Schema, String, TextObject
from sandbox.ids import Ids
from sandbox.workspace_state import Json

# Not documented; seen by others as the point where `msg_blocks_too_long` begins.
MESSAGE_CHARACTERS = 13_200
MOST_BLOCKS = {
    block_schema_types.MESSAGE: 50,
    block_schema_types.MODAL: 100,
    block_schema_types.HOME: 100,
}
# At most so many of these in one message.
MOST_OF = {"table": 1, "data_visualization": 2}
MARKDOWN_TOGETHER = 12_000
TABLE_CHARACTERS = 10_000
Problems = Iterator[str]


def find_block_problems(
    blocks: object, surface: str, unknown: frozenset[str] = frozenset()
) -> list[str]:
    """Empty when Slack would take them; an older one does not know the `unknown` types."""
    if not isinstance(blocks, list):
        return ["must provide an array [json-pointer:/blocks]"]
    return [*_new(blocks, unknown), *_blocks(blocks, surface)]


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
    """All the text in them."""
    return sum(len(text) for text in _texts(blocks))


def add_ids(blocks: list[Json], ids: Ids) -> list[Json]:
    """Slack names the blocks and elements that the app left unnamed."""
    blocks = copy.deepcopy(blocks)
    for block in blocks:
        block.setdefault("block_id", ids.secret(5))
        for each in _nameless(block):
            each["action_id"] = ids.secret(5)
    return blocks


def _has_input(view: Json) -> bool:
    blocks = view.get("blocks")
    listed = blocks if isinstance(blocks, list) else []
    return any(isinstance(each, dict) and each.get("type") == "input" for each in listed)


def _blocks(blocks: list[Any], surface: str) -> Problems:
    most = MOST_BLOCKS[surface]
    if len(blocks) > most:
        yield f"no more than {most} items allowed [json-pointer:/blocks]"
    for number, block in enumerate(blocks):
        yield from _block(block, f"/blocks/{number}", surface)
    good = [each for each in blocks if isinstance(each, dict)]
    yield from _twice([each["block_id"] for each in good if each.get("block_id")], "block_id")
    yield from _together(good)


def _new(blocks: list[Any], unknown: frozenset[str]) -> Problems:
    """Types that came after the Slack which is played."""
    for number, block in enumerate(blocks):
        if isinstance(block, dict) and str(block.get("type")) in unknown:
            yield f"unsupported type: {block['type']} [json-pointer:/blocks/{number}/type]"


def _together(blocks: list[Json]) -> Problems:
    """What is counted over the whole message."""
    count = Counter(str(each.get("type")) for each in blocks)
    for name, most in MOST_OF.items():
        if count[name] > most:
            yield f"no more than {most} {name} allowed [json-pointer:/blocks]"
    markdown = sum(len(str(each.get("text"))) for each in blocks if each.get("type") == "markdown")
    if markdown > MARKDOWN_TOGETHER:
        yield f"markdown text must be less than {MARKDOWN_TOGETHER + 1} characters in all"
    if (
        count_characters([each for each in blocks if each.get("type") == "table"])
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
    wrong = [*_fields(shape, {k: v for k, v in block.items() if k != "block_id"}, where)]
    yield from wrong
    if block["type"] == "data_visualization" and not wrong:
        yield from chart_validation.problems(block["chart"], f"{where}/chart")
    listed = [element["action_id"] for _, element in block_elements.every([block])]
    yield from _twice(listed, "action_id")


def _twice(names: list[str], what: str) -> Problems:
    for name, count in Counter(names).items():
        if count > 1:
            yield f"`{what}` {name} already exists"


def _fields(shape: Schema, thing: Json, where: str) -> Problems:
    for name, rule in shape.fields.items():
        if thing.get(name) is not None:
            yield from _value(rule, thing[name], f"{where}/{name}")
        elif getattr(rule, "required", False):
            yield f"missing required field: {name} [json-pointer:{where}]"
    yield from _names(shape, thing, where)


def _names(shape: Schema, thing: Json, where: str) -> Problems:
    if shape.one_of and not any(thing.get(name) for name in shape.one_of):
        yield f"must provide at least one of {', '.join(shape.one_of)} [json-pointer:{where}]"
    unknown = set() if shape.open else thing.keys() - shape.fields.keys() - {"type"}
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
    for number, each in enumerate(value):
        yield from _value(rule.of, each, f"{where}/{number}")


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


def _texts(thing: Any) -> Iterator[str]:
    """Every text that a reader sees, wherever it is nested."""
    if isinstance(thing, list):
        for each in thing:
            yield from _texts(each)
    elif isinstance(thing, dict):
        for name, value in thing.items():
            if name == "text" and isinstance(value, str):
                yield value
            else:
                yield from _texts(value)


def _nameless(thing: Any) -> Iterator[Json]:
    """Elements that a person can use and that have no action_id."""
    held = thing.values() if isinstance(thing, dict) else thing if isinstance(thing, list) else ()
    for each in held:
        usable = isinstance(each, dict) and each.get("type") in block_elements.CHOICES
        if usable and "action_id" not in each:
            yield each
        yield from _nameless(each)
