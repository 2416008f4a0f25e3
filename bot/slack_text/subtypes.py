"""Message subtypes: which are words of people and applications, and which are Slack's own lines.

https://docs.slack.dev/reference/events/message#subtypes
"""

from enum import StrEnum

from bot.slack_text.json_values import Payload, text


class Subtype(StrEnum):
    """What a message is, as far as Slack tells."""

    SAID = "said"  # by a person or an application
    JOINED = "joined"
    LEFT = "left"
    TOPIC = "topic"
    DELETED = "deleted"  # a tombstone, where a deleted message has replies
    SYSTEM = "system"  # a line that Slack itself writes into a channel


_SAID = {
    "", "bot_message", "me_message", "file_share", "file_comment", "file_mention", "thread_broadcast", "reply_broadcast",
    "slackbot_response", "huddle_thread",
}  # fmt: skip
_CHANNEL = {
    "join": Subtype.JOINED,
    "leave": Subtype.LEFT,
    "topic": Subtype.TOPIC,
    "purpose": Subtype.TOPIC,
}
_KINDS = {
    **{f"{of}_{what}": kind for what, kind in _CHANNEL.items() for of in ("channel", "group")},
    **dict.fromkeys(_SAID, Subtype.SAID),
    "tombstone": Subtype.DELETED,
}


def subtype_of(message: Payload) -> Subtype:
    """What a message is. A subtype that is not known is one of Slack's own lines."""
    return _KINDS.get(text(message, "subtype"), Subtype.SYSTEM)
