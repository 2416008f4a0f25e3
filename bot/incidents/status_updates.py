"""Status updates: post one, set when the next is due, and ask for it then."""

from dataclasses import replace
from datetime import datetime, timedelta

from bot.config.context import Bot
from bot.domain.actor import Actor
from bot.domain.commands import find_subcommand
from bot.domain.errors import NothingToRecord, TooFarAhead
from bot.domain.incident import Incident
from bot.domain.job import JobKind, make_incident_job, person_lane
from bot.domain.timeline import EventKind
from bot.incidents import incident_jobs, lifecycle
from bot.incidents.update_parsing import MAX_INTERVAL, StatusUpdate
from bot.people import reachability
from bot.timeline import recording
from storage import activity, outbox
from storage import incidents as stored
from storage import timeline as events
from storage.engine.store import Session


def post(session: Session, bot: Bot, actor: Actor, update: StatusUpdate) -> Incident:
    """Post an update to the channel, card and announcement, and set when the next is due."""
    incident = lifecycle.require_open_incident(session, bot, actor)
    if not update.text.strip():
        raise NothingToRecord(
            command=bot.policy.command, usage=find_subcommand("update").markup_usage
        )
    status = lifecycle.parse_settable_status(update.status) if update.status else incident.status
    due = _next_due_at(bot, incident, actor.at, update.next_in)
    if status is not incident.status:
        changed = replace(actor, request_id=f"{actor.request_id}-status")
        recording.record_action(
            session, incident, changed, EventKind.STATUS, text=status, detail=status
        )
    incident = stored.change(
        session,
        incident.id,
        status=status,
        update_due_at=due,
        update_asked_at=None,
        overdue_asked_at=None,
    )
    recording.record_action(
        session, incident, actor, EventKind.UPDATE, text=update.text, detail=update.status
    )
    next_due = {"due": due.isoformat()} if due else {}
    incident_jobs.enqueue_change_notice(session, incident, actor, **next_due)
    return incident


def enqueue_update_requests(session: Session, _bot: Bot, at: datetime) -> int:
    """Ask once for each overdue update: the lead, else whoever declared it, else the channel."""
    due = [
        stored.by_id(session, incident_id) for incident_id in stored.claim_due_updates(session, at)
    ]
    for incident in due:
        person = reachability.find_responsible(session, incident)
        assert incident.update_due_at is not None  # noqa: S101 - only due updates are claimed
        about = {"due": incident.update_due_at.isoformat()} | ({"person": person} if person else {})
        job = make_incident_job(incident.id, JobKind.UPDATE_DUE, about)
        outbox.enqueue(session, replace(job, lane=person_lane(person)) if person else job, at)
    return len(due)


def ask_in_channel(session: Session, bot: Bot, at: datetime) -> int:
    """Ask in the channel, once, for each update that is overdue by several intervals. Return how many."""
    intervals = bot.policy.update_overdue_intervals
    if not intervals:
        return 0
    count = 0
    for incident in activity.overdue(session, at):
        due = incident.update_due_at
        if due is None or at < due + intervals * _interval(session, bot, incident):
            continue
        stored.change(session, incident.id, overdue_asked_at=at)
        about = {"due": due.isoformat()}
        outbox.enqueue(session, make_incident_job(incident.id, JobKind.UPDATE_OVERDUE, about), at)
        count += 1
    return count


def _interval(session: Session, bot: Bot, incident: Incident) -> timedelta:
    """Return the interval that the last update promised, else the one configured for the severity."""
    last = events.last_update(session, incident.id)
    due = incident.update_due_at
    promised = due - last.happened_at if last and due else timedelta(0)
    return promised if promised > timedelta(0) else default_interval(bot, incident)


def default_interval(bot: Bot, incident: Incident) -> timedelta:
    """Return the default interval of updates for an incident by severity; zero means never."""
    minutes = bot.policy.update_minutes[incident.severity] if incident.severity else 0
    return timedelta(minutes=minutes)


def _next_due_at(
    bot: Bot, incident: Incident, at: datetime, next_in: timedelta | None
) -> datetime | None:
    span = default_interval(bot, incident) if next_in is None else next_in
    if span > MAX_INTERVAL:
        raise TooFarAhead(hours=MAX_INTERVAL // timedelta(hours=1))
    return at + span if span else None
