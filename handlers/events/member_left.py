"""Member left or removed: they lose access to the private incident of that channel."""

from typing import Any

from bot.config.context import Bot
from bot.people import home_tab
from bot.timeline import recording
from handlers.slack import payloads
from storage import deliveries


def on_member_left(bot: Bot, body: dict[str, Any], event: dict[str, Any]) -> None:
    """Record a departure and refresh the person's Home tab.

    Slack also posts a message about it in the channel, unless the workspace hides those. Either one
    is enough.
    """
    left, at = payloads.parse_departure(event), bot.now()
    with bot.store.begin() as session:
        if deliveries.record_new(
            session, payloads.parse_delivery_id(body), at
        ) and recording.record(session, left, at):
            home_tab.refresh(session, left.author, at)
