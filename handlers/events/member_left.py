"""Member left or removed: they lose access to the private incident of that channel."""

from slack_sdk import WebClient

from bot.config.context import Bot
from bot.people import home_tab
from bot.timeline import recording
from handlers.slack.requests import MemberLeft
from storage import deliveries


def on_member_left(bot: Bot, _client: WebClient, left: MemberLeft) -> None:
    """Record a departure and refresh the person's Home tab.

    Slack also posts a message about it in the channel, unless the workspace hides those. Either one
    is enough.
    """
    with bot.store.begin() as session:
        if deliveries.record_new(session, left.delivery_id, left.at) and recording.record(
            session, left.departure, left.at
        ):
            home_tab.refresh(session, left.departure.author, left.at)
