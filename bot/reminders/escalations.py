"""Escalation of overdue action items: first to the lead, then to a channel, once each."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.config.context import Bot
from bot.domain.action_item import ActionItem
from bot.domain.job import Job, JobKind
from bot.domain.markup import MarkupText
from bot.domain.reminder_ladder import (
    CHANNEL_STEP,
    ESCALATIONS,
    LEAD_STEP,
    Ladder,
    first_reminder_time,
    is_working_time,
    next_working_time,
)
from bot.people import reachability, working_hours
from bot.rendering import render
from storage import action_items, incidents, outbox, people, reminders
from storage.engine.store import Session
from storage.reminders import Reminder

NOBODY = ""  # the recipient of reminders that go to a channel
_DAY = timedelta(days=1)


def find_responsible(session: Session, item: ActionItem) -> str | None:
    """Return who is responsible for an item besides its owner.

    That is its incident's lead, or else whoever declared it; None if that is the owner or isn't
    reachable.
    """
    return reachability.find_responsible(
        session, incidents.by_id(session, item.incident_id), besides=item.owner
    )


def find_recipient(session: Session, item: ActionItem) -> str | None:
    """Return who is reminded of an item: its owner, else whoever is responsible besides.

    An owner who is a guest or external never gets messages.
    """
    owner = None if people.is_outsider(session, item.owner) else item.owner
    return owner or find_responsible(session, item)


def not_reminded_note(session: Session, item: ActionItem) -> MarkupText | None:
    """Return the note that an outside owner gets no reminders, and who does; None for members."""
    if not people.is_outsider(session, item.owner):
        return None
    stand_in = find_responsible(session, item)
    known = people.names(session, [stand_in] if stand_in else [])
    return MarkupText(render.line("not_reminded", stand_in=stand_in, names=known))


def plan(session: Session, bot: Bot, item: ActionItem, at: datetime) -> None:
    """Plan the escalations of an item.

    Each happens once per due date; without one, there are none.
    """
    for times, step in enumerate(ESCALATIONS, start=1):
        days = (bot.policy.reminders.escalate_after_days or 0) * times
        recipient = _escalation_recipient(session, bot, item, step)
        if not (days and recipient and item.is_open and item.due):
            reminders.plan(session, item.id, NOBODY, None, step)
        elif not reminders.is_sent(session, item.id, step, _midnight(item.due + days * _DAY)):
            _plan_step(session, item, step, day=item.due + days * _DAY, recipient=recipient, at=at)


def post_overdue(session: Session, bot: Bot, due: list[Reminder], at: datetime) -> int:
    """Post overdue items in the configured channel, in one message and in working hours.

    Return the number of messages, 0 or 1.
    """
    zone, rules = bot.policy.zone, working_hours.team_rules(bot)
    if due and not is_working_time(at, zone, rules):
        for reminder in due:
            reminders.postpone(session, reminder, next_working_time(at, zone, rules))
    elif due:
        about = {"items": [reminder.item_id for reminder in due]}
        outbox.enqueue(session, Job(kind=JobKind.ESCALATION, lane="escalations", about=about), at)
        return 1
    return 0


def find_overdue(session: Session, item_ids: list[int]) -> list[tuple[ActionItem, str]]:
    """Return the items for the channel that are still open, each with its incident's key.

    Items of private incidents are left out.
    """
    items = [action_items.by_id(session, item_id) for item_id in item_ids]
    overdue = [(item, incidents.by_id(session, item.incident_id)) for item in items if item]
    return [
        (item, incident.key) for item, incident in overdue if item.is_open and not incident.private
    ]


def _plan_step(  # noqa: PLR0913 - who, what and when
    session: Session,
    item: ActionItem,
    step: str,
    *,
    day: date,
    recipient: tuple[str, ZoneInfo, Ladder],
    at: datetime,
) -> None:
    person, zone, rules = recipient
    after = max(at, item.snoozed_until or at)
    moment = first_reminder_time(day, zone, rules)
    if moment <= after:
        planned = reminders.next_due_at(session, item.id, step)
        if planned is not None and planned <= at:
            return  # already due: the next scheduled run claims it
        moment = next_working_time(after, zone, rules)
    reminders.plan(session, item.id, person, moment, step)


def _escalation_recipient(
    session: Session, bot: Bot, item: ActionItem, step: str
) -> tuple[str, ZoneInfo, Ladder] | None:
    """Return the recipient of an escalation, with their zone and rules; None if there is none."""
    if step == CHANNEL_STEP:
        private = incidents.by_id(session, item.incident_id).private
        has_channel = bot.policy.channels.escalate and not private
        return (NOBODY, bot.policy.zone, working_hours.team_rules(bot)) if has_channel else None
    person = find_responsible(session, item) if step == LEAD_STEP else None
    if person is None:
        return None
    return person, *working_hours.zone_and_rules(session, bot, person)


def _midnight(day: date) -> datetime:
    """Return a time before the start of that day in every time zone."""
    return datetime.combine(day - _DAY, time(), UTC)
