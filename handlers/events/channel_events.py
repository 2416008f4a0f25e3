"""Channel renamed, archived, unarchived, or made private or public."""

from typing import Any

from bot.channels import channel_changes
from bot.config.context import Bot
from handlers.slack import channel_payloads, payloads
from storage import deliveries, incidents


def on_channel_event(bot: Bot, body: dict[str, Any], event: dict[str, Any]) -> None:
    """Update an incident's channel after a rename, an archive or a change of visibility."""
    told = channel_payloads.parse_change(event)
    if told is None:
        return
    with bot.store.begin() as session:
        if deliveries.record_new(session, payloads.parse_delivery_id(body), bot.now()):
            channel, seen = told
            incident_id = incidents.id_of_channel(session, channel)
            if incident_id is not None:
                channel_changes.apply(session, incident_id, seen, bot.now())
