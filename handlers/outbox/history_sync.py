"""Compare a channel with its record, step by step. Progress is stored, so nothing is lost by a stop.

Slack allows only a few history calls per minute. A sync reads from the newest message to the oldest,
one page at a time, and then the threads that differ from the record. After a rate limit, it resumes
where it stopped. A message counts as deleted only if Slack was asked for it.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime

import structlog
from slack_sdk.errors import SlackApiError

from bot.action_items import thread_replies
from bot.config.context import Bot
from bot.domain.incident import Incident
from bot.domain.timeline import TimelineEvent, from_slack_ts, to_slack_ts
from bot.people import outsiders
from bot.timeline import reconciliation
from bot.timeline.reconciliation import ComparisonCounts, HistoryRange
from handlers.errors import describe_slack_error
from handlers.outbox import channel_history
from handlers.outbox.channel_history import ChannelReader, Page
from handlers.outbox.history_sync_plan import SyncProgress
from handlers.slack import people
from storage import incidents as stored
from storage import thread_sync, timeline
from storage.engine.store import Session
from storage.incidents import Comparison

log = structlog.get_logger()

# If this many messages missing from a page turn out to exist, the page proves nothing.
MAX_STILL_PRESENT = 10
NO_ACCESS_ERRORS = {"channel_not_found", "not_in_channel", "missing_scope"}


BATCH = 50  # messages per transaction
StoreProgress = Callable[[Session, SyncProgress], object]
Step = Callable[[Bot, ChannelReader, Incident, SyncProgress], tuple[SyncProgress, ComparisonCounts]]


def _store_nothing(_session: Session, _progress: SyncProgress) -> None:
    """Store no progress, for a sync that isn't resumed."""


def compare(
    bot: Bot,
    reader: ChannelReader,
    incident: Incident,
    progress: SyncProgress,
    store_progress: StoreProgress = _store_nothing,
) -> ComparisonCounts:
    """Run a sync to its end; `store_progress` is called after each step.

    A channel that's closed to the bot is recorded as a gap. Other errors of Slack are raised.
    """
    tally = ComparisonCounts()
    try:
        while not progress.is_done:
            progress, changed = _next_step(progress)(bot, reader, incident, progress)
            progress = replace(progress, calls=progress.calls + 1)
            tally += changed
            with bot.store.begin() as session:
                store_progress(session, progress)
    except SlackApiError as error:
        if error.response["error"] not in NO_ACCESS_ERRORS:
            raise
        _note_gap(bot, incident, error)
        return tally
    if progress.proven is not None:
        with bot.store.begin() as session:
            stored.save_comparison(session, incident.id, _build_comparison(bot, progress.proven))
    return tally


def _next_step(progress: SyncProgress) -> Step:
    """Choose the next step; each makes one call, so that a rate limit never undoes another's work."""
    if progress.doubtful:
        return _confirm_deletion
    return _compare_thread if progress.is_paged else _compare_page


def _compare_page(
    bot: Bot, reader: ChannelReader, incident: Incident, progress: SyncProgress
) -> tuple[SyncProgress, ComparisonCounts]:
    """Compare the next page of the channel, and select the threads to read."""
    page = channel_history.page(reader, progress.since, progress.before)
    # The channel's newest message shows Slack's time, also for threads without newer replies.
    settled = max(progress.settled or progress.since, page.history_range.settled)
    page = replace(page, history_range=replace(page.history_range, settled=settled))
    changed, emptied = _threads_to_read(bot, incident, progress, page)
    tally, missing = _compare_messages(bot, reader, incident, page.history_range)
    for ts in emptied:
        thread_tally, lost_replies = _compare_messages(
            bot, reader, incident, channel_history.describe_empty_thread(ts, settled)
        )
        tally, missing = tally + thread_tally, [*missing, *lost_replies]
    progress = replace(
        progress,
        before=page.before,
        is_paged=page.before is None,
        pending=(*progress.pending, *changed),
        settled=settled,
        # our clock may be ahead of Slack's
        proven=min(progress.proven or page.answered_at, page.answered_at),
        page_size=max(progress.page_size, page.size),
    )
    return progress.with_doubtful(missing), tally


def _compare_messages(
    bot: Bot, reader: ChannelReader, incident: Incident, history_range: HistoryRange
) -> tuple[ComparisonCounts, list[TimelineEvent]]:
    """Record the messages of a time range, and return recorded ones that it lacks.

    In short transactions, because incoming events wait for them.
    """
    people.look_up(bot, reader.client, _list_possible_requesters(history_range))
    with bot.store.begin() as session:
        changes = reconciliation.find_changed(session, incident, history_range)
    tally = ComparisonCounts()
    for batch in _batches(changes):
        with bot.store.begin() as session:
            at = bot.now()
            tally += reconciliation.record_missed(session, batch, at)
            for event in batch:
                reply = thread_replies.as_thread_reply(event, at)
                if reply is not None:
                    thread_replies.handle_reply(session, bot, reply)
    with bot.store.begin() as session:
        granted = outsiders.list_granted_marks(bot.policy.permissions.external)
        reconciliation.apply_marks(session, incident, history_range, granted)
        return tally, reconciliation.find_missing(session, incident, history_range)


def _confirm_deletion(
    bot: Bot, reader: ChannelReader, incident: Incident, progress: SyncProgress
) -> tuple[SyncProgress, ComparisonCounts]:
    """Erase the first doubtful message if Slack, asked for it alone, confirms that it's gone."""
    message_id, _, thread_id = progress.doubtful[0].partition("/")
    progress = replace(progress, doubtful=progress.doubtful[1:])
    if not channel_history.still_exists(reader, message_id, thread_id or None):
        channel = incident.channel_id or ""
        with bot.store.begin() as session:
            erased = reconciliation.erase_missing(session, channel, message_id, bot.now())
        return progress, ComparisonCounts(deleted=int(erased))
    progress = replace(progress, standing=progress.standing + 1)
    if progress.standing == MAX_STILL_PRESENT:
        log.warning("history omitted messages that still exist", channel=reader.channel)
        progress = replace(progress, doubtful=())
    return progress, ComparisonCounts()


def _list_possible_requesters(history_range: HistoryRange) -> Iterator[str]:
    """Yield people whose membership must be known, because they may have requested something."""
    yield from (person for marks in history_range.marks.values() for person, _ in marks)
    yield from (event.author for event in history_range.events if event.thread_id)


def _batches(events: Sequence[TimelineEvent]) -> Iterator[Sequence[TimelineEvent]]:
    for start in range(0, len(events), BATCH):
        yield events[start : start + BATCH]


def _threads_to_read(
    bot: Bot, incident: Incident, progress: SyncProgress, page: Page
) -> tuple[list[str], list[str]]:
    """Return the page's threads that differ from the record, and those left without replies."""
    with bot.store.begin() as session:
        last_read = thread_sync.load(session, incident.id)
        read_since = thread_sync.load(session, incident.id, since=progress.began)
        recorded = thread_sync.recorded(session, incident.id, incident.channel_id or "")
        known = timeline.threads(session, incident.id) - page.threads.keys()
    reread_from = to_slack_ts(progress.reread)
    changed = [
        ts
        for ts, state in page.threads.items()
        if state not in (last_read.get(ts), recorded.get(ts))
        or (state.latest >= reread_from and read_since.get(ts) != state)
    ]
    history_range = page.history_range
    return changed, [
        ts for ts in sorted(known) if history_range.since <= from_slack_ts(ts) < history_range.until
    ]


def _compare_thread(
    bot: Bot, reader: ChannelReader, incident: Incident, progress: SyncProgress
) -> tuple[SyncProgress, ComparisonCounts]:
    """Compare the next replies of the first thread that is pending."""
    ts, *others = progress.pending
    finished = replace(progress, pending=tuple(others), after=None)
    try:
        page = channel_history.thread_page(
            reader, ts, progress.after, progress.settled or from_slack_ts(ts)
        )
    except SlackApiError as error:
        if error.response["error"] not in channel_history.NOT_FOUND_ERRORS:
            raise
        return finished, ComparisonCounts()  # deleted with all its replies since the page was read
    tally, missing = _compare_messages(bot, reader, incident, page.history_range)
    if page.after is not None:
        return replace(progress, after=page.after).with_doubtful(missing), tally
    with bot.store.begin() as session:
        thread_sync.save(session, incident.id, ts, page.state, bot.now())
    return finished.with_doubtful(missing), tally


def _build_comparison(bot: Bot, until: datetime) -> Comparison:
    return Comparison(compared_at=bot.now(), proven_until=until - reconciliation.DELIVERY_TIME)


def _note_gap(bot: Bot, incident: Incident, error: SlackApiError) -> None:
    """Record a gap for a channel that's closed to us; the draft is still made, and says so."""
    reason = describe_slack_error(error)
    log.warning("cannot read channel history", incident=incident.key, reason=reason)
    with bot.store.begin() as session:
        gap = Comparison(compared_at=bot.now(), gaps=1, gap_reason=reason)
        stored.save_comparison(session, incident.id, gap)
