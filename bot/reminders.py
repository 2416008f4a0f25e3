"""Reminders: planned as rows, taken when due, one DM per person and working day."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot import escalations, hours
from bot.domain.action_item import ActionItem
from bot.domain.errors import BackAlready, LeaveTooLong, NotAChoice
from bot.domain.posting import Deed, Posting, person_lane
from bot.domain.reminding import (
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
from bot.environment import Bot
from storage import action_items, outbox, reminders
from storage.engine import Session
from storage.reminders import Reminder

LONGEST_LEAVE = timedelta(days=366)


def plan(session: Session, bot: Bot, item: ActionItem, at: datetime) -> None:
    """Plan an item's next reminder: of its owner, else of who is in charge; none once it is not open."""
    person = item.owner or escalations.in_charge(session, item)
    if item.is_open and person:
        nudge = _next(session, bot, item, person, at)
        reminders.plan(session, item.id, person, nudge.at, nudge.step)
    else:
        reminders.plan(session, item.id, "", None)
    escalations.plan(session, bot, item, at)


def _next(session: Session, bot: Bot, item: ActionItem, person: str, at: datetime) -> Nudge:
    after = max(at, item.snoozed_until) if item.snoozed_until else at
    zone, rules = hours.zone_of(session, bot, person), hours.ladder(session, bot, person)
    if item.owner:
        planned = [_on_ladder(item, after, zone, rules)]
    else:
        asked = reminders.last_of(session, item.id, NO_OWNER)
        planned = [Nudge(_asked_again(asked, after, zone, rules), NO_OWNER)]
    if item.snoozed_until and item.snoozed_until > at:
        # "In two days" is meant, not "at the ladder's next step after that".
        planned.append(Nudge(next_working_time(item.snoozed_until, zone, rules), SNOOZED))
    return min(planned, key=lambda nudge: nudge.at)


def _on_ladder(item: ActionItem, after: datetime, zone: ZoneInfo, rules: Ladder) -> Nudge:
    """The next step. A date is asked for the day after, a priority after a week, and then weekly."""
    days = 1 if item.due is None else rules.every_days_after
    first = (item.created_at.astimezone(zone) + timedelta(days=days)).date()
    asking = replace(rules, working_days_before=())
    asked = next_nudge(first, after=after, zone=zone, ladder=asking)
    if item.due is None:
        return replace(asked, step=MISSING)
    step = next_nudge(item.due, after=after, zone=zone, ladder=rules)
    is_lacking = item.priority is None and asked.at.astimezone(zone).date() < item.due
    return replace(asked, step=MISSING) if is_lacking and asked.at < step.at else step


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
    hours.keep_hour(session, person, hour)
    replan(session, bot, person, at)


def stay_away(session: Session, bot: Bot, person: str, until: date | None, at: datetime) -> None:
    """Keep every reminder away until a day on which the person is back; None: they are back."""
    today = hours.today_of(session, bot, person, at)
    if until is not None and not today < until:
        raise BackAlready(day=until)
    if until is not None and until - today > LONGEST_LEAVE:
        raise LeaveTooLong(longest=today + LONGEST_LEAVE)
    hours.keep_leave(session, person, until)
    replan(session, bot, person, at)


def replan(session: Session, bot: Bot, person: str, at: datetime) -> None:
    """Plan a person's reminders again, as when their zone has become known.

    What is due already stays due: planned anew from here, it would be passed over.
    """
    own = {item.id for item in action_items.open_of_owner(session, person)}
    for item_id in sorted(own | reminders.items_of(session, person)):
        item = action_items.by_id(session, item_id)
        planned = reminders.waiting(session, item_id)
        if item is not None and (planned is None or planned > at):
            plan(session, bot, item, at)


def remind(session: Session, bot: Bot, at: datetime) -> int:
    """Take what is due and write one DM for each person; say how many messages that makes."""
    by_person: dict[str, list[Reminder]] = defaultdict(list)
    for taken in reminders.take_due(session, at):
        person = _addressee(session, taken)
        if person is None:
            reminders.drop(session, taken)
        else:
            by_person[person].append(reminders.hand(session, taken, person))
    for_channel = by_person.pop(escalations.NOBODY, [])
    said = [_remind(session, bot, person, due, at) for person, due in by_person.items()]
    return sum(said) + escalations.tell_channel(session, bot, for_channel, at)


def is_for(session: Session, reminder: Reminder, person: str) -> ActionItem | None:
    """The item of a reminder, if it still needs this person."""
    item = action_items.by_id(session, reminder.item_id)
    wanted = item is not None and item.is_open and _addressee(session, reminder) == person
    return item if wanted else None


def may_be_said(session: Session, bot: Bot, owner: str, at: datetime) -> bool:
    """Whether a reminder that had to wait may still interrupt: at a good hour, the day's first."""
    zone = hours.zone_of(session, bot, owner)
    last = outbox.last_said(session, person_lane(owner), Deed.REMINDER)
    return is_working_time(at, zone, hours.ladder(session, bot, owner)) and not _is_today(
        last, zone, at
    )


def fold(session: Session, bot: Bot, owner: str, ids: Iterable[int], at: datetime) -> None:
    """Let what could not be said in time be said with what is due on the next working day."""
    later = next_working_time(
        at, hours.zone_of(session, bot, owner), hours.ladder(session, bot, owner)
    )
    for reminder in reminders.by_ids(session, ids):
        if is_for(session, reminder, owner):
            reminders.put_back(session, reminder, later)


def pass_on(session: Session, ids: Iterable[int], at: datetime) -> None:
    """Let others' items that nobody was told of, since who led has left, go to who leads now."""
    for reminder in reminders.by_ids(session, ids):
        if reminder.step in {LEAD, NO_OWNER}:
            reminders.put_back(session, reminder, at)


def _addressee(session: Session, reminder: Reminder) -> str | None:
    """Whom a reminder is for as it is now: who leads may be another by then."""
    if reminder.step == CHANNEL:
        return escalations.NOBODY
    item = action_items.by_id(session, reminder.item_id)
    if item is None:
        return None
    owner = None if reminder.step == LEAD else item.owner
    return owner or escalations.in_charge(session, item)


def _remind(session: Session, bot: Bot, person: str, due: list[Reminder], at: datetime) -> bool:
    zone, rules = hours.zone_of(session, bot, person), hours.ladder(session, bot, person)
    taken = [reminder.id for reminder in due]
    last = reminders.last_sent(session, person, taken)
    if not is_working_time(at, zone, rules) or _is_today(last, zone, at):
        later = next_working_time(at, zone, rules)
        for reminder in due:
            reminders.postpone(session, reminder, later)
        return False
    about = {"owner": person, "reminders": taken}
    posting = Posting(deed=Deed.REMINDER, lane=person_lane(person), about=about)
    outbox.put(session, posting, at)
    for reminder in due:
        item = action_items.by_id(session, reminder.item_id)
        if item is not None and reminder.step != LEAD:
            plan(session, bot, item, at)
    return True


def _is_today(last: datetime | None, zone: ZoneInfo, at: datetime) -> bool:
    """Whether that was today; a later day is one of a clock that has been turned back since."""
    return last is not None and last.astimezone(zone).date() >= at.astimezone(zone).date()
