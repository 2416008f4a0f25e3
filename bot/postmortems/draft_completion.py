"""Complete a draft that was posted before the channel's history was read."""

from datetime import datetime

from bot.action_items import suggestions
from bot.domain.incident import Incident
from bot.domain.job import JobKind, make_incident_job
from bot.postmortems import drafts
from bot.postmortems.drafts import PreparedDraft
from storage import outbox
from storage.engine.store import Session


def keep(session: Session, *, incident: Incident, made: PreparedDraft, at: datetime) -> None:
    """Store the next version, edit what is posted, and suggest the action items found since.

    Sections that people wrote are part of the record, so they stay.
    """
    drafts.store_edit(session, incident, made, at, page=False)
    summary = outbox.find_last_id(session, incident.id, JobKind.SUMMARY)
    outbox.enqueue(session, make_incident_job(incident.id, JobKind.FILES, answers=summary), at)
    suggestions.add_from_draft(session, incident, made.draft.action_items, at)
