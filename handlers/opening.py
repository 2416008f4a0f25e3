"""Opening a form over Slack, within the three seconds that its trigger holds."""

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.domain.errors import BotError
from handlers.blocks import Block


class NotOpened(BotError):
    """Slack did not open the form ({reason}), so nothing was changed. Please try again."""


def open_form(client: WebClient, trigger_id: str, view: Block) -> None:
    try:
        client.views_open(trigger_id=trigger_id, view=view)
    except SlackApiError as error:
        raise NotOpened(reason=error.response.get("error", "no reason given")) from error
