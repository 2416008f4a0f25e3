"""Index the pages of incidents for the search."""

from datetime import datetime

from bot.config.context import Bot
from bot.domain.incident import Incident
from bot.domain.markup import find_references
from bot.domain.timeline import Record
from bot.drafting.library import page_builder
from storage import (
    action_items,
    incidents,
    library,
    people,
    postmortems,
    sections,
    timeline,
    timeline_counts,
)
from storage.engine.store import Session

MAX_ENTRIES = 1_000  # timeline entries and action items; longer ones are truncated to the latest
BATCH_SIZE = 25  # pages indexed per scheduled run, which blocks other database writes


def reindex(session: Session, _bot: Bot, _at: datetime) -> int:
    """Index again the pages of incidents that changed, a limited number per run.

    This scheduled job sends no messages, so it always returns 0.
    """
    budget = MAX_ENTRIES
    for incident_id, followed in library.list_outdated(session, BATCH_SIZE):
        budget -= timeline_counts.count(session, incident_id)
        incident = incidents.by_id(session, incident_id)
        document = postmortems.newest_document(session, incident_id)
        removed = timeline.list_removed(session, incident_id)
        page = page_builder.build_page(load_record(session, incident), document, removed)
        library.save_page(session, incident_id, page, followed)
        if budget <= 0:
            break
    return 0


def load_record(session: Session, incident: Incident) -> Record:
    """Return the record that a page is built from. Unlike a draft's, it includes suggestions."""
    is_long = timeline_counts.count(session, incident.id) > MAX_ENTRIES
    latest = timeline.latest(session, incident.id, MAX_ENTRIES) if is_long else None
    events = tuple(latest or timeline.of_incident(session, incident.id))
    mentioned = {person for event in events for person in find_references(event.text)}
    return Record(
        incident=incident,
        events=events,
        people=people.names(session, list(mentioned)),
        action_items=tuple(action_items.of_incident(session, incident.id, MAX_ENTRIES)),
        sections=sections.of_incident(session, incident.id),
    )
