"""Forms that were sent."""

from typing import Any

from slack_bolt import Ack

from bot.environment import Bot
from handlers import payloads
from handlers.clicks import SENT
from storage import deliveries


def on_submission(bot: Bot, ack: Ack, body: dict[str, Any]) -> None:
    sent = payloads.submission(body, bot.now())
    with bot.store.begin() as session:
        if sent.form in SENT and deliveries.is_new(session, sent.asker.request_id, sent.asker.at):
            SENT[sent.form](session, bot, sent)
    ack()
