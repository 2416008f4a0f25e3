"""Data that reports can be computed from, as plain values: for `debrief export --all`."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from sqlmodel import Session, col, func, select

from storage import postmortems
from storage.tables import (
    ActionItemRow,
    ActionItemUpdateRow,
    DecisionRow,
    DigestRow,
    IncidentRow,
    PostmortemRow,
    ReviewRow,
)

Values = dict[str, Any]
_INCIDENT = {
    "key", "title", "severity", "services", "status", "private", "declared_by", "declared_at", "resolved_at", "resolution",
}  # fmt: skip
_ITEM = {
    "id", "text", "state", "owner", "due", "priority", "created_by", "created_at", "done_by", "done_at",
}  # fmt: skip


def incidents(session: Session, *, private: bool) -> list[Values]:
    """Return every incident, oldest first, with its newest postmortem, review steps and decisions.

    Decisions are on whether a postmortem is required. Private incidents are included only with
    `private`.
    """
    drafts = {row.pop("incident_id"): row for row in _drafts(session)}
    steps = _group_rows(session, ReviewRow, "incident_id")
    decisions = _group_rows(session, DecisionRow, "incident_id")
    return [
        row.model_dump(include=_INCIDENT)
        | {
            "postmortem": drafts.get(row.id),
            "review": steps.get(row.id, []),
            "decisions": decisions.get(row.id, []),
        }
        for row in session.exec(select(IncidentRow).order_by(col(IncidentRow.id)))
        if private or not row.private
    ]


def private_incidents(session: Session) -> int:
    return session.exec(
        select(func.count()).select_from(IncidentRow).where(col(IncidentRow.private))
    ).one()


def action_items(session: Session, *, private: bool) -> list[Values]:
    """Return every action item in any state, oldest first, with each of its changes.

    Items of private incidents are included only with `private`.
    """
    changes = _group_rows(session, ActionItemUpdateRow, "item_id")
    rows = session.exec(
        select(ActionItemRow, IncidentRow.key, IncidentRow.private)
        .join(IncidentRow, col(IncidentRow.id) == ActionItemRow.incident_id)
        .order_by(col(ActionItemRow.id))
    )
    return [
        row.model_dump(include=_ITEM) | {"incident": key, "changes": changes.get(row.id, [])}
        for row, key, is_private in rows
        if private or not is_private
    ]


def digests(session: Session) -> list[Values]:
    """Return every weekly and monthly digest, with its figures at the time."""
    rows = session.exec(select(DigestRow).order_by(col(DigestRow.made_at), col(DigestRow.week)))
    return [{"of": row.week, "made_at": row.made_at, "figures": row.figures} for row in rows]


def _drafts(session: Session) -> Iterator[Values]:
    columns = ("incident_id", "version", "state", "template", "drafted_at", "document")
    chosen = [getattr(PostmortemRow, name) for name in columns]
    newest = col(PostmortemRow.id).in_(postmortems.newest_ids())
    rows: Iterable[Any] = session.exec(select(*chosen).where(newest))  # without the pictures
    for row in rows:
        yield dict(zip(columns, row, strict=True))


def _group_rows(
    session: Session,
    table: type[ReviewRow] | type[DecisionRow] | type[ActionItemUpdateRow],
    owner: str,
) -> dict[int | None, list[Values]]:
    """Return a table's rows grouped by the id they belong to, in the order they were written."""
    grouped: dict[int | None, list[Values]] = defaultdict(list)
    for row in session.exec(select(table).order_by(col(table.id))):
        values = row.model_dump(exclude={"id", "deed"})
        by, at = values.pop("person"), values.pop("made_at")
        grouped[values.pop(owner)].append({"by": by, "at": at} | values)
    return grouped
