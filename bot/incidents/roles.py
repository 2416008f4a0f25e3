"""Incident roles: assigned, taken, handed over.

If nobody leads an incident, its channel is asked.
"""

from datetime import datetime, timedelta

from bot.config.context import Bot
from bot.domain.actor import Actor
from bot.domain.errors import AlreadyLead, AlreadySet, NotAChoice
from bot.domain.incident import LEAD_ROLE, Incident, Role
from bot.domain.job import JobKind, make_incident_job
from bot.domain.markup import mention
from bot.domain.timeline import EventKind
from bot.incidents import lifecycle
from bot.people.outsiders import refuse_role
from bot.people.permissions import refuse_application
from bot.timeline import recording
from storage import incidents as stored
from storage import outbox
from storage.engine.store import Session


def assign(session: Session, bot: Bot, actor: Actor, role: str, person: str) -> Incident:
    """Assign a role from the configuration.

    The person gets a message about it unless they took it.
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
    lifecycle.enqueue_change_notice(session, incident, actor)
    if role == LEAD_ROLE:
        lifecycle.close_lead_request(session, incident, actor)
    _enqueue_invitation(session, incident, actor, role, person)
    return incident


def take_lead(session: Session, bot: Bot, actor: Actor) -> Incident:
    """Make the actor the lead.

    The button may be old: raises LedAlready if somebody else leads by now.
    """
    incident = lifecycle.require_open_incident(session, bot, actor)
    if incident.lead is not None and incident.lead != actor.person:
        facts = {"key": incident.key, "command": bot.policy.command}
        raise AlreadyLead(person=mention(incident.lead), **facts)
    return assign(session, bot, actor, LEAD_ROLE, actor.person)


def enqueue_lead_requests(session: Session, bot: Bot, at: datetime) -> int:
    """Ask once in each channel that has had no lead for too long. Return the number of channels."""
    patience = timedelta(minutes=bot.policy.lead_prompt_minutes)
    if not patience:
        return 0
    waiting = stored.without_lead(session, at - patience)
    for incident_id in waiting:
        outbox.enqueue(session, make_incident_job(incident_id, JobKind.LEAD_WANTED), at)
    return len(waiting)


def _enqueue_invitation(
    session: Session, incident: Incident, actor: Actor, role: str, person: str
) -> None:
    """Who has a role is let into the channel, and told what it means unless they took it."""
    lifecycle.say(session, incident, JobKind.INVITE, actor, person=person)
    if person == actor.person:
        return
    about = {"person": person, "role": role, "by": actor.person}
    job = make_incident_job(incident.id, JobKind.ROLE_HELP, about)
    outbox.enqueue(
        session, job, actor.at
    )  # in the channel's lane, so that the invitation goes first
