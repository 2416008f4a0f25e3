"""What people and applications say in a channel."""

from typing import Any

from bot import item_answers, timeline
from bot.environment import Bot
from handlers import payloads
from storage import deliveries


def on_message(bot: Bot, body: dict[str, Any], event: dict[str, Any]) -> None:
    """Record a message, an edit or a deletion; the acknowledgement follows the commit."""
    told = payloads.message(event)
    if told is None:
        return
    at = bot.now()
    with bot.store.begin() as session:
        if deliveries.is_new(session, payloads.delivery(body), at):
            timeline.record(session, told, at)
            item_answers.hear(session, bot, told)
