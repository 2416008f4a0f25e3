"""Clicks. What is on the screen may be old: each one is checked again against what is stored."""

from functools import partial
from typing import Any

from slack_bolt import Ack
from slack_sdk import WebClient

from bot.config.context import Bot
from bot.domain.errors import BotError
from bot.people import home_tab_refresh
from handlers import errors
from handlers.interactions import OPENED, PRESSED, TURNED, subjects
from handlers.interactions.opening import open_form, show_told, turn
from handlers.slack import payloads
from handlers.slack.membership import admit
from handlers.slack.payloads import Press
from handlers.views.answer import Shown
from storage import deliveries, requesters
from storage.engine.store import DatabaseError


def on_press(bot: Bot, ack: Ack, body: dict[str, Any], client: WebClient) -> None:
    press = payloads.press(body, bot.now())
    try:
        admit(bot, client, press.actor.person, partial(subjects.of_press, press=press))
        _do(bot, press, client)
    except (BotError, DatabaseError) as error:
        if press.answer_url:
            raise
        show_told(
            client, press, errors.sentence(error)
        )  # in a view there is nothing that could be answered
    ack()


def _do(bot: Bot, press: Press, client: WebClient) -> None:
    if press.action in OPENED:
        with bot.store.begin() as session:
            view = OPENED[press.action](session, bot, press)
        open_form(client, press.trigger_id, view)
    elif press.action in TURNED:
        with bot.store.begin() as session:
            turned = TURNED[press.action](session, bot, press)
        turn(client, press, turned)
    elif press.action in PRESSED:
        try:
            _use(bot, press)
        finally:
            _show_home(bot, press)


def _show_home(bot: Bot, press: Press) -> None:
    """What is on the Home tab after a click is what is so, also when the click came too late."""
    if press.in_home:
        with bot.store.begin() as session:
            home_tab_refresh.show(session, press.actor.person, press.actor.at)


def _use(bot: Bot, press: Press) -> None:
    with bot.store.begin() as session:
        if not deliveries.is_new(session, press.actor.request_id, press.actor.at):
            return
        requesters.remember(session, press.actor.person, press.actor.channel_id)
        told = PRESSED[press.action](session, bot, press)
    if told:
        shown = told if isinstance(told, Shown) else Shown(told, ())
        errors.whisper(press.answer_url, shown.text, shown.blocks)
