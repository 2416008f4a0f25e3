"""Clicks on an action item, and the forms that they open."""

from collections.abc import Callable
from datetime import date

from bot import action_items, render
from bot.domain.action_item import ActionItem
from bot.domain.asker import Asker
from bot.domain.errors import NoSuchItem
from bot.environment import Bot
from handlers.blocks import Block
from handlers.clicks.click import Opened, Pressed, Sent
from handlers.fields import NotUnderstood, number
from handlers.forms import items as forms
from handlers.payloads import Press, Submission
from storage import action_items as stored
from storage.engine import Session


def _using(
    use: Callable[[Session, Bot, Asker, int], ActionItem],
) -> Callable[[Session, Bot, Press], str]:
    def pressed(session: Session, bot: Bot, press: Press) -> str:
        item = use(session, bot, press.asker, number(press.value))
        return render.line(press.action, item=item, person=press.asker.person)

    return pressed


def _opening(form: Callable[[ActionItem], Block]) -> Callable[[Session, Bot, Press], Block]:
    def opened(session: Session, _bot: Bot, press: Press) -> Block:
        item = stored.by_id(session, number(press.value))
        if item is None:
            raise NoSuchItem
        return form(item)

    return opened


def _give(session: Session, bot: Bot, sent: Submission) -> ActionItem:
    owner = sent.values.get("owner") or sent.asker.person
    return action_items.give(session, bot, sent.asker, number(sent.about), owner)


def _move(session: Session, bot: Bot, sent: Submission) -> ActionItem:
    return action_items.move(session, bot, sent.asker, number(sent.about), _day(sent, "due"))


def _day(sent: Submission, block: str) -> date:
    try:
        return date.fromisoformat(sent.values.get(block) or "")
    except ValueError as error:
        raise NotUnderstood(missing="a date") from error


PRESSED: Pressed = {
    "item_done": _using(action_items.finish),
    "item_accept": _using(action_items.accept),
    "item_drop": _using(action_items.drop),
    "item_snooze": _using(action_items.snooze),
}
OPENED: Opened = {"item_owner": _opening(forms.owner), "item_due": _opening(forms.due)}
SENT: Sent = {forms.OWNER: _give, forms.DUE: _move}
