"""Weekly (2026-W11) and monthly (2026-03) digests, with their figures."""

from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from storage.engine.statements import insert_if_absent
from storage.tables import DigestRow

_A_WEEK = "%-W%"


def add(session: Session, week: str, figures: dict[str, Any], at: datetime) -> bool:
    """Store the digest of a week or month; return False if it already has one."""
    return insert_if_absent(session, DigestRow, week=week, figures=figures, made_at=at)


def figures(session: Session, week: str) -> dict[str, Any] | None:
    row = session.get(DigestRow, week)
    return dict(row.figures) if row else None


def weeks(session: Session, until: str, most: int) -> list[tuple[datetime, dict[str, Any]]]:
    """Return the last weekly digests up to and including a week, oldest first: when made, and figures."""
    rows = session.exec(
        select(DigestRow)
        .where(col(DigestRow.week).like(_A_WEEK), DigestRow.week <= until)
        .order_by(col(DigestRow.week).desc())
        .limit(most)
    )
    return [(row.made_at, dict(row.figures)) for row in reversed(list(rows))]
