"""What people and applications say in a channel."""

from typing import Any

from bot import timeline
from bot.environment import Bot
from handlers import payloads
from handlers.payloads import Change
from storage import deliveries


def on_message(bot: Bot, body: dict[str, Any], event: dict[str, Any]) -> None:
    """Record a message, an edit or a deletion; the acknowledgement follows the commit."""
    read = payloads.message(event)
    if read is None:
        return
    change, told = read
    at = bot.now()
    with bot.store.begin() as session:
        if not deliveries.is_new(session, payloads.delivery(body), at):
            return
        if change is Change.SAID:
            timeline.record(session, told)
        elif change is Change.EDITED:
            timeline.follow_edit(session, told, at)
        else:
            timeline.follow_deletion(session, told)
