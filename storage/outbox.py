"""The outbox: jobs to carry out in Slack, in order."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from sqlalchemy import ColumnElement, bindparam, update
from sqlmodel import Session, col, func, select

from bot.domain.job import COALESCED, Job, JobKind
from storage import requesters
from storage.engine.statements import has_rows, run_and_count
from storage.tables import OutboxRow

WAITING, CLAIMED, SENT, SET_ASIDE = "waiting", "claimed", "sent", "aside"
# Prepared once, because building these frequent queries takes longer than running them.
_IS_UNFINISHED = col(OutboxRow.state).in_((WAITING, CLAIMED))
_UNFINISHED = select(func.count()).select_from(OutboxRow).where(_IS_UNFINISHED)
_JOBS_OUTSIDE = (
    select(OutboxRow.id)
    .where(_IS_UNFINISHED, col(OutboxRow.lane).not_in(bindparam("lanes", expanding=True)))
    .limit(1)
)


@dataclass(frozen=True, kw_only=True, slots=True)
class SetAsideJob:
    """A job that was set aside, and why."""

    id: int
    kind: JobKind
    incident_id: int | None
    reason: str


def enqueue(session: Session, job: Job, at: datetime) -> int:
    """Enqueue a job and return its id.

    If the kind is in `COALESCED` and an identical job is waiting, that one's id is returned
    instead.
    """
    waiting = _find_duplicate(session, job) if job.kind in COALESCED else None
    if waiting is not None:
        return waiting
    person, channel = requesters.current(session)
    row = OutboxRow(
        uuid=uuid4().hex,
        kind=job.kind,
        lane=job.lane,
        incident_id=job.incident_id,
        about=dict(job.about),
        answers=job.answers,
        state=WAITING,
        not_before=at,
        requested_by=job.requested_by or person,
        requested_in=job.requested_in or channel,
        written_at=at,
    )
    session.add(row)
    session.flush()
    assert row.id is not None  # noqa: S101 - flushed
    return row.id


def save_progress(session: Session, job_id: int, progress: Mapping[str, str]) -> None:
    """Add to a job's progress, for its next attempt."""
    row = session.get_one(OutboxRow, job_id)
    row.progress = {**row.progress, **progress}


def mark_sent(
    session: Session,
    job_id: int,
    *,
    at: datetime,
    channel_id: str | None,
    message_id: str | None,
) -> None:
    row = session.get_one(OutboxRow, job_id)
    row.state, row.sent_at, row.claimed_until = SENT, at, None
    row.channel_id, row.message_id, row.trouble = channel_id, message_id, ""


def retry_later(
    session: Session, job_id: int, *, not_before: datetime, trouble: str, unsure: bool
) -> None:
    """Return a job to the queue for a retry. `unsure`: it may have taken effect after all."""
    row = session.get_one(OutboxRow, job_id)
    row.state, row.not_before, row.claimed_until, row.trouble = WAITING, not_before, None, trouble
    if unsure:
        row.unsure_since = row.unsure_since or row.claimed_at


def retry_now(session: Session, at: datetime, *, except_troubles: Collection[str]) -> None:
    """Retry jobs now that wait because Slack didn't respond.

    Those with a trouble in `except_troubles` wait on.
    """
    session.execute(
        update(OutboxRow)
        .where(col(OutboxRow.state) == WAITING, col(OutboxRow.unsure_since).is_not(None))
        .where(col(OutboxRow.not_before) > at, col(OutboxRow.trouble).not_in(except_troubles))
        .values(not_before=at)
    )


def set_aside(session: Session, job_id: int, trouble: str) -> None:
    """Stop retrying a job: Slack's response won't change by itself. Its lane goes on."""
    row = session.get_one(OutboxRow, job_id)
    row.state, row.claimed_until, row.trouble = SET_ASIDE, None, trouble


def trouble_of(session: Session, job_id: int) -> str:
    """Return why a job failed the last time; empty if it hasn't failed."""
    return session.get_one(OutboxRow, job_id).trouble


def retry_set_aside(session: Session) -> int:
    """Retry jobs that were set aside, as after a missing scope was granted; return how many."""
    update_all = update(OutboxRow).where(col(OutboxRow.state) == SET_ASIDE)
    return run_and_count(
        session, update_all.values(state=WAITING)
    )  # each was due when it was tried


def find_posted_message(session: Session, job_id: int) -> tuple[str, str] | None:
    """Return the channel and message id that a job posted, or None."""
    row = session.get(OutboxRow, job_id)
    return (row.channel_id, row.message_id) if row and row.channel_id and row.message_id else None


def find_last_id(session: Session, incident_id: int, kind: JobKind) -> int | None:
    """Return the id of an incident's last job of a kind, sent or not, or None."""
    return session.exec(
        select(func.max(OutboxRow.id)).where(
            OutboxRow.incident_id == incident_id, OutboxRow.kind == kind
        )
    ).one()


def find_thread_job(
    session: Session, incident_id: int, kind: JobKind, message_id: str
) -> int | None:
    """Return the job that started the thread of an incident's message, or None.

    `kind` is the kind of the job that posted the message. Later jobs that edited it don't count.
    """
    query = select(OutboxRow.answers).where(
        OutboxRow.incident_id == incident_id,
        OutboxRow.kind == kind,
        OutboxRow.message_id == message_id,
    )
    return session.exec(query.order_by(col(OutboxRow.id)).limit(1)).first()


def find_part_message(session: Session, parent_id: int, part: int) -> tuple[str, str] | None:
    """Return the channel and message id of a postmortem part in reply to a job, or None."""
    rows = session.exec(
        select(OutboxRow)
        .where(OutboxRow.answers == parent_id, col(OutboxRow.message_id).is_not(None))
        .order_by(col(OutboxRow.id))
    )
    part_row = next((row for row in rows if row.about.get("part") == part), None)
    return find_posted_message(session, part_row.id) if part_row and part_row.id else None


def unfinished(session: Session) -> int:
    """Count the jobs that are waiting or running."""
    return session.exec(_UNFINISHED).one()


def has_jobs_outside(session: Session, lanes: Collection[str]) -> bool:
    """Return whether a job is waiting or running in any other lane."""
    return session.exec(_JOBS_OUTSIDE, params={"lanes": list(lanes)}).first() is not None


def last_posted_at(session: Session, lane: str, kind: JobKind) -> datetime | None:
    """Return when a lane last posted a message of a kind, or None."""
    return session.exec(
        select(func.max(OutboxRow.sent_at)).where(
            OutboxRow.lane == lane, OutboxRow.kind == kind, col(OutboxRow.message_id).is_not(None)
        )
    ).one()


def find_last_posted(
    session: Session, lane: str, kind: JobKind, message_id: str | None = None
) -> Job | None:
    """Return a lane's last posted job of a kind, or the one that posted this message, or None."""
    query = select(OutboxRow).where(OutboxRow.lane == lane, OutboxRow.kind == kind)
    posted_id = col(OutboxRow.message_id)
    query = query.where(posted_id == message_id if message_id else posted_id.is_not(None))
    row = session.exec(query.order_by(col(OutboxRow.id).desc()).limit(1)).first()
    return job_of(row) if row else None


def is_running(session: Session, incident_id: int, kind: JobKind) -> bool:
    """Return whether a job of a kind is running for an incident."""
    query = select(OutboxRow.id).where(
        OutboxRow.incident_id == incident_id, OutboxRow.kind == kind, OutboxRow.state == CLAIMED
    )
    return has_rows(session, query)


def unfinished_of(session: Session, incident_id: int, kinds: Collection[JobKind]) -> list[Job]:
    """Return an incident's waiting and running jobs of some kinds, oldest first."""
    return list_jobs(session, incident_id, kinds, _IS_UNFINISHED)


def written_since(session: Session, incident_id: int, kind: JobKind, since: datetime) -> list[Job]:
    """Return an incident's jobs of a kind that were enqueued after a time, whatever their state."""
    return list_jobs(session, incident_id, [kind], col(OutboxRow.written_at) > since)


def list_jobs(
    session: Session,
    incident_id: int,
    kinds: Collection[JobKind],
    *conditions: ColumnElement[bool],
) -> list[Job]:
    """Return an incident's jobs of some kinds that meet all conditions, oldest first."""
    rows = session.exec(
        select(OutboxRow)
        .where(OutboxRow.incident_id == incident_id, col(OutboxRow.kind).in_(kinds), *conditions)
        .order_by(col(OutboxRow.id))
    )
    return [job_of(row) for row in rows]


def by_id(session: Session, job_id: int) -> Job | None:
    row = session.get(OutboxRow, job_id)
    return job_of(row) if row else None


def has_unfinished(session: Session, lane: str) -> bool:
    """Return whether a job of a lane is waiting or running."""
    query = select(OutboxRow.id).where(OutboxRow.lane == lane, _IS_UNFINISHED)
    return has_rows(session, query)


def retrying(session: Session) -> int:
    """Count the jobs that have failed and are waiting for a retry."""
    return session.exec(
        select(func.count())
        .select_from(OutboxRow)
        .where(OutboxRow.state == WAITING, OutboxRow.attempts > 0)
    ).one()


def list_set_aside(session: Session) -> list[SetAsideJob]:
    """Return the jobs that were set aside, oldest first."""
    rows = session.exec(
        select(OutboxRow).where(OutboxRow.state == SET_ASIDE).order_by(col(OutboxRow.id))
    )
    return [
        SetAsideJob(
            id=row.id or 0, kind=JobKind(row.kind), incident_id=row.incident_id, reason=row.trouble
        )
        for row in rows
    ]


def _find_duplicate(session: Session, job: Job) -> int | None:
    # Locked: otherwise, a worker could claim it and read the data before our change is visible.
    rows = session.exec(
        select(OutboxRow)
        .where(
            OutboxRow.lane == job.lane,
            OutboxRow.kind == job.kind,
            OutboxRow.incident_id == job.incident_id,
            OutboxRow.state == WAITING,
            OutboxRow.attempts == 0,
        )
        .with_for_update()
    )
    return next((row.id for row in rows if row.about == dict(job.about)), None)


def job_of(row: OutboxRow) -> Job:
    """Build a job from a row."""
    assert row.id is not None  # noqa: S101 - read from the database
    return Job(
        id=row.id,
        uuid=row.uuid,
        kind=JobKind(row.kind),
        lane=row.lane,
        incident_id=row.incident_id,
        about=row.about,
        answers=row.answers,
        attempts=row.attempts - 1,
        unsure_since=row.unsure_since,
        progress=row.progress,
        requested_by=row.requested_by,
        requested_in=row.requested_in,
    )
