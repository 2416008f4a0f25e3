"""Slack payloads in, domain values out: no other code reads Slack's dicts.

Formats: https://docs.slack.dev/reference/events/message and the interaction payloads. Even a field
that Slack always sends has a default if the rest is useful without it. If it isn't, `NotUnderstood`
is raised.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from bot.domain.actor import Actor
from bot.domain.timeline import Deletion, EventKind, Source, TimelineEvent, from_slack_ts
from bot.slack_text.author import author_of, is_by_app
from bot.slack_text.message import text_of
from bot.slack_text.silent import has_nothing_to_read
from bot.slack_text.subtypes import Subtype, subtype_of
from handlers import fields
from handlers.fields import Payload

MENU_ACTION = "more"  # an overflow menu that holds buttons: each option's value is `action:value`
_KINDS = {
    Subtype.JOINED: EventKind.JOINED,
    Subtype.LEFT: EventKind.LEFT,
    Subtype.TOPIC: EventKind.TOPIC,
    Subtype.SAID: EventKind.MESSAGE,
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Identity:
    """Who we are. `url` ends in a slash; `enterprise_id` is empty outside of an Enterprise organisation.

    `scopes` are those that our token was granted; None if Slack didn't say.
    """

    team_id: str
    bot_id: str
    bot_user_id: str
    url: str
    name: str
    enterprise_id: str = ""
    scopes: frozenset[str] | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Reaction:
    """An emoji added to or removed from a message.

    `version` orders reactions that arrive out of order.
    """

    actor: Actor
    message_id: str
    emoji: str
    version: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Press:
    """A click on one of our buttons. `answer_url` accepts up to five replies within 30 minutes.

    It's empty for a click in a modal. There, `view_id` is the modal's id and `about` the value we
    stored in it.
    """

    actor: Actor
    action: str
    value: str
    trigger_id: str
    answer_url: str
    in_home: bool = False  # in App Home, where the only reply is to update the tab
    view_id: str = ""
    about: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Submission:
    """A submitted form. `about` is the value we stored in it; `values` are keyed by block id.

    `root_id` is the id of the modal at the bottom of the stack, which may be the form itself.
    """

    actor: Actor
    form: str
    about: str
    root_id: str = ""
    values: Mapping[str, str | None] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class Shortcut:
    """A shortcut: a global one, or one on a message, which `said` holds.

    `privately` is whether the message was posted where not everyone may read it.
    """

    actor: Actor
    name: str
    trigger_id: str
    said: TimelineEvent | None = None
    privately: bool = False


def parse_delivery_id(body: Payload) -> str:
    """Return Slack's id of a delivery, which stays the same when it's repeated."""
    return fields.required(body, "event_id")


def parse_message(event: Payload) -> TimelineEvent | None:
    """Read a message, an edit or a deletion; None for subtypes that aren't recorded."""
    channel, subtype = fields.required(event, "channel"), fields.text(event, "subtype")
    if subtype == "message_changed":
        at = fields.optional_ts(event, "event_ts") or fields.optional_ts(event, "ts")
        return _parse_edit(channel, fields.part(event, "message"), at)
    if subtype == "message_deleted":
        gone = {
            **fields.part(event, "previous_message"),
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


def parse_command(body: Payload, at: datetime) -> tuple[Actor, str]:
    """Read a slash command: the actor and the text after the command."""
    actor = Actor(
        person=fields.required(body, "user_id"),
        channel_id=fields.required(body, "channel_id"),
        request_id=fields.required(body, "trigger_id"),
        at=at,
    )
    return actor, fields.redact_and_shorten(fields.text(body, "text"))


def parse_departure(event: Payload) -> TimelineEvent:
    """Read that a person left a channel. A message about it may come too, under another id."""
    when = fields.required_ts(event, "event_ts")
    left = _event(
        fields.required(event, "channel"), {**event, "ts": when}, EventKind.LEFT, Source.HEARD
    )
    return replace(left, message_id=f"left-{left.author}-{when}")


def parse_reaction(event: Payload, delivery_id: str, at: datetime) -> Reaction | None:
    """Read a reaction; None if it isn't on a message."""
    item = fields.part(event, "item")
    if fields.text(item, "type") != "message":
        return None
    actor = Actor(
        person=fields.required(event, "user"),
        channel_id=fields.required(item, "channel"),
        request_id=delivery_id,
        at=at,
    )
    return Reaction(
        actor=actor,
        message_id=fields.required_ts(item),
        emoji=_without_skin(fields.required(event, "reaction")),
        version=fields.optional_ts(event, "event_ts"),
    )


def parse_stored_reactions(said: Payload) -> tuple[set[tuple[str, str]], bool]:
    """Read a message's reactions from history: (person, emoji) pairs, and whether that's all.

    For a reaction that many people gave, Slack lists only the first of them.
    """
    pairs, whole = set(), True
    for each in fields.parts(said, "reactions"):
        emoji, people = _without_skin(fields.text(each, "name")), list(fields.texts(each, "users"))
        pairs |= {(person, emoji) for person in people}
        whole = whole and len(people) >= fields.whole_number(each, "count")
    return pairs, whole


def parse_press(body: Payload, at: datetime) -> Press:
    """Read a click. The same click delivered twice has the same action, user and time."""
    action = next(iter(fields.parts(body, "actions")), {})
    name, clicked = fields.required(action, "action_id"), fields.required(action, "action_ts")
    person = fields.required(fields.part(body, "user"), "id")
    action_name, value = name.partition(":")[0], _value(action) or ""
    if action_name == MENU_ACTION:
        action_name, _, value = value.partition(":")
    return Press(
        actor=Actor(
            person=person,
            channel_id=fields.text(fields.part(body, "channel"), "id"),
            request_id=f"{clicked}-{person}-{name}",
            at=at,
        ),
        action=action_name,
        value=value,
        trigger_id=fields.text(body, "trigger_id"),
        answer_url=fields.text(body, "response_url"),
        in_home=fields.text(fields.part(body, "view"), "type") == "home",
        view_id=fields.text(fields.part(body, "view"), "id"),
        about=fields.text(fields.part(body, "view"), "private_metadata"),
    )


def parse_submission(body: Payload, at: datetime) -> Submission:
    """Read a submitted form."""
    view = fields.part(body, "view")
    sent = f"{fields.required(view, 'id')}-{fields.text(view, 'hash')}"
    person = fields.required(fields.part(body, "user"), "id")
    return Submission(
        actor=Actor(person=person, channel_id="", request_id=sent, at=at),
        form=fields.required(view, "callback_id"),
        about=fields.text(view, "private_metadata"),
        root_id=fields.text(view, "root_view_id"),
        values={block: _first_value(inputs) for block, inputs in fields.inputs(view)},
    )


def parse_shortcut(body: Payload, at: datetime, bot_id: str) -> Shortcut:
    """Read a shortcut.

    A global one has no channel; a message of ours (`bot_id`) isn't read as one.
    """
    trigger = fields.required(body, "trigger_id")
    channel = fields.text(fields.part(body, "channel"), "id")
    message = fields.part(body, "message")
    theirs = bool(message) and fields.text(message, "bot_id") != bot_id
    return Shortcut(
        actor=Actor(
            person=fields.required(fields.part(body, "user"), "id"),
            channel_id=channel,
            request_id=trigger,
            at=at,
        ),
        name=fields.required(body, "callback_id"),
        trigger_id=trigger,
        said=parse_posted_message(channel, message, Source.FETCHED) if channel and theirs else None,
    )


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


def _without_skin(emoji: str) -> str:
    return emoji.partition("::")[0]


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
        detail=fields.redact_and_shorten(
            fields.text(said, "topic") or fields.text(said, "purpose")
        ),
        edited="edited" in said,
        version=fields.optional_ts(fields.part(said, "edited"), "ts"),
        client_id=fields.text(said, "client_msg_id")[: fields.MAX_ID_LENGTH] or None,
    )


def _first_value(inputs: Payload) -> str | None:
    first = next(iter(inputs.values()), None)
    value = _value(first) if isinstance(first, Mapping) else None
    return fields.redact_and_shorten(value) if value else None


def _value(given: Payload) -> str | None:
    named = (fields.text(given, name) for name in ("value", "selected_user", "selected_date"))
    chosen = fields.text(fields.part(given, "selected_option"), "value")
    return next((value for value in named if value), chosen) or None
