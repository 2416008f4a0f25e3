"""Forms that were sent."""

from collections.abc import Callable
from datetime import date
from typing import Any

from slack_bolt import Ack

from bot import action_items
from bot.domain.action_item import ActionItem
from bot.environment import Bot
from handlers import forms, payloads
from handlers.fields import NotUnderstood, number
from handlers.payloads import Submission
from storage import deliveries
from storage.engine import Session

Use = Callable[[Session, Bot, Submission], ActionItem]


def on_submission(bot: Bot, ack: Ack, body: dict[str, Any]) -> None:
    sent = payloads.submission(body, bot.now())
    with bot.store.begin() as session:
        if sent.form in _USES and deliveries.is_new(session, sent.asker.request_id, sent.asker.at):
            _USES[sent.form](session, bot, sent)
    ack()


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


_USES: dict[str, Use] = {forms.OWNER: _give, forms.DUE: _move}
