"""Parse Slack's messages into entries of the timeline: in events, in history and in shortcuts.

Formats: https://docs.slack.dev/reference/events/message
"""

from dataclasses import replace

from bot.domain.timeline import Deletion, EventKind, Source, TimelineEvent, from_slack_ts
from bot.slack_text.author import author_of, is_by_app
from bot.slack_text.json_values import Payload, part, parts, text
from bot.slack_text.message import text_of
from bot.slack_text.subtypes import Subtype, subtype_of
from bot.slack_text.without_text import has_nothing_to_read
from handlers.slack import fields

_KINDS = {
    Subtype.JOINED: EventKind.JOINED,
    Subtype.LEFT: EventKind.LEFT,
    Subtype.TOPIC: EventKind.TOPIC,
    Subtype.SAID: EventKind.MESSAGE,
}


def parse_message(event: Payload) -> TimelineEvent | None:
    """Parse a message, an edit or a deletion; None for subtypes that aren't recorded."""
    channel, subtype = fields.required(event, "channel"), text(event, "subtype")
    if subtype == "message_changed":
        at = fields.optional_ts(event, "event_ts") or fields.optional_ts(event, "ts")
        return _parse_edit(channel, part(event, "message"), at)
    if subtype == "message_deleted":
        deleted_ts = fields.required_ts(event, "deleted_ts")
        return _parse_deletion(channel, {**part(event, "previous_message"), "ts": deleted_ts})
    return parse_posted_message(channel, event)


def parse_posted_message(
    channel: str, message: Payload, source: Source = Source.HEARD
) -> TimelineEvent | None:
    """Parse a message as an event or a channel's history holds it; None if it has nothing to record."""
    kind = _KINDS.get(subtype_of(message))
    if kind is EventKind.MESSAGE and has_nothing_to_read(message):
        return None
    if kind is EventKind.MESSAGE and is_by_app(message):
        kind = EventKind.ALERT
    return _make_event(channel, message, kind, source) if kind else None


def parse_departure(event: Payload) -> TimelineEvent:
    """Parse that a person left a channel. A message about it may come too, under another id."""
    ts = fields.required_ts(event, "event_ts")
    departure = _make_event(fields.required(event, "channel"), {**event, "ts": ts}, EventKind.LEFT)
    return replace(departure, message_id=f"left-{departure.author}-{ts}")


def parse_stored_reactions(message: Payload) -> tuple[set[tuple[str, str]], bool]:
    """Parse a message's reactions from history: (person, emoji) pairs, and whether that's all.

    For a reaction that many people gave, Slack lists only the first of them.
    """
    pairs, is_complete = set(), True
    for reaction in parts(message, "reactions"):
        emoji, people = without_skin_tone(text(reaction, "name")), fields.texts(reaction, "users")
        pairs |= {(person, emoji) for person in people}
        is_complete = is_complete and len(people) >= fields.whole_number(reaction, "count")
    return pairs, is_complete


def _parse_edit(channel: str, message: Payload, at: str) -> TimelineEvent | None:
    if subtype_of(message) is Subtype.DELETED:
        return _parse_deletion(channel, message)
    edited = parse_posted_message(channel, message)
    if edited is None:
        return None
    # What Slack changes by itself, such as a link's preview, has no time of an edit. An application's edit
    # of attachments or blocks alone keeps the time of the edit before.
    version = at or edited.version if edited.kind is EventKind.ALERT else edited.version or at
    return replace(edited, version=version)


def _parse_deletion(channel: str, message: Payload) -> TimelineEvent:
    deleted = _make_event(channel, message, EventKind.MESSAGE)
    return replace(deleted, text="", deleted=True, deletion=Deletion.REPORTED)


def _make_event(
    channel: str, message: Payload, kind: EventKind, source: Source = Source.HEARD
) -> TimelineEvent:
    message_id = fields.required_ts(message)
    thread = fields.optional_ts(message, "thread_ts")
    return TimelineEvent(
        message_id=message_id,
        channel_id=channel,
        author=fields.redact_and_shorten(author_of(message) or "unknown")[: fields.MAX_ID_LENGTH],
        text=fields.redact_and_shorten(text_of(message)),
        happened_at=from_slack_ts(message_id),
        kind=kind,
        source=source,
        thread_id=thread if thread not in {"", message_id} else None,
        detail=fields.redact_and_shorten(text(message, "topic") or text(message, "purpose")),
        edited="edited" in message,
        version=fields.optional_ts(part(message, "edited"), "ts"),
        client_id=text(message, "client_msg_id")[: fields.MAX_ID_LENGTH] or None,
    )


def without_skin_tone(emoji: str) -> str:
    """Return an emoji's name alone: `ok_hand` for `ok_hand::skin-tone-3`."""
    return emoji.partition("::")[0]
