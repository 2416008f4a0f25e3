"""The weekly digest: computed once a week, and compared with earlier weeks."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import dropwhile

from bot.config.context import Bot
from bot.domain.job import Job, JobKind
from bot.domain.weekly_digest import OverdueItems, Week, WeeklyFigures, combine_counts, week_name
from bot.reports.digest_schedule import LANE, enqueue_introduction, load_schedule
from storage import action_item_figures as counted
from storage import digests, outbox
from storage.engine.store import Session

USEFUL_FOR = timedelta(days=1)  # a later digest isn't posted; the next one covers it
MAX_WEEKS = 20  # in a chart; Slack limits the categories
MAX_OVERDUE = 5


@dataclass(frozen=True, kw_only=True, slots=True)
class Digest:
    """A week's digest.

    `weeks` holds the figures for the chart by week, oldest first, this one last.
    """

    week: str
    now: WeeklyFigures
    before: WeeklyFigures | None
    weeks: tuple[tuple[str, WeeklyFigures], ...]
    late: OverdueItems
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
    stored = digests.weeks(session, week, MAX_WEEKS)
    by_week = [(name, WeeklyFigures(**values)) for name, values in stored]
    # The chart starts with the first week that has items.
    weeks = tuple(dropwhile(lambda week_figures: week_figures[1].is_silent, by_week))
    figures, today = dict(by_week), at.astimezone(load_schedule(session, bot).zone).date()
    return Digest(
        week=week,
        now=figures[week],
        before=figures.get(week_before(week)),
        weeks=weeks,
        late=counted.find_overdue(session, today, MAX_OVERDUE),
        today=today,
    )


def week_before(week: str) -> str:
    """Return the name of the week before."""
    year, number = week.split("-W")
    return week_name(date.fromisocalendar(int(year), int(number), 1) - timedelta(days=7))
