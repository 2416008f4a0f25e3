"""The weekly digest: computed once a week, and compared with earlier weeks."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import dropwhile

from bot.config.context import Bot
from bot.domain.action_item import ActionItem
from bot.domain.incident import Incident
from bot.domain.job import Job, JobKind
from bot.domain.review import PostmortemState
from bot.domain.weekly_digest import OverdueItems, Week, WeeklyFigures, combine_counts, week_name
from bot.incidents import permalinks
from bot.reports.digest_schedule import LANE, enqueue_introduction, load_schedule
from storage import action_item_figures as counted
from storage import digests, incidents, outbox, reviews
from storage.engine.store import Session

USEFUL_FOR = timedelta(days=1)  # a later digest isn't posted; the next one covers it
MAX_WEEKS = 20  # in a chart; Slack limits the categories
MAX_OVERDUE = 5


@dataclass(frozen=True, kw_only=True, slots=True)
class Digest:
    """A week's digest.

    `weeks` holds the figures for the chart by the week's first day, oldest first, this one last.
    `links` are the permalinks of overdue items' threads, by item. `finals` are the incidents whose
    postmortems became final that week, each with its permalink.
    """

    week: Week
    now: WeeklyFigures
    before: WeeklyFigures | None
    weeks: tuple[tuple[date, WeeklyFigures], ...]
    late: OverdueItems
    links: Mapping[int, str | None]
    finals: Sequence[tuple[Incident, str | None]]
    today: date


def post_if_due(session: Session, bot: Bot, at: datetime) -> bool:
    """Compute this week's digest when it's due. Return whether it's posted."""
    schedule = load_schedule(session, bot)
    today = at.astimezone(schedule.zone).date()
    due_at = schedule.of_week(today)
    if not due_at <= at:
        return False
    week = week_name(today)
    if digests.figures(session, week) is not None:
        return False
    figures = current_figures(session, bot, at)
    if not digests.add(session, week, figures.as_dict(), at):
        return False  # another replica has stored it
    is_posted = schedule.on and bot.policy.digest_channel is not None and at - due_at <= USEFUL_FOR
    if figures.is_silent or not is_posted:
        return False
    enqueue_introduction(session, bot, at)
    outbox.enqueue(session, Job(kind=JobKind.DIGEST, lane=LANE, about={"week": week}), at)
    return True


def current_figures(session: Session, bot: Bot, at: datetime) -> WeeklyFigures:
    """Return the figures of the last seven days."""
    today = at.astimezone(load_schedule(session, bot).zone).date()
    return combine_counts(counted.count_week(session, Week(until=at, today=today)), at)


def load(session: Session, bot: Bot, week: str, at: datetime) -> Digest:
    """Return a week's stored digest, with the items that are overdue now."""
    zone = load_schedule(session, bot).zone
    by_week = [
        (Week(until=made_at, today=made_at.astimezone(zone).date()), WeeklyFigures(**values))
        for made_at, values in digests.weeks(session, week, MAX_WEEKS)
    ]
    this_week, now = by_week[-1]
    # The chart starts with the first week that has items.
    weeks = dropwhile(lambda week_figures: week_figures[1].is_silent, by_week)
    today = at.astimezone(zone).date()
    late = counted.find_overdue(session, today, MAX_OVERDUE)
    return Digest(
        week=this_week,
        now=now,
        before=_find_week_before(by_week),
        weeks=tuple((each.first, figures) for each, figures in weeks),
        late=late,
        links={item.id: _thread_link(session, item) for item, _ in late.items},
        finals=list(_finals(session, this_week)),
        today=today,
    )


def _finals(session: Session, week: Week) -> Iterator[tuple[Incident, str | None]]:
    """Yield the incidents whose postmortems became final in a week and still are; no private ones."""
    finalized = incidents.by_ids(session, reviews.made_final(session, week.start, week.until))
    for incident in finalized.values():
        is_final = reviews.of_incident(session, incident.id).state is PostmortemState.FINAL
        if is_final and not incident.private:
            yield incident, permalinks.for_postmortem(session, incident.id)


def _find_week_before(by_week: Sequence[tuple[Week, WeeklyFigures]]) -> WeeklyFigures | None:
    """Return the figures of the ISO week before the last one; None if that had no digest."""
    wanted = week_name(by_week[-1][0].first)
    return next((figures for week, figures in by_week if week_name(week.today) == wanted), None)


def _thread_link(session: Session, item: ActionItem) -> str | None:
    channel = incidents.by_id(session, item.incident_id).channel_id or ""
    return permalinks.permalink(session, channel, item.thread_ts or "")
