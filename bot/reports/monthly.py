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
    """“{given}” is not a month that has begun. Write it as {example}, or leave it out for the last
    whole month."""


def post_if_due(session: Session, bot: Bot, at: datetime) -> bool:
    """Compute the last month's figures when they're due. Return whether they are posted."""
    plan = load_schedule(session, bot)
    today = at.astimezone(plan.zone).date()
    hour = plan.of_month(today, _working_days(bot))
    if not hour <= at:
        return False
    month = Month(today.replace(day=1), plan.zone).before()
    if digests.figures(session, month.name) is not None:
        return False
    (*_, made) = _compute_months(session, bot, month, 1)
    if not digests.add(session, month.name, made.as_dict(), at):
        return False  # another replica has stored them
    wanted = plan.on and bot.policy.digest.monthly and bot.policy.digest_channel is not None
    if made.is_silent or not wanted or at - hour > USEFUL_FOR:
        return False
    enqueue_introduction(session, bot, at)
    about = {"month": month.name}
    said = outbox.enqueue(session, Job(kind=JobKind.MONTHLY, lane=LANE, about=about), at)
    drawn = Job(kind=JobKind.MONTHLY_PICTURE, lane=LANE, about=about, answers=said)
    outbox.enqueue(session, drawn, at)
    return True


def find_requested(session: Session, bot: Bot, given: str, at: datetime) -> list[MonthlyFigures]:
    """Return the figures up to the given month, or the last complete one. Raises NoSuchMonth."""
    zone = load_schedule(session, bot).zone
    this = Month(at.astimezone(zone).date().replace(day=1), zone)
    if not given:
        return load_up_to(session, bot, this.before().name)
    found = _NAME.fullmatch(given)
    first = date(int(found[1]), int(found[2]), 1) if found else None
    if first is None or first > this.first:
        raise NoSuchMonth(given=given, example=this.before().name)
    return load_up_to(session, bot, f"{first:%Y-%m}")


def load_up_to(session: Session, bot: Bot, name: str) -> list[MonthlyFigures]:
    """Return the figures of a month and those before it, oldest first, from the first with any."""
    month = Month(date.fromisoformat(f"{name}-01"), load_schedule(session, bot).zone)
    made = _compute_months(session, bot, month, MONTHS)
    return [*dropwhile(lambda each: each.is_silent, made[:-1]), made[-1]]


def _compute_months(session: Session, bot: Bot, last: Month, many: int) -> list[MonthlyFigures]:
    months = [last]
    while len(months) < many:
        months.insert(0, months[0].before())
    incidents = stored.list_handled(session, months[0].start)
    days = _working_days(bot)
    return [
        compute_month(each, stored.compute_done_share(session, each), incidents, days)
        for each in months
    ]


def _working_days(bot: Bot) -> frozenset[int]:
    return frozenset(day.number for day in bot.policy.working_days)
