"""By when a postmortem is begun, in review and final: who is nudged, in their working hours, once each.

Its author hears first, and who leads a working day later. What nobody needs any more, or somebody
decided to do without, is nudged about no more; `bot.reminders.ladder` says it with all else that is due.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.config.context import Bot
from bot.domain.deadline import Deadline, Milestone, author, is_met
from bot.domain.incident import Incident, Status
from bot.domain.reminder_ladder import (
    Ladder,
    is_working_time,
    next_working_time,
    on_or_after,
    working_days_after,
)
from bot.people import working_hours
from storage import (
    incidents,
    postmortem_deadlines,
    postmortems,
    requirement_decisions,
    reviews,
    sections,
)
from storage.engine.store import Session


def plan(session: Session, bot: Bot, incident: Incident, at: datetime) -> None:
    """Plan the nudges of an incident that needs a postmortem; once it has one there are none."""
    person = _author(session, incident)
    if person is None or incident.resolved_at is None or not _is_needed(session, incident):
        return
    for step in _steps(bot):
        if not _is_met(session, incident, step):
            due = max(_due(session, bot, incident, step, person), _soon(session, bot, person, at))
            postmortem_deadlines.plan(session, incident.id, step, person, due)


def take_due(session: Session, bot: Bot, at: datetime) -> list[Deadline]:
    """Take what is due and still needed, each for who is to hear of it now."""
    found, passed_on = [], False
    for taken in postmortem_deadlines.take_due(session, at):
        person = addressee(session, taken)
        if person == taken.person:
            found.append(taken)
            continue
        postmortem_deadlines.drop(session, taken)
        if person:  # somebody has begun to write it meanwhile
            soon, passed_on = _soon(session, bot, person, at), True
            postmortem_deadlines.plan(session, taken.incident_id, taken.step, person, soon)
    return found + (postmortem_deadlines.take_due(session, at) if passed_on else [])


def addressee(session: Session, deadline: Deadline) -> str | None:
    """Whom a nudge is for as it is now; None when it is not needed any more."""
    incident = incidents.by_id(session, deadline.incident_id)
    if not _is_needed(session, incident) or _is_met(session, incident, deadline.step):
        return None
    heard = postmortem_deadlines.told(session, incident.id, deadline.step) - {deadline.person}
    return working_hours.in_charge(session, incident) if heard else _author(session, incident)


def follow(session: Session, bot: Bot, said: Deadline, at: datetime) -> None:
    """Plan that who leads hears of it a working day after its author."""
    person = working_hours.in_charge(session, incidents.by_id(session, said.incident_id))
    if person and person not in postmortem_deadlines.told(session, said.incident_id, said.step):
        zone, rules = (
            working_hours.zone_of(session, bot, person),
            working_hours.ladder(session, bot, person),
        )
        heard = working_hours.today_of(session, bot, said.person, at)
        day = working_days_after(heard, 1, rules)
        due = on_or_after(day, zone, rules)
        postmortem_deadlines.plan(session, said.incident_id, said.step, person, due)


def _steps(bot: Bot) -> Iterator[Milestone]:
    limits = bot.policy.postmortem.deadlines
    if limits.start_hours:
        yield Milestone.START
    if limits.draft_hours:
        yield Milestone.DRAFT
    if limits.final_working_days:
        yield Milestone.FINAL


def _due(session: Session, bot: Bot, incident: Incident, step: Milestone, person: str) -> datetime:
    """When a person hears that a step is not done: by then, and in their working time."""
    assert incident.resolved_at is not None  # noqa: S101 - it is over
    limits = bot.policy.postmortem.deadlines
    zone, rules = (
        working_hours.zone_of(session, bot, person),
        working_hours.ladder(session, bot, person),
    )
    if step is Milestone.FINAL:
        ended = incident.resolved_at.astimezone(zone).date()
        day = working_days_after(ended, limits.final_working_days, rules)
        return on_or_after(day, zone, rules)
    count = limits.start_hours if step is Milestone.START else limits.draft_hours
    return _good_time(incident.resolved_at + timedelta(hours=count), zone, rules)


def _soon(session: Session, bot: Bot, person: str, at: datetime) -> datetime:
    zone, rules = (
        working_hours.zone_of(session, bot, person),
        working_hours.ladder(session, bot, person),
    )
    return _good_time(at, zone, rules)


def _good_time(at: datetime, zone: ZoneInfo, rules: Ladder) -> datetime:
    return at if is_working_time(at, zone, rules) else next_working_time(at, zone, rules)


def _is_needed(session: Session, incident: Incident) -> bool:
    """Whether the policy asks for it, or a person did; and nobody decided to do without."""
    if incident.status is not Status.RESOLVED or requirement_decisions.waived(session, incident.id):
        return False
    kept = postmortems.latest(session, incident.id)
    need = (kept.document.get("need") or {}) if kept else {}
    return bool(need.get("needed")) or requirement_decisions.asked(session, incident.id) is not None


def _is_met(session: Session, incident: Incident, step: Milestone) -> bool:
    written = bool(sections.of_incident(session, incident.id))
    return is_met(step, written=written, review=reviews.of_incident(session, incident.id))


def _author(session: Session, incident: Incident) -> str | None:
    """Whose postmortem it is: who sent or wrote it, else who leads, else who declared."""
    writers = [(each.at, each.by) for each in sections.of_incident(session, incident.id)]
    person = author(reviews.of_incident(session, incident.id), writers)
    if person and working_hours.is_reachable(session, incident, person):
        return person
    return working_hours.in_charge(session, incident)
