"""Clicks. What is on the screen may be old: each one is checked again against what is stored."""

from collections.abc import Callable
from typing import Any

from slack_bolt import Ack
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot import action_items, render
from bot.domain.action_item import ActionItem
from bot.domain.asker import Asker
from bot.domain.errors import BotError, NoSuchItem
from bot.environment import Bot
from handlers import errors, forms, payloads
from handlers.blocks import Block
from handlers.fields import number
from handlers.payloads import Press
from storage import action_items as stored
from storage import deliveries
from storage.engine import Session

ItemUse = Callable[[Session, Bot, Asker, int], ActionItem]

USES: dict[str, ItemUse] = {
    "item_done": action_items.finish,
    "item_accept": action_items.accept,
    "item_drop": action_items.drop,
    "item_snooze": action_items.snooze,
}
FORMS: dict[str, Callable[[ActionItem], Block]] = {
    "item_owner": forms.owner,
    "item_due": forms.due,
}


class NotOpened(BotError):
    """Slack did not open the form ({reason}), so nothing was changed. Press the button again."""


def on_press(bot: Bot, ack: Ack, body: dict[str, Any], client: WebClient) -> None:
    press = payloads.press(body, bot.now())
    if press.action in FORMS:
        _open_form(bot, press, client)
    elif press.action in USES:
        _use(bot, press)
    ack()


def _use(bot: Bot, press: Press) -> None:
    with bot.store.begin() as session:
        if not deliveries.is_new(session, press.asker.request_id, press.asker.at):
            return
        item = USES[press.action](session, bot, press.asker, number(press.value))
    errors.whisper(
        press.answer_url, render.line(press.action, item=item, person=press.asker.person)
    )


def _open_form(bot: Bot, press: Press, client: WebClient) -> None:
    with bot.store.begin() as session:
        item = stored.by_id(session, number(press.value))
    if item is None:
        raise NoSuchItem
    try:
        client.views_open(trigger_id=press.trigger_id, view=FORMS[press.action](item))
    except SlackApiError as error:
        raise NotOpened(reason=error.response.get("error", "no reason given")) from error
