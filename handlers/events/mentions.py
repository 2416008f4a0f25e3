"""Commands in a mention, such as `@debrief note 14:32 text`.

Mentions also work in threads, where Slack has no slash commands.
"""

from dataclasses import replace
from functools import partial

from slack_sdk import WebClient

from bot.action_items import thread_replies
from bot.config.context import Bot
from handlers.events.typed_commands import carry_out_once
from handlers.slack.requests import Mention
from storage import requesters


def on_mention(bot: Bot, client: WebClient, mention: Mention) -> None:
    """Carry out a command in a mention. Slack also sends it as a message, which records it."""
    carry_out_once(bot, client, mention, partial(_apply_item_reply, bot, mention))


def _apply_item_reply(bot: Bot, mention: Mention) -> str | None:
    """Treat `@debrief done` in an action item's thread like `done`; None if it isn't such a reply.

    The outbox sends the confirmation.
    """
    message = replace(mention.message, text=mention.text)
    reply = thread_replies.as_thread_reply(message, mention.actor.at)
    if reply is None or not reply.text:
        return None
    with bot.store.begin() as session:
        requesters.remember(session, mention.actor.person, mention.actor.channel_id)
        is_understood = thread_replies.handle_reply(session, bot, reply)
    return "" if is_understood else None
