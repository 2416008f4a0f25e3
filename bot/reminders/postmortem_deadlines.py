"""Postmortem deadlines: reminders to start, submit and finalize it, in working hours, once each.

The author is reminded first, and the lead a working day later. There are none for a postmortem that
isn't required, or was skipped. `bot.reminders.delivery` sends them with all other due reminders.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from bot.config.context import Bot
from bot.domain.deadline import Deadline, Milestone, find_author, is_met
from bot.domain.incident import Incident, Status
from bot.domain.reminder_ladder import (
    earliest_working_time,
    first_reminder_time,
    working_days_after,
)
from bot.people import reachability, working_hours
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
    """Plan the unmet deadlines of an incident, if it's resolved and requires a postmortem."""
    person = _author(session, incident)
    if person is None or incident.resolved_at is None or not _is_needed(session, incident):
        return
    soon = earliest_working_time(at, *working_hours.zone_and_rules(session, bot, person))
    for step in _steps(bot):
        if not _is_met(session, incident, step):
            due = max(_due(session, bot, incident, step, person), soon)
            postmortem_deadlines.plan(session, incident.id, step, person, due)


def claim_due(session: Session, bot: Bot, at: datetime) -> list[Deadline]:
    """Claim the due deadlines that still apply, each for the person to remind now."""
    due, passed_on = [], False
    for deadline in postmortem_deadlines.claim_due(session, at):
        person = find_recipient(session, deadline)
        if person == deadline.person:
            due.append(deadline)
            continue
        postmortem_deadlines.discard(session, deadline)
        if person:  # somebody else has started writing it in the meantime
            passed_on = True
            zone_rules = working_hours.zone_and_rules(session, bot, person)
            soon = earliest_working_time(at, *zone_rules)
            postmortem_deadlines.plan(session, deadline.incident_id, deadline.step, person, soon)
    return due + (postmortem_deadlines.claim_due(session, at) if passed_on else [])


def find_recipient(session: Session, deadline: Deadline) -> str | None:
    """Return who should get a deadline's reminder now; None if it no longer applies."""
    incident = incidents.by_id(session, deadline.incident_id)
    if not _is_needed(session, incident) or _is_met(session, incident, deadline.step):
        return None
    others_reminded = postmortem_deadlines.list_reminded(session, incident.id, deadline.step) - {
        deadline.person
    }
    return (
        reachability.find_responsible(session, incident)
        if others_reminded
        else _author(session, incident)
    )


def plan_escalation(session: Session, bot: Bot, deadline: Deadline, at: datetime) -> None:
    """Plan the reminder to the lead, a working day after the author's."""
    person = reachability.find_responsible(session, incidents.by_id(session, deadline.incident_id))
    if person and person not in postmortem_deadlines.list_reminded(
        session, deadline.incident_id, deadline.step
    ):
        zone, rules = working_hours.zone_and_rules(session, bot, person)
        reminded_on = working_hours.today_of(session, bot, deadline.person, at)
        day = working_days_after(reminded_on, 1, rules)
        due = first_reminder_time(day, zone, rules)
        postmortem_deadlines.plan(session, deadline.incident_id, deadline.step, person, due)


def _steps(bot: Bot) -> Iterator[Milestone]:
    limits = bot.policy.postmortem.deadlines
    if limits.start_hours:
        yield Milestone.START
    if limits.draft_hours:
        yield Milestone.DRAFT
    if limits.final_working_days:
        yield Milestone.FINAL


def _due(session: Session, bot: Bot, incident: Incident, step: Milestone, person: str) -> datetime:
    """Return when to remind a person of a missed step: at its deadline, in their working hours."""
    assert incident.resolved_at is not None  # noqa: S101 - only for resolved incidents
    limits = bot.policy.postmortem.deadlines
    zone, rules = working_hours.zone_and_rules(session, bot, person)
    if step is Milestone.FINAL:
        ended = incident.resolved_at.astimezone(zone).date()
        day = working_days_after(ended, limits.final_working_days, rules)
        return first_reminder_time(day, zone, rules)
    count = limits.start_hours if step is Milestone.START else limits.draft_hours
    return earliest_working_time(incident.resolved_at + timedelta(hours=count), zone, rules)


def _is_needed(session: Session, incident: Incident) -> bool:
    """Return whether a postmortem is required by configuration or person, and wasn't skipped."""
    if incident.status is not Status.RESOLVED or requirement_decisions.find_waiver(
        session, incident.id
    ):
        return False
    postmortem = postmortems.latest(session, incident.id)
    requirement = (postmortem.document.get("need") or {}) if postmortem else {}
    return (
        bool(requirement.get("needed"))
        or requirement_decisions.find_request(session, incident.id) is not None
    )


def _is_met(session: Session, incident: Incident, step: Milestone) -> bool:
    is_started = bool(sections.of_incident(session, incident.id))
    return is_met(step, written=is_started, review=reviews.of_incident(session, incident.id))


def _author(session: Session, incident: Incident) -> str | None:
    """Return the author: who submitted or wrote it, else who leads or declared the incident."""
    writers = [(section.at, section.by) for section in sections.of_incident(session, incident.id)]
    person = find_author(reviews.of_incident(session, incident.id), writers)
    if person and reachability.is_reachable(session, incident, person):
        return person
    return reachability.find_responsible(session, incident)
