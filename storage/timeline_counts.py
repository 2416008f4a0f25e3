"""Counts of an incident's timeline events."""

from datetime import datetime

from sqlmodel import Session, col, func, select
from sqlmodel.sql.expression import SelectOfScalar

from bot.domain import app_updates
from bot.domain.timeline import SPOKEN_KINDS, EventKind, Source
from storage import timeline
from storage.app_updates import is_update
from storage.tables import TimelineEventRow


def joined(session: Session, incident_id: int, person: str) -> int:
    """Count how often a person joined the incident's channel."""
    return session.exec(
        select(func.count())
        .select_from(TimelineEventRow)
        .where(TimelineEventRow.incident_id == incident_id)
        .where(TimelineEventRow.kind == EventKind.JOINED, TimelineEventRow.author == person)
    ).one()


def fetched(session: Session, incident_id: int) -> int:
    """Count messages that were missed and read from history afterwards."""
    missed = _spoken(incident_id).where(TimelineEventRow.source == Source.FETCHED)
    return session.exec(missed).one()


def messages(session: Session, incident_id: int) -> int:
    """Count recorded messages by people and apps, including deleted ones."""
    return session.exec(_spoken(incident_id)).one()


def outside_threads(session: Session, incident_id: int, until: datetime) -> int:
    """Count the messages recorded before a time that are no replies in a thread."""
    older = _spoken(incident_id).where(
        TimelineEventRow.happened_at < until, col(TimelineEventRow.thread_id).is_(None)
    )
    return session.exec(older).one()


def unreadable(session: Session, incident_id: int) -> int:
    """How many messages have no words that could be read."""
    return app_updates.count_unreadable(timeline.of_incident(session, incident_id))


def count(session: Session, incident_id: int) -> int:
    return session.exec(
        select(func.count())
        .select_from(TimelineEventRow)
        .where(TimelineEventRow.incident_id == incident_id)
    ).one()


def _spoken(incident_id: int) -> SelectOfScalar[int]:
    return (
        select(func.count())
        .select_from(TimelineEventRow)
        .where(TimelineEventRow.incident_id == incident_id)
        .where(col(TimelineEventRow.kind).in_(SPOKEN_KINDS), ~is_update())
    )
