"""Data for the monthly figures: items that were due, and incidents with their outcomes."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, and_, or_
from sqlmodel import Session, col, func, select

from bot.domain.action_item import ItemState
from bot.domain.incident import Status
from bot.domain.monthly import REPEATED_WITHIN, CountedIncident, Month, Share
from bot.domain.review import ReviewStep
from storage.tables import ActionItemRow, DecisionRow, IncidentRow, PostmortemRow, ReviewRow

Steps = TypeVar("Steps", ReviewRow, DecisionRow)


def compute_done_share(session: Session, month: Month) -> Share:
    """Of the open and done items due in a month, return the share done by its end."""
    done = and_(col(ActionItemRow.state) == ItemState.DONE, col(ActionItemRow.done_at) < month.end)
    fell_due, were_done = session.exec(
        select(func.count(), func.count().filter(done))
        .select_from(ActionItemRow)
        .where(col(ActionItemRow.due) >= month.first, col(ActionItemRow.due) < month.after)
        .where(col(ActionItemRow.state).in_((ItemState.OPEN, ItemState.DONE)))
    ).one()
    return Share(were_done, fell_due)


def list_handled(session: Session, since: datetime) -> list[CountedIncident]:
    """Return incidents declared, resolved or finalized since a time, and others they may repeat.

    Cancelled ones are left out. Private ones are included, because they're only counted.
    """
    there = _since(since)
    drafts = _drafts(session, there)
    steps, decided = _last(session, ReviewRow, there), _last(session, DecisionRow, there)
    asked = select(DecisionRow.incident_id).where(col(DecisionRow.wanted).is_(True))
    wanted = set(session.exec(asked))
    found = session.exec(select(IncidentRow).where(there).order_by(col(IncidentRow.id)))
    return [
        CountedIncident(
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
        ReviewRow.step == ReviewStep.FINAL, ReviewRow.made_at >= since
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
    """Return the durations and the requirement in each incident's newest draft, by incident id.

    The requirement is whether the configuration required a postmortem. Only these parts of the
    documents are read, because a document may be long.
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
    """Return each incident's last row, by incident id."""
    rows = session.exec(
        select(table)
        .join(IncidentRow, col(IncidentRow.id) == table.incident_id)
        .where(there)
        .order_by(col(table.id))
    )
    return {row.incident_id: row for row in rows}


def _final_at(last: ReviewRow | None) -> datetime | None:
    return last.made_at if last is not None and last.step == ReviewStep.FINAL else None
