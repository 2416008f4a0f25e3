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
from bot.domain.timeline import TimelineEvent, moment_of, stamp_of
from bot.people import outsiders
from bot.timeline import reconciliation
from bot.timeline.reconciliation import Stretch, Tally
from handlers.errors import refusal
from handlers.outbox import channel_history
from handlers.outbox.channel_history import Page, Reader
from handlers.outbox.history_walk import Walk
from handlers.slack import people
from storage import incidents as stored
from storage import thread_sync, timeline
from storage.engine.store import Session
from storage.incidents import Comparison

log = structlog.get_logger()

MOST_STANDING = (
    10  # messages that a page lacked and that stand: then nothing follows from that page
)
CLOSED_TO_US = {"channel_not_found", "not_in_channel", "missing_scope"}


BATCH = 50  # messages that are recorded in one transaction
Note = Callable[[Session, Walk], object]
Step = Callable[[Bot, Reader, Incident, Walk], tuple[Walk, Tally]]


def _nothing(_session: Session, _walk: Walk) -> None:
    """For those who go the whole way at once."""


def compare(
    bot: Bot, reader: Reader, incident: Incident, walk: Walk, note: Note = _nothing
) -> Tally:
    """Go a walk to its end; `note` keeps how far it came after each step."""
    tally = Tally()
    try:
        while not walk.is_done:
            walk, changed = _next_step(walk)(bot, reader, incident, walk)
            walk = replace(walk, calls=walk.calls + 1)
            tally += changed
            with bot.store.begin() as session:
                note(session, walk)
    except SlackApiError as error:
        if error.response["error"] not in CLOSED_TO_US:
            raise
        _note_gap(bot, incident, error)
        return tally
    if walk.proven is not None:
        with bot.store.begin() as session:
            stored.compared(session, incident.id, _proven(bot, walk.proven))
    return tally


def _next_step(walk: Walk) -> Step:
    """Choose the next call of Slack; each step makes one, so that a rate limit never undoes another."""
    if walk.doubtful:
        return _confirm_deletion
    return _compare_thread if walk.is_paged else _compare_page


def _compare_page(bot: Bot, reader: Reader, incident: Incident, walk: Walk) -> tuple[Walk, Tally]:
    """Compare the next page of the channel, and note which of its threads to read."""
    page = channel_history.page(reader, walk.since, walk.before)
    # What is newest in a channel tells Slack's clock, for the threads that begin there too.
    settled = max(walk.settled or walk.since, page.stretch.settled)
    page = replace(page, stretch=replace(page.stretch, settled=settled))
    changed, gone = _threads_to_read(bot, incident, walk, page)
    tally, missing = _compare_stretch(bot, reader, incident, page.stretch)
    for ts in gone:
        more, lost = _compare_stretch(
            bot, reader, incident, channel_history.without_replies(ts, settled)
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


def _compare_stretch(
    bot: Bot, reader: Reader, incident: Incident, stretch: Stretch
) -> tuple[Tally, list[TimelineEvent]]:
    """Record what a stretch tells, and return what it lacks.

    In transactions that are short, for what is said meanwhile waits for them.
    """
    people.learn(bot, reader.client, _asking(stretch))
    with bot.store.begin() as session:
        news = reconciliation.news(session, incident, stretch)
    tally = Tally()
    for few in _batches(news):
        with bot.store.begin() as session:
            at = bot.now()
            tally += reconciliation.add(session, few, at)
            for event in few:
                thread_replies.hear(session, bot, event, at)
    with bot.store.begin() as session:
        granted = outsiders.granted_marks(bot.policy.permissions.external)
        reconciliation.follow_marks(session, incident, stretch, granted)
        return tally, reconciliation.missing(session, incident, stretch)


def _confirm_deletion(
    bot: Bot, reader: Reader, incident: Incident, walk: Walk
) -> tuple[Walk, Tally]:
    """Erase the first doubtful message if Slack, asked for it alone, confirms that it's gone."""
    message_id, _, thread_id = walk.doubtful[0].partition("/")
    walk = replace(walk, doubtful=walk.doubtful[1:])
    if not channel_history.stands(reader, message_id, thread_id or None):
        channel = incident.channel_id or ""
        with bot.store.begin() as session:
            erased = reconciliation.erase_missing(session, channel, message_id, bot.now())
        return walk, Tally(deleted=int(erased))
    walk = replace(walk, standing=walk.standing + 1)
    if walk.standing == MOST_STANDING:
        log.warning("history omitted messages that still exist", channel=reader.channel)
        walk = replace(walk, doubtful=())
    return walk, Tally()


def _asking(stretch: Stretch) -> Iterator[str]:
    """The people of whom it must be known whether they are members: who may have asked for something."""
    yield from (who for marks in stretch.marks.values() for who, _ in marks)
    yield from (event.author for event in stretch.events if event.thread_id)


def _batches(events: Sequence[TimelineEvent]) -> Iterator[Sequence[TimelineEvent]]:
    for start in range(0, len(events), BATCH):
        yield events[start : start + BATCH]


def _threads_to_read(
    bot: Bot, incident: Incident, walk: Walk, page: Page
) -> tuple[list[str], list[str]]:
    """Return the page's threads that differ from the record, and those that have no replies any more."""
    with bot.store.begin() as session:
        read = thread_sync.read(session, incident.id)
        done = thread_sync.read(session, incident.id, since=walk.began)
        recorded = thread_sync.recorded(session, incident.id, incident.channel_id or "")
        known = timeline.threads(session, incident.id) - page.threads.keys()
    again = stamp_of(walk.reread)
    changed = [
        ts
        for ts, seen in page.threads.items()
        if seen not in (read.get(ts), recorded.get(ts))
        or (seen.latest >= again and done.get(ts) != seen)
    ]
    stretch = page.stretch
    return changed, [ts for ts in sorted(known) if stretch.since <= moment_of(ts) < stretch.until]


def _compare_thread(bot: Bot, reader: Reader, incident: Incident, walk: Walk) -> tuple[Walk, Tally]:
    """Compare the next replies of the first thread that is pending."""
    ts, *rest = walk.pending
    finished = replace(walk, pending=tuple(rest), after=None)
    try:
        page = channel_history.thread_page(reader, ts, walk.after, walk.settled or moment_of(ts))
    except SlackApiError as error:
        if error.response["error"] not in channel_history.NOT_FOUND:
            raise
        return finished, Tally()  # deleted with all its replies since the page was read
    tally, missing = _compare_stretch(bot, reader, incident, page.stretch)
    if page.after is not None:
        return replace(walk, after=page.after).doubting(missing), tally
    with bot.store.begin() as session:
        thread_sync.saw(session, incident.id, ts, page.seen, bot.now())
    return finished.doubting(missing), tally


def _proven(bot: Bot, until: datetime) -> Comparison:
    return Comparison(compared_at=bot.now(), proven_until=until - reconciliation.ON_ITS_WAY)


def _note_gap(bot: Bot, incident: Incident, error: SlackApiError) -> None:
    """What is closed to us leaves a gap, said as such; the draft is made all the same."""
    reason = refusal(error)
    log.warning("history not read", incident=incident.key, reason=reason)
    with bot.store.begin() as session:
        gap = Comparison(compared_at=bot.now(), gaps=1, gap_reason=reason)
        stored.compared(session, incident.id, gap)
