"""The outbox: what is to be said and done in Slack, in order."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from sqlalchemy import bindparam, update
from sqlmodel import Session, col, func, select

from bot.domain.job import COALESCED, Job, JobKind
from storage import requesters
from storage.engine.store import changed
from storage.tables import OutboxRow

WAITING, CLAIMED, SENT, ASIDE = "waiting", "claimed", "sent", "aside"
# Asked all the time, so made once: that takes longer than the queries.
_IS_UNFINISHED = col(OutboxRow.state).in_((WAITING, CLAIMED))
_UNFINISHED = select(func.count()).select_from(OutboxRow).where(_IS_UNFINISHED)
_BESIDES = (
    select(OutboxRow.id)
    .where(_IS_UNFINISHED, col(OutboxRow.lane).not_in(bindparam("lanes", expanding=True)))
    .limit(1)
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Trouble:
    """A posting that was set aside, and why."""

    id: int
    kind: JobKind
    incident_id: int | None
    reason: str


def put(session: Session, job: Job, at: datetime) -> int:
    """Write a posting and return its id; one that shows the present waits only once."""
    waiting = _same_waiting(session, job) if job.kind in COALESCED else None
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


def note_progress(session: Session, posting_id: int, progress: Mapping[str, str]) -> None:
    """Keep how far a posting came, for its next try, beside what was kept before."""
    row = session.get_one(OutboxRow, posting_id)
    row.progress = {**row.progress, **progress}


def sent(
    session: Session,
    posting_id: int,
    *,
    at: datetime,
    channel_id: str | None,
    message_id: str | None,
) -> None:
    row = session.get_one(OutboxRow, posting_id)
    row.state, row.sent_at, row.claimed_until = SENT, at, None
    row.channel_id, row.message_id, row.trouble = channel_id, message_id, ""


def again(
    session: Session, posting_id: int, *, not_before: datetime, trouble: str, unsure: bool
) -> None:
    """Give a posting back, to be tried again; `unsure` when it may have been said after all."""
    row = session.get_one(OutboxRow, posting_id)
    row.state, row.not_before, row.claimed_until, row.trouble = WAITING, not_before, None, trouble
    if unsure:
        row.unsure_since = row.unsure_since or row.claimed_at


def hurry(session: Session, at: datetime, *, besides: Collection[str]) -> None:
    """Try now what waits because Slack did not answer: it does again. Troubles `besides` wait on."""
    session.execute(
        update(OutboxRow)
        .where(col(OutboxRow.state) == WAITING, col(OutboxRow.unsure_since).is_not(None))
        .where(col(OutboxRow.not_before) > at, col(OutboxRow.trouble).not_in(besides))
        .values(not_before=at)
    )


def set_aside(session: Session, posting_id: int, trouble: str) -> None:
    """Stop trying: what Slack answered will not change by itself. Its lane goes on."""
    row = session.get_one(OutboxRow, posting_id)
    row.state, row.claimed_until, row.trouble = ASIDE, None, trouble


def trouble_of(session: Session, posting_id: int) -> str:
    """Why a posting could not be sent the last time; empty if it was not tried in vain."""
    return session.get_one(OutboxRow, posting_id).trouble


def take_up(session: Session) -> int:
    """Try again what was set aside, as after a missing scope was granted; say how many."""
    aside = update(OutboxRow).where(col(OutboxRow.state) == ASIDE)
    return changed(session, aside.values(state=WAITING))  # each was due when it was tried


def place(session: Session, posting_id: int) -> tuple[str, str] | None:
    """Where a posting was said: channel and message id; None when it was not."""
    row = session.get(OutboxRow, posting_id)
    return (row.channel_id, row.message_id) if row and row.channel_id and row.message_id else None


def newest(session: Session, incident_id: int, kind: JobKind) -> int | None:
    """The last posting of a kind that an incident has, said or not."""
    return session.exec(
        select(func.max(OutboxRow.id)).where(
            OutboxRow.incident_id == incident_id, OutboxRow.kind == kind
        )
    ).one()


def thread_of(session: Session, incident_id: int, kind: JobKind, message_id: str) -> int | None:
    """The posting in whose thread a message of an incident was said; what edited it later is none."""
    said = select(OutboxRow.answers).where(
        OutboxRow.incident_id == incident_id,
        OutboxRow.kind == kind,
        OutboxRow.message_id == message_id,
    )
    return session.exec(said.order_by(col(OutboxRow.id)).limit(1)).first()


def place_of_part(session: Session, answered: int, part: int) -> tuple[str, str] | None:
    """Where a part was said in answer to a posting: channel and message id; None when it was not."""
    rows = session.exec(
        select(OutboxRow)
        .where(OutboxRow.answers == answered, col(OutboxRow.message_id).is_not(None))
        .order_by(col(OutboxRow.id))
    )
    found = next((row for row in rows if row.about.get("part") == part), None)
    return place(session, found.id) if found and found.id else None


def unfinished(session: Session) -> int:
    """How many postings wait or are on their way."""
    return session.exec(_UNFINISHED).one()


def waits_besides(session: Session, lanes: Collection[str]) -> bool:
    """Whether anything waits or is on its way in other lanes than these."""
    return session.exec(_BESIDES, params={"lanes": list(lanes)}).first() is not None


def last_said(session: Session, lane: str, kind: JobKind) -> datetime | None:
    """When a lane said something of a kind for the last time."""
    return session.exec(
        select(func.max(OutboxRow.sent_at)).where(
            OutboxRow.lane == lane, OutboxRow.kind == kind, col(OutboxRow.message_id).is_not(None)
        )
    ).one()


def last_posted(
    session: Session, lane: str, kind: JobKind, message_id: str | None = None
) -> Job | None:
    """What a lane said of a kind last, or what is said in the message with an id; None if nothing."""
    said = select(OutboxRow).where(OutboxRow.lane == lane, OutboxRow.kind == kind)
    there = col(OutboxRow.message_id)
    said = said.where(there == message_id if message_id else there.is_not(None))
    row = session.exec(said.order_by(col(OutboxRow.id).desc()).limit(1)).first()
    return job_of(row) if row else None


def is_in_hand(session: Session, incident_id: int, kind: JobKind) -> bool:
    """Whether a posting of a kind is being done now for an incident."""
    asked = select(OutboxRow.id).where(
        OutboxRow.incident_id == incident_id, OutboxRow.kind == kind, OutboxRow.state == CLAIMED
    )
    return session.exec(asked).first() is not None


def unfinished_of(session: Session, incident_id: int, deeds: Collection[JobKind]) -> list[Job]:
    """Return an incident's postings of some kinds that wait or are on their way, oldest first."""
    rows = session.exec(
        select(OutboxRow)
        .where(OutboxRow.incident_id == incident_id, col(OutboxRow.kind).in_(deeds))
        .where(_IS_UNFINISHED)
        .order_by(col(OutboxRow.id))
    )
    return [job_of(row) for row in rows]


def written_since(session: Session, incident_id: int, kind: JobKind, since: datetime) -> list[Job]:
    """Return an incident's postings of a kind that were written after a time, whatever came of them."""
    rows = session.exec(
        select(OutboxRow)
        .where(OutboxRow.incident_id == incident_id, OutboxRow.kind == kind)
        .where(col(OutboxRow.written_at) > since)
        .order_by(col(OutboxRow.id))
    )
    return [job_of(row) for row in rows]


def by_id(session: Session, posting_id: int) -> Job | None:
    row = session.get(OutboxRow, posting_id)
    return job_of(row) if row else None


def is_waiting(session: Session, lane: str) -> bool:
    """Whether anything of a lane waits or is on its way."""
    asked = select(OutboxRow.id).where(OutboxRow.lane == lane, _IS_UNFINISHED)
    return session.exec(asked).first() is not None


def retrying(session: Session) -> int:
    """How many postings were tried and are to be tried again."""
    return session.exec(
        select(func.count())
        .select_from(OutboxRow)
        .where(OutboxRow.state == WAITING, OutboxRow.attempts > 0)
    ).one()


def troubles(session: Session) -> list[Trouble]:
    """What was set aside, oldest first."""
    rows = session.exec(
        select(OutboxRow).where(OutboxRow.state == ASIDE).order_by(col(OutboxRow.id))
    )
    return [
        Trouble(
            id=row.id or 0, kind=JobKind(row.kind), incident_id=row.incident_id, reason=row.trouble
        )
        for row in rows
    ]


def _same_waiting(session: Session, job: Job) -> int | None:
    # Locked, or a sender could take it and read the present before our change of it is there.
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
    """Read a row; for `storage.outbox_claims`."""
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
