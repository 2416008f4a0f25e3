"""Old outbox rows: what was sent long ago is deleted, except what is still needed to find messages again.

What is kept, however old it is:

- everything of an incident that isn't over;
- where an incident's newest postmortem and its files stand, so that it can be edited and linked to;
- whatever may quote a message: when that is deleted in Slack, its words are taken out there too;
- what named an incident in other channels: it is withdrawn when the incident's channel is made private;
- where its review meeting stands;
- that somebody was asked to lead it, so that nobody is asked again after it was reopened;
- the last reminder of each person: "done" in a direct message is about that one;
- the message of a vote; and whatever another row answers.
"""

from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, delete, or_, select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, func

from bot.domain.incident import Status
from bot.domain.posting import Deed
from storage.engine import changed
from storage.outbox import SENT
from storage.tables import BallotRow, IncidentRow, OutboxRow

_Other = aliased(OutboxRow)
_QUOTING = (Deed.SUMMARY, Deed.SECTION, Deed.SECTION_NOW, Deed.NOTICE, Deed.UPDATE_DUE, Deed.YEAR_AGO, Deed.REPLACED)  # fmt: skip
_ELSEWHERE = (Deed.ITEM_RETURN, Deed.ELECTED)
_FILES = (Deed.FILE, Deed.MEETING_FILE)


def prune(session: Session, before: datetime, most: int) -> int:
    """Delete at most so many rows that were sent before a time and that nothing needs; say how many.

    A row goes after those that answer it, so a thread takes more than one call.
    """
    found = (
        select(col(OutboxRow.id))
        .where(col(OutboxRow.state) == SENT, col(OutboxRow.sent_at) < before)
        .where(~_of_open_incident(), ~_is_answered(), ~_is_needed())
        .order_by(col(OutboxRow.id))
        .limit(most)
    )
    ids = session.execute(found).scalars().all()
    return changed(session, delete(OutboxRow).where(col(OutboxRow.id).in_(ids))) if ids else 0


def _of_open_incident() -> ColumnElement[bool]:
    running = [status for status in Status if not status.is_over]
    incident = select(col(IncidentRow.id)).where(
        col(IncidentRow.id) == OutboxRow.incident_id, col(IncidentRow.status).in_(running)
    )
    return incident.exists()


def _is_answered() -> ColumnElement[bool]:
    """Whether another row answers it, or a vote was called with it."""
    answer = select(col(_Other.id)).where(col(_Other.answers) == OutboxRow.id)
    ballot = select(col(BallotRow.quarter)).where(col(BallotRow.posting) == OutboxRow.id)
    return or_(answer.exists(), ballot.exists())


def _is_needed() -> ColumnElement[bool]:
    return or_(
        and_(
            col(OutboxRow.kind).in_(_QUOTING + _ELSEWHERE), col(OutboxRow.message_id).is_not(None)
        ),
        and_(
            col(OutboxRow.kind) == Deed.LEAD_WANTED,
            col(OutboxRow.id)
            == _newest().where(col(_Other.kind) == Deed.LEAD_WANTED).scalar_subquery(),
        ),
        and_(
            col(OutboxRow.kind).in_(_FILES),
            col(OutboxRow.answers)
            == _newest().where(col(_Other.kind) == Deed.SUMMARY).scalar_subquery(),
        ),
        and_(col(OutboxRow.kind) == Deed.MEETING, col(OutboxRow.id) == _first_of_message()),
        and_(col(OutboxRow.kind) == Deed.REMINDER, col(OutboxRow.id) == _last_reminder()),
    )


def _newest() -> Select[tuple[int | None]]:
    """The newest row of an incident; the caller says of which kind."""
    newest: Select[tuple[int | None]] = select(func.max(_Other.id))
    return newest.where(col(_Other.incident_id) == OutboxRow.incident_id).correlate(OutboxRow)


def _first_of_message() -> ColumnElement[int | None]:
    """The row with which a message was posted: later ones edited it."""
    first = select(func.min(_Other.id)).where(
        col(_Other.incident_id) == OutboxRow.incident_id,
        col(_Other.kind) == OutboxRow.kind,
        col(_Other.message_id) == OutboxRow.message_id,
    )
    return first.correlate(OutboxRow).scalar_subquery()


def _last_reminder() -> ColumnElement[int | None]:
    last = select(func.max(_Other.id)).where(
        col(_Other.lane) == OutboxRow.lane,
        col(_Other.kind) == Deed.REMINDER,
        col(_Other.message_id).is_not(None),
    )
    return last.correlate(OutboxRow).scalar_subquery()
