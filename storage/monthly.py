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
from storage import postmortems
from storage.tables import ActionItemRow, DecisionRow, IncidentRow, PostmortemRow, ReviewRow

Steps = TypeVar("Steps", ReviewRow, DecisionRow)


def compute_done_share(session: Session, month: Month) -> Share:
    """Of the open and done items due in a month, return the share done by its end."""
    is_done = and_(
        col(ActionItemRow.state) == ItemState.DONE, col(ActionItemRow.done_at) < month.end
    )
    fell_due, were_done = session.exec(
        select(func.count(), func.count().filter(is_done))
        .select_from(ActionItemRow)
        .where(col(ActionItemRow.due) >= month.first, col(ActionItemRow.due) < month.after)
        .where(col(ActionItemRow.state).in_((ItemState.OPEN, ItemState.DONE)))
    ).one()
    return Share(were_done, fell_due)


def list_handled(session: Session, since: datetime) -> list[CountedIncident]:
    """Return incidents declared, resolved or finalized since a time, and others they may repeat.

    Cancelled ones are left out. Private ones are included, because they're only counted.
    """
    is_included = _since(since)
    drafts = _drafts(session, is_included)
    steps = _last(session, ReviewRow, is_included)
    decisions = _last(session, DecisionRow, is_included)
    requests = select(DecisionRow.incident_id).where(col(DecisionRow.wanted).is_(True))
    wanted = set(session.exec(requests))
    rows = session.exec(select(IncidentRow).where(is_included).order_by(col(IncidentRow.id)))
    return [
        CountedIncident(
            id=row.id or 0,
            title=row.title,
            severity=row.severity,
            declared_at=row.declared_at,
            resolved_at=row.resolved_at,
            needed=bool(drafts.get(row.id, (None, None))[1]) or row.id in wanted,
            skipped=row.id in decisions and not decisions[row.id].wanted,
            final_at=_final_at(steps.get(row.id or 0)),
            spans=drafts.get(row.id, ({}, None))[0] or {},
        )
        for row in rows
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


def _drafts(
    session: Session, is_included: ColumnElement[bool]
) -> dict[int | None, tuple[Any, Any]]:
    """Return the durations and the requirement in each incident's newest draft, by incident id.

    The requirement is whether the configuration required a postmortem. Only these parts of the
    documents are read, because a document may be long.
    """
    document = col(PostmortemRow.document)
    rows: Iterable[Any] = session.exec(
        select(PostmortemRow.incident_id, document["durations"], document[("need", "needed")])
        .join(IncidentRow, col(IncidentRow.id) == PostmortemRow.incident_id)
        .where(is_included, col(PostmortemRow.id).in_(postmortems.newest_ids()))
    )
    return {incident_id: (spans, needed) for incident_id, spans, needed in rows}


def _last(
    session: Session, table: type[Steps], is_included: ColumnElement[bool]
) -> dict[int, Steps]:
    """Return each incident's last row, by incident id."""
    rows = session.exec(
        select(table)
        .join(IncidentRow, col(IncidentRow.id) == table.incident_id)
        .where(is_included)
        .order_by(col(table.id))
    )
    return {row.incident_id: row for row in rows}


def _final_at(step: ReviewRow | None) -> datetime | None:
    return step.made_at if step is not None and step.step == ReviewStep.FINAL else None
