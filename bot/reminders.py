"""Reminders: planned as rows, taken when due, one DM per person and working day."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.domain.action_item import ActionItem
from bot.domain.errors import NotAChoice
from bot.domain.posting import Deed, Posting, person_lane
from bot.domain.reminding import Ladder, is_working_time, next_nudge, next_working_time
from bot.environment import Bot
from storage import action_items, outbox, people, reminders, settings
from storage.engine import Session
from storage.reminders import Reminder

_HOUR = "remind_hour:{}"


def ladder(session: Session, bot: Bot, person: str) -> Ladder:
    """The policy's rules for reminders, at the hour that the person chose."""
    policy = bot.policy
    chosen = settings.get(session, _HOUR.format(person))
    return Ladder(
        hour=int(chosen) if chosen else policy.reminders.hour,
        days_before=policy.reminders.days_before,
        every_days_after=policy.reminders.every_days_after,
        working_days=frozenset(day.number for day in policy.working_days),
        start=policy.working_hours.start,
        end=policy.working_hours.end,
    )


def plan(session: Session, bot: Bot, item: ActionItem, at: datetime) -> None:
    """Plan the item's next reminder; none for what is not open or has no owner."""
    if not (item.is_open and item.owner):
        reminders.plan(session, item.id, item.owner or "", None)
        return
    after = max(at, item.snoozed_until) if item.snoozed_until else at
    zone, rules = zone_of(session, bot, item.owner), ladder(session, bot, item.owner)
    due, steps = _steps(item, zone, rules)
    due_at = next_nudge(due, after=after, zone=zone, ladder=steps)
    if item.snoozed_until and item.snoozed_until > at:
        # "In two days" is meant, not "at the ladder's next step after that".
        due_at = min(due_at, next_working_time(item.snoozed_until, zone, rules))
    reminders.plan(session, item.id, item.owner, due_at)


def _steps(item: ActionItem, zone: ZoneInfo, rules: Ladder) -> tuple[date, Ladder]:
    """The item's ladder. One without a date is asked for it the day after, and weekly from then."""
    if item.due:
        return item.due, rules
    next_day = (item.created_at.astimezone(zone) + timedelta(days=1)).date()
    return next_day, replace(rules, days_before=0)


def choose_hour(session: Session, bot: Bot, person: str, hour: int, at: datetime) -> None:
    """Remind a person at another hour of their day, within the working hours."""
    hours = bot.policy.working_hours
    if not hours.start <= hour < hours.end:
        raise NotAChoice(given=hour, what="hour", choices=f"{hours.start} to {hours.end - 1}")
    settings.keep(session, _HOUR.format(person), str(hour))
    replan(session, bot, person, at)


def replan(session: Session, bot: Bot, owner: str, at: datetime) -> None:
    """Plan an owner's reminders again, as when their zone has become known.

    What is due already stays due: planned anew from here, it would be passed over.
    """
    for item in action_items.open_of_owner(session, owner):
        planned = reminders.waiting(session, item.id)
        if planned is None or planned > at:
            plan(session, bot, item, at)


def remind(session: Session, bot: Bot, at: datetime) -> int:
    """Take what is due and write one DM for each owner; say how many DMs."""
    by_owner: dict[str, list[Reminder]] = defaultdict(list)
    for reminder in reminders.take_due(session, at):
        by_owner[reminder.owner].append(reminder)
    return sum(_remind_owner(session, bot, owner, due, at) for owner, due in by_owner.items())


def may_be_said(session: Session, bot: Bot, owner: str, at: datetime) -> bool:
    """Whether a reminder that had to wait may still interrupt: at a good hour, the day's first."""
    zone = zone_of(session, bot, owner)
    last = outbox.last_said(session, person_lane(owner), Deed.REMINDER)
    return is_working_time(at, zone, ladder(session, bot, owner)) and not _is_today(last, zone, at)


def fold(session: Session, bot: Bot, owner: str, item_ids: Iterable[int], at: datetime) -> None:
    """Let what could not be said in time be said with what is due on the next working day."""
    later = next_working_time(at, zone_of(session, bot, owner), ladder(session, bot, owner))
    for item_id in item_ids:
        item = action_items.by_id(session, item_id)
        if item is not None and item.is_open and item.owner == owner:
            reminders.plan(session, item_id, owner, later)


def zone_of(session: Session, bot: Bot, person: str) -> ZoneInfo:
    """Where a person lives, as Slack says; the policy's zone while Slack was not asked."""
    known = people.find(session, person)
    try:
        return ZoneInfo(known.zone) if known else bot.policy.zone
    except (ZoneInfoNotFoundError, ValueError):  # a zone that this machine's data does not have
        return bot.policy.zone


def _remind_owner(
    session: Session, bot: Bot, owner: str, due: list[Reminder], at: datetime
) -> bool:
    zone = zone_of(session, bot, owner)
    taken = [reminder.id for reminder in due]
    last = reminders.last_sent(session, owner, taken)
    if not is_working_time(at, zone, ladder(session, bot, owner)) or _is_today(last, zone, at):
        later = next_working_time(at, zone, ladder(session, bot, owner))
        for reminder in due:
            reminders.postpone(session, reminder, later)
        return False
    items = [reminder.item_id for reminder in due]
    posting = Posting(
        deed=Deed.REMINDER, lane=person_lane(owner), about={"owner": owner, "items": items}
    )
    outbox.put(session, posting, at)
    for item_id in items:
        item = action_items.by_id(session, item_id)
        if item is not None:
            plan(session, bot, item, at)
    return True


def _is_today(last: datetime | None, zone: ZoneInfo, at: datetime) -> bool:
    """Whether that was today; a later day is one of a clock that has been turned back since."""
    return last is not None and last.astimezone(zone).date() >= at.astimezone(zone).date()
