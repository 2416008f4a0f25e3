"""What comparisons saw of threads, so that the next one reads only what has changed."""

from datetime import datetime
from typing import NamedTuple

from sqlmodel import Session, select

from storage.engine import put_on
from storage.tables import ThreadRow


class Seen(NamedTuple):
    """A thread as its first message shows it: how many replies, and the `ts` of the last."""

    replies: int
    latest: str


def read(session: Session, incident_id: int, since: datetime | None = None) -> dict[str, Seen]:
    """What was read of each thread; only what was read after `since`."""
    asked = select(ThreadRow).where(ThreadRow.incident_id == incident_id)
    rows = session.exec(asked.where(ThreadRow.read_at >= since) if since else asked)
    return {row.thread_id: Seen(row.replies, row.latest) for row in rows}


def saw(session: Session, incident_id: int, thread_id: str, seen: Seen, at: datetime) -> None:
    put_on(
        session,
        ThreadRow,
        keys=("incident_id", "thread_id"),
        incident_id=incident_id,
        thread_id=thread_id,
        replies=seen.replies,
        latest=seen.latest,
        read_at=at,
    )
