"""Parse Slack's messages into entries of the timeline: in events, in history and in shortcuts.

Formats: https://docs.slack.dev/reference/events/message
"""

from dataclasses import replace

from bot.domain.timeline import Deletion, EventKind, Source, TimelineEvent, from_slack_ts
from bot.slack_text.author import author_of, is_by_app
from bot.slack_text.json_values import Payload, part, parts, text
from bot.slack_text.message import text_of
from bot.slack_text.silent import has_nothing_to_read
from bot.slack_text.subtypes import Subtype, subtype_of
from handlers import fields

_KINDS = {
    Subtype.JOINED: EventKind.JOINED,
    Subtype.LEFT: EventKind.LEFT,
    Subtype.TOPIC: EventKind.TOPIC,
    Subtype.SAID: EventKind.MESSAGE,
}


def parse_message(event: Payload) -> TimelineEvent | None:
    """Read a message, an edit or a deletion; None for subtypes that aren't recorded."""
    channel, subtype = fields.required(event, "channel"), text(event, "subtype")
    if subtype == "message_changed":
        at = fields.optional_ts(event, "event_ts") or fields.optional_ts(event, "ts")
        return _parse_edit(channel, part(event, "message"), at)
    if subtype == "message_deleted":
        gone = {
            **part(event, "previous_message"),
            "ts": fields.required_ts(event, "deleted_ts"),
        }
        return _parse_deletion(channel, gone)
    return parse_posted_message(channel, event)


def parse_posted_message(
    channel: str, said: Payload, source: Source = Source.HEARD
) -> TimelineEvent | None:
    """Read a message as an event or a channel's history holds it; None if it has nothing to record."""
    kind = _KINDS.get(subtype_of(said))
    if kind is EventKind.MESSAGE and has_nothing_to_read(said):
        return None
    if kind is EventKind.MESSAGE and is_by_app(said):
        kind = EventKind.ALERT
    return _event(channel, said, kind, source) if kind else None


def parse_departure(event: Payload) -> TimelineEvent:
    """Read that a person left a channel. A message about it may come too, under another id."""
    when = fields.required_ts(event, "event_ts")
    left = _event(
        fields.required(event, "channel"), {**event, "ts": when}, EventKind.LEFT, Source.HEARD
    )
    return replace(left, message_id=f"left-{left.author}-{when}")


def parse_stored_reactions(said: Payload) -> tuple[set[tuple[str, str]], bool]:
    """Read a message's reactions from history: (person, emoji) pairs, and whether that's all.

    For a reaction that many people gave, Slack lists only the first of them.
    """
    pairs, whole = set(), True
    for each in parts(said, "reactions"):
        emoji, people = without_skin_tone(text(each, "name")), list(fields.texts(each, "users"))
        pairs |= {(person, emoji) for person in people}
        whole = whole and len(people) >= fields.whole_number(each, "count")
    return pairs, whole


def _parse_edit(channel: str, now: Payload, at: str) -> TimelineEvent | None:
    if subtype_of(now) is Subtype.DELETED:
        return _parse_deletion(channel, now)
    read = parse_posted_message(channel, now)
    if read is None:
        return None
    # What Slack changes by itself, such as a link's preview, has no time of an edit. An application's edit
    # of attachments or blocks alone keeps the time of the edit before.
    version = at or read.version if read.kind is EventKind.ALERT else read.version or at
    return replace(read, version=version)


def _parse_deletion(channel: str, gone: Payload) -> TimelineEvent:
    return replace(
        _event(channel, gone, EventKind.MESSAGE), text="", deleted=True, deletion=Deletion.REPORTED
    )


def _event(
    channel: str, said: Payload, kind: EventKind, source: Source = Source.HEARD
) -> TimelineEvent:
    message_id = fields.required_ts(said)
    thread = fields.optional_ts(said, "thread_ts")
    return TimelineEvent(
        message_id=message_id,
        channel_id=channel,
        author=fields.redact_and_shorten(author_of(said) or "unknown")[: fields.MAX_ID_LENGTH],
        text=fields.redact_and_shorten(text_of(said)),
        happened_at=from_slack_ts(message_id),
        kind=kind,
        source=source,
        thread_id=thread if thread not in {"", message_id} else None,
        detail=fields.redact_and_shorten(text(said, "topic") or text(said, "purpose")),
        edited="edited" in said,
        version=fields.optional_ts(part(said, "edited"), "ts"),
        client_id=text(said, "client_msg_id")[: fields.MAX_ID_LENGTH] or None,
    )


def without_skin_tone(emoji: str) -> str:
    """Return an emoji's name alone: `ok_hand` for `ok_hand::skin-tone-3`."""
    return emoji.partition("::")[0]
