"""Corrections of the timeline. The original stays; for each part, the last correction counts."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, update
from sqlmodel import Session, col, func, select

from bot.domain.timeline import TimelineEvent
from storage import library
from storage.engine.statements import in_batches
from storage.tables import CorrectionRow, TimelineEventRow


@dataclass(frozen=True, slots=True)
class Correction:
    """A person's change of one entry; None for parts left unchanged."""

    event_id: int
    person: str
    text: str | None = None
    happened_at: datetime | None = None
    hidden: bool | None = None


def add(session: Session, correction: Correction, at: datetime) -> None:
    session.add(
        CorrectionRow(
            event_id=correction.event_id,
            person=correction.person,
            text=correction.text,
            happened_at=correction.happened_at,
            hidden=correction.hidden,
            made_at=at,
        )
    )
    session.flush()
    update_library = library.clear_by_event if correction.hidden else library.mark_outdated_by_event
    update_library(session, correction.event_id)


def forget_text(session: Session, event_id: int) -> None:
    """Remove the text from every correction of an entry, as when its message was deleted."""
    session.execute(
        update(CorrectionRow).where(col(CorrectionRow.event_id) == event_id).values(text=None)
    )


def apply(session: Session, events: Iterable[TimelineEvent]) -> list[TimelineEvent]:
    """Return the entries with their corrections applied, in the given order."""
    uncorrected = list(events)
    by_event: dict[int, list[CorrectionRow]] = {}
    for ids in in_batches([event.id for event in uncorrected]):
        rows = session.exec(
            select(CorrectionRow)
            .where(col(CorrectionRow.event_id).in_(ids))
            .order_by(col(CorrectionRow.id))
        )
        for row in rows:
            by_event.setdefault(row.event_id, []).append(row)
    return [_corrected(event, by_event.get(event.id, ())) for event in uncorrected]


def corrected_time() -> ColumnElement[Any]:
    """SQL: the time of an entry, after corrections."""
    return func.coalesce(_last(CorrectionRow.happened_at), TimelineEventRow.happened_at)


def is_hidden() -> ColumnElement[Any]:
    """SQL: whether an entry is hidden."""
    return func.coalesce(_last(CorrectionRow.hidden), False)


def _last(column: Any) -> Any:
    return (
        select(column)
        .where(col(CorrectionRow.event_id) == col(TimelineEventRow.id), column.is_not(None))
        .order_by(col(CorrectionRow.id).desc())
        .limit(1)
        .correlate(TimelineEventRow)
        .scalar_subquery()
    )


def _corrected(event: TimelineEvent, rows: Iterable[CorrectionRow]) -> TimelineEvent:
    for row in rows:
        if row.hidden is not None:
            event = replace(event, hidden=row.hidden)
        if row.happened_at is not None:
            event = replace(event, happened_at=row.happened_at, corrected_by=row.person)
        if row.text is not None and not event.deleted:
            event = replace(event, text=row.text, corrected_by=row.person)
    return event
