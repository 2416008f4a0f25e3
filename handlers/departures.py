"""Who leaves a private incident's channel, or is removed from it: they take no part in it any more."""

from typing import Any

from bot import home_tabs, timeline
from bot.environment import Bot
from handlers import payloads
from storage import deliveries


def on_member_left(bot: Bot, body: dict[str, Any], event: dict[str, Any]) -> None:
    """Slack also posts a message of it in the channel, unless the workspace hides those: one of them
    is enough."""
    left, at = payloads.departure(event), bot.now()
    with bot.store.begin() as session:
        if deliveries.is_new(session, payloads.delivery(body), at) and timeline.record(
            session, left, at
        ):
            home_tabs.refresh(session, left.author, at)
