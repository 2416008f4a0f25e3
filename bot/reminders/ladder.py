"""Reminders: planned as rows, claimed when due, sent as one DM per person and working day."""

from collections import defaultdict
from collections.abc import Container
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.config.context import Bot
from bot.domain.action_item import ActionItem
from bot.domain.deadline import Deadline
from bot.domain.errors import LeaveTooLong, NotAChoice, ReturnDateInPast
from bot.domain.job import Job, JobKind, person_lane
from bot.domain.reminder_ladder import (
    CHANNEL_STEP,
    LEAD_STEP,
    MISSING,
    NO_OWNER,
    SNOOZED,
    Ladder,
    ReminderStep,
    first_reminder_time,
    is_working_time,
    next_reminder,
    next_working_time,
)
from bot.people import working_hours
from bot.reminders import escalations, postmortem_deadlines
from storage import action_items, outbox, reminders
from storage import postmortem_deadlines as stored_deadlines
from storage.engine.store import Session
from storage.reminders import Reminder

LONGEST_LEAVE = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class _Due:
    """Everything that one person should be reminded of now."""

    reminders: list[Reminder] = field(default_factory=list)
    deadlines: list[Deadline] = field(default_factory=list)

    @property
    def about(self) -> dict[str, object]:
        """Return the ids, in the format of a job."""
        return {
            "reminders": [each.id for each in self.reminders],
            "deadlines": [each.id for each in self.deadlines],
        }

    def postpone(self, session: Session, later: datetime) -> None:
        for reminder in self.reminders:
            reminders.postpone(session, reminder, later)
        for deadline in self.deadlines:
            stored_deadlines.postpone(session, deadline, later)


def plan(session: Session, bot: Bot, item: ActionItem, at: datetime) -> None:
    """Plan the next reminder of an open item: for its owner, else whoever is responsible.

    The plan depends only on stored data, so planning again never repeats or skips a step.
    """
    person = escalations.find_recipient(session, item)
    if item.is_open and person:
        nudge = _next_step(session, bot, item, person, at)
        reminders.plan(session, item.id, person, nudge.at, nudge.step)
    else:
        reminders.plan(session, item.id, "", None)
    escalations.plan(session, bot, item, at)


def _next_step(
    session: Session, bot: Bot, item: ActionItem, person: str, at: datetime
) -> ReminderStep:
    zone, rules = (
        working_hours.zone_of(session, bot, person),
        working_hours.reminder_rules(session, bot, person),
    )
    last = reminders.find_last(session, item.id, person)
    said = last.sent_at if last else None
    settled = action_items.last_changed_at(session, item)
    snoozed = item.snoozed_until
    woken = None
    if snoozed and snoozed > max(settled, said or settled):
        # A snooze ends when it says, not at the next step of the ladder after that.
        woken = ReminderStep(next_working_time(max(snoozed, at), zone, rules), SNOOZED)
    if not item.owner:
        asked = said if last and last.step == NO_OWNER else None
        again = woken.at if woken else _next_owner_request(asked, at, zone, rules)
        return ReminderStep(again, NO_OWNER)
    begun = _ladder_start(item, settled, zone)
    # At most one reminder of an item per day.
    after = max(begun, snoozed or begun, _day_ended(said, zone) if said else begun)
    nudge = _next_ladder_step(item, after, at, zone, rules)
    return min(nudge, woken, key=lambda each: each.at) if woken else nudge


def _ladder_start(item: ActionItem, settled: datetime, zone: ZoneInfo) -> datetime:
    """Return the time from which steps are due: the day when owner, date or state last changed.

    Steps before the item was created are skipped, unless it was created on its due date: it would
    get no reminder for a week.
    """
    begun = _day_began(settled, zone)
    is_for_that_day = item.due == item.created_at.astimezone(zone).date()
    return begun if is_for_that_day else max(item.created_at, begun)


def _next_ladder_step(
    item: ActionItem, after: datetime, at: datetime, zone: ZoneInfo, rules: Ladder
) -> ReminderStep:
    """Return the next step.

    A missing due date is asked for after a day, a missing priority after `every_days_after` days,
    and both again at that interval.
    """
    days = 1 if item.due is None else rules.every_days_after
    first = (item.created_at.astimezone(zone) + timedelta(days=days)).date()
    asking = replace(rules, working_days_before=())
    asked = next_reminder(first, after=after, at=at, zone=zone, ladder=asking)
    if item.due is None:
        return replace(asked, step=MISSING)
    step = next_reminder(item.due, after=after, at=at, zone=zone, ladder=rules)
    is_lacking = item.priority is None and asked.at.astimezone(zone).date() < item.due
    return replace(asked, step=MISSING) if is_lacking and asked.at < step.at else step


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


def set_hour(session: Session, bot: Bot, person: str, hour: int, at: datetime) -> None:
    """Set the hour of a person's reminders. Raises NotAChoice if it isn't within working hours."""
    working = bot.policy.working_hours
    if not working.start <= hour < working.end:
        raise NotAChoice(given=hour, what="hour", choices=f"{working.start} to {working.end - 1}")
    working_hours.store_hour(session, person, hour)
    replan(session, bot, person, at)


def set_leave(session: Session, bot: Bot, person: str, until: date | None, at: datetime) -> None:
    """Pause a person's reminders until a date, the day they're back; None ends the pause.

    Raises ReturnDateInPast for a day that isn't in the future, LeaveTooLong for more than a year.
    """
    today = working_hours.today_of(session, bot, person, at)
    if until is not None and not today < until:
        raise ReturnDateInPast(day=until)
    if until is not None and until - today > LONGEST_LEAVE:
        raise LeaveTooLong(longest=today + LONGEST_LEAVE)
    working_hours.store_leave(session, person, until)
    replan(session, bot, person, at)


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


def remind(session: Session, bot: Bot, at: datetime) -> int:
    """Claim due reminders and enqueue one DM for each person. Return the number of messages."""
    due: dict[str, _Due] = defaultdict(_Due)
    for taken in reminders.claim_due(session, at):
        person = _find_recipient(session, taken)
        if person is None:
            reminders.discard(session, taken)
        else:
            due[person].reminders.append(reminders.reassign(session, taken, person))
    for each in postmortem_deadlines.claim_due(session, bot, at):
        due[each.person].deadlines.append(each)
    for_channel = due.pop(escalations.NOBODY, _Due()).reminders
    said = [_enqueue_reminder(session, bot, person, taken, at) for person, taken in due.items()]
    return sum(said) + escalations.post_overdue(session, bot, for_channel, at)


def may_still_send(session: Session, bot: Bot, owner: str, at: datetime) -> bool:
    """Return whether a delayed reminder may still be sent.

    It must be within working hours, and the person's first reminder of the day.
    """
    zone = working_hours.zone_of(session, bot, owner)
    last = outbox.last_posted_at(session, person_lane(owner), JobKind.REMINDER)
    return is_working_time(
        at, zone, working_hours.reminder_rules(session, bot, owner)
    ) and not _is_today(last, zone, at)


def postpone(session: Session, bot: Bot, job: Job, at: datetime) -> None:
    """Postpone the reminders of an unsent DM to the next working day's DM."""
    owner = str(job.about["owner"])
    zone, rules = (
        working_hours.zone_of(session, bot, owner),
        working_hours.reminder_rules(session, bot, owner),
    )
    later = next_working_time(at, zone, rules)
    for reminder, _ in items_of(session, job):
        reminders.put_back(session, reminder, later)
    for deadline in deadlines_of(session, job):
        stored_deadlines.postpone(session, deadline, later)


def items_of(session: Session, job: Job) -> list[tuple[Reminder, ActionItem]]:
    """Return the reminders of a DM that are still needed by this person, with their items."""
    person, found = str(job.about["owner"]), []
    for reminder in reminders.by_ids(session, _ids(job, "reminders")):
        item = action_items.by_id(session, reminder.item_id)
        if item is not None and item.is_open and _find_recipient(session, reminder) == person:
            found.append((reminder, item))
    return found


def deadlines_of(session: Session, job: Job) -> list[Deadline]:
    """Return the deadlines of a DM that are still missed, for this person."""
    taken = stored_deadlines.by_ids(session, _ids(job, "deadlines"))
    return [
        each for each in taken if postmortem_deadlines.find_recipient(session, each) == each.person
    ]


def reassign_departed(
    session: Session, job: Job, at: datetime, of_incidents: Container[int] | None = None
) -> None:
    """Reassign the reminders of an unsent DM, whose recipient has left, to whoever is responsible.

    `of_incidents` limits it to these incidents.
    """
    for reminder in reminders.by_ids(session, _ids(job, "reminders")):
        item = action_items.by_id(session, reminder.item_id)
        is_meant = of_incidents is None or (item and item.incident_id in of_incidents)
        if is_meant and reminder.step in {LEAD_STEP, NO_OWNER}:
            reminders.put_back(session, reminder, at)
    for deadline in stored_deadlines.by_ids(session, _ids(job, "deadlines")):
        if of_incidents is None or deadline.incident_id in of_incidents:
            stored_deadlines.postpone(session, deadline, at)


def reassign_outsider(session: Session, job: Job, at: datetime) -> None:
    """Reassign the reminders of an unsent DM, because the person is an outsider."""
    for reminder in reminders.by_ids(session, _ids(job, "reminders")):
        reminders.put_back(session, reminder, at)
    for deadline in stored_deadlines.by_ids(session, _ids(job, "deadlines")):
        stored_deadlines.postpone(session, deadline, at)


def _ids(job: Job, kind: str) -> list[int]:
    ids = job.about.get(kind, [])
    assert isinstance(ids, list)  # noqa: S101 - written by this module
    return ids


def _find_recipient(session: Session, reminder: Reminder) -> str | None:
    """Return who should get a reminder now: the lead may have changed; None if nobody."""
    if reminder.step == CHANNEL_STEP:
        return escalations.NOBODY
    item = action_items.by_id(session, reminder.item_id)
    if item is None:
        return None
    if reminder.step == LEAD_STEP:
        return escalations.find_responsible(session, item)
    return escalations.find_recipient(session, item)


def _enqueue_reminder(session: Session, bot: Bot, person: str, due: _Due, at: datetime) -> bool:
    zone, rules = (
        working_hours.zone_of(session, bot, person),
        working_hours.reminder_rules(session, bot, person),
    )
    if not is_working_time(at, zone, rules) or _is_today(
        _last_reminded_at(session, person, due), zone, at
    ):
        due.postpone(session, next_working_time(at, zone, rules))
        return False
    about = {"owner": person} | due.about
    job = Job(kind=JobKind.REMINDER, lane=person_lane(person), about=about)
    outbox.enqueue(session, job, at)
    for deadline in due.deadlines:
        postmortem_deadlines.plan_escalation(session, bot, deadline, at)
    for reminder in due.reminders:
        item = action_items.by_id(session, reminder.item_id)
        if item is not None and reminder.step != LEAD_STEP:
            plan(session, bot, item, at)
    return True


def _last_reminded_at(session: Session, person: str, due: _Due) -> datetime | None:
    """Return when the person was last reminded of anything else."""
    items = reminders.last_sent_at(session, person, [each.id for each in due.reminders])
    others = [each.id for each in due.deadlines]
    postmortems = stored_deadlines.last_sent(session, person, others)
    return max((each for each in (items, postmortems) if each), default=None)


def _is_today(last: datetime | None, zone: ZoneInfo, at: datetime) -> bool:
    """Return whether that was today or later; it's later if the clock was set back since."""
    return last is not None and last.astimezone(zone).date() >= at.astimezone(zone).date()
