"""Ask whether an incident is over when nobody has done anything in it for long.

P0 to P2 are asked about at any hour; the others, and those without a severity, in working hours.
"""

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
DAY = timedelta(days=1)  # between two questions


def ask(session: Session, bot: Bot, at: datetime) -> int:
    """Ask about each incident that has been quiet for long, at most once a day; say how many."""
    span = timedelta(hours=bot.policy.inactive_hours)
    if not span:
        return 0
    quiet = activity.unchecked(session, at, declared_before=at - span)
    return sum(_ask(session, bot, incident, at) for incident in quiet)


def quiet_since(session: Session, bot: Bot, incident: Incident, at: datetime) -> datetime | None:
    """Return when something last happened, if that's long ago; None for an active incident."""
    last = activity.last(session, incident.id)
    span = timedelta(hours=bot.policy.inactive_hours)
    return last if span and not incident.status.is_over and last + span <= at else None


def still_working(session: Session, bot: Bot, incident_id: int, by: str, at: datetime) -> Incident:
    """Don't ask again for a day; raises AlreadyResolved if the incident is over."""
    incident = incidents.find(session, incident_id)
    if incident is None:
        raise IncidentGone
    if incident.status.is_over:
        facts = {"status": incident.status, "command": bot.policy.command}
        raise AlreadyResolved(key=incident.key, **facts)
    activity.check_again(session, incident.id, at + max(DAY, _span(bot)))
    answer(session, incident, at, by)
    return incident


def answer(session: Session, incident: Incident, at: datetime, by: str = "") -> None:
    """Let the questions that were asked say what came of them, without their buttons."""
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
    person = _person(session, bot, incident, at)
    quiet = activity.last(session, incident.id) + _span(bot)
    may_ask = max(quiet, _convenient(session, bot, incident, person, at))
    if may_ask > at:
        activity.check_again(session, incident.id, may_ask)
        return False
    activity.check_again(session, incident.id, at + DAY)
    if person is None and not _can_be_asked(session, incident):
        return False  # whoever declared it is gone
    job = make_incident_job(incident.id, JobKind.CHECK_IN, {"person": person} if person else {})
    if person:
        job = Job(
            kind=job.kind,
            lane=person_lane(person),
            about=job.about,
            incident_id=incident.id,
        )
    outbox.enqueue(session, job, at)
    return True


def _person(session: Session, bot: Bot, incident: Incident, at: datetime) -> str | None:
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


def _convenient(
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
