"""Comparing a channel with its record, step by step: each step is kept, so that a stop loses none.

Slack allows few reads of a history a minute. A walk goes from the newest message to the oldest, a
page at a time, then reads the threads that differ from the record; told to wait, it goes on later
from where it was. Nothing counts as deleted that was not read.
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
from handlers.outbox.history_walk import SyncProgress
from handlers.slack import people
from storage import incidents as stored
from storage import thread_sync, timeline
from storage.engine.store import Session
from storage.incidents import Comparison

log = structlog.get_logger()

MAX_STILL_PRESENT = (
    10  # once so many messages missing from a page turn out to exist, the page proves nothing
)
NO_ACCESS_ERRORS = {"channel_not_found", "not_in_channel", "missing_scope"}


BATCH = 50  # messages per transaction
StoreProgress = Callable[[Session, SyncProgress], object]
Step = Callable[[Bot, ChannelReader, Incident, SyncProgress], tuple[SyncProgress, ComparisonCounts]]


def _store_nothing(_session: Session, _walk: SyncProgress) -> None:
    """Store no progress: the walk isn't interrupted."""


def compare(
    bot: Bot,
    reader: ChannelReader,
    incident: Incident,
    walk: SyncProgress,
    note: StoreProgress = _store_nothing,
) -> ComparisonCounts:
    """Run a walk to its end; `note` stores its progress after each step.

    A channel that's closed to the bot is recorded as a gap. Other errors of Slack are raised.
    """
    tally = ComparisonCounts()
    try:
        while not walk.is_done:
            walk, changed = _next_step(walk)(bot, reader, incident, walk)
            walk = replace(walk, calls=walk.calls + 1)
            tally += changed
            with bot.store.begin() as session:
                note(session, walk)
    except SlackApiError as error:
        if error.response["error"] not in NO_ACCESS_ERRORS:
            raise
        _note_gap(bot, incident, error)
        return tally
    if walk.proven is not None:
        with bot.store.begin() as session:
            stored.save_comparison(session, incident.id, _build_comparison(bot, walk.proven))
    return tally


def _next_step(walk: SyncProgress) -> Step:
    """Choose the next call of Slack; each step makes one, so that a rate limit never undoes another."""
    if walk.doubtful:
        return _confirm_deletion
    return _compare_thread if walk.is_paged else _compare_page


def _compare_page(
    bot: Bot, reader: ChannelReader, incident: Incident, walk: SyncProgress
) -> tuple[SyncProgress, ComparisonCounts]:
    """Compare the next page of the channel, and note which of its threads to read."""
    page = channel_history.page(reader, walk.since, walk.before)
    # What is newest in a channel tells Slack's clock, for the threads that begin there too.
    settled = max(walk.settled or walk.since, page.stretch.settled)
    page = replace(page, stretch=replace(page.stretch, settled=settled))
    changed, gone = _threads_to_read(bot, incident, walk, page)
    tally, missing = _compare_messages(bot, reader, incident, page.stretch)
    for ts in gone:
        more, lost = _compare_messages(
            bot, reader, incident, channel_history.describe_empty_thread(ts, settled)
        )
        tally, missing = tally + more, [*missing, *lost]
    walk = replace(
        walk,
        before=page.before,
        is_paged=page.before is None,
        pending=(*walk.pending, *changed),
        settled=settled,
        # ours may be ahead of Slack's clock
        proven=min(walk.proven or page.answered_at, page.answered_at),
        page_size=max(walk.page_size, page.size),
    )
    return walk.doubting(missing), tally


def _compare_messages(
    bot: Bot, reader: ChannelReader, incident: Incident, stretch: HistoryRange
) -> tuple[ComparisonCounts, list[TimelineEvent]]:
    """Record what a stretch tells, and return what it lacks.

    In transactions that are short, for what is said meanwhile waits for them.
    """
    people.look_up(bot, reader.client, _list_possible_requesters(stretch))
    with bot.store.begin() as session:
        news = reconciliation.find_changed(session, incident, stretch)
    tally = ComparisonCounts()
    for few in _batches(news):
        with bot.store.begin() as session:
            at = bot.now()
            tally += reconciliation.record_missed(session, few, at)
            for event in few:
                reply = thread_replies.as_thread_reply(event, at)
                if reply is not None:
                    thread_replies.handle_reply(session, bot, reply)
    with bot.store.begin() as session:
        granted = outsiders.list_granted_marks(bot.policy.permissions.external)
        reconciliation.apply_marks(session, incident, stretch, granted)
        return tally, reconciliation.find_missing(session, incident, stretch)


def _confirm_deletion(
    bot: Bot, reader: ChannelReader, incident: Incident, walk: SyncProgress
) -> tuple[SyncProgress, ComparisonCounts]:
    """Erase the first doubtful message if Slack, asked for it alone, confirms that it's gone."""
    message_id, _, thread_id = walk.doubtful[0].partition("/")
    walk = replace(walk, doubtful=walk.doubtful[1:])
    if not channel_history.stands(reader, message_id, thread_id or None):
        channel = incident.channel_id or ""
        with bot.store.begin() as session:
            erased = reconciliation.erase_missing(session, channel, message_id, bot.now())
        return walk, ComparisonCounts(deleted=int(erased))
    walk = replace(walk, standing=walk.standing + 1)
    if walk.standing == MAX_STILL_PRESENT:
        log.warning("history omitted messages that still exist", channel=reader.channel)
        walk = replace(walk, doubtful=())
    return walk, ComparisonCounts()


def _list_possible_requesters(stretch: HistoryRange) -> Iterator[str]:
    """Yield people whose membership must be known, because they may have requested something."""
    yield from (who for marks in stretch.marks.values() for who, _ in marks)
    yield from (event.author for event in stretch.events if event.thread_id)


def _batches(events: Sequence[TimelineEvent]) -> Iterator[Sequence[TimelineEvent]]:
    for start in range(0, len(events), BATCH):
        yield events[start : start + BATCH]


def _threads_to_read(
    bot: Bot, incident: Incident, walk: SyncProgress, page: Page
) -> tuple[list[str], list[str]]:
    """Return the page's threads that differ from the record, and those that have no replies any more."""
    with bot.store.begin() as session:
        read = thread_sync.load(session, incident.id)
        done = thread_sync.load(session, incident.id, since=walk.began)
        recorded = thread_sync.recorded(session, incident.id, incident.channel_id or "")
        known = timeline.threads(session, incident.id) - page.threads.keys()
    again = to_slack_ts(walk.reread)
    changed = [
        ts
        for ts, seen in page.threads.items()
        if seen not in (read.get(ts), recorded.get(ts))
        or (seen.latest >= again and done.get(ts) != seen)
    ]
    stretch = page.stretch
    return changed, [
        ts for ts in sorted(known) if stretch.since <= from_slack_ts(ts) < stretch.until
    ]


def _compare_thread(
    bot: Bot, reader: ChannelReader, incident: Incident, walk: SyncProgress
) -> tuple[SyncProgress, ComparisonCounts]:
    """Compare the next replies of the first thread that is pending."""
    ts, *rest = walk.pending
    finished = replace(walk, pending=tuple(rest), after=None)
    try:
        page = channel_history.thread_page(
            reader, ts, walk.after, walk.settled or from_slack_ts(ts)
        )
    except SlackApiError as error:
        if error.response["error"] not in channel_history.NOT_FOUND_ERRORS:
            raise
        return finished, ComparisonCounts()  # deleted with all its replies since the page was read
    tally, missing = _compare_messages(bot, reader, incident, page.stretch)
    if page.after is not None:
        return replace(walk, after=page.after).doubting(missing), tally
    with bot.store.begin() as session:
        thread_sync.save(session, incident.id, ts, page.seen, bot.now())
    return finished.doubting(missing), tally


def _build_comparison(bot: Bot, until: datetime) -> Comparison:
    return Comparison(compared_at=bot.now(), proven_until=until - reconciliation.DELIVERY_TIME)


def _note_gap(bot: Bot, incident: Incident, error: SlackApiError) -> None:
    """Record a gap for a channel that's closed to us; the draft is still made, and says so."""
    reason = describe_slack_error(error)
    log.warning("history not read", incident=incident.key, reason=reason)
    with bot.store.begin() as session:
        gap = Comparison(compared_at=bot.now(), gaps=1, gap_reason=reason)
        stored.save_comparison(session, incident.id, gap)
