"""Delete old outbox rows, except those needed to find messages again.

Rows kept at any age:

- everything of an incident that isn't over;
- the location of an incident's latest postmortem and its files, for editing and linking;
- anything that may quote a message or name an incident: it's edited when the message is deleted or the
  incident made private;
- the location of its review meeting's message;
- the request to lead it, so that nobody is asked again after a reopening;
- each person's last reminder, because "done" in a direct message refers to it;
- the message of a vote, and any row that another row replies to.
"""

from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, delete, or_, select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, func

from bot.domain.job import JobKind
from storage.engine.statements import run_and_count
from storage.incident_conditions import IS_OPEN
from storage.outbox import SENT
from storage.tables import BallotRow, IncidentRow, OutboxRow

_Other = aliased(OutboxRow)
_KINDS_WITH_TEXT = (
    JobKind.SUMMARY, JobKind.SECTION, JobKind.SECTION_NOW, JobKind.NOTICE, JobKind.UPDATE_DUE, JobKind.YEAR_AGO,
    JobKind.REPLACED, JobKind.ITEM_RETURN, JobKind.ELECTED,
)  # fmt: skip
_FILES = (JobKind.FILE, JobKind.MEETING_FILE)


def prune(session: Session, before: datetime, most: int) -> int:
    """Delete at most `most` unneeded rows that were sent before a time; return how many.

    A row is deleted after its replies, so a thread takes more than one call.
    """
    unneeded = (
        select(col(OutboxRow.id))
        .where(col(OutboxRow.state) == SENT, col(OutboxRow.sent_at) < before)
        .where(~_of_open_incident(), ~_is_answered(), ~_is_needed())
        .order_by(col(OutboxRow.id))
        .limit(most)
    )
    ids = session.execute(unneeded).scalars().all()
    return run_and_count(session, delete(OutboxRow).where(col(OutboxRow.id).in_(ids))) if ids else 0


def _of_open_incident() -> ColumnElement[bool]:
    incident = select(col(IncidentRow.id)).where(
        col(IncidentRow.id) == OutboxRow.incident_id, IS_OPEN
    )
    return incident.exists()


def _is_answered() -> ColumnElement[bool]:
    """SQL: another row replies to it, or it announced a vote."""
    reply = select(col(_Other.id)).where(col(_Other.answers) == OutboxRow.id)
    ballot = select(col(BallotRow.quarter)).where(col(BallotRow.posting) == OutboxRow.id)
    return or_(reply.exists(), ballot.exists())


def _is_needed() -> ColumnElement[bool]:
    return or_(
        and_(col(OutboxRow.kind).in_(_KINDS_WITH_TEXT), col(OutboxRow.message_id).is_not(None)),
        and_(
            col(OutboxRow.kind) == JobKind.LEAD_WANTED,
            col(OutboxRow.id)
            == _newest().where(col(_Other.kind) == JobKind.LEAD_WANTED).scalar_subquery(),
        ),
        and_(
            col(OutboxRow.kind).in_(_FILES),
            col(OutboxRow.answers)
            == _newest().where(col(_Other.kind) == JobKind.SUMMARY).scalar_subquery(),
        ),
        and_(col(OutboxRow.kind) == JobKind.MEETING, col(OutboxRow.id) == _first_of_message()),
        and_(col(OutboxRow.kind) == JobKind.REMINDER, col(OutboxRow.id) == _last_reminder()),
    )


def _newest() -> Select[tuple[int | None]]:
    """SQL: the newest row of an incident; the caller filters by kind."""
    newest: Select[tuple[int | None]] = select(func.max(_Other.id))
    return newest.where(col(_Other.incident_id) == OutboxRow.incident_id).correlate(OutboxRow)


def _first_of_message() -> ColumnElement[int | None]:
    """SQL: the row that posted a message; later ones edited it."""
    first = select(func.min(_Other.id)).where(
        col(_Other.incident_id) == OutboxRow.incident_id,
        col(_Other.kind) == OutboxRow.kind,
        col(_Other.message_id) == OutboxRow.message_id,
    )
    return first.correlate(OutboxRow).scalar_subquery()


def _last_reminder() -> ColumnElement[int | None]:
    last = select(func.max(_Other.id)).where(
        col(_Other.lane) == OutboxRow.lane,
        col(_Other.kind) == JobKind.REMINDER,
        col(_Other.message_id).is_not(None),
    )
    return last.correlate(OutboxRow).scalar_subquery()
