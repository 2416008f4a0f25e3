"""Messages to the bot: direct messages, and mentions such as `@debrief note 14:32 text`.

Mentions also work in threads, where Slack has no slash commands. Only the sender sees the reply, in
the same place.
"""

from dataclasses import replace
from functools import partial
from typing import Any

from slack_bolt import BoltContext
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.action_items import thread_replies
from bot.config.context import Bot
from bot.domain.errors import AlreadyHandled, BotError
from bot.timeline import recording
from handlers import errors
from handlers.commands import dispatch
from handlers.commands.call import Form
from handlers.events import reminder_replies
from handlers.slack import addressed, answered_once
from handlers.slack.addressed import AddressedMessage
from handlers.slack.membership import require_access, with_channels
from handlers.slack.threads import run_in_background
from handlers.views.answer import MessageReply
from storage import requesters
from storage.engine.store import DatabaseError
from storage.incidents import id_of_channel


def on_mention(bot: Bot, event: dict[str, Any], client: WebClient, context: BoltContext) -> None:
    """Carry out a command in a mention.

    Slack also sends it as a message event, which records it.
    """
    us = context.bot_user_id or ""
    said = addressed.parse(event, us, bot.now())
    if said is not None and not said.actor.channel_id.startswith("D"):  # `message` handles those
        reply_to_message(bot, client, said)


def on_direct_message(
    bot: Bot, event: dict[str, Any], client: WebClient, context: BoltContext
) -> None:
    """Carry out a command in a direct message. Direct messages aren't stored."""
    us = context.bot_user_id or ""
    said = addressed.parse(event, us, bot.now())
    if said is not None:
        reply_to_message(bot, client, said)


def reply_to_message(bot: Bot, client: WebClient, said: AddressedMessage) -> None:
    request = said.actor.request_id
    if answered_once.is_answered(bot, request):
        return
    told = _carry_out(bot, client, said)
    if told and answered_once.is_first(bot, request):
        shown = told if isinstance(told, MessageReply) else MessageReply(told, ())
        run_in_background(partial(_send_ephemeral, client, said, shown), "answering who asked")


def _carry_out(bot: Bot, client: WebClient, said: AddressedMessage) -> str | MessageReply:
    """Carry out a message as a command.

    A user's mistake is returned as text, so Slack doesn't retry.
    """
    try:
        return _carried_out(bot, client, said)
    except AlreadyHandled:
        return ""  # answered the first time
    except DatabaseError:
        raise  # not acknowledged: Slack delivers it again
    except BotError as error:
        return str(error)
    except SlackApiError as error:
        if errors.is_transient(error):
            raise  # not acknowledged either
        return errors.explain(error)


def _carried_out(bot: Bot, client: WebClient, said: AddressedMessage) -> str | MessageReply:
    actor, event = said.actor, said.said
    require_access(
        bot, client, actor.person, lambda session: [id_of_channel(session, actor.channel_id)]
    )
    if _apply_item_reply(bot, said):
        return ""  # what was understood is told from the outbox
    answered = _apply_reminder_reply(bot, client, said)
    if answered is not None:
        return answered
    told = dispatch.carry_out(
        bot,
        client,
        actor,
        said.text,
        lambda session: recording.record_command(session, event, actor.at),
    )
    return told.otherwise if isinstance(told, Form) else told


def _apply_reminder_reply(
    bot: Bot, client: WebClient, said: AddressedMessage
) -> MessageReply | None:
    """Apply a direct message about an action item to the items the person was last reminded of.

    None if it isn't a direct message, or isn't a reply to a reminder.
    """
    if not said.actor.channel_id.startswith("D"):
        return None
    actor = with_channels(bot, client, said.actor)
    with bot.store.begin() as session:
        requesters.remember(session, actor.person, actor.channel_id)
        return reminder_replies.handle(session, bot, actor, replace(said.said, text=said.text))


def _apply_item_reply(bot: Bot, said: AddressedMessage) -> bool:
    """Treat `@debrief done` in an action item's thread like `done`.

    Return whether it was understood.
    """
    if said.thread is None or not said.text:
        return False
    with bot.store.begin() as session:
        requesters.remember(session, said.actor.person, said.actor.channel_id)
        return thread_replies.handle_reply(
            session, bot, replace(said.said, text=said.text), said.actor.at
        )


def _send_ephemeral(client: WebClient, said: AddressedMessage, told: MessageReply) -> None:
    """Send an ephemeral message. Tried once: without a reply, people ask again."""
    client.chat_postEphemeral(
        channel=said.actor.channel_id,
        user=said.actor.person,
        text=told.text,
        blocks=told.blocks or None,
        thread_ts=said.thread,
    )
