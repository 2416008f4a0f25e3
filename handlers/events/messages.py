"""Messages from people and apps in channels."""

from slack_sdk import WebClient

from bot.action_items import thread_replies
from bot.channels import channel_changes
from bot.config.context import Bot
from bot.domain.timeline import EventKind
from bot.people import home_tab
from bot.timeline import recording
from handlers.slack.requests import ChannelMessage
from storage import deliveries, requesters


def on_message(bot: Bot, _client: WebClient, posted: ChannelMessage) -> None:
    """Record a message, an edit or a deletion, and apply a reply in an action item's thread."""
    message = posted.message
    with bot.store.begin() as session:
        if not deliveries.record_new(session, posted.delivery_id, posted.at):
            return
        is_new = recording.record(session, message, posted.at)
        if posted.is_bot_joining:
            channel_changes.resume_after_joining(session, message.channel_id, posted.at)
        if is_new and message.kind is EventKind.LEFT:
            home_tab.refresh(session, message.author, posted.at)
        if not posted.mentions_bot:  # a mention comes separately
            requesters.remember(session, message.author, message.channel_id)
            reply = thread_replies.as_thread_reply(message, posted.at)
            if reply is not None:
                thread_replies.handle_reply(session, bot, reply)
