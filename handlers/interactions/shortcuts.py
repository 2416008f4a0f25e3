"""Shortcuts: from a message's menu or global. Each opens a form."""

from dataclasses import replace
from functools import partial
from typing import Any

from slack_bolt import Ack, BoltContext
from slack_sdk import WebClient

from bot.config.context import Bot
from handlers.interactions import SHORTCUT_FORMS, declare, incident_access
from handlers.interactions.opening import open_form
from handlers.slack import channels, payloads, people
from handlers.slack.membership import require_access, with_channels
from handlers.views.forms.forget import FORGET


def on_shortcut(
    bot: Bot, ack: Ack, body: dict[str, Any], client: WebClient, context: BoltContext
) -> None:
    asked = payloads.parse_shortcut(body, bot.now(), context.bot_id or "")
    if asked.name == FORGET:
        actor = people.with_admin_flag(client, asked.actor)
        asked = replace(asked, actor=with_channels(bot, client, actor))
    if asked.name in SHORTCUT_FORMS:
        require_access(
            bot, client, asked.actor.person, partial(incident_access.of_shortcut, shortcut=asked)
        )
        if asked.said is not None and asked.name == declare.FROM_MESSAGE:
            privately = not channels.is_public(client, asked.actor.channel_id)
            asked = replace(asked, privately=privately)
        with bot.store.begin() as session:
            view = SHORTCUT_FORMS[asked.name].run(session, bot, asked)
        open_form(client, asked.trigger_id, view)
    ack()
