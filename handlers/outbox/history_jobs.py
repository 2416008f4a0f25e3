"""Jobs that compare an incident's channel with its record."""

from datetime import datetime

import structlog
from slack_sdk.errors import SlackApiError

from bot.channels import channel_changes
from bot.domain.incident import Incident
from bot.domain.job import Job, JobKind
from bot.timeline.reconciliation import ComparisonCounts
from handlers.outbox import history_sync, history_sync_plan
from handlers.outbox.channel_history import ChannelReader
from handlers.outbox.history_sync_plan import SyncProgress
from handlers.outbox.job_context import JobResult, channel_of
from handlers.outbox.message_sender import MessageSender
from handlers.slack import channel_payloads
from storage import outbox
from storage.engine.store import Session

log = structlog.get_logger()


def sync_history(sender: MessageSender, job: Job) -> JobResult:
    """Record messages of the channel that were missed."""
    incident, _ = channel_of(sender, job)
    if _is_superseded(sender, job):
        return JobResult()
    new = bool(job.about.get("new"))
    tally = compare(sender, job, incident, _plan(sender, job, incident))
    if new and tally.late:
        log.warning("missed messages fetched", incident=incident.key, n=tally.late)
        sender.on_missed()
    return JobResult()


def _is_superseded(sender: MessageSender, job: Job) -> bool:
    """Return whether a draft's job reads the same history: two readers would slow each other down."""
    if job.about.get("threads_since"):
        return False
    with sender.bot.store.begin() as session:
        incident_id = job.incident_id or 0
        return bool(outbox.unfinished_of(session, incident_id, [JobKind.READ_HISTORY]))


def _plan(sender: MessageSender, job: Job, incident: Incident) -> SyncProgress:
    """Plan what to read: threads not read since a time, new messages, or all that may differ."""
    since = job.about.get("threads_since")
    if since:
        at = datetime.fromisoformat(str(since))
        progress = history_sync_plan.plan_unread_threads(sender.bot, incident, at)
    elif job.about.get("new"):
        progress = history_sync_plan.plan_since_last(sender.bot, incident)
    else:
        progress = history_sync_plan.plan_after_gap(sender.bot, incident)
    return progress.resume_from(job.progress)


def compare(
    sender: MessageSender,
    job: Job,
    incident: Incident,
    progress: SyncProgress,
    on_step: history_sync.StoreProgress = lambda _session, _progress: None,
) -> ComparisonCounts:
    """Compare the record with the history; `on_step` is called after each step, once it's stored."""
    channel = incident.channel_id or ""
    sync_channel_state(sender, incident, channel)

    def store(session: Session, reached: SyncProgress) -> None:
        outbox.save_progress(session, job.id, reached.as_progress())
        on_step(session, reached)

    reader = ChannelReader(sender.client, sender.identity, channel, sender.bot.policy.marks)
    return history_sync.compare(sender.bot, reader, incident, progress, store)


def sync_channel_state(sender: MessageSender, incident: Incident, channel: str) -> None:
    """Read the channel's state from Slack, and apply changes whose events were missed."""
    try:
        described = sender.client.conversations_info(channel=channel)["channel"]
    except SlackApiError as error:
        if error.response["error"] in history_sync.NO_ACCESS_ERRORS:
            return  # the comparison records that
        raise
    state = channel_payloads.parse_channel(described)
    with sender.bot.store.begin() as session:
        channel_changes.apply(session, incident.id, state, sender.bot.now())
