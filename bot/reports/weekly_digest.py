"""The weekly digest: made once a week, compared with the weeks before."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import dropwhile

from bot.config.context import Bot
from bot.domain.job import Job, JobKind
from bot.domain.weekly_digest import Figures, Late, Week, figures, week_of
from bot.reports.digest_schedule import LANE, introduce, rhythm
from storage import action_item_figures as counted
from storage import digests, outbox
from storage.engine.store import Session

USEFUL_FOR = timedelta(days=1)  # a digest that is later than this is folded into the next
MOST_WEEKS = 20  # of a chart, which Slack draws with so many categories
SHOWN_LATE = 5


@dataclass(frozen=True, kw_only=True, slots=True)
class Digest:
    """A week's digest: `weeks` are those of the chart by name, oldest first, and it is the last."""

    week: str
    now: Figures
    before: Figures | None
    weeks: tuple[tuple[str, Figures], ...]
    late: Late
    today: date


def tick(session: Session, bot: Bot, at: datetime) -> bool:
    """Make this week's digest when its hour has come; say whether one is to be posted."""
    plan = rhythm(session, bot)
    today = at.astimezone(plan.zone).date()
    hour = plan.of_week(today)
    if not hour <= at:
        return False
    week = week_of(today)
    if digests.figures(session, week) is not None:
        return False
    made = current(session, bot, at)
    if not digests.add(session, week, made.as_dict(), at):
        return False  # another replica's
    posted = plan.on and bot.policy.digest_channel is not None and at - hour <= USEFUL_FOR
    if made.is_silent or not posted:
        return False
    introduce(session, bot, at)
    outbox.put(session, Job(kind=JobKind.DIGEST, lane=LANE, about={"week": week}), at)
    return True


def current(session: Session, bot: Bot, at: datetime) -> Figures:
    """The figures of the seven days up to now."""
    today = at.astimezone(rhythm(session, bot).zone).date()
    return figures(counted.week(session, Week(until=at, today=today)), at)


def of_week(session: Session, bot: Bot, week: str, at: datetime) -> Digest:
    """A week's digest as it was made, with what is overdue now."""
    kept = digests.weeks(session, week, MOST_WEEKS)
    every = [(name, Figures(**each)) for name, each in kept]
    weeks = tuple(dropwhile(lambda one: one[1].is_silent, every))  # before the first item
    found, today = dict(every), at.astimezone(rhythm(session, bot).zone).date()
    return Digest(
        week=week,
        now=found[week],
        before=found.get(before(week)),
        weeks=weeks,
        late=counted.late(session, today, SHOWN_LATE),
        today=today,
    )


def before(week: str) -> str:
    """Name the week before a week."""
    year, number = week.split("-W")
    return week_of(date.fromisocalendar(int(year), int(number), 1) - timedelta(days=7))
