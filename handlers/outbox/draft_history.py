"""Jobs that read a channel's history for a draft, and complete drafts posted before it was all read."""

from dataclasses import replace
from datetime import timedelta
from functools import partial

from slack_sdk.errors import SlackApiError

from bot.domain.job import Job, JobKind
from bot.domain.review import PostmortemState
from bot.domain.timeline import Record, from_slack_ts
from bot.domain.unread_history import UnreadHistory
from bot.postmortems import draft_completion
from bot.rendering import render
from bot.timeline import history_reading
from handlers.errors import RATE_LIMIT_ERRORS, retry_after
from handlers.outbox import history_sync_plan
from handlers.outbox.draft_jobs import prepare_draft
from handlers.outbox.history_jobs import compare
from handlers.outbox.history_sync_plan import SyncProgress
from handlers.outbox.job_context import JobResult, channel_of
from handlers.outbox.message_sender import MessageSender
from handlers.views import layouts
from storage import outbox, postmortems, reviews, timeline_counts
from storage.engine.store import Session

MAX_WAIT_FOR_HISTORY = timedelta(minutes=1)  # then the draft is posted without the rest
SMALLEST_PAGE = 15  # messages per call, under Slack's strictest limit
LONG_WAIT = timedelta(seconds=30)  # apps without that limit are asked to wait for less


def read_history(sender: MessageSender, job: Job) -> JobResult:
    """Compare the record with the history; if that takes longer than a minute, draft meanwhile."""
    incident, _ = channel_of(sender, job)
    reached = history_sync_plan.plan_changed_threads(sender.bot, incident).resume_from(job.progress)
    if "began" not in job.progress:
        with sender.bot.store.begin() as session:
            outbox.save_progress(session, job.id, {"began": reached.began.isoformat()})

    def on_step(session: Session, progress: SyncProgress) -> None:
        nonlocal reached
        reached = progress
        _draft_if_late(session, sender, job, progress, timedelta(0))

    try:
        compare(sender, job, incident, reached, on_step)
    except (SlackApiError, OSError) as error:
        wait = _wait(error)
        _warn_if_limited(sender, reached, wait)
        with sender.bot.store.begin() as session:
            _draft_if_late(session, sender, job, reached, wait)
        raise
    return JobResult(then=lambda session: history_reading.finish(session, job, sender.bot.now()))


def _wait(error: SlackApiError | OSError) -> timedelta:
    """Return how long Slack asks to wait; zero for errors other than a rate limit."""
    if isinstance(error, SlackApiError) and error.response.get("error") in RATE_LIMIT_ERRORS:
        return retry_after(error)
    return timedelta(0)


def _warn_if_limited(sender: MessageSender, progress: SyncProgress, wait: timedelta) -> None:
    """Log once that Slack applies the limits of apps distributed outside its Marketplace."""
    if 0 < progress.page_size <= SMALLEST_PAGE and not progress.is_paged and wait > LONG_WAIT:
        sender.once.warn("Slack limits this app to 15 messages per minute: run debrief doctor")


def _draft_if_late(
    session: Session, sender: MessageSender, job: Job, progress: SyncProgress, wait: timedelta
) -> None:
    """Draft now if reading the history takes over a minute, including this wait.

    Also if Slack asks for a wait so long that it will.
    """
    outbox.save_progress(session, job.id, _unread(progress).for_job())
    if progress.is_done:
        return
    at = sender.bot.now()
    elapsed = abs(at - progress.began) + wait
    left = history_reading.estimate_remaining(
        progress.calls, _calls_left(session, job, progress), elapsed
    )
    expected = elapsed + left if wait >= LONG_WAIT else elapsed
    if expected >= MAX_WAIT_FOR_HISTORY:
        history_reading.draft_now(session, job, at + wait + left, at)


def _calls_left(session: Session, job: Job, progress: SyncProgress) -> int:
    """Estimate the calls left: pages for the recorded messages, and one per thread."""
    if progress.is_paged:
        return len(progress.pending)
    until = from_slack_ts(progress.before) if progress.before else progress.began
    older = timeline_counts.outside_threads(session, job.incident_id or 0, until)
    pages = -(-older // (progress.page_size or SMALLEST_PAGE))
    return max(pages, 1) + len(progress.pending)


def _unread(progress: SyncProgress) -> UnreadHistory:
    """Describe what's unread. If only deletions remain to be confirmed, that may be any message."""
    if progress.is_paged:
        before = progress.began if progress.doubtful and not progress.pending else None
    else:
        before = from_slack_ts(progress.before) if progress.before else progress.began
    return UnreadHistory(before=before, threads=len(progress.pending))


def complete_draft(sender: MessageSender, job: Job) -> JobResult:
    """Complete a draft with the messages read since, and say so once in its thread."""
    incident, channel = channel_of(sender, job)
    with sender.bot.store.begin() as session:
        before = postmortems.latest(session, incident.id)
        is_final = reviews.of_incident(session, incident.id).state is PostmortemState.FINAL
        summary = outbox.find_last_id(session, incident.id, JobKind.SUMMARY)
        place = outbox.find_posted_message(session, summary or 0)
    if before is None or is_final:
        return JobResult()
    prepared, at = prepare_draft(sender, incident, _as_read), sender.bot.now()
    store = partial(draft_completion.store, incident=incident, prepared=prepared, at=at)
    if place is None:
        return JobResult(then=store)
    added = prepared.draft.recording.messages - before.document["recording"]["messages"]
    text = render.line("draft_completed", added=max(added, 0))
    ts = sender.post(job, channel, text, layouts.line(text), place[1])
    return JobResult(channel, ts, store)


def _as_read(record: Record) -> Record:
    return replace(record, unread=None)
