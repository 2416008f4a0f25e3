"""Review meetings: at most one per incident, which is moved rather than replaced."""

from dataclasses import replace
from datetime import datetime

from sqlmodel import Session, col, func, select

from bot.domain.meeting import Meeting, MeetingState
from storage.engine.statements import insert_if_absent
from storage.tables import MeetingRow


def of_incident(session: Session, incident_id: int) -> Meeting | None:
    """Return an incident's meeting, or None, locked until the transaction ends."""
    row = _row(session, incident_id)
    return _meeting(row) if row else None


def save(session: Session, meeting: Meeting) -> Meeting:
    """Store a change of a meeting, and return the meeting as stored.

    If the time changed, the draft is sent to everyone again.
    """
    values = {
        "state": meeting.state,
        "starts_at": meeting.starts_at,
        "minutes": meeting.minutes,
        "facilitator": meeting.facilitator,
        "participants": [*meeting.participants],
    }
    initial = {"incident_id": meeting.incident_id, "shared_with": [], "sequence": 0}
    if insert_if_absent(session, MeetingRow, **initial, **values):
        return replace(meeting, sequence=0, shared_with=(), message_ts=None)
    row = _row(session, meeting.incident_id)
    assert row is not None  # noqa: S101 - it is never deleted
    if row.starts_at != meeting.starts_at:
        row.shared_with = []
    for name, value in values.items():
        setattr(row, name, value)
    row.sequence += 1
    session.flush()
    return _meeting(row)


def save_message(session: Session, incident_id: int, message_ts: str) -> None:
    """Store the `ts` of the meeting's message."""
    row = _row(session, incident_id)
    if row is not None:
        row.message_ts = message_ts


def save_shared(session: Session, incident_id: int, person: str, *, shared: bool) -> None:
    """Store whether a person was sent the draft."""
    row = _row(session, incident_id)
    if row is not None:
        others = [recipient for recipient in row.shared_with if recipient != person]
        row.shared_with = [*others, person] if shared else others


def list_upcoming(session: Session, after: datetime, before: datetime) -> list[Meeting]:
    """Return confirmed meetings starting after one time and by another, earliest first, locked."""
    rows = session.exec(
        select(MeetingRow)
        .where(MeetingRow.state == MeetingState.SET)
        .where(MeetingRow.starts_at > after, MeetingRow.starts_at <= before)
        .order_by(col(MeetingRow.starts_at), col(MeetingRow.incident_id))
        .with_for_update()
    )
    return [_meeting(row) for row in rows]


def count_facilitated(session: Session) -> dict[str, int]:
    """Return how many meetings each person facilitates or has facilitated, by user id; never 0."""
    rows = session.exec(
        select(MeetingRow.facilitator, func.count())
        .where(col(MeetingRow.facilitator).is_not(None), MeetingRow.state == MeetingState.SET)
        .group_by(col(MeetingRow.facilitator))
    )
    return {person: count for person, count in rows if person}


def _row(session: Session, incident_id: int) -> MeetingRow | None:
    query = select(MeetingRow).where(MeetingRow.incident_id == incident_id).with_for_update()
    return session.exec(query).first()


def _meeting(row: MeetingRow) -> Meeting:
    return Meeting(
        incident_id=row.incident_id,
        state=MeetingState(row.state),
        starts_at=row.starts_at,
        minutes=row.minutes,
        facilitator=row.facilitator,
        participants=tuple(row.participants),
        shared_with=tuple(row.shared_with),
        sequence=row.sequence,
        message_ts=row.message_ts,
    )
