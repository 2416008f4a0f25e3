"""Deliver due reminders: claimed when due, sent as one DM per person and working day."""

from collections import defaultdict
from collections.abc import Container
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.config.context import Bot
from bot.domain.action_item import ActionItem
from bot.domain.deadline import Deadline
from bot.domain.job import Job, JobKind, person_lane
from bot.domain.reminder_ladder import (
    CHANNEL_STEP,
    LEAD_STEP,
    NO_OWNER,
    is_working_time,
    next_working_time,
)
from bot.people import working_hours
from bot.reminders import escalations, ladder, postmortem_deadlines
from storage import action_items, outbox, reminders
from storage import postmortem_deadlines as stored_deadlines
from storage.engine.store import Session
from storage.reminders import Reminder


@dataclass(frozen=True, slots=True)
class _Due:
    """Everything that one person should be reminded of now."""

    reminders: list[Reminder] = field(default_factory=list)
    deadlines: list[Deadline] = field(default_factory=list)

    @property
    def about(self) -> dict[str, object]:
        """Return the ids, in the format of a job."""
        return {
            "reminders": [reminder.id for reminder in self.reminders],
            "deadlines": [deadline.id for deadline in self.deadlines],
        }

    def postpone(self, session: Session, later: datetime) -> None:
        for reminder in self.reminders:
            reminders.postpone(session, reminder, later)
        for deadline in self.deadlines:
            stored_deadlines.postpone(session, deadline, later)


def remind(session: Session, bot: Bot, at: datetime) -> int:
    """Claim due reminders and enqueue one DM for each person. Return the number of messages."""
    due: dict[str, _Due] = defaultdict(_Due)
    for reminder in reminders.claim_due(session, at):
        person = _find_recipient(session, reminder)
        if person is None:
            reminders.discard(session, reminder)
        else:
            due[person].reminders.append(reminders.reassign(session, reminder, person))
    for deadline in postmortem_deadlines.claim_due(session, bot, at):
        due[deadline.person].deadlines.append(deadline)
    for_channel = due.pop(escalations.NOBODY, _Due()).reminders
    results = [
        _enqueue_reminder(session, bot, person, due_now, at) for person, due_now in due.items()
    ]
    return sum(results) + escalations.post_overdue(session, bot, for_channel, at)


def may_still_send(session: Session, bot: Bot, owner: str, at: datetime) -> bool:
    """Return whether a delayed reminder may still be sent.

    It must be within working hours, and the person's first reminder of the day.
    """
    zone, rules = working_hours.zone_and_rules(session, bot, owner)
    last = outbox.last_posted_at(session, person_lane(owner), JobKind.REMINDER)
    return is_working_time(at, zone, rules) and not _is_today(last, zone, at)


def postpone(session: Session, bot: Bot, job: Job, at: datetime) -> None:
    """Postpone the reminders of an unsent DM to the next working day's DM."""
    owner = str(job.about["owner"])
    zone, rules = working_hours.zone_and_rules(session, bot, owner)
    later = next_working_time(at, zone, rules)
    for reminder, _ in pending_items(session, job):
        reminders.put_back(session, reminder, later)
    for deadline in pending_deadlines(session, job):
        stored_deadlines.postpone(session, deadline, later)


def pending_items(session: Session, job: Job) -> list[tuple[Reminder, ActionItem]]:
    """Return the reminders of a DM that are still needed by this person, with their items."""
    person, needed = str(job.about["owner"]), []
    for reminder in reminders.by_ids(session, _ids(job, "reminders")):
        item = action_items.by_id(session, reminder.item_id)
        if item is not None and item.is_open and _find_recipient(session, reminder) == person:
            needed.append((reminder, item))
    return needed


def pending_deadlines(session: Session, job: Job) -> list[Deadline]:
    """Return the deadlines of a DM that are still missed, for this person."""
    deadlines = stored_deadlines.by_ids(session, _ids(job, "deadlines"))
    return [
        deadline
        for deadline in deadlines
        if postmortem_deadlines.find_recipient(session, deadline) == deadline.person
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


def _enqueue_reminder(session: Session, bot: Bot, person: str, due: _Due, at: datetime) -> bool:
    zone, rules = working_hours.zone_and_rules(session, bot, person)
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
            ladder.plan(session, bot, item, at)
    return True


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


def _last_reminded_at(session: Session, person: str, due: _Due) -> datetime | None:
    """Return when the person was last reminded of anything else."""
    items = reminders.last_sent_at(session, person, [reminder.id for reminder in due.reminders])
    others = [deadline.id for deadline in due.deadlines]
    postmortems = stored_deadlines.last_sent(session, person, others)
    return max((time for time in (items, postmortems) if time), default=None)


def _is_today(last: datetime | None, zone: ZoneInfo, at: datetime) -> bool:
    """Return whether that was today or later; it's later if the clock was set back since."""
    return last is not None and last.astimezone(zone).date() >= at.astimezone(zone).date()


def _ids(job: Job, kind: str) -> list[int]:
    ids = job.about.get(kind, [])
    assert isinstance(ids, list)  # noqa: S101 - written by this module
    return ids
