"""A channel's history, read page by page with the replies of each thread."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.domain.timeline import Source, TimelineEvent
from bot.reconcile import History
from handlers import payloads
from handlers.payloads import Identity

PAGE = 200
CLOCKS_DIFFER = timedelta(minutes=1)  # at most, Slack's from ours
_CLOSED_TO_US = {"channel_not_found", "not_in_channel", "missing_scope"}


def read(
    client: WebClient, identity: Identity, channel_id: str, *, since: datetime, at: datetime
) -> History:
    """Read what a channel holds from `since` on; what is closed to us leaves a gap, said as such."""
    until = at - CLOCKS_DIFFER
    try:
        events = tuple(_events(client, identity, channel_id, since))
    except SlackApiError as error:
        if error.response["error"] not in _CLOSED_TO_US:
            raise
        return History(since=since, until=until, events=(), whole=False)
    return History(since=since, until=until, events=events)


def messages(
    client: WebClient, channel_id: str, oldest: str, *, metadata: bool = False
) -> Iterator[dict[str, Any]]:
    """Every message of a channel, newest first, then the replies of each thread."""
    pages = client.conversations_history(
        channel=channel_id, oldest=oldest, limit=PAGE, include_all_metadata=metadata
    )
    for page in pages:
        for message in page["messages"]:
            yield message
            if message.get("reply_count"):
                yield from replies(client, channel_id, message["ts"], metadata=metadata)


def replies(
    client: WebClient, channel_id: str, thread: str, *, metadata: bool = False
) -> Iterator[dict[str, Any]]:
    pages = client.conversations_replies(
        channel=channel_id, ts=thread, limit=PAGE, include_all_metadata=metadata
    )
    for page in pages:
        yield from (message for message in page["messages"] if message["ts"] != thread)


def _events(
    client: WebClient, identity: Identity, channel_id: str, since: datetime
) -> Iterator[TimelineEvent]:
    for message in messages(client, channel_id, f"{since.timestamp():.6f}"):
        if message.get("bot_id") == identity.bot_id or message.get("user") == identity.bot_user_id:
            continue  # our own words are not what people said
        event = payloads.stored_message(channel_id, message, Source.FETCHED)
        if event is not None:
            yield event
