"""Who is told beside the owner when an action item is long late: who led, then a channel, once each."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.config.context import Bot
from bot.domain.action_item import ActionItem
from bot.domain.job import Job, JobKind
from bot.domain.reminder_ladder import (
    CHANNEL,
    ESCALATIONS,
    LEAD,
    Ladder,
    is_working_time,
    next_working_time,
    on_or_after,
)
from bot.people import working_hours
from bot.rendering import render
from storage import action_items, incidents, outbox, people, reminders
from storage.engine.store import Session
from storage.reminders import Reminder

NOBODY = ""  # whom a reminder is for that a channel gets
_DAY = timedelta(days=1)


def in_charge(session: Session, item: ActionItem) -> str | None:
    """Who looks after an item beside its owner: its incident's lead, else who declared it.

    None when that is the owner, or nobody who is still there.
    """
    return working_hours.in_charge(
        session, incidents.by_id(session, item.incident_id), besides=item.owner
    )


def reminded(session: Session, item: ActionItem) -> str | None:
    """Who is reminded of an item: its owner, else who is in charge. An owner who is a guest or external
    is never written to."""
    own = None if people.is_outsider(session, item.owner) else item.owner
    return own or in_charge(session, item)


def not_reminded(session: Session, item: ActionItem) -> render.Ready | None:
    """The sentence that an item's owner gets no reminders, being an outsider, and who does instead."""
    if not people.is_outsider(session, item.owner):
        return None
    return render.Ready(render.line("not_reminded", stand_in=in_charge(session, item)))


def plan(session: Session, bot: Bot, item: ActionItem, at: datetime) -> None:
    """Plan when others hear of an item; never again of the same date, and of none without one."""
    for times, step in enumerate(ESCALATIONS, start=1):
        days = (bot.policy.reminders.escalate_after_days or 0) * times
        told = _told(session, bot, item, step)
        if not (days and told and item.is_open and item.due):
            reminders.plan(session, item.id, NOBODY, None, step)
        elif not reminders.is_sent(session, item.id, step, _midnight(item.due + days * _DAY)):
            _plan(session, item, step, day=item.due + days * _DAY, told=told, at=at)


def tell_channel(session: Session, bot: Bot, due: list[Reminder], at: datetime) -> int:
    """Tell the policy's channel of what is long late, in one message and at a good hour."""
    zone, rules = bot.policy.zone, working_hours.of_team(bot)
    if due and not is_working_time(at, zone, rules):
        for reminder in due:
            reminders.postpone(session, reminder, next_working_time(at, zone, rules))
    elif due:
        about = {"items": [each.item_id for each in due]}
        outbox.put(session, Job(kind=JobKind.ESCALATION, lane="escalations", about=about), at)
        return 1
    return 0


def still_late(session: Session, item_ids: list[int]) -> list[tuple[ActionItem, str]]:
    """What the channel is told of: items that are still open, each with its incident's key.

    Those of private incidents are told to nobody outside.
    """
    found = [action_items.by_id(session, item_id) for item_id in item_ids]
    late = [(item, incidents.by_id(session, item.incident_id)) for item in found if item]
    return [(item, of.key) for item, of in late if item.is_open and not of.private]


def _plan(  # noqa: PLR0913 - whom, of what, when
    session: Session,
    item: ActionItem,
    step: str,
    *,
    day: date,
    told: tuple[str, ZoneInfo, Ladder],
    at: datetime,
) -> None:
    person, zone, rules = told
    after = max(at, item.snoozed_until or at)
    moment = on_or_after(day, zone, rules)
    if moment <= after:
        planned = reminders.waiting(session, item.id, step)
        if planned is not None and planned <= at:
            return  # it is due: the next tick takes it
        moment = next_working_time(after, zone, rules)
    reminders.plan(session, item.id, person, moment, step)


def _told(
    session: Session, bot: Bot, item: ActionItem, step: str
) -> tuple[str, ZoneInfo, Ladder] | None:
    """Who is told at a step, and when that person or place may be interrupted; None for nobody."""
    if step == CHANNEL:
        private = incidents.by_id(session, item.incident_id).private
        known = bot.policy.channels.escalate and not private
        return (NOBODY, bot.policy.zone, working_hours.of_team(bot)) if known else None
    person = in_charge(session, item) if step == LEAD else None
    if person is None:
        return None
    return (
        person,
        working_hours.zone_of(session, bot, person),
        working_hours.ladder(session, bot, person),
    )


def _midnight(day: date) -> datetime:
    """Before any hour of that day, wherever somebody lives."""
    return datetime.combine(day - _DAY, time(), UTC)
