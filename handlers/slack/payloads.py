"""Slack's dicts stop here: payload in, domain value out.

Shapes: https://docs.slack.dev/reference/events/message and the interaction payloads. A field that
Slack always sends is still read with a default where its absence must not lose the rest; what
cannot be understood without it is `NotUnderstood`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from bot.domain.actor import Actor
from bot.domain.timeline import Deletion, Kind, Source, TimelineEvent, moment_of
from bot.slack_text.author import author_of, is_by_app
from bot.slack_text.message import text_of
from bot.slack_text.silent import has_nothing_to_read
from bot.slack_text.subtypes import Subtype, subtype_of
from handlers import fields
from handlers.fields import Payload

MORE = "more"  # a menu whose options are buttons: each option's value is `action:value`
_KINDS = {
    Subtype.JOINED: Kind.JOINED,
    Subtype.LEFT: Kind.LEFT,
    Subtype.TOPIC: Kind.TOPIC,
    Subtype.SAID: Kind.MESSAGE,
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
    """An emoji put on a message, or taken off it; `version` orders what arrives in any order."""

    actor: Actor
    message_id: str
    emoji: str
    version: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Press:
    """A click on one of our buttons. `answer_url` takes up to five answers in 30 minutes.

    In a modal there is none; `view_id` names the modal then, and `about` is what we put into it.
    """

    actor: Actor
    action: str
    value: str
    trigger_id: str
    answer_url: str
    in_home: bool = False  # where nothing can be answered but by showing the tab anew
    view_id: str = ""
    about: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Submission:
    """A form that was sent. `about` is what we put into it; `values` are by block id.

    `root_id` names the modal that the form lies on, or the form itself.
    """

    actor: Actor
    form: str
    about: str
    root_id: str = ""
    values: Mapping[str, str | None] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class Shortcut:
    """A shortcut that somebody chose: a global one, or one on a message, which is `said` then.

    `privately` is whether it was said where not everybody may read it.
    """

    actor: Actor
    name: str
    trigger_id: str
    said: TimelineEvent | None = None
    privately: bool = False


def delivery(body: Payload) -> str:
    """What Slack calls a delivery: the same one each time that it is repeated."""
    return fields.needed(body, "event_id")


def message(event: Payload) -> TimelineEvent | None:
    """Read a message event, an edit or a deletion; None for those that tell nothing of an incident."""
    channel, subtype = fields.needed(event, "channel"), fields.text(event, "subtype")
    if subtype == "message_changed":
        at = fields.optional_ts(event, "event_ts") or fields.optional_ts(event, "ts")
        return _changed(channel, fields.part(event, "message"), at)
    if subtype == "message_deleted":
        gone = {**fields.part(event, "previous_message"), "ts": fields.ts(event, "deleted_ts")}
        return _deleted(channel, gone)
    return stored_message(channel, event)


def stored_message(
    channel: str, said: Payload, source: Source = Source.HEARD
) -> TimelineEvent | None:
    """Read a message as an event or a channel's history holds it; None if it has nothing to record."""
    kind = _KINDS.get(subtype_of(said))
    if kind is Kind.MESSAGE and has_nothing_to_read(said):
        return None
    if kind is Kind.MESSAGE and is_by_app(said):
        kind = Kind.ALERT
    return _event(channel, said, kind, source) if kind else None


def command(body: Payload, at: datetime) -> tuple[Actor, str]:
    """Read a slash command: who typed what, where."""
    actor = Actor(
        person=fields.needed(body, "user_id"),
        channel_id=fields.needed(body, "channel_id"),
        request_id=fields.needed(body, "trigger_id"),
        at=at,
    )
    return actor, fields.shortened(fields.text(body, "text"))


def departure(event: Payload) -> TimelineEvent:
    """Read that somebody left a channel. A message of it may come too, under an id of its own."""
    when = fields.ts(event, "event_ts")
    left = _event(fields.needed(event, "channel"), {**event, "ts": when}, Kind.LEFT, Source.HEARD)
    return replace(left, message_id=f"left-{left.author}-{when}")


def reaction(event: Payload, delivery_id: str, at: datetime) -> Reaction | None:
    """Read a reaction; None when it is on something other than a message."""
    item = fields.part(event, "item")
    if fields.text(item, "type") != "message":
        return None
    actor = Actor(
        person=fields.needed(event, "user"),
        channel_id=fields.needed(item, "channel"),
        request_id=delivery_id,
        at=at,
    )
    return Reaction(
        actor=actor,
        message_id=fields.ts(item),
        emoji=_without_skin(fields.needed(event, "reaction")),
        version=fields.optional_ts(event, "event_ts"),
    )


def stored_reactions(said: Payload) -> tuple[set[tuple[str, str]], bool]:
    """Who reacted to a message with what, as history tells it: pairs of person and emoji.

    Also whether these are all: of a reaction that many gave, Slack lists only the first of them."""
    pairs, whole = set(), True
    for each in fields.parts(said, "reactions"):
        emoji, people = _without_skin(fields.text(each, "name")), list(fields.texts(each, "users"))
        pairs |= {(person, emoji) for person in people}
        whole = whole and len(people) >= fields.count(each, "count")
    return pairs, whole


def press(body: Payload, at: datetime) -> Press:
    """Read a click. The same click delivered twice has the same action, user and time."""
    action = next(iter(fields.parts(body, "actions")), {})
    name, clicked = fields.needed(action, "action_id"), fields.needed(action, "action_ts")
    person = fields.needed(fields.part(body, "user"), "id")
    action_name, value = name.partition(":")[0], _value(action) or ""
    if action_name == MORE:
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


def submission(body: Payload, at: datetime) -> Submission:
    """Read a form that was sent."""
    view = fields.part(body, "view")
    sent = f"{fields.needed(view, 'id')}-{fields.text(view, 'hash')}"
    person = fields.needed(fields.part(body, "user"), "id")
    return Submission(
        actor=Actor(person=person, channel_id="", request_id=sent, at=at),
        form=fields.needed(view, "callback_id"),
        about=fields.text(view, "private_metadata"),
        root_id=fields.text(view, "root_view_id"),
        values={block: _first_value(inputs) for block, inputs in fields.inputs(view)},
    )


def shortcut(body: Payload, at: datetime, bot_id: str) -> Shortcut:
    """Read a shortcut. A global one has no channel; what we said ourselves, as `bot_id`, is no message."""
    trigger = fields.needed(body, "trigger_id")
    channel = fields.text(fields.part(body, "channel"), "id")
    message = fields.part(body, "message")
    theirs = bool(message) and fields.text(message, "bot_id") != bot_id
    return Shortcut(
        actor=Actor(
            person=fields.needed(fields.part(body, "user"), "id"),
            channel_id=channel,
            request_id=trigger,
            at=at,
        ),
        name=fields.needed(body, "callback_id"),
        trigger_id=trigger,
        said=stored_message(channel, message, Source.FETCHED) if channel and theirs else None,
    )


def _changed(channel: str, now: Payload, at: str) -> TimelineEvent | None:
    if subtype_of(now) is Subtype.DELETED:
        return _deleted(channel, now)
    read = stored_message(channel, now)
    if read is None:
        return None
    # What Slack changes by itself, such as a link's preview, has no time of an edit. An application's edit
    # of attachments or blocks alone keeps the time of the edit before.
    version = at or read.version if read.kind is Kind.ALERT else read.version or at
    return replace(read, version=version)


def _deleted(channel: str, gone: Payload) -> TimelineEvent:
    return replace(
        _event(channel, gone, Kind.MESSAGE), text="", deleted=True, deletion=Deletion.REPORTED
    )


def _without_skin(emoji: str) -> str:
    return emoji.partition("::")[0]


def _event(channel: str, said: Payload, kind: Kind, source: Source = Source.HEARD) -> TimelineEvent:
    message_id = fields.ts(said)
    thread = fields.optional_ts(said, "thread_ts")
    return TimelineEvent(
        message_id=message_id,
        channel_id=channel,
        author=fields.shortened(author_of(said) or "unknown")[: fields.LONGEST_ID],
        text=fields.shortened(text_of(said)),
        happened_at=moment_of(message_id),
        kind=kind,
        source=source,
        thread_id=thread if thread not in {"", message_id} else None,
        detail=fields.shortened(fields.text(said, "topic") or fields.text(said, "purpose")),
        edited="edited" in said,
        version=fields.optional_ts(fields.part(said, "edited"), "ts"),
        client_id=fields.text(said, "client_msg_id")[: fields.LONGEST_ID] or None,
    )


def _first_value(inputs: Payload) -> str | None:
    first = next(iter(inputs.values()), None)
    value = _value(first) if isinstance(first, Mapping) else None
    return fields.shortened(value) if value else None


def _value(given: Payload) -> str | None:
    named = (fields.text(given, name) for name in ("value", "selected_user", "selected_date"))
    chosen = fields.text(fields.part(given, "selected_option"), "value")
    return next((value for value in named if value), chosen) or None
