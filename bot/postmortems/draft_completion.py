"""Complete a draft that was posted before the channel's history was read."""

from datetime import datetime

from bot.action_items import suggestions
from bot.domain.incident import Incident
from bot.domain.job import JobKind
from bot.postmortems import drafts, thread_jobs
from bot.postmortems.drafts import PreparedDraft
from storage.engine.store import Session


def store(session: Session, *, incident: Incident, prepared: PreparedDraft, at: datetime) -> None:
    """Store the next version, edit what is posted, and suggest the action items found since.

    Sections that people wrote are part of the record, so they stay.
    """
    drafts.store_edit(session, incident, prepared, at, page=False)
    thread_jobs.enqueue(session, incident.id, JobKind.FILES, at)
    suggestions.add_from_draft(session, incident, prepared.draft.action_items, at)
