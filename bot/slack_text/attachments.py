"""Attachments as mrkdwn: legacy app messages such as alerts, and shared messages.

Fields: https://docs.slack.dev/messaging/formatting-message-text#attachments
"""

from collections.abc import Iterator
from itertools import chain

from bot.slack_text.blocks import block_lines
from bot.slack_text.files import file_lines
from bot.slack_text.json_values import Payload, part, parts, text
from bot.slack_text.placeholders import is_placeholder

_TEXT_FIELDS = ("pretext", "author_name", "title", "text")


def attachment_lines(message: Payload) -> Iterator[str]:
    """Return the text of each attachment, except Slack's link previews, which nobody wrote."""
    for attachment in parts(message, "attachments"):
        if not _is_preview(attachment):
            yield from _attachment(attachment)


def _is_preview(attachment: Payload) -> bool:
    shared = attachment.get("is_share") or attachment.get("is_msg_unfurl")
    return bool(attachment.get("from_url")) and not shared


def _attachment(attachment: Payload) -> Iterator[str]:
    lines = [*_all_lines(attachment)]
    readable = [line for line in lines if not is_placeholder(line)]
    fallback = text(attachment, "fallback")
    if readable:
        yield from readable
    elif not is_placeholder(fallback):
        yield fallback


def _all_lines(attachment: Payload) -> Iterator[str]:
    yield from (text(attachment, name) for name in _TEXT_FIELDS)
    yield from block_lines(attachment)
    for field in parts(attachment, "fields"):
        yield ": ".join(filter(None, (text(field, "title"), text(field, "value"))))
    shared = (part(block, "message") for block in parts(attachment, "message_blocks"))
    yield from chain.from_iterable(block_lines(block) for block in shared)
    yield from file_lines(attachment)
    if image := text(attachment, "image_url"):
        yield f"[image: {image}]"
    yield text(attachment, "footer")
