"""Parse Slack's events into typed requests, each by its type.

https://docs.slack.dev/reference/events
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import TypeVar

from bot.domain.actor import Actor
from bot.domain.timeline import EventKind, TimelineEvent
from bot.slack_text.json_values import Payload, part, text
from handlers.slack.channel_payloads import CHANNEL_EVENTS, parse_change
from handlers.slack.channels import is_direct_message
from handlers.slack.fields import optional_ts, required, required_ts
from handlers.slack.identity import Identity
from handlers.slack.message_payloads import (
    parse_departure,
    parse_message,
    parse_posted_message,
    without_skin_tone,
)
from handlers.slack.requests import (
    AddressedMessage,
    BotJoined,
    ChannelChange,
    ChannelMessage,
    DirectMessage,
    HomeOpened,
    MemberLeft,
    Mention,
    ReactionChange,
    Request,
)

Addressed = TypeVar("Addressed", bound=AddressedMessage)


@dataclass(frozen=True, slots=True)
class _EventDelivery:
    """An event with what its parser needs besides: the delivery's payload, who we are, and when it came."""

    body: Payload
    event: Payload
    identity: Identity
    at: datetime

    def require_id(self) -> str:
        """Return Slack's id of the delivery, which stays the same when it's repeated."""
        return required(self.body, "event_id")


def parse_event(body: Payload, identity: Identity, at: datetime) -> Request | None:
    """Parse an event; None if it's none of ours, or nothing has to be done."""
    event = part(body, "event")
    parse = EVENT_PARSERS.get(text(event, "type"))
    return parse(_EventDelivery(body, event, identity, at)) if parse else None


def _parse_message(delivery: _EventDelivery) -> Request | None:
    """Parse a `message` event: words to the bot, words in a channel, or Slack's line about a change."""
    if text(delivery.event, "channel_type") == "im":
        return parse_addressed(
            DirectMessage, delivery.event, delivery.identity.bot_user_id, delivery.at
        )
    message = parse_message(delivery.event)
    if message is None:
        return _parse_channel_change(delivery)
    us = delivery.identity.bot_user_id
    return ChannelMessage(
        delivery_id=delivery.require_id(),
        message=message,
        at=delivery.at,
        actor=_author_of(message, delivery),
        mentions_bot=f"<@{us}" in message.text,
        is_bot_joining=message.kind is EventKind.JOINED and message.author == us,
    )


def _author_of(message: TimelineEvent, delivery: _EventDelivery) -> Actor | None:
    """Return the person whose new message it is, if any."""
    person = text(delivery.event, "user")
    is_new = message.kind is EventKind.MESSAGE and not (message.edited or message.deleted)
    if not person or not is_new:
        return None
    return Actor(
        person=person,
        channel_id=message.channel_id,
        request_id=message.message_id,
        at=delivery.at,
    )


def _parse_mention(delivery: _EventDelivery) -> Mention | None:
    """Parse a mention; None in a direct message, which comes as a `message` event."""
    mention = parse_addressed(Mention, delivery.event, delivery.identity.bot_user_id, delivery.at)
    return None if mention is None or is_direct_message(mention.actor.channel_id) else mention


def parse_addressed(
    kind: type[Addressed], event: Payload, bot_user_id: str, at: datetime
) -> Addressed | None:
    """Parse a person's new message to the bot; None for edits, and for anybody else's messages.

    Slack may deliver a message under several event ids, so its channel and time identify the request.
    """
    channel, person = required(event, "channel"), text(event, "user")
    message = parse_posted_message(channel, event)
    if message is None or message.kind is not EventKind.MESSAGE or message.edited or not person:
        return None
    mention = re.compile(rf"<@{re.escape(bot_user_id)}(?:\|[^<>]*)?>[\s,:]*")
    digest = sha256(f"{channel} {message.message_id}".encode()).hexdigest()[:32]
    actor = Actor(person=person, channel_id=channel, request_id=f"said-{digest}", at=at)
    return kind(actor=actor, text=mention.sub("", message.text, count=1).strip(), message=message)


def _parse_reaction(delivery: _EventDelivery) -> ReactionChange | None:
    return parse_reaction(delivery.event, delivery.require_id(), delivery.at)


def parse_reaction(event: Payload, delivery_id: str, at: datetime) -> ReactionChange | None:
    """Parse a reaction that was added or removed; None if it isn't on a message."""
    item = part(event, "item")
    if text(item, "type") != "message":
        return None
    actor = Actor(
        person=required(event, "user"),
        channel_id=required(item, "channel"),
        request_id=delivery_id,
        at=at,
    )
    return ReactionChange(
        actor=actor,
        message_id=required_ts(item),
        emoji=without_skin_tone(required(event, "reaction")),
        version=optional_ts(event, "event_ts"),
        is_removed=text(event, "type") == "reaction_removed",
    )


def _parse_home(delivery: _EventDelivery) -> HomeOpened | None:
    if text(delivery.event, "tab") not in {"", "home"}:
        return None
    person, request_id = required(delivery.event, "user"), delivery.require_id()
    return HomeOpened(
        actor=Actor(person=person, channel_id="", request_id=request_id, at=delivery.at)
    )


def _parse_joined(delivery: _EventDelivery) -> BotJoined | None:
    """Parse that the bot was added to a channel. People who join are recorded from Slack's messages."""
    if text(delivery.event, "user") != delivery.identity.bot_user_id:
        return None
    channel = required(delivery.event, "channel")
    return BotJoined(delivery_id=delivery.require_id(), channel_id=channel, at=delivery.at)


def _parse_left(delivery: _EventDelivery) -> MemberLeft:
    departure = parse_departure(delivery.event)
    return MemberLeft(delivery_id=delivery.require_id(), departure=departure, at=delivery.at)


def _parse_channel_change(delivery: _EventDelivery) -> ChannelChange | None:
    change = parse_change(delivery.event)
    if change is None:
        return None
    channel, state = change
    return ChannelChange(
        delivery_id=delivery.require_id(), channel_id=channel, state=state, at=delivery.at
    )


EVENT_PARSERS: Mapping[str, Callable[[_EventDelivery], Request | None]] = {
    "message": _parse_message,
    "app_mention": _parse_mention,
    "reaction_added": _parse_reaction,
    "reaction_removed": _parse_reaction,
    "app_home_opened": _parse_home,
    "member_joined_channel": _parse_joined,
    "member_left_channel": _parse_left,
    **dict.fromkeys(CHANNEL_EVENTS, _parse_channel_change),
}
