"""Keep the postmortem's documents in step with its action items, also after it is final."""

from datetime import datetime

from bot.domain.incident import Incident
from bot.domain.job import JobKind, make_incident_job
from bot.postmortems import drafts
from bot.postmortems.drafts import PreparedDraft
from storage import channel_states, outbox, requesters
from storage import postmortems as stored
from storage.engine.store import Session

PAGE = "page"  # the file in the thread is replaced too
REPLACED = "html"  # the kind of file that lists action items


def keep(
    session: Session, incident: Incident, made: PreparedDraft, at: datetime, shows: str
) -> None:
    """Keep a new version if the items changed what the documents say; the messages are edited.

    The file in the thread can't be edited: it is replaced when `shows` is `MEMBERS_PER_PAGE`.
    """
    before = stored.latest(session, incident.id)
    if before is None or before.document == made.document["document"]:
        return
    if channel_states.last_seen(session, incident.id).archived:
        requesters.remember(session, "", "")  # the item's own message is refused too, and reported
    drafts.store_edit(session, incident, made, at, page=False)
    summary = outbox.find_last_id(session, incident.id, JobKind.SUMMARY)
    if shows == PAGE and summary is not None:
        about = {"only": REPLACED}
        outbox.enqueue(
            session, make_incident_job(incident.id, JobKind.FILES, about, answers=summary), at
        )
