"""A channel was renamed, archived, or made private or public."""

from typing import Any

from bot.channels import channel_changes
from bot.config.context import Bot
from handlers.slack import channel_payloads, payloads
from storage import deliveries, incidents


def on_channel_event(bot: Bot, body: dict[str, Any], event: dict[str, Any]) -> None:
    """A channel was renamed, archived, unarchived, or made private or public."""
    told = channel_payloads.change(event)
    if told is None:
        return
    with bot.store.begin() as session:
        if deliveries.is_new(session, payloads.delivery(body), bot.now()):
            channel, seen = told
            incident_id = incidents.id_of_channel(session, channel)
            if incident_id is not None:
                channel_changes.follow(session, incident_id, seen, bot.now())
