"""Read an incident's channel for its draft, and complete a draft that was posted before all was read."""

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
from handlers.outbox import history_walk
from handlers.outbox.channel_setup import JobResult, channel_of, compare, prepare_draft
from handlers.outbox.history_walk import SyncProgress
from handlers.outbox.message_sender import MessageSender
from handlers.views import layouts
from storage import outbox, postmortems, reviews, timeline_counts
from storage.engine.store import Session

PATIENCE = timedelta(minutes=1)  # so long a draft waits for the channel's history
SMALLEST_PAGE = 15  # messages a call, where Slack limits apps most
LONG_WAIT = timedelta(seconds=30)  # apps without that limit are told to wait for less


def read_history(sender: MessageSender, job: Job) -> JobResult:
    """Compare the record with the history; draft meanwhile if that takes longer than people would wait."""
    incident, _ = channel_of(sender, job)
    reached = history_walk.walk_of_changes(sender.bot, incident).resumed(job.progress)
    if "began" not in job.progress:
        with sender.bot.store.begin() as session:
            outbox.save_progress(session, job.id, {"began": reached.began.isoformat()})

    def note(session: Session, walk: SyncProgress) -> None:
        nonlocal reached
        reached = walk
        _draft_if_late(session, sender, job, walk, timedelta(0))

    try:
        compare(sender, job, incident, reached, note)
    except (SlackApiError, OSError) as error:
        wait = _wait(error)
        _warn_if_limited(sender, reached, wait)
        with sender.bot.store.begin() as session:
            _draft_if_late(session, sender, job, reached, wait)
        raise
    return JobResult(then=lambda session: history_reading.finish(session, job, sender.bot.now()))


def _wait(error: SlackApiError | OSError) -> timedelta:
    """Return how long Slack says to wait; nothing where it said something else, or no answer came."""
    if isinstance(error, SlackApiError) and error.response.get("error") in RATE_LIMIT_ERRORS:
        return retry_after(error)
    return timedelta(0)


def _warn_if_limited(sender: MessageSender, walk: SyncProgress, wait: timedelta) -> None:
    """Log once that Slack takes the app for one distributed outside the Marketplace."""
    if 0 < walk.page_size <= SMALLEST_PAGE and not walk.is_paged and wait > LONG_WAIT:
        sender.once.warn("slack limits this app to 15 messages a minute: see debrief doctor")


def _draft_if_late(
    session: Session, sender: MessageSender, job: Job, walk: SyncProgress, wait: timedelta
) -> None:
    """Draft now if the history isn't read a minute after reading began, that wait included.

    Also if Slack asks for so long a wait that it won't be.
    """
    outbox.save_progress(session, job.id, _unread(walk).for_job())
    if walk.is_done:
        return
    at = sender.bot.now()
    spent = abs(at - walk.began) + wait
    left = history_reading.estimated(walk.calls, _calls_left(session, job, walk), spent)
    expected = spent + left if wait >= LONG_WAIT else spent
    if expected >= PATIENCE:
        history_reading.draft_now(session, job, at + wait + left, at)


def _calls_left(session: Session, job: Job, walk: SyncProgress) -> int:
    """Count the pages that the recorded messages fill, and the threads."""
    if walk.is_paged:
        return len(walk.pending)
    until = from_slack_ts(walk.before) if walk.before else walk.began
    older = timeline_counts.outside_threads(session, job.incident_id or 0, until)
    pages = -(-older // (walk.page_size or SMALLEST_PAGE))
    return max(pages, 1) + len(walk.pending)


def _unread(walk: SyncProgress) -> UnreadHistory:
    """Describe what's left; where only deletions are to be confirmed, that's any message."""
    if walk.is_paged:
        before = walk.began if walk.doubtful and not walk.pending else None
    else:
        before = from_slack_ts(walk.before) if walk.before else walk.began
    return UnreadHistory(before=before, threads=len(walk.pending))


def complete_draft(sender: MessageSender, job: Job) -> JobResult:
    """Bring a draft up to date with the history, and say so once in its thread."""
    incident, channel = channel_of(sender, job)
    with sender.bot.store.begin() as session:
        before = postmortems.latest(session, incident.id)
        is_final = reviews.of_incident(session, incident.id).state is PostmortemState.FINAL
        summary = outbox.find_last_id(session, incident.id, JobKind.SUMMARY)
        place = outbox.find_posted_message(session, summary or 0)
    if before is None or is_final:
        return JobResult()
    made, at = prepare_draft(sender, incident, _as_read), sender.bot.now()
    keep = partial(draft_completion.keep, incident=incident, made=made, at=at)
    if place is None:
        return JobResult(then=keep)
    added = made.draft.recording.messages - before.document["recording"]["messages"]
    text = render.line("draft_completed", added=max(added, 0))
    ts = sender.post(job, channel, text, layouts.line(text), place[1])
    return JobResult(channel, ts, keep)


def _as_read(record: Record) -> Record:
    return replace(record, unread=None)
