"""Shortcuts: from the menu of a message, or from anywhere in Slack. Each opens a form."""

from dataclasses import replace
from functools import partial
from typing import Any

from slack_bolt import Ack, BoltContext
from slack_sdk import WebClient

from bot.config.context import Bot
from handlers.interactions import REACHED, declare, subjects
from handlers.interactions.opening import open_form
from handlers.slack import channels, payloads, people
from handlers.slack.membership import admit, with_channels
from handlers.views.forms.forget import FORGET


def on_shortcut(
    bot: Bot, ack: Ack, body: dict[str, Any], client: WebClient, context: BoltContext
) -> None:
    asked = payloads.shortcut(body, bot.now(), context.bot_id or "")
    if asked.name == FORGET:
        actor = people.with_standing(client, asked.actor)
        asked = replace(asked, actor=with_channels(bot, client, actor))
    if asked.name in REACHED:
        admit(bot, client, asked.actor.person, partial(subjects.of_shortcut, asked=asked))
        if asked.said is not None and asked.name == declare.FROM_MESSAGE:
            privately = not channels.is_public(client, asked.actor.channel_id)
            asked = replace(asked, privately=privately)
        with bot.store.begin() as session:
            view = REACHED[asked.name](session, bot, asked)
        open_form(client, asked.trigger_id, view)
    ack()
