"""Slack's dicts stop here: payload in, domain value out.

Shapes: https://docs.slack.dev/reference/events/message and the interaction payloads. A field that
Slack always sends is still read with a default where its absence must not lose the rest.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from bot.domain.asker import Asker
from bot.domain.timeline import Kind, Source, TimelineEvent, moment_of

Payload = Mapping[str, Any]

_SAID = {None, "bot_message", "thread_broadcast", "file_share", "me_message"}
_JOINED = {"channel_join", "group_join"}
_TOPIC = {"channel_topic", "group_topic", "channel_purpose", "group_purpose"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Identity:
    """Who we are in the workspace. `url` ends in a slash."""

    team_id: str
    bot_id: str
    bot_user_id: str
    url: str
    name: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Reaction:
    """An emoji put on a message, or taken off it; `version` orders what arrives in any order."""

    asker: Asker
    message_id: str
    emoji: str
    version: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Press:
    """A click on one of our buttons. `answer_url` takes up to five answers in 30 minutes."""

    asker: Asker
    action: str
    value: str
    trigger_id: str
    answer_url: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Submission:
    """A form that was sent. `about` is what we put into it; `values` are by block id."""

    asker: Asker
    form: str
    about: str
    values: Mapping[str, str | None] = field(default_factory=dict)


def message(event: Payload) -> TimelineEvent | None:
    """Read a message event, an edit or a deletion; None for those that tell nothing of an incident."""
    channel, subtype = event.get("channel", ""), event.get("subtype")
    if subtype == "message_changed":
        return _changed(channel, event["message"], event.get("event_ts") or event.get("ts", ""))
    if subtype == "message_deleted":
        return _deleted(channel, {**event.get("previous_message", {}), "ts": event["deleted_ts"]})
    return stored_message(channel, event)


def stored_message(
    channel: str, said: Payload, source: Source = Source.HEARD
) -> TimelineEvent | None:
    """Read a message as an event or a channel's history holds it."""
    subtype = said.get("subtype")
    if subtype in _JOINED:
        return _event(channel, said, Kind.JOINED, source)
    if subtype in _TOPIC:
        return _event(channel, said, Kind.TOPIC, source)
    if subtype not in _SAID:
        return None
    return _event(channel, said, Kind.ALERT if said.get("bot_id") else Kind.MESSAGE, source)


def command(body: Payload, at: datetime) -> tuple[Asker, str]:
    """Read a slash command: who typed what, where."""
    asker = Asker(
        person=body["user_id"],
        channel_id=body["channel_id"],
        request_id=body["trigger_id"],
        at=at,
    )
    return asker, body.get("text", "")


def reaction(event: Payload, delivery_id: str, at: datetime) -> Reaction | None:
    """Read a reaction; None when it is on something other than a message."""
    item = event.get("item", {})
    if item.get("type") != "message":
        return None
    asker = Asker(person=event["user"], channel_id=item["channel"], request_id=delivery_id, at=at)
    return Reaction(
        asker=asker,
        message_id=item["ts"],
        emoji=_without_skin(event["reaction"]),
        version=event.get("event_ts", ""),
    )


def stored_reactions(said: Payload) -> tuple[set[tuple[str, str]], bool]:
    """Who reacted to a message with what, as history tells it: pairs of person and emoji.

    Also whether these are all: of a reaction that many gave, Slack lists only the first of them.
    """
    given = said.get("reactions") or []
    pairs = {
        (who, _without_skin(each["name"])) for each in given for who in each.get("users") or []
    }
    return pairs, all(len(each.get("users") or []) >= each.get("count", 0) for each in given)


def press(body: Payload, at: datetime) -> Press:
    """Read a click. The same click delivered twice has the same action, user and time."""
    action = body["actions"][0]
    person = body["user"]["id"]
    return Press(
        asker=Asker(
            person=person,
            channel_id=body.get("channel", {}).get("id", ""),
            request_id=f"{action['action_ts']}-{person}-{action['action_id']}",
            at=at,
        ),
        action=action["action_id"].partition(":")[0],
        value=_value(action) or "",
        trigger_id=body.get("trigger_id", ""),
        answer_url=body.get("response_url", ""),
    )


def submission(body: Payload, at: datetime) -> Submission:
    """Read a form that was sent."""
    view = body["view"]
    asker = Asker(
        person=body["user"]["id"],
        channel_id="",
        request_id=f"{view['id']}-{view.get('hash', '')}",
        at=at,
    )
    values = {
        block: _value(next(iter(inputs.values())))
        for block, inputs in view.get("state", {}).get("values", {}).items()
    }
    return Submission(
        asker=asker, form=view["callback_id"], about=view["private_metadata"], values=values
    )


def _changed(channel: str, now: Payload, at: str) -> TimelineEvent | None:
    if now.get("subtype") == "tombstone":  # a deleted message that has replies
        return _deleted(channel, now)
    read = stored_message(channel, now)
    # What Slack changes by itself, such as a link's preview, has no time of an edit.
    return replace(read, version=read.version or at) if read else None


def _deleted(channel: str, gone: Payload) -> TimelineEvent:
    return replace(_event(channel, gone, Kind.MESSAGE), text="", deleted=True)


def _without_skin(emoji: str) -> str:
    return emoji.split("::", maxsplit=1)[0]


def _event(channel: str, said: Payload, kind: Kind, source: Source = Source.HEARD) -> TimelineEvent:
    thread = said.get("thread_ts")
    return TimelineEvent(
        message_id=said["ts"],
        channel_id=channel,
        author=_author(said),
        text=_text(said),
        happened_at=moment_of(said["ts"]),
        kind=kind,
        source=source,
        thread_id=thread if thread != said["ts"] else None,
        detail=said.get("topic", "") or said.get("purpose", ""),
        edited="edited" in said,
        version=(said.get("edited") or {}).get("ts", ""),
        client_id=said.get("client_msg_id"),
    )


def _author(said: Payload) -> str:
    """A person by id, an application by its name: its posts carry a user id too."""
    profile = said.get("bot_profile") or {}
    name = said.get("username") or profile.get("name")
    by_app = said.get("bot_id") and name
    return str(name if by_app else said.get("user") or name or said.get("bot_id") or "unknown")


def _text(said: Payload) -> str:
    """What a message says: applications often say it in attachments or blocks only."""
    parts = [said.get("text") or ""]
    if not parts[0]:
        parts.extend(_in_blocks(said.get("blocks") or []))
    for attachment in said.get("attachments") or []:
        if attachment.get("from_url") and not attachment.get("is_share"):
            continue  # Slack's preview of a link; the person did not write it
        shown = [attachment.get(name) for name in ("pretext", "title", "text")]
        shown.extend(_in_blocks(attachment.get("blocks") or []))
        parts.extend(shown if any(shown) else [attachment.get("fallback")])
    parts.extend(f"[file: {file.get('name', 'unnamed')}]" for file in said.get("files") or [])
    return "\n".join(part for part in parts if part)


def _in_blocks(blocks: list[Payload]) -> Iterator[str]:
    for block in blocks:
        text = block.get("text")
        if isinstance(text, Mapping):
            yield text.get("text", "")
        elif isinstance(text, str):
            yield text
        yield from (shown.get("text", "") for shown in block.get("fields") or [])
        if block.get("type") == "context":
            yield from _in_blocks(block.get("elements") or [])


def _value(given: Payload) -> str | None:
    chosen = (
        given.get("value") or given.get("selected_user") or given.get("selected_date")
        or (given.get("selected_option") or {}).get("value")
    )  # fmt: skip
    return str(chosen) if chosen else None
