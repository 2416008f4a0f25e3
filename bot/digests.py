"""The weekly digest: made once a week, compared with the week before."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta

from bot.domain.action_item import ActionItem
from bot.domain.digest import Figures, figures, week_of
from bot.domain.posting import Deed, Posting
from bot.environment import Bot
from storage import action_items, digests, incidents, outbox
from storage.engine import Session

LANE = "digest"
USEFUL_FOR = timedelta(days=1)  # a digest that is later than this is folded into the next


def tick(session: Session, bot: Bot, at: datetime) -> bool:
    """Make this week's digest when its hour has come; say whether one is to be posted."""
    local = at.astimezone(bot.policy.zone)
    hour = _hour_of_week(bot, local.date())
    if not hour <= at:
        return False
    week = week_of(local.date())
    if digests.figures(session, week) is not None:
        return False
    made = current(session, bot, at)
    if not digests.add(session, week, made.as_dict(), at):
        return False  # another replica's
    if made.is_silent or bot.policy.digest_channel is None or at - hour > USEFUL_FOR:
        return False
    posting = Posting(deed=Deed.DIGEST, lane=LANE, about={"week": week})
    outbox.put(session, posting, at)
    return True


def current(session: Session, bot: Bot, at: datetime) -> Figures:
    """The figures of the seven days up to now."""
    today = at.astimezone(bot.policy.zone).date()
    return figures(action_items.accepted(session), until=at, today=today)


def of_week(session: Session, week: str) -> Figures | None:
    kept = digests.figures(session, week)
    return Figures(**kept) if kept else None


def shown(session: Session, items: Iterable[ActionItem]) -> list[tuple[ActionItem, str]]:
    """What may be shown outside an incident's channel, each item with its incident's key."""
    found = [(item, incidents.by_id(session, item.incident_id)) for item in items]
    return [(item, incident.key) for item, incident in found if not incident.private]


def before(week: str) -> str:
    """Name the week before a week."""
    year, number = week.split("-W")
    return week_of(date.fromisocalendar(int(year), int(number), 1) - timedelta(days=7))


def _hour_of_week(bot: Bot, today: date) -> datetime:
    day = today - timedelta(days=today.weekday()) + timedelta(days=bot.policy.digest.day.number)
    return datetime.combine(day, time(bot.policy.digest.hour), bot.policy.zone)
