"""Jobs in the thread of a postmortem: the replies to the newest summary in the channel."""

from collections.abc import Mapping
from datetime import datetime

from bot.domain.job import JobKind, make_incident_job
from storage import outbox
from storage.engine.store import Session


def enqueue(
    session: Session,
    incident_id: int,
    kind: JobKind,
    at: datetime,
    about: Mapping[str, object] | None = None,
) -> None:
    """Enqueue a job for the thread of the newest summary; without one, for the channel."""
    summary = find_summary(session, incident_id)
    outbox.enqueue(session, make_incident_job(incident_id, kind, about, answers=summary), at)


def find_summary(session: Session, incident_id: int) -> int | None:
    """Return the id of the job that posts the newest summary; None if there is none."""
    return outbox.find_last_id(session, incident_id, JobKind.SUMMARY)
