"""Plan the reminders of action items: one row per item, with its next step of the ladder."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.config.context import Bot
from bot.domain.action_item import ActionItem
from bot.domain.reminder_ladder import (
    MISSING,
    NO_OWNER,
    SNOOZED,
    Ladder,
    ReminderStep,
    first_reminder_time,
    next_reminder,
    next_working_time,
)
from bot.people import working_hours
from bot.reminders import escalations
from storage import action_items, reminders
from storage.engine.store import Session


def plan(session: Session, bot: Bot, item: ActionItem, at: datetime) -> None:
    """Plan the next reminder of an open item: for its owner, else whoever is responsible.

    The plan depends only on stored data, so planning again never repeats or skips a step.
    """
    person = escalations.find_recipient(session, item)
    if item.is_open and person:
        reminder_step = _next_step(session, bot, item, person, at)
        reminders.plan(session, item.id, person, reminder_step.at, reminder_step.step)
    else:
        reminders.plan(session, item.id, "", None)
    escalations.plan(session, bot, item, at)


def _next_step(
    session: Session, bot: Bot, item: ActionItem, person: str, at: datetime
) -> ReminderStep:
    zone, rules = working_hours.zone_and_rules(session, bot, person)
    last = reminders.find_last(session, item.id, person)
    last_sent_at = last.sent_at if last else None
    settled = action_items.last_changed_at(session, item)
    snoozed = item.snoozed_until
    after_snooze = None
    if snoozed and snoozed > max(settled, last_sent_at or settled):
        # After a snooze, remind at its end, not at the next step of the ladder.
        after_snooze = ReminderStep(next_working_time(max(snoozed, at), zone, rules), SNOOZED)
    if not item.owner:
        last_request = last_sent_at if last and last.step == NO_OWNER else None
        request_time = (
            after_snooze.at if after_snooze else _next_owner_request(last_request, at, zone, rules)
        )
        return ReminderStep(request_time, NO_OWNER)
    ladder_start = _ladder_start(item, settled, zone)
    # At most one reminder of an item per day.
    after = max(
        ladder_start,
        snoozed or ladder_start,
        _day_ended(last_sent_at, zone) if last_sent_at else ladder_start,
    )
    next_step = _next_ladder_step(item, after, at, zone, rules)
    return min(next_step, after_snooze, key=lambda step: step.at) if after_snooze else next_step


def _ladder_start(item: ActionItem, settled: datetime, zone: ZoneInfo) -> datetime:
    """Return the time from which steps are due: the day when owner, date or state last changed.

    Steps before the item was created are skipped, unless it was created on its due date: it would
    get no reminder for a week.
    """
    day_start = _day_began(settled, zone)
    is_for_that_day = item.due == item.created_at.astimezone(zone).date()
    return day_start if is_for_that_day else max(item.created_at, day_start)


def _next_ladder_step(
    item: ActionItem, after: datetime, at: datetime, zone: ZoneInfo, rules: Ladder
) -> ReminderStep:
    """Return the next step.

    A missing due date is asked for after a day, a missing priority after `every_days_after` days,
    and both again at that interval.
    """
    days = 1 if item.due is None else rules.every_days_after
    first = (item.created_at.astimezone(zone) + timedelta(days=days)).date()
    without_steps_before = replace(rules, working_days_before=())
    request = next_reminder(first, after=after, at=at, zone=zone, ladder=without_steps_before)
    if item.due is None:
        return replace(request, step=MISSING)
    step = next_reminder(item.due, after=after, at=at, zone=zone, ladder=rules)
    is_lacking = item.priority is None and request.at.astimezone(zone).date() < item.due
    return replace(request, step=MISSING) if is_lacking and request.at < step.at else step


def _day_began(at: datetime, zone: ZoneInfo) -> datetime:
    return datetime.combine(at.astimezone(zone).date(), time(), zone).astimezone(UTC)


def _day_ended(at: datetime, zone: ZoneInfo) -> datetime:
    next_day = at.astimezone(zone).date() + timedelta(days=1)
    return datetime.combine(next_day, time(), zone).astimezone(UTC) - timedelta(seconds=1)


def _next_owner_request(
    last: datetime | None, after: datetime, zone: ZoneInfo, rules: Ladder
) -> datetime:
    """Return when to ask for an owner: on the next working day, and then weekly."""
    soon = next_working_time(after, zone, rules)
    if last is None:
        return soon
    week = (last.astimezone(zone) + timedelta(days=rules.every_days_after)).date()
    return max(soon, first_reminder_time(week, zone, rules))


def replan(session: Session, bot: Bot, person: str, at: datetime) -> None:
    """Plan a person's reminders again, for example when their time zone is known.

    Due ones stay due.
    """
    own = {item.id for item in action_items.open_of_owner(session, person)}
    for item_id in sorted(own | reminders.items_of(session, person)):
        item = action_items.by_id(session, item_id)
        planned = reminders.next_due_at(session, item_id)
        if item is not None and (planned is None or planned > at):
            plan(session, bot, item, at)
