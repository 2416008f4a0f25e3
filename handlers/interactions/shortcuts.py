"""Shortcuts: from a message's menu or global. Each opens a form."""

from dataclasses import replace
from functools import partial

from slack_sdk import WebClient

from bot.config.context import Bot
from handlers.interactions import SHORTCUT_FORMS, declare, incident_of_request
from handlers.interactions.modals import open_form
from handlers.slack import channels, people
from handlers.slack.membership import require_access, with_channels
from handlers.slack.requests import Shortcut
from handlers.views.forms.forget import FORGET


def on_shortcut(bot: Bot, client: WebClient, shortcut: Shortcut) -> None:
    if shortcut.name not in SHORTCUT_FORMS:
        return
    shortcut = _look_up(bot, client, shortcut)
    person = shortcut.actor.person
    require_access(bot, client, person, partial(incident_of_request.of_shortcut, shortcut=shortcut))
    if shortcut.message is not None and shortcut.name == declare.FROM_MESSAGE:
        privately = not channels.is_public(client, shortcut.actor.channel_id)
        shortcut = replace(shortcut, privately=privately)
    with bot.store.begin() as session:
        view = SHORTCUT_FORMS[shortcut.name].run(session, bot, shortcut)
    open_form(client, shortcut.trigger_id, view)


def _look_up(bot: Bot, client: WebClient, shortcut: Shortcut) -> Shortcut:
    """Look up what only one form needs to know about the actor."""
    if shortcut.name != FORGET:
        return shortcut
    actor = people.with_admin_flag(client, shortcut.actor)
    return replace(shortcut, actor=with_channels(bot, client, actor))
