"""Messages with nothing to read: only dividers, buttons and menus."""

from bot.slack_text.json_values import Payload, parts, text
from bot.slack_text.placeholders import is_placeholder

_SILENT_BLOCKS = frozenset({"divider", "actions", "context_actions", "input"})
# Fields of an attachment that aren't words. `fallback` is, unless it's a placeholder.
_SILENT_FIELDS = frozenset(
    {"actions", "attachment_type", "callback_id", "color", "fallback", "id", "mrkdwn_in"}
)


def has_nothing_to_read(message: Payload) -> bool:
    """Return whether people saw no words in a message, as opposed to words that can't be read here."""
    blocks, attachments = parts(message, "blocks"), parts(message, "attachments")
    if not (blocks or attachments) or not is_placeholder(text(message, "text")):
        return False
    if any(message.get(name) for name in ("files", "file", "room", "comment")):
        return False
    return all(text(block, "type") in _SILENT_BLOCKS for block in blocks) and all(
        _SILENT_FIELDS.issuperset(attachment) and is_placeholder(text(attachment, "fallback"))
        for attachment in attachments
    )
