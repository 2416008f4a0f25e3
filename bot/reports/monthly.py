"""Monthly figures: posted when a month is over, shown on request, and compared over 12 months."""

import re
from datetime import date, datetime, timedelta
from itertools import dropwhile

from bot.config.context import Bot
from bot.domain.errors import BotError
from bot.domain.job import Job, JobKind
from bot.domain.monthly import Month, MonthlyFigures, compute_month
from bot.reports.digest_schedule import LANE, enqueue_introduction, load_schedule
from storage import digests, outbox
from storage import monthly as stored
from storage.engine.store import Session

MONTHS = 12
USEFUL_FOR = timedelta(days=7)  # later figures are shown only on request
_NAME = re.compile(r"(2[0-9]{3})-(0?[1-9]|1[0-2])", re.ASCII)


class NoSuchMonth(BotError):
    """“{given}” isn't a past or current month. Write it as {example}, or leave it out for the last
    complete month."""


def post_if_due(session: Session, bot: Bot, at: datetime) -> bool:
    """Compute the last month's figures when they're due. Return whether they are posted."""
    schedule = load_schedule(session, bot)
    today = at.astimezone(schedule.zone).date()
    due_at = schedule.of_month(today, bot.policy.working_day_numbers)
    if not due_at <= at:
        return False
    month = Month(today.replace(day=1), schedule.zone).before()
    if digests.figures(session, month.name) is not None:
        return False
    (*_, figures) = _compute_months(session, bot, month, 1)
    if not digests.add(session, month.name, figures.as_dict(), at):
        return False  # another replica has stored them
    is_enabled = schedule.on and bot.policy.digest.monthly and bot.policy.digest_channel is not None
    if figures.is_silent or not is_enabled or at - due_at > USEFUL_FOR:
        return False
    enqueue_introduction(session, bot, at)
    about = {"month": month.name}
    report = outbox.enqueue(session, Job(kind=JobKind.MONTHLY, lane=LANE, about=about), at)
    chart = Job(kind=JobKind.MONTHLY_PICTURE, lane=LANE, about=about, answers=report)
    outbox.enqueue(session, chart, at)
    return True


def find_requested(session: Session, bot: Bot, name: str, at: datetime) -> list[MonthlyFigures]:
    """Return the figures up to the given month, or the last complete one. Raises NoSuchMonth."""
    zone = load_schedule(session, bot).zone
    current = Month(at.astimezone(zone).date().replace(day=1), zone)
    if not name:
        return load_up_to(session, bot, current.before().name)
    match = _NAME.fullmatch(name)
    first = date(int(match[1]), int(match[2]), 1) if match else None
    if first is None or first > current.first:
        raise NoSuchMonth(given=name, example=current.before().name)
    return load_up_to(session, bot, f"{first:%Y-%m}")


def load_up_to(session: Session, bot: Bot, name: str) -> list[MonthlyFigures]:
    """Return the figures of a month and those before it, oldest first, from the first with any."""
    month = Month(date.fromisoformat(f"{name}-01"), load_schedule(session, bot).zone)
    months = _compute_months(session, bot, month, MONTHS)
    return [*dropwhile(lambda figures: figures.is_silent, months[:-1]), months[-1]]


def _compute_months(session: Session, bot: Bot, last: Month, count: int) -> list[MonthlyFigures]:
    months = [last]
    while len(months) < count:
        months.insert(0, months[0].before())
    incidents = stored.list_handled(session, months[0].start)
    days = bot.policy.working_day_numbers
    return [
        compute_month(month, stored.compute_done_share(session, month), incidents, days)
        for month in months
    ]
