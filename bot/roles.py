"""Roles: given, taken, handed over; a lead is asked for where nobody takes it."""

from datetime import datetime, timedelta

from bot import incidents, timeline
from bot.domain.asker import Asker
from bot.domain.errors import AlreadySo, LedAlready, NotAChoice
from bot.domain.incident import LEAD, Incident, Role
from bot.domain.markup import mention
from bot.domain.posting import Deed, for_incident
from bot.domain.timeline import Kind
from bot.environment import Bot
from bot.outsiders import refuse_role
from bot.permissions import refuse_application
from storage import incidents as stored
from storage import outbox
from storage.engine import Session


def assign(session: Session, bot: Bot, asker: Asker, role: str, person: str) -> Incident:
    """Give a role of the policy to a person, who is told what it means unless they took it."""
    incident = incidents.running(session, bot, asker)
    if role not in bot.policy.roles:
        raise NotAChoice(given=role, what="role", choices=", ".join(bot.policy.roles))
    refuse_application(session, person)
    refuse_role(session, person)
    former = incident.holder(role)
    if former == person:
        raise AlreadySo(key=incident.key, what=role, value=mention(person))
    incident = stored.assign(session, incident.id, Role(name=role, person=person, since=asker.at))
    text = f"{role}: <@{person}>" + (f", taking over from <@{former}>" if former else "")
    timeline.deed(session, incident, asker, Kind.ROLE, text=text, detail=role)
    incidents.tell(session, incident, asker)
    if role == LEAD:
        incidents.answer_lead_wanted(session, incident, asker)
    _bring_in(session, incident, asker, role, person)
    return incident


def take(session: Session, bot: Bot, asker: Asker) -> Incident:
    """Lead where nobody does. A click may be old: somebody may have taken it since."""
    incident = incidents.running(session, bot, asker)
    if incident.lead is not None and incident.lead != asker.person:
        facts = {"key": incident.key, "command": bot.policy.command}
        raise LedAlready(person=mention(incident.lead), **facts)
    return assign(session, bot, asker, LEAD, asker.person)


def ask(session: Session, bot: Bot, at: datetime) -> int:
    """Ask once in each channel where nobody has taken the lead for long; say how many."""
    patience = timedelta(minutes=bot.policy.lead_prompt_minutes)
    if not patience:
        return 0
    waiting = stored.without_lead(session, at - patience)
    for incident_id in waiting:
        outbox.put(session, for_incident(incident_id, Deed.LEAD_WANTED), at)
    return len(waiting)


def _bring_in(session: Session, incident: Incident, asker: Asker, role: str, person: str) -> None:
    """Who has a role is let into the channel, and told what it means unless they took it."""
    incidents.say(session, incident, Deed.INVITE, asker, person=person)
    if person == asker.person:
        return
    about = {"person": person, "role": role, "by": asker.person}
    posting = for_incident(incident.id, Deed.ROLE_HELP, about)
    outbox.put(session, posting, asker.at)  # in the channel's lane: they must be in it first
