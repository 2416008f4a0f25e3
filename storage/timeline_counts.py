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
    joined = _events(incident_id).where(
        TimelineEventRow.kind == EventKind.JOINED, TimelineEventRow.author == person
    )
    return session.exec(joined).one()


def fetched(session: Session, incident_id: int) -> int:
    """Count messages that were missed and read from history afterwards."""
    missed = _messages(incident_id).where(TimelineEventRow.source == Source.FETCHED)
    return session.exec(missed).one()


def messages(session: Session, incident_id: int) -> int:
    """Count recorded messages by people and apps, including deleted ones."""
    return session.exec(_messages(incident_id)).one()


def outside_threads(session: Session, incident_id: int, until: datetime) -> int:
    """Count the messages outside of threads that were posted before a time."""
    older = _messages(incident_id).where(
        TimelineEventRow.happened_at < until, col(TimelineEventRow.thread_id).is_(None)
    )
    return session.exec(older).one()


def unreadable(session: Session, incident_id: int) -> int:
    """Count the messages without readable text."""
    return app_updates.count_unreadable(timeline.of_incident(session, incident_id))


def count(session: Session, incident_id: int) -> int:
    """Count all events."""
    return session.exec(_events(incident_id)).one()


def entries(session: Session, incident_id: int) -> int:
    """Count the events that weren't deleted: the entries to page through."""
    return session.exec(_events(incident_id).where(col(TimelineEventRow.deleted).is_(False))).one()


def _messages(incident_id: int) -> SelectOfScalar[int]:
    return _events(incident_id).where(col(TimelineEventRow.kind).in_(SPOKEN_KINDS), ~is_update())


def _events(incident_id: int) -> SelectOfScalar[int]:
    return (
        select(func.count())
        .select_from(TimelineEventRow)
        .where(TimelineEventRow.incident_id == incident_id)
    )
