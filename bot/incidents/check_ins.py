"""Ask whether an incident is over if nothing has happened in it for a long time.

For P0 to P2, that's at any hour; for others, and without a severity, in working hours.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from bot.config.context import Bot
from bot.domain.errors import AlreadyResolved, IncidentGone
from bot.domain.incident import Incident, Severity
from bot.domain.job import Job, JobKind, make_incident_job, person_lane
from bot.domain.reminder_ladder import earliest_working_time
from bot.people import reachability, working_hours
from storage import activity, channel_states, erasure, incidents, outbox, sent_messages
from storage.engine.store import Session

ANY_HOUR = frozenset({Severity.P0, Severity.P1, Severity.P2})
INTERVAL = timedelta(days=1)  # between two questions


def ask(session: Session, bot: Bot, at: datetime) -> int:
    """Ask about each inactive incident, at most once a day. Return how many."""
    span = _span(bot)
    if not span:
        return 0
    quiet = activity.unchecked(session, at, declared_before=at - span)
    return sum(_ask(session, bot, incident, at) for incident in quiet)


def inactive_since(session: Session, bot: Bot, incident: Incident, at: datetime) -> datetime | None:
    """Return when something last happened in an inactive incident; None for an active one."""
    last = activity.last(session, incident.id)
    span = _span(bot)
    return last if span and not incident.status.is_over and last + span <= at else None


def postpone(session: Session, bot: Bot, incident_id: int, by: str, at: datetime) -> Incident:
    """Don't ask again for a day, because people are still working on it. Raises AlreadyResolved."""
    incident = incidents.find(session, incident_id)
    if incident is None:
        raise IncidentGone
    if incident.status.is_over:
        facts = {"status": incident.status, "command": bot.policy.command}
        raise AlreadyResolved(key=incident.key, **facts)
    activity.check_again(session, incident.id, at + max(INTERVAL, _span(bot)))
    close_questions(session, incident, at, by)
    return incident


def close_questions(session: Session, incident: Incident, at: datetime, by: str = "") -> None:
    """Replace the questions that were asked with their outcome, without buttons."""
    for question in erasure.jobs(session, incident.id, JobKind.CHECK_IN):
        if not sent_messages.has_reply(session, question.id, JobKind.CHECKED_IN):
            reply = Job(
                kind=JobKind.CHECKED_IN,
                lane=question.lane,
                incident_id=incident.id,
                about={"by": by},
                answers=question.id,
            )
            outbox.enqueue(session, reply, at)


def _ask(session: Session, bot: Bot, incident: Incident, at: datetime) -> bool:
    """Ask the lead, else the channel; if there is none, or it's archived, whoever declared it."""
    person = _find_person(session, bot, incident, at)
    quiet = activity.last(session, incident.id) + _span(bot)
    ask_at = max(quiet, _earliest_time(session, bot, incident, person, at))
    if ask_at > at:
        activity.check_again(session, incident.id, ask_at)
        return False
    activity.check_again(session, incident.id, at + INTERVAL)
    if person is None and not _can_be_asked(session, incident):
        return False  # whoever declared it is gone
    job = make_incident_job(incident.id, JobKind.CHECK_IN, {"person": person} if person else {})
    outbox.enqueue(session, replace(job, lane=person_lane(person)) if person else job, at)
    return True


def _find_person(session: Session, bot: Bot, incident: Incident, at: datetime) -> str | None:
    in_channel = _can_be_asked(session, incident)
    person = incident.lead or (None if in_channel else incident.declared_by)
    if person is None or not reachability.is_reachable(session, incident, person):
        return None
    is_away = working_hours.away_until(session, bot, person, at)
    return None if is_away and in_channel else person


def _can_be_asked(session: Session, incident: Incident) -> bool:
    """Return whether the incident has a channel that takes messages."""
    is_archived = channel_states.last_seen(session, incident.id).archived
    return incident.channel_id is not None and not is_archived


def _earliest_time(
    session: Session, bot: Bot, incident: Incident, person: str | None, at: datetime
) -> datetime:
    """Return when people may be asked: now, or in their next working hours."""
    if incident.severity in ANY_HOUR:
        return at
    if person:
        return earliest_working_time(at, *working_hours.zone_and_rules(session, bot, person))
    return earliest_working_time(at, bot.policy.zone, working_hours.team_rules(bot))


def _span(bot: Bot) -> timedelta:
    return timedelta(hours=bot.policy.inactive_hours)
