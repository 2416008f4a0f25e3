"""A month's figures: posted once it is over, shown to who asks, and twelve of them side by side."""

import re
from datetime import date, datetime, timedelta
from itertools import dropwhile

from bot.config.context import Bot
from bot.domain.errors import BotError
from bot.domain.job import Job, JobKind
from bot.domain.monthly import Month, Monthly, monthly
from bot.reports.digest_schedule import LANE, introduce, rhythm
from storage import digests, outbox
from storage import monthly as stored
from storage.engine.store import Session

MONTHS = 12
USEFUL_FOR = timedelta(days=7)  # figures that are later than this are seen only by who asks
_NAME = re.compile(r"(2[0-9]{3})-(0?[1-9]|1[0-2])", re.ASCII)


class NoSuchMonth(BotError):
    """“{given}” is not a month that has begun. Write it as {example}, or leave it out for the last
    whole month."""


def tick(session: Session, bot: Bot, at: datetime) -> bool:
    """Count the month that is over when its hour has come; say whether it is to be posted."""
    plan = rhythm(session, bot)
    today = at.astimezone(plan.zone).date()
    hour = plan.of_month(today, _working_days(bot))
    if not hour <= at:
        return False
    month = Month(today.replace(day=1), plan.zone).before()
    if digests.figures(session, month.name) is not None:
        return False
    (*_, made) = _counted(session, bot, month, 1)
    if not digests.add(session, month.name, made.as_dict(), at):
        return False  # another replica's
    wanted = plan.on and bot.policy.digest.monthly and bot.policy.digest_channel is not None
    if made.is_silent or not wanted or at - hour > USEFUL_FOR:
        return False
    introduce(session, bot, at)
    about = {"month": month.name}
    said = outbox.put(session, Job(kind=JobKind.MONTHLY, lane=LANE, about=about), at)
    drawn = Job(kind=JobKind.MONTHLY_PICTURE, lane=LANE, about=about, answers=said)
    outbox.put(session, drawn, at)
    return True


def asked(session: Session, bot: Bot, given: str, at: datetime) -> list[Monthly]:
    """The months up to the one that somebody names, or up to the last whole one."""
    zone = rhythm(session, bot).zone
    this = Month(at.astimezone(zone).date().replace(day=1), zone)
    if not given:
        return up_to(session, bot, this.before().name)
    found = _NAME.fullmatch(given)
    first = date(int(found[1]), int(found[2]), 1) if found else None
    if first is None or first > this.first:
        raise NoSuchMonth(given=given, example=this.before().name)
    return up_to(session, bot, f"{first:%Y-%m}")


def up_to(session: Session, bot: Bot, name: str) -> list[Monthly]:
    """A month's figures and those of the months before, oldest first, from the first that has any."""
    month = Month(date.fromisoformat(f"{name}-01"), rhythm(session, bot).zone)
    made = _counted(session, bot, month, MONTHS)
    return [*dropwhile(lambda each: each.is_silent, made[:-1]), made[-1]]


def _counted(session: Session, bot: Bot, last: Month, many: int) -> list[Monthly]:
    months = [last]
    while len(months) < many:
        months.insert(0, months[0].before())
    incidents = stored.handled(session, months[0].start)
    days = _working_days(bot)
    return [monthly(each, stored.kept(session, each), incidents, days) for each in months]


def _working_days(bot: Bot) -> frozenset[int]:
    return frozenset(day.number for day in bot.policy.working_days)
