"""Complete a draft that was posted before the channel's history was read."""

from datetime import datetime

from bot import item_suggestions, postmortems
from bot.domain.incident import Incident
from bot.domain.posting import Deed, for_incident
from bot.postmortems import Prepared
from storage import outbox
from storage.engine import Session


def keep(session: Session, *, incident: Incident, made: Prepared, at: datetime) -> None:
    """Store the next version, edit what is posted, and suggest the action items found since.

    Sections that people wrote are part of the record, so they stay.
    """
    postmortems.keep_in_place(session, incident, made, at, page=False)
    summary = outbox.newest(session, incident.id, Deed.SUMMARY)
    outbox.put(session, for_incident(incident.id, Deed.FILES, answers=summary), at)
    item_suggestions.suggest(session, incident, made.draft.action_items, at)
