"""The last known state of threads, so that a history sync reads only those that have changed."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy.orm import aliased
from sqlmodel import Session, col, func, select

from storage.app_updates import is_update
from storage.engine.statements import upsert
from storage.tables import OutboxRow, ThreadRow, TimelineEventRow


class ThreadState(NamedTuple):
    """A thread as described by its first message: number of replies, and `ts` of the last one."""

    replies: int
    latest: str


def load(
    session: Session, incident_id: int, since: datetime | None = None
) -> dict[str, ThreadState]:
    """Return each thread's state when it was read; with `since`, only if it was read since then."""
    query = select(ThreadRow).where(ThreadRow.incident_id == incident_id)
    rows = session.exec(query.where(ThreadRow.read_at >= since) if since else query)
    return {row.thread_id: ThreadState(row.replies, row.latest) for row in rows}


def save(
    session: Session, incident_id: int, thread_id: str, state: ThreadState, at: datetime
) -> None:
    upsert(
        session,
        ThreadRow,
        keys=("incident_id", "thread_id"),
        incident_id=incident_id,
        thread_id=thread_id,
        replies=state.replies,
        latest=state.latest,
        read_at=at,
    )


def recorded(session: Session, incident_id: int, channel_id: str) -> dict[str, ThreadState]:
    """Return each thread of a channel as the record has it: recorded replies, and our own."""
    by_thread: dict[str, ThreadState] = {}
    for thread_id, replies, latest in _replies(session, incident_id, channel_id):
        counted = by_thread.get(thread_id, ThreadState(0, ""))
        by_thread[thread_id] = ThreadState(counted.replies + replies, max(counted.latest, latest))
    return by_thread


def _replies(session: Session, incident_id: int, channel_id: str) -> Iterator[tuple[str, int, str]]:
    event = TimelineEventRow
    by_others = (
        select(event.thread_id, func.count(), func.max(event.message_id))
        .where(event.incident_id == incident_id, event.channel_id == channel_id)
        .where(col(event.thread_id).is_not(None), col(event.deleted).is_(False), ~is_update())
        .group_by(col(event.thread_id))
    )
    yield from _rows(session.exec(by_others).all())
    head, reply = aliased(OutboxRow), OutboxRow
    our_own = (
        select(
            head.message_id,
            func.count(col(reply.message_id).distinct()),
            func.max(reply.message_id),
        )
        .join(head, col(reply.answers) == col(head.id))
        .where(head.incident_id == incident_id, head.channel_id == channel_id)
        .where(reply.channel_id == channel_id, col(reply.message_id) != col(head.message_id))
        .group_by(col(head.message_id))
    )
    yield from _rows(session.exec(our_own).all())


def _rows(rows: Sequence[tuple[str | None, int, str | None]]) -> Iterator[tuple[str, int, str]]:
    yield from ((thread, replies, latest or "") for thread, replies, latest in rows if thread)
