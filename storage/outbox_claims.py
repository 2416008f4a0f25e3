"""Who has which posting in hand: taken in order, held by renewing, taken over when left."""

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
from storage.outbox import CLAIMED, WAITING, job_of
from storage.tables import OutboxRow

# What lies further ahead was written by a clock that has been turned back since.
AHEAD = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=1)
_SAID = aliased(OutboxRow)  # made once: that takes longer than the query


@dataclass(frozen=True, kw_only=True, slots=True)
class Terms:
    """How long a claim holds without being renewed, and how long a lane rests after it spoke."""

    lease: timedelta
    pace: timedelta


def claim(
    session: Session, at: datetime, terms: Terms, most: int, held: Collection[int] = ()
) -> list[Job]:
    """Take the first posting of each lane that may go now, `most` of them.

    A claim ends unless it is renewed, so that another sender takes over what a dead one held; what
    the caller itself has in hand is `held`, and stays out however its clock jumps. A lane that said
    something a moment ago rests.
    """
    times = {
        "at": at,
        "ahead": at + AHEAD,
        "beyond": at + LONGEST_WAIT,
        "rested": at - terms.pace,
        "until": at + terms.lease,
        "too_late": at + terms.lease + AHEAD,
    }
    rows = session.execute(_taking(), {**times, "held": list(held), "most": most}).scalars().all()
    return sorted((job_of(row) for row in rows), key=lambda job: job.id)


@cache
def _taking() -> ReturningUpdate[OutboxRow]:
    """The statement that claims; made once, since that takes longer than to run it."""
    # As a CTE: PostgreSQL may run a subquery that locks more than once, and take too many.
    chosen = _ready().cte("ready")
    return (
        update(OutboxRow)
        .where(col(OutboxRow.id).in_(select_columns(chosen.c.id)))
        .values(
            state=CLAIMED,
            claimed_until=bindparam("until"),
            attempts=col(OutboxRow.attempts) + 1,
            claimed_at=bindparam("at"),
            unsure_since=func.coalesce(col(OutboxRow.unsure_since), _left_since()),
        )
        .returning(OutboxRow)
        .execution_options(synchronize_session=False, populate_existing=True)
    )


def _ready() -> Select[int | None]:
    first = select_columns(func.min(OutboxRow.id)).where(
        col(OutboxRow.state).in_((WAITING, CLAIMED))
    )
    last_said = _last_said()
    rested = or_(last_said <= bindparam("rested"), last_said > bindparam("ahead"))
    return (
        select_columns(col(OutboxRow.id))
        .where(col(OutboxRow.id).in_(first.group_by(col(OutboxRow.lane))))
        .where(col(OutboxRow.id).not_in(bindparam("held", expanding=True)))
        .where(or_(_may_be_tried(), _was_left()))
        .where(or_(last_said.is_(None), rested))
        .order_by(col(OutboxRow.id))
        .limit(bindparam("most", type_=Integer))
        .with_for_update(skip_locked=True, of=OutboxRow)
    )


def _may_be_tried() -> ColumnElement[bool]:
    """Whether a posting waits no longer: for its second try as long as Slack or we said."""
    not_before = col(OutboxRow.not_before)
    due = or_(
        col(OutboxRow.attempts) == 0,
        not_before <= bindparam("at"),
        not_before > bindparam("beyond"),
    )
    return and_(col(OutboxRow.state) == WAITING, due)


def _was_left() -> ColumnElement[bool]:
    """Whether the one who took a posting does not hold it any more."""
    until = col(OutboxRow.claimed_until)
    left = or_(until < bindparam("at"), until > bindparam("too_late"))
    return and_(col(OutboxRow.state) == CLAIMED, left)


def _left_since() -> ColumnElement[datetime | None]:
    """When the one who left a claim took it: what they said since, nobody knows."""
    return case((col(OutboxRow.state) == CLAIMED, col(OutboxRow.claimed_at)))


def renew(session: Session, jobs: Iterable[Job], until: datetime) -> None:
    """Hold on to what is in hand."""
    for job in jobs:
        session.execute(update(OutboxRow).where(*_claim_of(job)).values(claimed_until=until))


def is_held(session: Session, job: Job) -> bool:
    """Whether a claim still stands: nobody took the posting over meanwhile."""
    asked = select(OutboxRow.id).where(*_claim_of(job)).with_for_update()
    return session.exec(asked).first() is not None


def _claim_of(job: Job) -> tuple[ColumnElement[bool], ...]:
    """A claim is known by its number: each one that takes a posting counts one more attempt."""
    return (
        col(OutboxRow.id) == job.id,
        col(OutboxRow.state) == CLAIMED,
        col(OutboxRow.attempts) == job.attempts + 1,
    )


def _last_said() -> ScalarSelect[datetime | None]:
    return (
        select_columns(func.max(_SAID.sent_at))
        .where(col(_SAID.lane) == col(OutboxRow.lane), col(_SAID.message_id).is_not(None))
        .correlate(OutboxRow)
        .scalar_subquery()
    )
