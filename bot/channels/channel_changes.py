"""Changes to an incident's channel in Slack: made private or public, renamed, archived, unarchived.

If the channel becomes private, so does its incident, and messages posted elsewhere are withdrawn. If the
channel becomes public, its incident stays private until somebody decides otherwise.
"""

from datetime import datetime

from bot.domain.actor import Actor
from bot.domain.incident import Incident
from bot.domain.job import Job, JobKind, make_incident_job
from bot.incidents import incident_jobs
from bot.people import home_tab
from bot.reports.digest_schedule import LANE
from storage import channel_states, outbox, refusals, timeline, votes
from storage import incidents as stored
from storage.channel_states import ChannelState
from storage.engine.store import Session

PRIVATE, PUBLIC, PUBLISHED = "private", "public", "published"  # changes posted in the channel


def apply(session: Session, incident_id: int, state: ChannelState, at: datetime) -> None:
    """Update an incident to the state of its channel as reported by Slack."""
    incident = stored.find_locked(session, incident_id)
    if incident is None:
        return
    before = channel_states.last_seen(session, incident.id)
    channel_states.save(session, incident.id, state)
    if state.name and state.name != incident.channel_name:
        stored.change(session, incident.id, channel_name=state.name)
    if state.private and not incident.private:
        _make_private(session, incident, at)
    if state.private is False and before.private and incident.private:
        _enqueue(session, incident, JobKind.CHANNEL_CHANGED, at, to=PUBLIC)
    if state.archived is False and before.archived:
        refusals.resume(session, incident.id, at)


def resume_after_joining(session: Session, channel_id: str, at: datetime) -> None:
    """Retry the jobs that failed because the bot wasn't in a channel, and read its history."""
    incident_id = stored.id_of_channel(session, channel_id)
    if incident_id is None:
        refusals.resume_elsewhere(session, at)
    elif refusals.resume(session, incident_id, at):
        outbox.enqueue(session, make_incident_job(incident_id, JobKind.FETCH), at)


def publish(session: Session, incident: Incident, actor: Actor) -> None:
    """Make a private incident public again; its channel is already public."""
    changed = stored.change(session, incident.id, private=False)
    channel_states.save(session, incident.id, ChannelState(private=False))
    _enqueue(session, changed, JobKind.CHANNEL_CHANGED, actor.at, to=PUBLISHED, by=actor.person)
    incident_jobs.enqueue(session, changed, JobKind.CARD, actor)
    incident_jobs.enqueue(session, changed, JobKind.ANNOUNCEMENT, actor)
    incident_jobs.enqueue(session, changed, JobKind.SHARED_POSTMORTEM, actor)
    _refresh_home_tabs(session, changed, actor.at)


def _make_private(session: Session, incident: Incident, at: datetime) -> None:
    stored.change(session, incident.id, private=True)
    for kind in (JobKind.CARD, JobKind.WITHDRAWAL):
        _enqueue(session, incident, kind, at)
    _enqueue(session, incident, JobKind.CHANNEL_CHANGED, at, to=PRIVATE)
    for ballot in votes.with_candidate(session, incident.id):
        about = {"quarter": ballot.quarter}
        job = Job(kind=JobKind.BALLOT, lane=LANE, about=about, answers=ballot.job)
        outbox.enqueue(session, job, at)
    _refresh_home_tabs(session, incident, at)


def _refresh_home_tabs(session: Session, incident: Incident, at: datetime) -> None:
    """Refresh the Home tab of everybody whose tab may list the incident."""
    people = {incident.declared_by, *(role.person for role in incident.roles)}
    people |= {event.author for event in timeline.of_incident(session, incident.id)}
    for person in sorted(people):
        home_tab.refresh(session, person, at)


def _enqueue(
    session: Session, incident: Incident, kind: JobKind, at: datetime, **about: object
) -> None:
    outbox.enqueue(session, make_incident_job(incident.id, kind, about), at)
