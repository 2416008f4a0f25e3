"""Blocks as mrkdwn: all visible text except the labels of buttons and menus.

Blocks are read by field name rather than by type, so that new block types work too.
Types and fields: https://docs.slack.dev/reference/block-kit/blocks
"""

from collections.abc import Iterator, Mapping
from itertools import chain

from bot.slack_text.calls import call_line
from bot.slack_text.json_values import MAX_OBJECTS, Payload, clean, part, parts, text
from bot.slack_text.rich_text import escape_mrkdwn, rich_text_to_mrkdwn

# Fields with text, in the order in which Slack shows them.
_TEXT_FIELDS = (
    "title", "subtitle", "author_name", "caption", "label", "text", "body", "description", "details", "output",
    "fields", "elements", "accessory", "blocks", "child_blocks", "tasks", "rows",
)  # fmt: skip
_MRKDWN = {"mrkdwn", "markdown"}  # all other text is shown literally
# Interactive elements: their labels aren't part of the message.
_INTERACTIVE = (
    "button", "buttons", "select", "overflow", "picker", "checkboxes", "input", "actions", "feedback"
)  # fmt: skip
MAX_DEPTH = 6  # maximum nesting of blocks


def block_lines(message: Payload, name: str = "blocks") -> Iterator[str]:
    """Return the text of each block in a list, one or more lines each."""
    for block in parts(message, name):
        yield from _block(block, 0)


def _block(block: Payload, depth: int) -> Iterator[str]:
    kind = text(block, "type")
    if depth > MAX_DEPTH or kind.endswith(_INTERACTIVE):
        return
    if kind == "rich_text":
        yield rich_text_to_mrkdwn(block)
    elif kind == "image":
        yield _image(block)
    elif kind == "call":
        yield call_line(part(part(block, "call"), "v1"))
    else:
        values = (_value(block.get(name), kind, depth) for name in _TEXT_FIELDS)
        yield from chain.from_iterable(values)


def _value(value: object, kind: str, depth: int) -> Iterator[str]:
    """Return the text in one field: a string, a text object, a block, or a list of any of those."""
    if isinstance(value, str):
        yield clean(value) if kind in _MRKDWN else escape_mrkdwn(clean(value))
    elif isinstance(value, Mapping):
        yield from _block(value, depth + 1)
    elif isinstance(value, list):
        for entry in value[:MAX_OBJECTS]:
            yield (
                _row(entry, kind, depth)
                if isinstance(entry, list)
                else "\n".join(_value(entry, kind, depth))
            )


def _row(cells: list[object], kind: str, depth: int) -> str:
    """One row of a table."""
    texts = (" ".join(_value(cell, kind, depth + 1)) for cell in cells[:MAX_OBJECTS])
    return " | ".join(texts)


def _image(block: Payload) -> str:
    title = next(_value(block.get("title"), "plain_text", 0), "") or escape_mrkdwn(
        text(block, "alt_text")
    )
    return f"[image: {title}]" if title else ""
