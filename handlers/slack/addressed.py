"""Parse messages addressed to the bot."""

import re
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from bot.domain.actor import Actor
from bot.domain.timeline import EventKind, TimelineEvent
from handlers import fields
from handlers.fields import Payload
from handlers.slack import payloads


@dataclass(frozen=True, kw_only=True, slots=True)
class AddressedMessage:
    """A message to the bot: its `text` without the mention, and the whole message as `said`."""

    actor: Actor
    text: str
    said: TimelineEvent

    @property
    def thread(self) -> str | None:
        return self.said.thread_id


def parse(event: Payload, bot_user_id: str, at: datetime) -> AddressedMessage | None:
    """Read what somebody says to the bot; None when no person says it, or they only changed it.

    Slack may deliver a message under several event ids, so its channel and time identify the request.
    """
    channel, person = fields.required(event, "channel"), fields.text(event, "user")
    said = payloads.parse_posted_message(channel, event)
    if said is None or said.kind is not EventKind.MESSAGE or said.edited or not person:
        return None
    name = re.compile(rf"<@{re.escape(bot_user_id)}(?:\|[^<>]*)?>[\s,:]*")
    request = sha256(f"{channel} {said.message_id}".encode()).hexdigest()[:32]
    actor = Actor(person=person, channel_id=channel, request_id=f"said-{request}", at=at)
    return AddressedMessage(actor=actor, text=name.sub("", said.text, count=1).strip(), said=said)
