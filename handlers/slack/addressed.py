"""A message that is meant for the bot: Slack's dict in, what somebody asks for out."""

import re
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from bot.domain.actor import Actor
from bot.domain.timeline import Kind, TimelineEvent
from handlers import fields
from handlers.fields import Payload
from handlers.slack import payloads


@dataclass(frozen=True, kw_only=True, slots=True)
class Addressed:
    """A message that is meant for the bot: what it says without the bot's name, and the message."""

    actor: Actor
    text: str
    said: TimelineEvent

    @property
    def thread(self) -> str | None:
        return self.said.thread_id


def read(event: Payload, bot_user_id: str, at: datetime) -> Addressed | None:
    """Read what somebody says to the bot; None when no person says it, or they only changed it.

    Slack may deliver a message under several event ids, so its channel and time identify the request.
    """
    channel, person = fields.needed(event, "channel"), fields.text(event, "user")
    said = payloads.stored_message(channel, event)
    if said is None or said.kind is not Kind.MESSAGE or said.edited or not person:
        return None
    name = re.compile(rf"<@{re.escape(bot_user_id)}(?:\|[^<>]*)?>[\s,:]*")
    request = sha256(f"{channel} {said.message_id}".encode()).hexdigest()[:32]
    actor = Actor(person=person, channel_id=channel, request_id=f"said-{request}", at=at)
    return Addressed(actor=actor, text=name.sub("", said.text, count=1).strip(), said=said)
