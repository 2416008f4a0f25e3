"""Status updates: told to everybody, promised for a time, and asked for when that time has come."""

from dataclasses import replace
from datetime import datetime, timedelta

from bot.config.context import Bot
from bot.domain.actor import Actor
from bot.domain.errors import NothingSaid, TooFarAhead
from bot.domain.incident import Incident
from bot.domain.job import JobKind, for_incident, person_lane
from bot.domain.timeline import Kind
from bot.domain.updates import LONGEST, Update
from bot.incidents import lifecycle
from bot.people import working_hours
from bot.timeline import recording
from storage import activity, outbox
from storage import incidents as stored
from storage import timeline as events
from storage.engine.store import Session

USAGE = "update [30m] what has changed"


def give(session: Session, bot: Bot, actor: Actor, update: Update) -> Incident:
    """Tell how it stands: in the channel, on the card, and where the incident was announced."""
    incident = lifecycle.running(session, bot, actor)
    if not update.text.strip():
        raise NothingSaid(command=bot.policy.command, usage=USAGE)
    status = lifecycle.settable(update.status) if update.status else incident.status
    due = _due(bot, incident, actor.at, update.next_in)
    if status is not incident.status:
        changed = replace(actor, request_id=f"{actor.request_id}-status")
        recording.record_action(session, incident, changed, Kind.STATUS, text=status, detail=status)
    incident = stored.change(
        session,
        incident.id,
        status=status,
        update_due_at=due,
        update_asked_at=None,
        overdue_asked_at=None,
    )
    recording.record_action(
        session, incident, actor, Kind.UPDATE, text=update.text, detail=update.status
    )
    told = {"due": due.isoformat()} if due else {}
    lifecycle.tell(session, incident, actor, **told)
    return incident


def ask(session: Session, _bot: Bot, at: datetime) -> int:
    """Ask for the updates that are due, each once: the lead, else whoever declared it, else the channel."""
    due = [stored.by_id(session, each) for each in stored.take_updates_due(session, at)]
    for incident in due:
        person = working_hours.in_charge(session, incident)
        assert incident.update_due_at is not None  # noqa: S101 - it was due
        about = {"due": incident.update_due_at.isoformat()} | ({"person": person} if person else {})
        job = for_incident(incident.id, JobKind.UPDATE_DUE, about)
        outbox.put(session, replace(job, lane=person_lane(person)) if person else job, at)
    return len(due)


def ask_in_channel(session: Session, bot: Bot, at: datetime) -> int:
    """Ask in the channel for each update that is overdue by several intervals, once; say how many."""
    intervals = bot.policy.update_overdue_intervals
    if not intervals:
        return 0
    asked = 0
    for incident in activity.overdue(session, at):
        due = incident.update_due_at
        if due is None or at < due + intervals * _interval(session, bot, incident):
            continue
        stored.change(session, incident.id, overdue_asked_at=at)
        about = {"due": due.isoformat()}
        outbox.put(session, for_incident(incident.id, JobKind.UPDATE_OVERDUE, about), at)
        asked += 1
    return asked


def _interval(session: Session, bot: Bot, incident: Incident) -> timedelta:
    """Return the time from the last update to the next, as promised; else as the severity asks for."""
    last = events.last_update(session, incident.id)
    due = incident.update_due_at
    promised = due - last.happened_at if last and due else timedelta(0)
    return promised if promised > timedelta(0) else default(bot, incident)


def default(bot: Bot, incident: Incident) -> timedelta:
    """After how long an incident so bad is to have its next update; zero for never."""
    minutes = bot.policy.update_minutes[incident.severity] if incident.severity else 0
    return timedelta(minutes=minutes)


def _due(bot: Bot, incident: Incident, at: datetime, next_in: timedelta | None) -> datetime | None:
    span = default(bot, incident) if next_in is None else next_in
    if span > LONGEST:
        raise TooFarAhead(hours=LONGEST // timedelta(hours=1))
    return at + span if span else None
