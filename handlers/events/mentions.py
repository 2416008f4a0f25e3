"""What is said to the bot: `@debrief note 14:32 text`, also in threads, and in direct messages.

Slack takes no slash commands in threads. The answer is for the asker only, where they asked.
"""

from dataclasses import replace
from functools import partial
from typing import Any

from slack_bolt import BoltContext
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.action_items import thread_replies
from bot.config.context import Bot
from bot.domain.errors import BotError, Repeated
from bot.timeline import recording
from handlers import errors
from handlers.commands import dispatch
from handlers.commands.call import Form
from handlers.events import reminder_replies
from handlers.slack import addressed, answered_once
from handlers.slack.addressed import Addressed
from handlers.slack.membership import admit, with_channels
from handlers.slack.threads import begin
from handlers.views.answer import Shown
from storage import requesters
from storage.engine.store import DatabaseError
from storage.incidents import id_of_channel


def on_mention(bot: Bot, event: dict[str, Any], client: WebClient, context: BoltContext) -> None:
    """Do what somebody asks the bot for; the message itself comes as a message too."""
    us = context.bot_user_id or ""
    said = addressed.read(event, us, bot.now())
    if said is not None and not said.actor.channel_id.startswith("D"):  # there each message is one
        answer(bot, client, said)


def on_direct_message(
    bot: Bot, event: dict[str, Any], client: WebClient, context: BoltContext
) -> None:
    """Do what somebody asks for in a direct message, which is kept nowhere."""
    us = context.bot_user_id or ""
    said = addressed.read(event, us, bot.now())
    if said is not None:
        answer(bot, client, said)


def answer(bot: Bot, client: WebClient, said: Addressed) -> None:
    request = said.actor.request_id
    if answered_once.is_answered(bot, request):
        return
    told = _told(bot, client, said)
    if told and answered_once.is_first(bot, request):
        shown = told if isinstance(told, Shown) else Shown(told, ())
        begin(partial(_whisper, client, said, shown), "answering who asked")


def _told(bot: Bot, client: WebClient, said: Addressed) -> str | Shown:
    """Carry out a message as a command; what is somebody's mistake is answered, not repeated."""
    try:
        return _carried_out(bot, client, said)
    except Repeated:
        return ""  # answered the first time
    except DatabaseError:
        raise  # not acknowledged: Slack delivers it again
    except BotError as error:
        return str(error)
    except SlackApiError as error:
        if errors.is_passing(error):
            raise  # not acknowledged either
        return errors.sentence(error)


def _carried_out(bot: Bot, client: WebClient, said: Addressed) -> str | Shown:
    actor, event = said.actor, said.said
    admit(bot, client, actor.person, lambda session: [id_of_channel(session, actor.channel_id)])
    if _is_about_an_item(bot, said):
        return ""  # what was understood is told from the outbox
    answered = _to_a_reminder(bot, client, said)
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


def _to_a_reminder(bot: Bot, client: WebClient, said: Addressed) -> Shown | None:
    """What is asked of an item in a direct message is asked of what the person was reminded of last."""
    if not said.actor.channel_id.startswith("D"):
        return None
    actor = with_channels(bot, client, said.actor)
    with bot.store.begin() as session:
        requesters.remember(session, actor.person, actor.channel_id)
        return reminder_replies.answer(session, bot, actor, replace(said.said, text=said.text))


def _is_about_an_item(bot: Bot, said: Addressed) -> bool:
    """`@debrief done` in an action item's thread says what `done` does there."""
    if said.thread is None or not said.text:
        return False
    with bot.store.begin() as session:
        requesters.remember(session, said.actor.person, said.actor.channel_id)
        return thread_replies.hear(session, bot, replace(said.said, text=said.text), said.actor.at)


def _whisper(client: WebClient, said: Addressed, told: Shown) -> None:
    """Tried once: who gets no answer asks again."""
    client.chat_postEphemeral(
        channel=said.actor.channel_id,
        user=said.actor.person,
        text=told.text,
        blocks=told.blocks or None,
        thread_ts=said.thread,
    )
