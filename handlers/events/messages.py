"""Messages from people and apps in channels, and direct messages to the bot."""

from typing import Any

from slack_bolt import BoltContext
from slack_sdk import WebClient

from bot.action_items import thread_replies
from bot.config.context import Bot
from bot.domain.timeline import EventKind
from bot.people import home_tab
from bot.timeline import recording
from handlers import fields
from handlers.events import bot_joined, channel_events, mentions
from handlers.slack import payloads
from storage import deliveries, requesters


def on_message(
    bot: Bot, body: dict[str, Any], event: dict[str, Any], client: WebClient, context: BoltContext
) -> None:
    """Record a message, an edit or a deletion. It's acknowledged after the commit."""
    if fields.text(event, "channel_type") == "im":
        mentions.on_direct_message(bot, event, client, context)
        return
    told = payloads.parse_message(event)
    if told is None:
        channel_events.on_channel_event(bot, body, event)
        return
    at = bot.now()
    with bot.store.begin() as session:
        if deliveries.record_new(session, payloads.parse_delivery_id(body), at):
            new = recording.record(session, told, at)
            bot_joined.on_message_about_it(session, told, context.bot_user_id, at)
            if new and told.kind is EventKind.LEFT:
                home_tab.refresh(session, told.author, at)
            if f"<@{context.bot_user_id}" not in told.text:  # mentions come separately
                requesters.remember(session, told.author, told.channel_id)
                thread_replies.handle_reply(session, bot, told, at)
