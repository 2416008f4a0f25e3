"""Bot added to a channel, or back in one: do now what the channel didn't take before."""

from slack_sdk import WebClient

from bot.channels import channel_changes
from bot.config.context import Bot
from handlers.slack.requests import BotJoined
from storage import deliveries


def on_bot_joined(bot: Bot, _client: WebClient, joined: BotJoined) -> None:
    """Do what waited for the bot.

    Slack also posts a message about it, unless the workspace hides those. Either one is enough.
    """
    with bot.store.begin() as session:
        if deliveries.record_new(session, joined.delivery_id, joined.at):
            channel_changes.resume_after_joining(session, joined.channel_id, joined.at)
