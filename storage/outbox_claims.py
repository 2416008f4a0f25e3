"""Claims on outbox jobs: made in order, renewed while a job runs, taken over when they expire."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache

from sqlalchemy import (
    ColumnElement,
    Integer,
    ScalarSelect,
    Select,
    and_,
    bindparam,
    case,
    or_,
    update,
)
from sqlalchemy import select as select_columns
from sqlalchemy.orm import aliased
from sqlalchemy.sql.dml import ReturningUpdate
from sqlmodel import Session, col, func, select

from bot.domain.job import Job
from storage.engine.statements import has_rows
from storage.outbox import CLAIMED, WAITING, job_of
from storage.tables import OutboxRow

# Times further ahead were written by a clock that has been set back since.
CLOCK_TOLERANCE = timedelta(minutes=1)
MAX_WAIT = timedelta(hours=1)
_Posted = aliased(OutboxRow)  # built once: that takes longer than the query


@dataclass(frozen=True, kw_only=True, slots=True)
class ClaimTerms:
    """How long a claim is valid without renewal, and how long a lane pauses after a message."""

    lease: timedelta
    pace: timedelta


def claim(
    session: Session, at: datetime, terms: ClaimTerms, most: int, held: Collection[int] = ()
) -> list[Job]:
    """Claim the first due job of each lane, at most `most` of them.

    A claim expires unless it's renewed, so that another worker takes over the jobs of a dead one.
    Jobs that the caller itself is running are `held`, and never claimed again, even if its clock
    jumps. A lane that posted a moment ago pauses.
    """
    times = {
        "at": at,
        "ahead": at + CLOCK_TOLERANCE,
        "beyond": at + MAX_WAIT,
        "rested": at - terms.pace,
        "until": at + terms.lease,
        "too_late": at + terms.lease + CLOCK_TOLERANCE,
    }
    rows = (
        session.execute(_claim_statement(), {**times, "held": list(held), "most": most})
        .scalars()
        .all()
    )
    return sorted((job_of(row) for row in rows), key=lambda job: job.id)


@cache
def _claim_statement() -> ReturningUpdate[OutboxRow]:
    """Build the claiming statement; cached, because building it takes longer than running it."""
    # A CTE, because PostgreSQL may run a locking subquery more than once and claim too many.
    chosen = _ready_jobs().cte("ready")
    return (
        update(OutboxRow)
        .where(col(OutboxRow.id).in_(select_columns(chosen.c.id)))
        .values(
            state=CLAIMED,
            claimed_until=bindparam("until"),
            attempts=col(OutboxRow.attempts) + 1,
            claimed_at=bindparam("at"),
            unsure_since=func.coalesce(col(OutboxRow.unsure_since), _expired_since()),
        )
        .returning(OutboxRow)
        .execution_options(synchronize_session=False, populate_existing=True)
    )


def _ready_jobs() -> Select[int | None]:
    first = select_columns(func.min(OutboxRow.id)).where(
        col(OutboxRow.state).in_((WAITING, CLAIMED))
    )
    last_posted_at = _last_posted_at()
    has_paused = or_(last_posted_at <= bindparam("rested"), last_posted_at > bindparam("ahead"))
    return (
        select_columns(col(OutboxRow.id))
        .where(col(OutboxRow.id).in_(first.group_by(col(OutboxRow.lane))))
        .where(col(OutboxRow.id).not_in(bindparam("held", expanding=True)))
        .where(or_(_is_due(), _is_expired()))
        .where(or_(last_posted_at.is_(None), has_paused))
        .order_by(col(OutboxRow.id))
        .limit(bindparam("most", type_=Integer))
        .with_for_update(skip_locked=True, of=OutboxRow)
    )


def _is_due() -> ColumnElement[bool]:
    """SQL: a job is due; a retry waits as long as Slack or the bot has set."""
    not_before = col(OutboxRow.not_before)
    due = or_(
        col(OutboxRow.attempts) == 0,
        not_before <= bindparam("at"),
        not_before > bindparam("beyond"),
    )
    return and_(col(OutboxRow.state) == WAITING, due)


def _is_expired() -> ColumnElement[bool]:
    """SQL: a job's claim has expired."""
    until = col(OutboxRow.claimed_until)
    is_over = or_(until < bindparam("at"), until > bindparam("too_late"))
    return and_(col(OutboxRow.state) == CLAIMED, is_over)


def _expired_since() -> ColumnElement[datetime | None]:
    """SQL: when an expired claim was made; what its worker has done since is unknown."""
    return case((col(OutboxRow.state) == CLAIMED, col(OutboxRow.claimed_at)))


def renew(session: Session, jobs: Iterable[Job], until: datetime) -> None:
    """Extend the claims on running jobs."""
    for job in jobs:
        session.execute(update(OutboxRow).where(*_claim_of(job)).values(claimed_until=until))


def is_held(session: Session, job: Job) -> bool:
    """Return whether a claim is still valid, and lock the job's row."""
    query = select(OutboxRow.id).where(*_claim_of(job)).with_for_update()
    return has_rows(session, query)


def _claim_of(job: Job) -> tuple[ColumnElement[bool], ...]:
    """SQL: identify a claim by its number, since each claim of a job counts one more attempt."""
    return (
        col(OutboxRow.id) == job.id,
        col(OutboxRow.state) == CLAIMED,
        col(OutboxRow.attempts) == job.attempts + 1,
    )


def _last_posted_at() -> ScalarSelect[datetime | None]:
    return (
        select_columns(func.max(_Posted.sent_at))
        .where(col(_Posted.lane) == col(OutboxRow.lane), col(_Posted.message_id).is_not(None))
        .correlate(OutboxRow)
        .scalar_subquery()
    )
