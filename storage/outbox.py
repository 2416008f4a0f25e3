"""The outbox: what is to be said and done in Slack, in order."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import uuid4

from sqlalchemy import ScalarSelect, Select, or_, update
from sqlalchemy import select as select_columns
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, func, select

from bot.domain.posting import COALESCED, Deed, Posting
from storage.tables import OutboxRow

WAITING, CLAIMED, SENT, ASIDE = "waiting", "claimed", "sent", "aside"


@dataclass(frozen=True, kw_only=True, slots=True)
class Trouble:
    """A posting that was set aside, and why."""

    id: int
    deed: Deed
    incident_id: int | None
    reason: str


def put(session: Session, posting: Posting, at: datetime) -> int:
    """Write a posting and return its id; one that shows the present waits only once."""
    waiting = _same_waiting(session, posting) if posting.deed in COALESCED else None
    if waiting is not None:
        return waiting
    row = OutboxRow(
        uuid=uuid4().hex,
        kind=posting.deed,
        lane=posting.lane,
        incident_id=posting.incident_id,
        about=dict(posting.about),
        answers=posting.answers,
        state=WAITING,
        not_before=at,
        written_at=at,
    )
    session.add(row)
    session.flush()
    assert row.id is not None  # noqa: S101 - flushed
    return row.id


def claim(  # noqa: PLR0913 - the terms of a claim
    session: Session,
    at: datetime,
    *,
    lease: timedelta,
    pace: timedelta,
    most: int,
    held: Collection[int] = (),
) -> list[Posting]:
    """Take the first posting of each lane that may go now, `most` of them.

    A claim ends after `lease`, so that another sender takes over what a dead one held; what the
    caller itself has in hand is `held`, and stays out however its clock jumps. A lane that said
    something less than `pace` ago rests.
    """
    first = select_columns(func.min(OutboxRow.id)).where(
        col(OutboxRow.state).in_((WAITING, CLAIMED))
    )
    ready = (
        select_columns(col(OutboxRow.id))
        .where(col(OutboxRow.id).in_(first.group_by(col(OutboxRow.lane))))
        .where(col(OutboxRow.id).not_in(held), col(OutboxRow.not_before) <= at)
        .where(or_(col(OutboxRow.state) == WAITING, col(OutboxRow.claimed_until) < at))
        .where(or_(_last_said().is_(None), _last_said() <= at - pace))
        .order_by(col(OutboxRow.id))
        .limit(most)
        .with_for_update(skip_locked=True, of=OutboxRow)
    )
    return _take(session, ready, until=at + lease)


def _take(session: Session, ready: Select[int | None], *, until: datetime) -> list[Posting]:
    taken = (
        update(OutboxRow)
        .where(col(OutboxRow.id).in_(ready))
        .values(state=CLAIMED, claimed_until=until, attempts=col(OutboxRow.attempts) + 1)
        .returning(OutboxRow)
        .execution_options(synchronize_session=False, populate_existing=True)
    )
    rows = session.execute(taken).scalars().all()
    return sorted((_posting(row) for row in rows), key=lambda posting: posting.id)


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


def again(session: Session, posting_id: int, *, not_before: datetime, trouble: str) -> None:
    """Give a posting back, to be tried again."""
    row = session.get_one(OutboxRow, posting_id)
    row.state, row.not_before, row.claimed_until, row.trouble = WAITING, not_before, None, trouble


def set_aside(session: Session, posting_id: int, trouble: str) -> None:
    """Stop trying: what Slack answered will not change by itself. Its lane goes on."""
    row = session.get_one(OutboxRow, posting_id)
    row.state, row.claimed_until, row.trouble = ASIDE, None, trouble


def hand_back(session: Session, ids: Sequence[int]) -> None:
    """Free what was claimed but not begun, as a sender does when it stops."""
    session.execute(
        update(OutboxRow)
        .where(col(OutboxRow.id).in_(ids), col(OutboxRow.state) == CLAIMED)
        .values(state=WAITING, claimed_until=None, attempts=col(OutboxRow.attempts) - 1)
    )


def place(session: Session, posting_id: int) -> tuple[str, str] | None:
    """Where a posting was said: channel and message id; None when it was not."""
    row = session.get(OutboxRow, posting_id)
    return (row.channel_id, row.message_id) if row and row.channel_id and row.message_id else None


def where_said(session: Session, deed: Deed, about: Mapping[str, object]) -> tuple[str, str] | None:
    """Where something was said last: channel and message id."""
    rows = session.exec(
        select(OutboxRow)
        .where(OutboxRow.kind == deed, OutboxRow.state == SENT)
        .order_by(col(OutboxRow.id).desc())
    )
    found = next((row for row in rows if row.about == dict(about)), None)
    return place(session, found.id) if found and found.id else None


def unfinished(session: Session) -> int:
    """How many postings wait or are on their way."""
    return session.exec(
        select(func.count())
        .select_from(OutboxRow)
        .where(col(OutboxRow.state).in_((WAITING, CLAIMED)))
    ).one()


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
            id=row.id or 0, deed=Deed(row.kind), incident_id=row.incident_id, reason=row.trouble
        )
        for row in rows
    ]


def _last_said() -> ScalarSelect[datetime | None]:
    said = aliased(OutboxRow)
    return (
        select_columns(func.max(said.sent_at))
        .where(col(said.lane) == col(OutboxRow.lane), col(said.message_id).is_not(None))
        .correlate(OutboxRow)
        .scalar_subquery()
    )


def _same_waiting(session: Session, posting: Posting) -> int | None:
    rows = session.exec(
        select(OutboxRow).where(
            OutboxRow.lane == posting.lane,
            OutboxRow.kind == posting.deed,
            OutboxRow.state == WAITING,
            OutboxRow.attempts == 0,
        )
    )
    return next((row.id for row in rows if row.about == dict(posting.about)), None)


def _posting(row: OutboxRow) -> Posting:
    assert row.id is not None  # noqa: S101 - read from the database
    return Posting(
        id=row.id,
        uuid=row.uuid,
        deed=Deed(row.kind),
        lane=row.lane,
        incident_id=row.incident_id,
        about=row.about,
        answers=row.answers,
        attempts=row.attempts - 1,
    )
