"""Find sent messages: their place in Slack, and what they're about."""

from collections.abc import Collection

from sqlmodel import Session, col, func, select

from bot.domain.job import Job, JobKind
from storage.engine.statements import has_rows
from storage.outbox import find_last_id, job_of
from storage.tables import OutboxRow

_OF_ONE_INCIDENT = (JobKind.SHARED_POSTMORTEM, JobKind.YEAR_AGO)


def find_outside_channel(
    session: Session, incident_id: int, key: str, quarters: Collection[str]
) -> list[tuple[str, str]]:
    """Return where an incident was named outside its channel, as channel and message ids.

    That's its final postmortem, a message about a year ago, threads of older items, and the results
    of these quarters' votes.
    """
    rows = session.exec(
        select(OutboxRow)
        .where(col(OutboxRow.kind).in_((*_OF_ONE_INCIDENT, JobKind.ITEM_RETURN, JobKind.ELECTED)))
        .where(col(OutboxRow.channel_id).is_not(None), col(OutboxRow.message_id).is_not(None))
        .order_by(col(OutboxRow.id))
    )
    matching = [
        row
        for row in rows
        if (row.kind in _OF_ONE_INCIDENT and row.incident_id == incident_id)
        or (row.kind == JobKind.ITEM_RETURN and row.about.get("key") == key)
        or (row.kind == JobKind.ELECTED and row.about.get("quarter") in quarters)
    ]
    return [(row.channel_id or "", row.message_id or "") for row in matching]


def find_last_before(session: Session, job: Job, channel_id: str) -> str:
    """Return the id of the last message a lane posted in a channel before a job's first attempt.

    It's in Slack's time, no matter what the clock was during the attempt. "0" if there's none.
    """
    last_id = session.exec(
        select(func.max(OutboxRow.message_id)).where(
            OutboxRow.lane == job.lane,
            OutboxRow.channel_id == channel_id,
            col(OutboxRow.id) < job.id,
            col(OutboxRow.sent_at) <= job.unsure_since,  # not a job that was set aside until now
        )
    ).one()
    return last_id or "0"


def find_first_posted(session: Session, incident_id: int, kind: JobKind) -> tuple[str, str] | None:
    """Return the channel and message id of an incident's first posted message of a kind, or None."""
    row = session.exec(
        select(OutboxRow)
        .where(OutboxRow.incident_id == incident_id, OutboxRow.kind == kind)
        .where(col(OutboxRow.channel_id).is_not(None), col(OutboxRow.message_id).is_not(None))
        .order_by(col(OutboxRow.id))
        .limit(1)
    ).first()
    return (row.channel_id or "", row.message_id or "") if row else None


def find_replies(session: Session, parent_id: int, *kinds: JobKind) -> list[tuple[str, str]]:
    """Return where jobs of these kinds posted replies to another: channels and message ids."""
    rows = session.exec(
        select(OutboxRow.channel_id, OutboxRow.message_id)
        .where(OutboxRow.answers == parent_id, col(OutboxRow.kind).in_(kinds))
        .order_by(col(OutboxRow.id))
    )
    return [(channel, ts) for channel, ts in rows if channel and ts]


def find_posting_job(
    session: Session, channel_id: str, message_id: str, kind: JobKind
) -> Job | None:
    """Return the job of a kind that posted a message, or None."""
    query = select(OutboxRow).where(
        OutboxRow.channel_id == channel_id,
        OutboxRow.message_id == message_id,
        OutboxRow.kind == kind,
    )
    row = session.exec(query.order_by(col(OutboxRow.id)).limit(1)).first()
    return job_of(row) if row else None


def find_last_facts(session: Session, incident_id: int, kind: JobKind) -> dict[str, object]:
    """Return the facts of an incident's last job of a kind; empty if there's none."""
    row = session.get(OutboxRow, find_last_id(session, incident_id, kind) or 0)
    return dict(row.about) if row else {}


def has_reply(session: Session, job_id: int, kind: JobKind) -> bool:
    """Return whether a job of a kind was ever enqueued as a reply to another."""
    query = select(OutboxRow.id).where(OutboxRow.answers == job_id, OutboxRow.kind == kind)
    return has_rows(session, query)
