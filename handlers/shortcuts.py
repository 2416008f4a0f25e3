"""Shortcuts: from the menu of a message, or from anywhere in Slack. Each opens a form."""

from dataclasses import replace
from functools import partial
from typing import Any

from slack_bolt import Ack, BoltContext
from slack_sdk import WebClient

from bot.environment import Bot
from handlers import channels, payloads, people
from handlers.clicks import REACHED, declaring, subjects
from handlers.forms.forgetting import FORGET
from handlers.membership import admit, with_channels
from handlers.opening import open_form


def on_shortcut(
    bot: Bot, ack: Ack, body: dict[str, Any], client: WebClient, context: BoltContext
) -> None:
    asked = payloads.shortcut(body, bot.now(), context.bot_id or "")
    if asked.name == FORGET:
        asker = people.with_standing(client, asked.asker)
        asked = replace(asked, asker=with_channels(bot, client, asker))
    if asked.name in REACHED:
        admit(bot, client, asked.asker.person, partial(subjects.of_shortcut, asked=asked))
        if asked.said is not None and asked.name == declaring.FROM_MESSAGE:
            privately = not channels.is_public(client, asked.asker.channel_id)
            asked = replace(asked, privately=privately)
        with bot.store.begin() as session:
            view = REACHED[asked.name](session, bot, asked)
        open_form(client, asked.trigger_id, view)
    ack()
