"""What a month's figures are made from: what fell due, and incidents with what came of them."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, and_, or_
from sqlmodel import Session, col, func, select

from bot.domain.action_item import ItemState
from bot.domain.incident import Status
from bot.domain.monthly import REPEATED_WITHIN, Handled, Month, Share
from bot.domain.review import Step
from storage.tables import ActionItemRow, DecisionRow, IncidentRow, PostmortemRow, ReviewRow

Steps = TypeVar("Steps", ReviewRow, DecisionRow)


def kept(session: Session, month: Month) -> Share:
    """Of the items whose date is in a month, and behind which a person stands, those done by its end."""
    done = and_(col(ActionItemRow.state) == ItemState.DONE, col(ActionItemRow.done_at) < month.end)
    fell_due, were_done = session.exec(
        select(func.count(), func.count().filter(done))
        .select_from(ActionItemRow)
        .where(col(ActionItemRow.due) >= month.first, col(ActionItemRow.due) < month.after)
        .where(col(ActionItemRow.state).in_((ItemState.OPEN, ItemState.DONE)))
    ).one()
    return Share(were_done, fell_due)


def handled(session: Session, since: datetime) -> list[Handled]:
    """The incidents that were declared, resolved or made final since a time, and those of the time
    before that they may repeat; none that was cancelled. Private ones too: they are only counted."""
    there = _since(since)
    drafts = _drafts(session, there)
    steps, decided = _last(session, ReviewRow, there), _last(session, DecisionRow, there)
    asked = select(DecisionRow.incident_id).where(col(DecisionRow.wanted).is_(True))
    wanted = set(session.exec(asked))
    found = session.exec(select(IncidentRow).where(there).order_by(col(IncidentRow.id)))
    return [
        Handled(
            id=row.id or 0,
            title=row.title,
            severity=row.severity,
            declared_at=row.declared_at,
            resolved_at=row.resolved_at,
            needed=bool(drafts.get(row.id, (None, None))[1]) or row.id in wanted,
            skipped=row.id in decided and not decided[row.id].wanted,
            final_at=_final_at(steps.get(row.id or 0)),
            spans=drafts.get(row.id, ({}, None))[0] or {},
        )
        for row in found
    ]


def _since(since: datetime) -> ColumnElement[bool]:
    final = select(ReviewRow.incident_id).where(
        ReviewRow.step == Step.FINAL, ReviewRow.made_at >= since
    )
    return and_(
        col(IncidentRow.status) != Status.CANCELLED,
        or_(
            col(IncidentRow.declared_at) >= since - REPEATED_WITHIN,
            col(IncidentRow.resolved_at) >= since,
            col(IncidentRow.id).in_(final),
        ),
    )


def _drafts(session: Session, there: ColumnElement[bool]) -> dict[int | None, tuple[Any, Any]]:
    """By incident, the durations of its newest draft, and whether the policy asked for one.

    Only these parts of the documents leave the database: a document may be long.
    """
    newest = select(func.max(PostmortemRow.id)).group_by(col(PostmortemRow.incident_id))
    document = col(PostmortemRow.document)
    rows: Iterable[Any] = session.exec(
        select(PostmortemRow.incident_id, document["durations"], document[("need", "needed")])
        .join(IncidentRow, col(IncidentRow.id) == PostmortemRow.incident_id)
        .where(there, col(PostmortemRow.id).in_(newest))
    )
    return {incident_id: (spans, needed) for incident_id, spans, needed in rows}


def _last(session: Session, table: type[Steps], there: ColumnElement[bool]) -> dict[int, Steps]:
    """By incident, the row that was written last."""
    rows = session.exec(
        select(table)
        .join(IncidentRow, col(IncidentRow.id) == table.incident_id)
        .where(there)
        .order_by(col(table.id))
    )
    return {row.incident_id: row for row in rows}


def _final_at(last: ReviewRow | None) -> datetime | None:
    return last.made_at if last is not None and last.step == Step.FINAL else None
