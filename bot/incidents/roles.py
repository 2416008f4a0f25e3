"""Incident roles: assigned, taken, handed over.

If nobody leads an incident, its channel is asked. `handlers.outbox.role_messages` sends the
messages.
"""

from datetime import datetime, timedelta

from bot.config.context import Bot
from bot.domain.actor import Actor
from bot.domain.errors import AlreadyLead, AlreadySet, NotAChoice
from bot.domain.incident import LEAD_ROLE, Incident, Role
from bot.domain.job import JobKind, make_incident_job
from bot.domain.markup import mention
from bot.domain.timeline import EventKind
from bot.incidents import incident_jobs, lifecycle
from bot.people.outsiders import refuse_role
from bot.people.permissions import refuse_application
from bot.timeline import recording
from storage import incidents as stored
from storage import outbox
from storage.engine.store import Session


def assign(session: Session, bot: Bot, actor: Actor, role: str, person: str) -> Incident:
    """Assign a role from the configuration.

    The person is invited to the channel, and gets a DM about the role unless they took it.
    """
    incident = lifecycle.require_open_incident(session, bot, actor)
    if role not in bot.policy.roles:
        raise NotAChoice(given=role, what="role", choices=", ".join(bot.policy.roles))
    refuse_application(session, person)
    refuse_role(session, person)
    former = incident.holder(role)
    if former == person:
        raise AlreadySet(key=incident.key, what=role, value=mention(person))
    incident = stored.assign(session, incident.id, Role(name=role, person=person, since=actor.at))
    text = f"{role}: <@{person}>" + (f", taking over from <@{former}>" if former else "")
    recording.record_action(session, incident, actor, EventKind.ROLE, text=text, detail=role)
    incident_jobs.enqueue_change_notice(session, incident, actor)
    if role == LEAD_ROLE:
        incident_jobs.close_lead_request(session, incident, actor)
    incident_jobs.enqueue(session, incident, JobKind.INVITE, actor, person=person)
    if person != actor.person:
        _enqueue_role_message(session, incident, actor, role, person)
    return incident


def take_lead(session: Session, bot: Bot, actor: Actor) -> Incident:
    """Make the actor the lead.

    The button may be old: raises AlreadyLead if somebody else leads by now.
    """
    incident = lifecycle.require_open_incident(session, bot, actor)
    if incident.lead is not None and incident.lead != actor.person:
        facts = {"key": incident.key, "command": bot.policy.command}
        raise AlreadyLead(person=mention(incident.lead), **facts)
    return assign(session, bot, actor, LEAD_ROLE, actor.person)


def enqueue_lead_requests(session: Session, bot: Bot, at: datetime) -> int:
    """Ask once in each channel that has had no lead for too long. Return the number of channels."""
    delay = timedelta(minutes=bot.policy.lead_prompt_minutes)
    if not delay:
        return 0
    incident_ids = stored.without_lead(session, at - delay)
    for incident_id in incident_ids:
        outbox.enqueue(session, make_incident_job(incident_id, JobKind.LEAD_WANTED), at)
    return len(incident_ids)


def _enqueue_role_message(
    session: Session, incident: Incident, actor: Actor, role: str, person: str
) -> None:
    """Enqueue the DM about a new role, in the channel's lane: the invitation goes first."""
    about = {"person": person, "role": role, "by": actor.person}
    incident_jobs.enqueue(session, incident, JobKind.ROLE_ASSIGNED, actor, **about)
