"""Who leaves a private incident's channel, or is removed from it: they take no part in it any more."""

from typing import Any

from bot.config.context import Bot
from bot.people import home_tab_refresh
from bot.timeline import recording
from handlers.slack import payloads
from storage import deliveries


def on_member_left(bot: Bot, body: dict[str, Any], event: dict[str, Any]) -> None:
    """Slack also posts a message of it in the channel, unless the workspace hides those: one of them
    is enough."""
    left, at = payloads.departure(event), bot.now()
    with bot.store.begin() as session:
        if deliveries.is_new(session, payloads.delivery(body), at) and recording.record(
            session, left, at
        ):
            home_tab_refresh.refresh(session, left.author, at)
