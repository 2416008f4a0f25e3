"""Messages to the person who requested a job: where they did, by direct message, or in a channel."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import partial

import structlog
from slack_sdk.errors import SlackApiError

from bot.domain.job import Job
from handlers.errors import AUTH_ERRORS, describe_slack_error, is_transient
from handlers.outbox.job_context import JobResult
from handlers.outbox.message_sender import MessageSender
from handlers.views import layouts

log = structlog.get_logger()

# Slack shows an ephemeral message only while the person is online; later, a direct message is used.
EPHEMERAL_WINDOW = timedelta(minutes=5)
Way = Callable[[], JobResult]


def tell(
    sender: MessageSender, job: Job, text: str, asked_at: datetime, channel: str | None = None
) -> JobResult | None:
    """Send a message in the first way that Slack accepts, `channel` last; return None if there's none."""
    is_recent = sender.bot.now() - asked_at <= EPHEMERAL_WINDOW
    for way in _ways(sender, job, text, channel, is_recent=is_recent):
        try:
            return way()
        except SlackApiError as error:
            if is_transient(error) or error.response.get("error") in AUTH_ERRORS:
                raise
            log.warning("cannot notify requester", job=job.id, reason=describe_slack_error(error))
    return None


def _ways(
    sender: MessageSender, job: Job, text: str, channel: str | None, *, is_recent: bool
) -> Iterator[Way]:
    person, channel_asked = job.requested_by, job.requested_in
    # Whether an ephemeral message arrived can't be checked, and twice is better than never.
    if person and channel_asked and is_recent and job.unsure_since is None:
        yield partial(_ephemeral, sender, person, channel_asked, text)
    if person:
        yield partial(_direct, sender, job, text)
    if channel:
        yield partial(_post, sender, job, channel, text)


def _ephemeral(sender: MessageSender, person: str, channel: str, text: str) -> JobResult:
    sender.client.chat_postEphemeral(
        channel=channel, user=person, text=text, blocks=layouts.line(text)
    )
    return JobResult()


def _direct(sender: MessageSender, job: Job, text: str) -> JobResult:
    dm = sender.client.conversations_open(users=[job.requested_by])["channel"]["id"]
    return _post(sender, job, dm, text)


def _post(sender: MessageSender, job: Job, channel: str, text: str) -> JobResult:
    return JobResult(channel, sender.post(job, channel, text, layouts.line(text)))
