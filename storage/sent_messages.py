"""What was sent, found again: where in Slack it stands, and what it was about."""

from collections.abc import Collection

from sqlmodel import Session, col, func, select

from bot.domain.job import Job, JobKind
from storage.outbox import job_of, newest
from storage.tables import OutboxRow


def said_elsewhere(
    session: Session, incident_id: int, key: str, quarters: Collection[str]
) -> list[tuple[str, str]]:
    """Where an incident was named outside its channel: as one of a year ago, in threads of older items,
    and as the choice of these quarters."""
    rows = session.exec(
        select(OutboxRow)
        .where(col(OutboxRow.kind).in_((JobKind.YEAR_AGO, JobKind.ITEM_RETURN, JobKind.ELECTED)))
        .where(col(OutboxRow.channel_id).is_not(None), col(OutboxRow.message_id).is_not(None))
        .order_by(col(OutboxRow.id))
    )
    meant = [
        row
        for row in rows
        if (row.kind == JobKind.YEAR_AGO and row.incident_id == incident_id)
        or (row.kind == JobKind.ITEM_RETURN and row.about.get("key") == key)
        or (row.kind == JobKind.ELECTED and row.about.get("quarter") in quarters)
    ]
    return [(row.channel_id or "", row.message_id or "") for row in meant]


def said_earlier(session: Session, job: Job, channel_id: str) -> str:
    """The id of the last message that a lane posted in a channel before it first tried a posting.

    It's in Slack's time, whatever the clock was when the posting was tried. "0" when there is none.
    """
    found = session.exec(
        select(func.max(OutboxRow.message_id)).where(
            OutboxRow.lane == job.lane,
            OutboxRow.channel_id == channel_id,
            col(OutboxRow.id) < job.id,
            col(OutboxRow.sent_at) <= job.unsure_since,  # not one that was set aside till now
        )
    ).one()
    return found or "0"


def places_in_thread(session: Session, answered: int, *deeds: JobKind) -> list[tuple[str, str]]:
    """Where postings of these kinds were said in answer to another: channels and message ids."""
    rows = session.exec(
        select(OutboxRow.channel_id, OutboxRow.message_id)
        .where(OutboxRow.answers == answered, col(OutboxRow.kind).in_(deeds))
        .order_by(col(OutboxRow.id))
    )
    return [(channel, ts) for channel, ts in rows if channel and ts]


def posted_at(session: Session, channel_id: str, message_id: str, kind: JobKind) -> Job | None:
    """The posting of a kind that is said in a message; None when there is none."""
    said = select(OutboxRow).where(
        OutboxRow.channel_id == channel_id,
        OutboxRow.message_id == message_id,
        OutboxRow.kind == kind,
    )
    row = session.exec(said.order_by(col(OutboxRow.id)).limit(1)).first()
    return job_of(row) if row else None


def newest_about(session: Session, incident_id: int, kind: JobKind) -> dict[str, object]:
    """What the last posting of a kind that an incident has is about; nothing where there is none."""
    row = session.get(OutboxRow, newest(session, incident_id, kind) or 0)
    return dict(row.about) if row else {}


def is_answered(session: Session, posting_id: int, kind: JobKind) -> bool:
    """Whether a posting of a kind was ever written in answer to another."""
    asked = select(OutboxRow.id).where(OutboxRow.answers == posting_id, OutboxRow.kind == kind)
    return session.exec(asked).first() is not None
