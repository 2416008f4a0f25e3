"""Channel renamed, archived, unarchived, or made private or public."""

from slack_sdk import WebClient

from bot.channels import channel_changes
from bot.config.context import Bot
from handlers.slack.requests import ChannelChange
from storage import deliveries, incidents


def on_channel_change(bot: Bot, _client: WebClient, change: ChannelChange) -> None:
    """Update an incident's channel."""
    with bot.store.begin() as session:
        if deliveries.record_new(session, change.delivery_id, change.at):
            incident_id = incidents.id_of_channel(session, change.channel_id)
            if incident_id is not None:
                channel_changes.apply(session, incident_id, change.state, change.at)
