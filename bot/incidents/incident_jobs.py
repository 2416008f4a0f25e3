"""Jobs for an incident's channel, enqueued whenever the incident changes."""

from bot.domain.actor import Actor
from bot.domain.incident import Incident
from bot.domain.job import JobKind, make_incident_job
from bot.people import home_tab
from bot.timeline import recording
from storage import outbox
from storage.engine.store import Session


def enqueue(
    session: Session, incident: Incident, kind: JobKind, actor: Actor, **about: object
) -> int:
    """Enqueue a job for an incident and return its id."""
    return outbox.enqueue(session, make_incident_job(incident.id, kind, about), actor.at)


def enqueue_change_notice(
    session: Session, incident: Incident, actor: Actor, **about: object
) -> None:
    """Enqueue what shows a change: a line in the channel, the card, the announcement, Home tabs."""
    home_tab.refresh_participants(session, incident, actor.at)
    enqueue(session, incident, JobKind.NOTICE, actor, event=recording.action_id(actor), **about)
    enqueue(session, incident, JobKind.CARD, actor)
    if not incident.private:
        enqueue(session, incident, JobKind.ANNOUNCEMENT, actor)


def close_lead_request(session: Session, incident: Incident, actor: Actor) -> None:
    """Replace the request for a lead, if there was one, with its outcome, without the button."""
    request_id = outbox.find_last_id(session, incident.id, JobKind.LEAD_WANTED)
    if request_id is not None:
        job = make_incident_job(incident.id, JobKind.LEAD_FOUND, answers=request_id)
        outbox.enqueue(session, job, actor.at)
