"""Comparing a channel with its record, step by step: each step is kept, so that a stop loses none.

Slack allows few reads of a history a minute. A walk goes from the newest message to the oldest, a
page at a time, and reads only the threads that have changed since they were read last; told to
wait, it goes on later from where it was.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import structlog
from slack_sdk.errors import SlackApiError

from bot import incidents, item_answers, reconcile
from bot.domain.incident import Incident
from bot.domain.timeline import TimelineEvent, moment_of, stamp_of
from bot.environment import Bot
from bot.reconcile import Stretch, Tally
from handlers import access_rules, history, people
from handlers.errors import refusal
from handlers.history import Page, Reader
from storage import incidents as stored
from storage import threads, timeline
from storage.engine import Session
from storage.incidents import Comparison
from storage.threads import Seen

log = structlog.get_logger()

STILL_EDITED = timedelta(days=1)  # older replies are seldom edited; the draft sees those too
MOST_STANDING = (
    10  # messages that a page lacked and that stand: then nothing follows from that page
)
CLOSED_TO_US = {"channel_not_found", "not_in_channel", "missing_scope"}


@dataclass(frozen=True, kw_only=True)
class Walk:
    """How far a comparison has come: begun at a time, all that is newer than `before` compared.

    It goes back to `since`. Threads in which somebody answered after `reread` are read again though
    no reply came or went, for edits that nobody told us of.
    """

    began: datetime
    since: datetime
    reread: datetime
    before: str | None = None

    def as_progress(self) -> dict[str, str]:
        """Write it down for the next try."""
        return {"began": self.began.isoformat(), "before": self.before or ""}

    def resumed(self, progress: Mapping[str, str]) -> "Walk":
        """Go on where an earlier try came to."""
        if not progress.get("before"):
            return self
        began = datetime.fromisoformat(progress["began"])
        return replace(self, began=began, before=progress["before"])


BATCH = 50  # messages that are recorded in one transaction
Note = Callable[[Session, Walk], object]


def _nothing(_session: Session, _walk: Walk) -> None:
    """For those who go the whole way at once."""


def whole_walk(bot: Bot, incident: Incident) -> Walk:
    """Compare all that belongs to an incident, every reply too."""
    since = incident.declared_at - incidents.HISTORY
    return Walk(began=bot.now(), since=since, reread=since)


def walk_after_gap(bot: Bot, incident: Incident) -> Walk:
    """Compare all, and of the threads those that have changed or in which people still talked."""
    whole = whole_walk(bot, incident)
    return replace(whole, reread=whole.began - STILL_EDITED)


def walk_to_proven(bot: Bot, incident: Incident) -> Walk:
    """Compare only what was said since the last comparison."""
    whole = whole_walk(bot, incident)
    with bot.store.begin() as session:
        proven = stored.comparison(session, incident.id).proven_until
    since = max(whole.since, proven) if proven else whole.since
    return replace(whole, since=since, reread=whole.began)


def compare(
    bot: Bot, reader: Reader, incident: Incident, walk: Walk, note: Note = _nothing
) -> Tally:
    """Go a walk to its end; `note` keeps how far it came after each step."""
    tally, settled, proven = Tally(), walk.since, walk.began
    try:
        while True:
            page = history.page(reader, walk.since, walk.before)
            proven = min(proven, page.answered_at)  # ours may be ahead of Slack's clock
            # What is newest in a channel tells Slack's clock, for the threads that begin there too.
            settled = max(settled, page.stretch.settled)
            page = replace(page, stretch=replace(page.stretch, settled=settled))
            tally += _compare_threads(bot, reader, incident, walk, page)
            tally += _compare_stretch(bot, reader, incident, page.stretch)
            walk = replace(walk, before=page.before)
            with bot.store.begin() as session:
                note(session, walk)
                if walk.before is None:
                    stored.compared(session, incident.id, _proven(bot, proven))
                    return tally
    except SlackApiError as error:
        if error.response["error"] not in CLOSED_TO_US:
            raise
        _note_gap(bot, incident, error)
        return tally


def _compare_stretch(bot: Bot, reader: Reader, incident: Incident, stretch: Stretch) -> Tally:
    """In transactions that are short, for what is said meanwhile waits for them."""
    people.learn(bot, reader.client, _asking(stretch))
    with bot.store.begin() as session:
        news = reconcile.news(session, incident, stretch)
    tally = Tally()
    for few in _batches(news):
        with bot.store.begin() as session:
            at = bot.now()
            tally += reconcile.add(session, few, at)
            for event in few:
                item_answers.hear(session, bot, event, at)
    with bot.store.begin() as session:
        granted = access_rules.granted_marks(bot.policy.permissions.external)
        reconcile.follow_marks(session, incident, stretch, granted)
        missing = reconcile.missing(session, incident, stretch)
    return tally + Tally(deleted=_erase_confirmed(bot, reader, missing))


def _erase_confirmed(bot: Bot, reader: Reader, missing: Sequence[TimelineEvent]) -> int:
    """Erase each message of which Slack, asked for it alone, confirms that it's gone; say how many.

    Each is one call, outside of any transaction. A refusal ends the step, and nothing more is erased.
    """
    erased = standing = 0
    for event in missing:
        if history.stands(reader, event.message_id, event.thread_id):
            standing += 1
            if standing == MOST_STANDING:
                log.warning("history omitted messages that still exist", channel=event.channel_id)
                break
            continue
        with bot.store.begin() as session:
            erased += reconcile.erase_missing(session, event, bot.now())
    return erased


def _asking(stretch: Stretch) -> Iterator[str]:
    """The people of whom it must be known whether they are members: who may have asked for something."""
    yield from (who for marks in stretch.marks.values() for who, _ in marks)
    yield from (event.author for event in stretch.events if event.thread_id)


def _batches(events: Sequence[TimelineEvent]) -> Iterator[Sequence[TimelineEvent]]:
    for start in range(0, len(events), BATCH):
        yield events[start : start + BATCH]


def _compare_threads(bot: Bot, reader: Reader, incident: Incident, walk: Walk, page: Page) -> Tally:
    with bot.store.begin() as session:
        read = threads.read(session, incident.id)
        done = threads.read(session, incident.id, since=walk.began)
        gone = sorted(timeline.threads(session, incident.id) - page.threads.keys())
    tally = Tally()
    for ts, seen in page.threads.items():
        again = seen.latest >= stamp_of(walk.reread) and done.get(ts) != seen
        if again or read.get(ts) != seen:
            tally += _compare_thread(bot, reader, incident, ts, (seen, page.stretch.settled))
    for ts in gone:  # threads that begin in the page and have no reply there any more
        if page.stretch.since <= moment_of(ts) < page.stretch.until:
            tally += _compare_stretch(
                bot, reader, incident, history.without_replies(ts, page.stretch.settled)
            )
    return tally


def _compare_thread(
    bot: Bot, reader: Reader, incident: Incident, ts: str, known: tuple[Seen, datetime]
) -> Tally:
    seen, settled = known
    try:
        stretch = history.thread(reader, ts, settled)
    except SlackApiError as error:
        if error.response["error"] not in history.NOT_FOUND:
            raise
        return Tally()  # deleted with all its replies since the page was read
    tally = _compare_stretch(bot, reader, incident, stretch)
    with bot.store.begin() as session:
        threads.saw(session, incident.id, ts, seen, bot.now())
    return tally


def _proven(bot: Bot, until: datetime) -> Comparison:
    return Comparison(compared_at=bot.now(), proven_until=until - reconcile.ON_ITS_WAY)


def _note_gap(bot: Bot, incident: Incident, error: SlackApiError) -> None:
    """What is closed to us leaves a gap, said as such; the draft is made all the same."""
    reason = refusal(error)
    log.warning("history not read", incident=incident.key, reason=reason)
    with bot.store.begin() as session:
        gap = Comparison(compared_at=bot.now(), gaps=1, gap_reason=reason)
        stored.compared(session, incident.id, gap)
