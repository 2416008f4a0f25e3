"""Forms that were sent."""

from typing import Any

from slack_bolt import Ack

from bot.environment import Bot
from handlers import payloads
from handlers.clicks import SENT
from handlers.clicks.click import Next
from storage import deliveries


def on_submission(bot: Bot, ack: Ack, body: dict[str, Any]) -> None:
    sent = payloads.submission(body, bot.now())
    answer: object = None
    with bot.store.begin() as session:
        if sent.form in SENT and deliveries.is_new(session, sent.asker.request_id, sent.asker.at):
            answer = SENT[sent.form](session, bot, sent)
    if isinstance(answer, Next):
        ack(response_action="update", view=answer.view)
    else:
        ack()
