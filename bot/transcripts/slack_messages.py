"""A message as Slack itself writes it, in an export or on a line of a transcript, as a timeline event."""

from bot.domain.timeline import Kind, Source, TimelineEvent
from bot.slack_text.author import author_of, is_by_app
from bot.slack_text.json_values import Payload
from bot.slack_text.message import text_of
from bot.slack_text.subtypes import Subtype, subtype_of
from bot.transcripts.sources import instant, marks, sound

_KINDS = {
    Subtype.JOINED: Kind.JOINED,
    Subtype.LEFT: Kind.LEFT,
    Subtype.TOPIC: Kind.TOPIC,
    Subtype.DELETED: Kind.MESSAGE,
    Subtype.SAID: Kind.MESSAGE,
}
# Fields that only Slack writes: a line of a transcript that has one is a message as Slack sends it.
_SLACKS_OWN = ("subtype", "bot_id", "blocks", "attachments", "files", "client_msg_id")


def is_raw(message: Payload) -> bool:
    """Whether a line holds a message as Slack writes it, rather than one in our own format."""
    return any(name in message for name in _SLACKS_OWN)


def event_of(message: Payload, channel: str) -> TimelineEvent | None:
    """Read a message; None for the lines that Slack itself writes. ValueError says what is wrong."""
    subtype = subtype_of(message)
    ts, thread = message.get("ts"), message.get("thread_ts")
    at = instant(ts)
    if subtype not in _KINDS:
        return None
    by_app = subtype is Subtype.SAID and is_by_app(message)
    return TimelineEvent(
        message_id=str(ts),
        channel_id=channel,
        author=sound(author_of(message)) or "somebody",
        text="" if subtype is Subtype.DELETED else sound(text_of(message)),
        happened_at=at,
        kind=Kind.ALERT if by_app else _KINDS[subtype],
        source=Source.READ,
        thread_id=str(thread) if thread and thread != ts else None,
        edited="edited" in message,
        deleted=subtype is Subtype.DELETED,
        marks=marks(message.get("reactions")),
    )
