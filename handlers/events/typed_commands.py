"""Commands typed in a message to the bot. Only the sender sees the reply, in the same place."""

from collections.abc import Callable
from functools import partial

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.config.context import Bot
from bot.domain.errors import AlreadyHandled, BotError
from bot.timeline import recording
from handlers import errors
from handlers.commands import dispatch
from handlers.commands.call import CommandLine, Form
from handlers.slack import reply_deduplication
from handlers.slack.membership import require_access
from handlers.slack.requests import AddressedMessage
from handlers.slack.threads import run_in_background
from handlers.views.reply import MessageReply
from storage.engine.store import DatabaseError
from storage.incidents import id_of_channel

Reply = str | MessageReply
ApplyReply = Callable[[], Reply | None]  # None if the message isn't a reply to one of ours


def carry_out_once(
    bot: Bot, client: WebClient, message: AddressedMessage, apply_reply: ApplyReply
) -> None:
    """Carry out a message to the bot, and send the reply: once, however often Slack delivers it."""
    request_id = message.actor.request_id
    if reply_deduplication.is_answered(bot, request_id):
        return
    reply = _explain_refusal(partial(_carry_out, bot, client, message, apply_reply))
    if reply and reply_deduplication.claim_reply(bot, request_id):
        run_in_background(partial(_send_ephemeral, client, message, reply), "replying to a command")


def _explain_refusal(carry_out: Callable[[], Reply]) -> Reply:
    """Return a user's mistake as text, so that Slack doesn't deliver the message again."""
    try:
        return carry_out()
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


def _carry_out(
    bot: Bot, client: WebClient, message: AddressedMessage, apply_reply: ApplyReply
) -> Reply:
    """Apply a reply to one of the bot's messages, or else carry out a command."""
    actor = message.actor
    require_access(
        bot, client, actor.person, lambda session: [id_of_channel(session, actor.channel_id)]
    )
    reply = apply_reply()
    if reply is not None:
        return reply
    answer = dispatch.carry_out(
        bot,
        client,
        actor,
        CommandLine(text=message.text, prefix=message.command_prefix),
        lambda session: recording.record_command(session, message.message, actor.at),
    )
    return answer.otherwise if isinstance(answer, Form) else answer


def _send_ephemeral(client: WebClient, message: AddressedMessage, reply: Reply) -> None:
    """Send an ephemeral message. Tried once: without a reply, people ask again."""
    shown = reply if isinstance(reply, MessageReply) else MessageReply(reply, ())
    client.chat_postEphemeral(
        channel=message.actor.channel_id,
        user=message.actor.person,
        text=shown.text,
        blocks=shown.blocks or None,
        thread_ts=message.message.thread_id,
    )
