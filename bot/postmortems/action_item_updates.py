"""Update the postmortem's documents when its action items change, even if it's final."""

from datetime import datetime

from bot.domain.incident import Incident
from bot.domain.job import JobKind
from bot.postmortems import drafts, thread_jobs
from bot.postmortems.drafts import PreparedDraft
from storage import channel_states, requesters
from storage import postmortems as stored
from storage.engine.store import Session

PAGE = "page"  # the file in the thread is replaced too
REPLACED = "html"  # the kind of file that lists action items


def store_if_changed(
    session: Session, incident: Incident, prepared: PreparedDraft, at: datetime, shows: str
) -> None:
    """Store a new version if the items changed the documents, and edit the messages.

    The file in the thread can't be edited: it is replaced if `shows` is `PAGE`.
    """
    before = stored.latest(session, incident.id)
    if before is None or before.document == prepared.document["document"]:
        return
    if channel_states.last_seen(session, incident.id).archived:
        requesters.remember(session, "", "")  # the item's own message is refused too, and reported
    drafts.store_edit(session, incident, prepared, at, page=False)
    if shows == PAGE and thread_jobs.find_summary(session, incident.id) is not None:
        thread_jobs.enqueue(session, incident.id, JobKind.FILES, at, {"only": REPLACED})
