"""The full text of one message, from all of its parts."""

import re
from collections.abc import Iterable, Iterator

from bot.slack_text.attachments import attachment_lines
from bot.slack_text.blocks import block_lines
from bot.slack_text.calls import call_line
from bot.slack_text.files import file_lines
from bot.slack_text.json_values import Payload, part, text
from bot.slack_text.placeholders import is_placeholder

_WORD = re.compile(r"\w+")
_ENTITY = re.compile(r"&(?:amp|lt|gt);")


def text_of(message: Payload) -> str:
    """Return everything that people saw in a message as mrkdwn; empty if nothing can be read."""
    body = _body(message)
    # Some applications repeat the text in an attachment.
    other_lines = (line for line in _non_empty(_other_parts(message)) if line != body)
    return "\n".join([*_non_empty([body]), *other_lines])


def _non_empty(lines: Iterable[str]) -> Iterator[str]:
    return (line.strip("\n") for line in lines if line.strip())


def _other_parts(message: Payload) -> Iterator[str]:
    yield text(part(message, "comment"), "comment")  # of a file, in exports from before 2018
    if "room" in message:
        yield call_line(part(message, "room"))
    yield from attachment_lines(message)
    yield from file_lines(message)


def _body(message: Payload) -> str:
    """Return the blocks, which people saw, or the text if it says all of that and more."""
    if message.get("subtype") == "file_comment" and "comment" in message:
        return ""  # Slack's own sentence about the comment
    text_field = "" if is_placeholder(text(message, "text")) else text(message, "text")
    block_text = "\n".join(_non_empty(block_lines(message)))
    return text_field if _says_as_much(text_field, block_text) else block_text


def _says_as_much(text_field: str, block_text: str) -> bool:
    """Return whether the text contains every word of the blocks, ignoring escaping."""
    return _words(block_text) <= _words(text_field)


def _words(text: str) -> set[str]:
    return set(_WORD.findall(_ENTITY.sub(" ", text)))
