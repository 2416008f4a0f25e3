"""Complete a draft that was posted before the channel's history was read."""

from datetime import datetime

from bot.action_items import suggestions
from bot.domain.incident import Incident
from bot.domain.job import JobKind, for_incident
from bot.postmortems import drafts
from bot.postmortems.drafts import Prepared
from storage import outbox
from storage.engine.store import Session


def keep(session: Session, *, incident: Incident, made: Prepared, at: datetime) -> None:
    """Store the next version, edit what is posted, and suggest the action items found since.

    Sections that people wrote are part of the record, so they stay.
    """
    drafts.keep_in_place(session, incident, made, at, page=False)
    summary = outbox.newest(session, incident.id, JobKind.SUMMARY)
    outbox.put(session, for_incident(incident.id, JobKind.FILES, answers=summary), at)
    suggestions.suggest(session, incident, made.draft.action_items, at)
