"""Read a channel's history before drafting, without delaying the draft for long.

If reading takes longer, the draft is posted from the record, and completed when the history is read.
Until then, each version says which part isn't read yet.
"""

from datetime import datetime, timedelta

from bot.domain.job import Job, JobKind, make_incident_job
from bot.domain.unread_history import UnreadHistory
from storage import outbox
from storage.engine.store import Session

_DRAFTED, _READY_AT = "drafted", "ready_at"
_THREADS_SINCE = "threads_since"  # in a FETCH job: read only threads not read since then


def request_draft(session: Session, incident_id: int, at: datetime) -> None:
    """Enqueue reading the history, and then drafting the postmortem.

    If an earlier reading hasn't finished, the draft is enqueued now, and this reading completes it.
    """
    about: dict[str, object] = {}
    if find_unread(session, incident_id) is not None:
        about = {_DRAFTED: True}
        outbox.enqueue(session, make_incident_job(incident_id, JobKind.DRAFT), at)
    outbox.enqueue(session, make_incident_job(incident_id, JobKind.READ_HISTORY, about), at)


def draft_now(session: Session, reading: Job, ready_at: datetime, at: datetime) -> None:
    """Draft from the record, once for each reading. It's expected to be complete at `ready_at`."""
    job = outbox.by_id(session, reading.id)
    if job is None or is_drafted(job):
        return
    outbox.save_progress(session, job.id, {_DRAFTED: "yes", _READY_AT: ready_at.isoformat()})
    outbox.enqueue(session, make_incident_job(job.incident_id or 0, JobKind.DRAFT), at)


def finish(session: Session, reading: Job, at: datetime) -> None:
    """Draft the postmortem, or complete the draft that was posted meanwhile."""
    job = outbox.by_id(session, reading.id)
    assert job is not None  # noqa: S101 - it's being carried out
    incident_id = job.incident_id or 0
    if is_drafted(job):
        about: dict[str, object] = {**UnreadHistory.from_job(job.progress).for_job()}
        outbox.enqueue(session, make_incident_job(incident_id, JobKind.COMPLETE_DRAFT, about), at)
    else:
        outbox.enqueue(session, make_incident_job(incident_id, JobKind.DRAFT), at)
    # A missed edit or deletion doesn't change a thread's counts, so threads are read again.
    began = job.progress.get("began", at.isoformat())
    outbox.enqueue(
        session, make_incident_job(incident_id, JobKind.FETCH, {_THREADS_SINCE: began}), at
    )
    _repeat_postponed_fetches(session, incident_id, datetime.fromisoformat(began), at)


def _repeat_postponed_fetches(
    session: Session, incident_id: int, began: datetime, at: datetime
) -> None:
    """Enqueue again the fetches that were skipped during this reading, which may have missed messages."""
    for fetch in outbox.written_since(session, incident_id, JobKind.FETCH, began):
        if _THREADS_SINCE not in fetch.about:
            outbox.enqueue(session, make_incident_job(incident_id, JobKind.FETCH, fetch.about), at)


def find_unread(session: Session, incident_id: int) -> UnreadHistory | None:
    """Return what the posted draft doesn't cover yet; None if everything is read."""
    job = _find_reading(session, incident_id)
    return UnreadHistory.from_job({**job.about, **job.progress}) if job else None


def ready_at(session: Session, incident_id: int) -> datetime | None:
    """Return when the draft will be complete, as estimated when it was posted; None if unknown."""
    job = _find_reading(session, incident_id)
    stored_time = job.progress.get(_READY_AT) if job else None
    return datetime.fromisoformat(stored_time) if stored_time else None


def is_drafted(job: Job) -> bool:
    """Return whether the draft was posted before this reading finished."""
    return job.kind is JobKind.COMPLETE_DRAFT or bool(
        job.about.get(_DRAFTED) or job.progress.get(_DRAFTED)
    )


def _find_reading(session: Session, incident_id: int) -> Job | None:
    kinds = (JobKind.READ_HISTORY, JobKind.COMPLETE_DRAFT)
    jobs = outbox.unfinished_of(session, incident_id, kinds)
    return next((job for job in jobs if is_drafted(job)), None)


def estimate_remaining(calls: int, left: int, spent: timedelta) -> timedelta:
    """Return how long `left` calls will take at the pace of those made in the time `spent`."""
    return spent / max(calls, 1) * left
