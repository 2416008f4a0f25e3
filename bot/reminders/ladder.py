"""Reminders: planned as rows, taken when due, one DM per person and working day."""

from collections import defaultdict
from collections.abc import Container
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.config.context import Bot
from bot.domain.action_item import ActionItem
from bot.domain.deadline import Deadline
from bot.domain.errors import BackAlready, LeaveTooLong, NotAChoice
from bot.domain.job import Job, JobKind, person_lane
from bot.domain.reminder_ladder import (
    CHANNEL,
    LEAD,
    MISSING,
    NO_OWNER,
    SNOOZED,
    Ladder,
    Nudge,
    is_working_time,
    next_nudge,
    next_working_time,
    on_or_after,
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
    """What one person is to hear of now."""

    reminders: list[Reminder] = field(default_factory=list)
    deadlines: list[Deadline] = field(default_factory=list)

    @property
    def about(self) -> dict[str, object]:
        """By id, as a posting has it."""
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
    """Plan an item's next reminder: of its owner, else of who is in charge; none once it is not open.

    It follows from what is kept alone, so planning anew, from wherever, neither repeats nor passes over a step.
    """
    person = escalations.reminded(session, item)
    if item.is_open and person:
        nudge = _next(session, bot, item, person, at)
        reminders.plan(session, item.id, person, nudge.at, nudge.step)
    else:
        reminders.plan(session, item.id, "", None)
    escalations.plan(session, bot, item, at)


def _next(session: Session, bot: Bot, item: ActionItem, person: str, at: datetime) -> Nudge:
    zone, rules = (
        working_hours.zone_of(session, bot, person),
        working_hours.ladder(session, bot, person),
    )
    last = reminders.last_of(session, item.id, person)
    said = last.sent_at if last else None
    settled = action_items.settled_at(session, item)
    snoozed = item.snoozed_until
    woken = None
    if snoozed and snoozed > max(settled, said or settled):
        # "In two days" is meant, not "at the ladder's next step after that".
        woken = Nudge(next_working_time(max(snoozed, at), zone, rules), SNOOZED)
    if not item.owner:
        asked = said if last and last.step == NO_OWNER else None
        again = woken.at if woken else _asked_again(asked, at, zone, rules)
        return Nudge(again, NO_OWNER)
    begun = _begun(item, settled, zone)
    # On the day on which anything of it was told, it is not said once more.
    after = max(begun, snoozed or begun, _day_ended(said, zone) if said else begun)
    nudge = _on_ladder(item, after, at, zone, rules)
    return min(nudge, woken, key=lambda each: each.at) if woken else nudge


def _begun(item: ActionItem, settled: datetime, zone: ZoneInfo) -> datetime:
    """From when on steps are said: with the day on which it was settled who does it by when, but none
    that fell before it was written down, unless that is its date: it would be silent for a week."""
    begun = _day_began(settled, zone)
    is_for_that_day = item.due == item.created_at.astimezone(zone).date()
    return begun if is_for_that_day else max(item.created_at, begun)


def _on_ladder(
    item: ActionItem, after: datetime, at: datetime, zone: ZoneInfo, rules: Ladder
) -> Nudge:
    """The next step. A date is asked for the day after, a priority after a week, and then weekly."""
    days = 1 if item.due is None else rules.every_days_after
    first = (item.created_at.astimezone(zone) + timedelta(days=days)).date()
    asking = replace(rules, working_days_before=())
    asked = next_nudge(first, after=after, at=at, zone=zone, ladder=asking)
    if item.due is None:
        return replace(asked, step=MISSING)
    step = next_nudge(item.due, after=after, at=at, zone=zone, ladder=rules)
    is_lacking = item.priority is None and asked.at.astimezone(zone).date() < item.due
    return replace(asked, step=MISSING) if is_lacking and asked.at < step.at else step


def _day_began(at: datetime, zone: ZoneInfo) -> datetime:
    return datetime.combine(at.astimezone(zone).date(), time(), zone).astimezone(UTC)


def _day_ended(at: datetime, zone: ZoneInfo) -> datetime:
    next_day = at.astimezone(zone).date() + timedelta(days=1)
    return datetime.combine(next_day, time(), zone).astimezone(UTC) - timedelta(seconds=1)


def _asked_again(last: datetime | None, after: datetime, zone: ZoneInfo, rules: Ladder) -> datetime:
    """When it is asked who does it: on the next working day, and a week after each time."""
    soon = next_working_time(after, zone, rules)
    if last is None:
        return soon
    week = (last.astimezone(zone) + timedelta(days=rules.every_days_after)).date()
    return max(soon, on_or_after(week, zone, rules))


def choose_hour(session: Session, bot: Bot, person: str, hour: int, at: datetime) -> None:
    """Remind a person at another hour of their day, within the working hours."""
    working = bot.policy.working_hours
    if not working.start <= hour < working.end:
        raise NotAChoice(given=hour, what="hour", choices=f"{working.start} to {working.end - 1}")
    working_hours.keep_hour(session, person, hour)
    replan(session, bot, person, at)


def stay_away(session: Session, bot: Bot, person: str, until: date | None, at: datetime) -> None:
    """Keep every reminder away until a day on which the person is back; None: they are back."""
    today = working_hours.today_of(session, bot, person, at)
    if until is not None and not today < until:
        raise BackAlready(day=until)
    if until is not None and until - today > LONGEST_LEAVE:
        raise LeaveTooLong(longest=today + LONGEST_LEAVE)
    working_hours.keep_leave(session, person, until)
    replan(session, bot, person, at)


def replan(session: Session, bot: Bot, person: str, at: datetime) -> None:
    """Plan a person's reminders again, as when their zone has become known. What is due stays due."""
    own = {item.id for item in action_items.open_of_owner(session, person)}
    for item_id in sorted(own | reminders.items_of(session, person)):
        item = action_items.by_id(session, item_id)
        planned = reminders.waiting(session, item_id)
        if item is not None and (planned is None or planned > at):
            plan(session, bot, item, at)


def remind(session: Session, bot: Bot, at: datetime) -> int:
    """Take what is due and write one DM for each person; say how many messages that makes."""
    due: dict[str, _Due] = defaultdict(_Due)
    for taken in reminders.take_due(session, at):
        person = _addressee(session, taken)
        if person is None:
            reminders.drop(session, taken)
        else:
            due[person].reminders.append(reminders.hand(session, taken, person))
    for each in postmortem_deadlines.take_due(session, bot, at):
        due[each.person].deadlines.append(each)
    for_channel = due.pop(escalations.NOBODY, _Due()).reminders
    said = [_remind(session, bot, person, taken, at) for person, taken in due.items()]
    return sum(said) + escalations.tell_channel(session, bot, for_channel, at)


def may_be_said(session: Session, bot: Bot, owner: str, at: datetime) -> bool:
    """Whether a reminder that had to wait may still interrupt: at a good hour, the day's first."""
    zone = working_hours.zone_of(session, bot, owner)
    last = outbox.last_said(session, person_lane(owner), JobKind.REMINDER)
    return is_working_time(at, zone, working_hours.ladder(session, bot, owner)) and not _is_today(
        last, zone, at
    )


def fold(session: Session, bot: Bot, job: Job, at: datetime) -> None:
    """Let what could not be said in time be said with what is due on the next working day."""
    owner = str(job.about["owner"])
    zone, rules = (
        working_hours.zone_of(session, bot, owner),
        working_hours.ladder(session, bot, owner),
    )
    later = next_working_time(at, zone, rules)
    for reminder, _ in items_of(session, job):
        reminders.put_back(session, reminder, later)
    for deadline in deadlines_of(session, job):
        stored_deadlines.postpone(session, deadline, later)


def items_of(session: Session, job: Job) -> list[tuple[Reminder, ActionItem]]:
    """The items of a DM that still need the person whom it is for, each with its reminder."""
    person, found = str(job.about["owner"]), []
    for reminder in reminders.by_ids(session, _ids(job, "reminders")):
        item = action_items.by_id(session, reminder.item_id)
        if item is not None and item.is_open and _addressee(session, reminder) == person:
            found.append((reminder, item))
    return found


def deadlines_of(session: Session, job: Job) -> list[Deadline]:
    """The postmortems of a DM that are still not as far as they should be."""
    taken = stored_deadlines.by_ids(session, _ids(job, "deadlines"))
    return [each for each in taken if postmortem_deadlines.addressee(session, each) == each.person]


def pass_on(
    session: Session, job: Job, at: datetime, of_incidents: Container[int] | None = None
) -> None:
    """Let what nobody was told of, since the person has left, go to who looks after it now.

    All of a DM, or what it has of some incidents.
    """
    for reminder in reminders.by_ids(session, _ids(job, "reminders")):
        item = action_items.by_id(session, reminder.item_id)
        is_meant = of_incidents is None or (item and item.incident_id in of_incidents)
        if is_meant and reminder.step in {LEAD, NO_OWNER}:
            reminders.put_back(session, reminder, at)
    for deadline in stored_deadlines.by_ids(session, _ids(job, "deadlines")):
        if of_incidents is None or deadline.incident_id in of_incidents:
            stored_deadlines.postpone(session, deadline, at)


def hand_over(session: Session, job: Job, at: datetime) -> None:
    """Let what its addressee is not written of, being an outsider, go to whoever is in charge."""
    for reminder in reminders.by_ids(session, _ids(job, "reminders")):
        reminders.put_back(session, reminder, at)
    for deadline in stored_deadlines.by_ids(session, _ids(job, "deadlines")):
        stored_deadlines.postpone(session, deadline, at)


def _ids(job: Job, kind: str) -> list[int]:
    ids = job.about.get(kind, [])
    assert isinstance(ids, list)  # noqa: S101 - written here
    return ids


def _addressee(session: Session, reminder: Reminder) -> str | None:
    """Whom a reminder is for as it is now: who leads may be another by then."""
    if reminder.step == CHANNEL:
        return escalations.NOBODY
    item = action_items.by_id(session, reminder.item_id)
    if item is None:
        return None
    if reminder.step == LEAD:
        return escalations.in_charge(session, item)
    return escalations.reminded(session, item)


def _remind(session: Session, bot: Bot, person: str, due: _Due, at: datetime) -> bool:
    zone, rules = (
        working_hours.zone_of(session, bot, person),
        working_hours.ladder(session, bot, person),
    )
    if not is_working_time(at, zone, rules) or _is_today(_last(session, person, due), zone, at):
        due.postpone(session, next_working_time(at, zone, rules))
        return False
    about = {"owner": person} | due.about
    job = Job(kind=JobKind.REMINDER, lane=person_lane(person), about=about)
    outbox.put(session, job, at)
    for deadline in due.deadlines:
        postmortem_deadlines.follow(session, bot, deadline, at)
    for reminder in due.reminders:
        item = action_items.by_id(session, reminder.item_id)
        if item is not None and reminder.step != LEAD:
            plan(session, bot, item, at)
    return True


def _last(session: Session, person: str, due: _Due) -> datetime | None:
    """When the person heard of anything for the last time before this."""
    items = reminders.last_sent(session, person, [each.id for each in due.reminders])
    others = [each.id for each in due.deadlines]
    postmortems = stored_deadlines.last_sent(session, person, others)
    return max((each for each in (items, postmortems) if each), default=None)


def _is_today(last: datetime | None, zone: ZoneInfo, at: datetime) -> bool:
    """Whether that was today; a later day is one of a clock that has been turned back since."""
    return last is not None and last.astimezone(zone).date() >= at.astimezone(zone).date()
