"""Which services an incident affects: said while it runs or afterwards, for its card, draft and library."""

from bot.config.context import Bot
from bot.domain.actor import Actor
from bot.domain.errors import AlreadySo
from bot.domain.incident import Incident
from bot.domain.markup import plain
from bot.domain.services import service_names
from bot.domain.timeline import Kind
from bot.incidents import lifecycle
from bot.timeline import recording
from storage import incidents as stored
from storage.engine.store import Session

NONE = "none"  # typed in place of names: it affects no service after all


def affect(session: Session, bot: Bot, actor: Actor, typed: str) -> Incident:
    """Let these services be the affected ones, in place of those before."""
    incident = lifecycle.here(session, bot, actor)
    names = _read(typed)
    told = ", ".join(names) or NONE
    if names == incident.services:
        raise AlreadySo(key=incident.key, what="list of affected services", value=told)
    incident = stored.change(session, incident.id, services=[*names])
    recording.record_action(session, incident, actor, Kind.SERVICES, text=told, detail=told)
    lifecycle.tell(session, incident, actor)
    return incident


def begin_with(session: Session, incident: Incident, typed: str) -> Incident:
    """Keep which services an incident affects that has just been declared with them."""
    names = _read(typed)
    return stored.change(session, incident.id, services=[*names]) if names else incident


def _read(typed: str) -> tuple[str, ...]:
    words = plain(typed, {}).strip()
    return () if words.lower() == NONE else service_names(words)
