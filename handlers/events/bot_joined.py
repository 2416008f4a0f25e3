"""The bot is added to a channel, or is back in one: what the channel didn't take is done now."""

from datetime import datetime
from typing import Any

from slack_bolt import BoltContext

from bot.channels import channel_changes
from bot.config.context import Bot
from bot.domain.timeline import EventKind, TimelineEvent
from handlers import fields
from handlers.slack import payloads
from storage import deliveries
from storage.engine.store import Session


def on_member_joined(
    bot: Bot, body: dict[str, Any], event: dict[str, Any], context: BoltContext
) -> None:
    """Slack also posts a message of it, unless the workspace hides those: one of them is enough."""
    if fields.text(event, "user") != context.bot_user_id:
        return
    channel = fields.required(event, "channel")
    with bot.store.begin() as session:
        if deliveries.record_new(session, payloads.parse_delivery_id(body), bot.now()):
            channel_changes.resume_after_joining(session, channel, bot.now())


def on_message_about_it(
    session: Session, told: TimelineEvent, bot_user_id: str | None, at: datetime
) -> None:
    """Read such a message; any other is none of this module's."""
    if told.kind is EventKind.JOINED and told.author == bot_user_id:
        channel_changes.resume_after_joining(session, told.channel_id, at)
