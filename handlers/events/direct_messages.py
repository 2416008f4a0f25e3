"""Direct messages to the bot: replies to reminders, and commands. They aren't stored."""

from dataclasses import replace
from functools import partial

from slack_sdk import WebClient

from bot.config.context import Bot
from handlers.events import reminder_replies
from handlers.events.typed_commands import carry_out_once
from handlers.slack.membership import with_channels
from handlers.slack.requests import DirectMessage
from handlers.views.reply import MessageReply
from storage import requesters


def on_direct_message(bot: Bot, client: WebClient, message: DirectMessage) -> None:
    """Carry out a command in a direct message."""
    carry_out_once(bot, client, message, partial(_apply_reminder_reply, bot, client, message))


def _apply_reminder_reply(
    bot: Bot, client: WebClient, message: DirectMessage
) -> MessageReply | None:
    """Apply it to the action items the person was last reminded of; None if it isn't such a reply."""
    actor = with_channels(bot, client, message.actor)
    with bot.store.begin() as session:
        requesters.remember(session, actor.person, actor.channel_id)
        reply = replace(message.message, text=message.text)
        return reminder_replies.handle(session, bot, actor, reply)
