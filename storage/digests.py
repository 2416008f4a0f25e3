"""Digests that were made, of weeks (2026-W11) and of months (2026-03), with their figures."""

from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from storage.engine.store import add_unless_there
from storage.tables import DigestRow

_A_WEEK = "%-W%"


def add(session: Session, week: str, figures: dict[str, Any], at: datetime) -> bool:
    """Keep the digest of a week or month; False when there is one already."""
    return add_unless_there(session, DigestRow, week=week, figures=figures, made_at=at)


def figures(session: Session, week: str) -> dict[str, Any] | None:
    row = session.get(DigestRow, week)
    return dict(row.figures) if row else None


def weeks(session: Session, until: str, most: int) -> list[tuple[str, dict[str, Any]]]:
    """The last weeks that have a digest, up to and with one, oldest first: name and figures."""
    rows = session.exec(
        select(DigestRow)
        .where(col(DigestRow.week).like(_A_WEEK), DigestRow.week <= until)
        .order_by(col(DigestRow.week).desc())
        .limit(most)
    )
    return [(row.week, dict(row.figures)) for row in reversed(list(rows))]
