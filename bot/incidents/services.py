"""Affected services of an incident, shown on its card, in its draft and in the library."""

from bot.config.context import Bot
from bot.domain.actor import Actor
from bot.domain.commands import is_clear_word
from bot.domain.errors import AlreadySet
from bot.domain.incident import Incident
from bot.domain.markup import to_plain_text
from bot.domain.timeline import EventKind
from bot.incidents import incident_jobs, lifecycle
from bot.incidents.service_names import parse_service_names
from bot.timeline import recording
from storage import incidents as stored
from storage.engine.store import Session

NONE = "none"  # recorded instead of names if no service is affected


def set_affected(session: Session, bot: Bot, actor: Actor, typed: str) -> Incident:
    """Replace the list of affected services. Raises AlreadySet if it doesn't change."""
    incident = lifecycle.require_incident(session, bot, actor)
    names = _parse(typed)
    listed = ", ".join(names) or NONE
    if names == incident.services:
        raise AlreadySet(key=incident.key, what="list of affected services", value=listed)
    incident = stored.change(session, incident.id, services=[*names])
    recording.record_action(
        session, incident, actor, EventKind.SERVICES, text=listed, detail=listed
    )
    incident_jobs.enqueue_change_notice(session, incident, actor)
    return incident


def set_initial(session: Session, incident: Incident, typed: str) -> Incident:
    """Set the affected services of an incident that was just declared with them."""
    names = _parse(typed)
    return stored.change(session, incident.id, services=[*names]) if names else incident


def _parse(typed: str) -> tuple[str, ...]:
    names = to_plain_text(typed, {}).strip()
    return () if is_clear_word(names) else parse_service_names(names)
