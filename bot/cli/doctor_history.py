"""The check of `debrief doctor` whether Slack limits how fast the app may read histories.

Since 2025 apps that are distributed outside the Marketplace get 15 messages a call, and one call a
minute: https://docs.slack.dev/changelog/2025/05/29/rate-limit-changes-for-non-marketplace-apps/
"""

from collections.abc import Iterator
from datetime import timedelta
from http.client import HTTPException

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError

from bot.cli.doctor_finding import CheckState, Finding
from bot.cli.doctor_slack import make_client
from bot.config.settings import Settings
from handlers.errors import RATE_LIMIT_ERRORS, retry_after

SMALLEST_PAGE = 15
PAGE_SIZE = 100
LONG_WAIT = timedelta(seconds=30)  # apps without the limit are told to wait for less
MAX_CHANNELS = 3
_NAME = "history limit"
_LIMITED = (
    "Slack lets this app read only 15 messages a minute, like all apps distributed outside the Marketplace."
    " Drafts start from the recorded messages and are completed later. To lift the limit, deactivate"
    " distribution: api.slack.com/apps → Manage Distribution"
)


def check_history(settings: Settings) -> Iterator[Finding]:
    """Read the newest messages of a few channels; nothing if that can't be checked."""
    if settings.slack_bot_token is None:
        return
    client = make_client(settings, settings.slack_bot_token)
    try:
        limited = _is_limited(client)
    except (SlackClientError, HTTPException, OSError):
        return  # other checks report what's wrong
    if limited:
        yield Finding(_NAME, CheckState.WARNING, _LIMITED)
    else:
        yield Finding(_NAME, CheckState.OK, "channel histories can be read at full speed")


def _is_limited(client: WebClient) -> bool:
    try:
        return any(_is_page_limited(client, channel) for channel in _channels(client))
    except SlackApiError as error:
        if error.response.get("error") not in RATE_LIMIT_ERRORS:
            raise
        return retry_after(error) > LONG_WAIT


def _channels(client: WebClient) -> Iterator[str]:
    kinds = "public_channel,private_channel"
    page = client.users_conversations(types=kinds, exclude_archived=True, limit=MAX_CHANNELS)
    yield from (channel["id"] for channel in page["channels"][:MAX_CHANNELS])


def _is_page_limited(client: WebClient, channel: str) -> bool:
    answer = client.conversations_history(channel=channel, limit=PAGE_SIZE)
    return bool(answer.get("has_more")) and len(answer["messages"]) <= SMALLEST_PAGE
