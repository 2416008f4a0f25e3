"""Shortcuts: from the menu of a message, or from anywhere in Slack. Each opens a form."""

from dataclasses import replace
from typing import Any

from slack_bolt import Ack, BoltContext
from slack_sdk import WebClient

from bot.environment import Bot
from handlers import payloads, people
from handlers.clicks import REACHED
from handlers.forms.forgetting import FORGET
from handlers.opening import open_form


def on_shortcut(
    bot: Bot, ack: Ack, body: dict[str, Any], client: WebClient, context: BoltContext
) -> None:
    asked = payloads.shortcut(body, bot.now(), context.bot_id or "")
    if asked.name == FORGET:
        asked = replace(asked, asker=people.with_standing(client, asked.asker))
    if asked.name in REACHED:
        with bot.store.begin() as session:
            view = REACHED[asked.name](session, bot, asked)
        open_form(client, asked.trigger_id, view)
    ack()
