"""Who may get messages at all, and about an incident; who is responsible for its follow-up."""

from bot.domain.incident import Incident
from storage import incidents, people
from storage.engine.store import Session


def is_member(session: Session, person: str) -> bool:
    """Return whether a person may get messages: a member of the workspace, as far as is known.

    Apps, guests, people from other workspaces and deactivated ones may not.
    """
    profile = people.find(session, person)
    return profile is None or not (profile.deactivated or profile.bot or profile.is_outsider)


def is_reachable(session: Session, incident: Incident, person: str) -> bool:
    """Return whether a person may get messages about an incident.

    They must be allowed to get messages at all, and not have left the channel of a private
    incident.
    """
    return is_member(session, person) and not incidents.has_left(session, incident.id, person)


def find_responsible(
    session: Session, incident: Incident, besides: str | None = None
) -> str | None:
    """Return who is responsible for an incident's follow-up, other than `besides`.

    That is its lead, or else whoever declared it; None if neither is reachable.
    """
    candidates = (incident.lead, incident.declared_by)
    others = (person for person in candidates if person and person != besides)
    return next((person for person in others if is_reachable(session, incident, person)), None)
