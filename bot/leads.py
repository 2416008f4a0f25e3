"""Who leads: the lead is taken where nobody has it, and asked for where nobody takes it."""

from datetime import datetime, timedelta

from bot import incidents
from bot.domain.asker import Asker
from bot.domain.errors import LedAlready
from bot.domain.incident import LEAD, Incident
from bot.domain.posting import Deed, for_incident
from bot.environment import Bot
from storage import incidents as stored
from storage import outbox
from storage.engine import Session


def take(session: Session, bot: Bot, asker: Asker) -> Incident:
    """Lead where nobody does. A click may be old: somebody may have taken it since."""
    incident = incidents.running(session, bot, asker)
    if incident.lead is not None and incident.lead != asker.person:
        facts = {"key": incident.key, "command": bot.policy.command}
        raise LedAlready(person=f"<@{incident.lead}>", **facts)
    return incidents.assign(session, bot, asker, LEAD, asker.person)


def ask(session: Session, bot: Bot, at: datetime) -> int:
    """Ask once in each channel where nobody has taken the lead for long; say how many."""
    patience = timedelta(minutes=bot.policy.lead_prompt_minutes)
    if not patience:
        return 0
    waiting = stored.without_lead(session, at - patience)
    for incident_id in waiting:
        outbox.put(session, for_incident(incident_id, Deed.LEAD_WANTED), at)
    return len(waiting)
