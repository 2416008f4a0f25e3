"""Roles: given, taken, handed over; a lead is asked for where nobody takes it."""

from datetime import datetime, timedelta

from bot.config.context import Bot
from bot.domain.actor import Actor
from bot.domain.errors import AlreadySo, LedAlready, NotAChoice
from bot.domain.incident import LEAD, Incident, Role
from bot.domain.job import JobKind, for_incident
from bot.domain.markup import mention
from bot.domain.timeline import Kind
from bot.incidents import lifecycle
from bot.people.outsiders import refuse_role
from bot.people.permissions import refuse_application
from bot.timeline import recording
from storage import incidents as stored
from storage import outbox
from storage.engine.store import Session


def assign(session: Session, bot: Bot, actor: Actor, role: str, person: str) -> Incident:
    """Give a role of the policy to a person, who is told what it means unless they took it."""
    incident = lifecycle.running(session, bot, actor)
    if role not in bot.policy.roles:
        raise NotAChoice(given=role, what="role", choices=", ".join(bot.policy.roles))
    refuse_application(session, person)
    refuse_role(session, person)
    former = incident.holder(role)
    if former == person:
        raise AlreadySo(key=incident.key, what=role, value=mention(person))
    incident = stored.assign(session, incident.id, Role(name=role, person=person, since=actor.at))
    text = f"{role}: <@{person}>" + (f", taking over from <@{former}>" if former else "")
    recording.record_action(session, incident, actor, Kind.ROLE, text=text, detail=role)
    lifecycle.tell(session, incident, actor)
    if role == LEAD:
        lifecycle.answer_lead_wanted(session, incident, actor)
    _bring_in(session, incident, actor, role, person)
    return incident


def take(session: Session, bot: Bot, actor: Actor) -> Incident:
    """Lead where nobody does. A click may be old: somebody may have taken it since."""
    incident = lifecycle.running(session, bot, actor)
    if incident.lead is not None and incident.lead != actor.person:
        facts = {"key": incident.key, "command": bot.policy.command}
        raise LedAlready(person=mention(incident.lead), **facts)
    return assign(session, bot, actor, LEAD, actor.person)


def ask(session: Session, bot: Bot, at: datetime) -> int:
    """Ask once in each channel where nobody has taken the lead for long; say how many."""
    patience = timedelta(minutes=bot.policy.lead_prompt_minutes)
    if not patience:
        return 0
    waiting = stored.without_lead(session, at - patience)
    for incident_id in waiting:
        outbox.put(session, for_incident(incident_id, JobKind.LEAD_WANTED), at)
    return len(waiting)


def _bring_in(session: Session, incident: Incident, actor: Actor, role: str, person: str) -> None:
    """Who has a role is let into the channel, and told what it means unless they took it."""
    lifecycle.say(session, incident, JobKind.INVITE, actor, person=person)
    if person == actor.person:
        return
    about = {"person": person, "role": role, "by": actor.person}
    job = for_incident(incident.id, JobKind.ROLE_HELP, about)
    outbox.put(session, job, actor.at)  # in the channel's lane: they must be in it first
