"""Messages to whoever asked for a job: where they asked, else by direct message, else in a channel."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import partial

import structlog
from slack_sdk.errors import SlackApiError

from bot.domain.posting import Posting
from handlers import layouts
from handlers.channel_deeds import Told
from handlers.errors import LOCKED_OUT, is_passing, refusal
from handlers.voice import Voice

log = structlog.get_logger()

# Slack shows an ephemeral message only while the person is there: later, it's a direct message.
STILL_THERE = timedelta(minutes=5)
Way = Callable[[], Told]


def tell(
    voice: Voice, posting: Posting, text: str, asked_at: datetime, channel: str | None = None
) -> Told | None:
    """Return how they were told, or None if Slack refused each way. `channel` is the last one."""
    is_recent = voice.bot.now() - asked_at <= STILL_THERE
    for way in _ways(voice, posting, text, channel, is_recent=is_recent):
        try:
            return way()
        except SlackApiError as error:
            if is_passing(error) or error.response.get("error") in LOCKED_OUT:
                raise
            log.warning("requester not notified", posting=posting.id, reason=refusal(error))
    return None


def _ways(
    voice: Voice, posting: Posting, text: str, channel: str | None, *, is_recent: bool
) -> Iterator[Way]:
    person, where = posting.requested_by, posting.requested_in
    # Whether an ephemeral message arrived can't be checked, and twice is better than never.
    if person and where and is_recent and posting.unsure_since is None:
        yield partial(_ephemeral, voice, person, where, text)
    if person:
        yield partial(_direct, voice, posting, text)
    if channel:
        yield partial(_post, voice, posting, channel, text)


def _ephemeral(voice: Voice, person: str, channel: str, text: str) -> Told:
    voice.client.chat_postEphemeral(
        channel=channel, user=person, text=text, blocks=layouts.line(text)
    )
    return Told()


def _direct(voice: Voice, posting: Posting, text: str) -> Told:
    dm = voice.client.conversations_open(users=[posting.requested_by])["channel"]["id"]
    return _post(voice, posting, dm, text)


def _post(voice: Voice, posting: Posting, channel: str, text: str) -> Told:
    return Told(channel, voice.post(posting, channel, text, layouts.line(text)))
