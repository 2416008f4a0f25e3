"""Weekly digests that were made, with their figures."""

from datetime import datetime
from typing import Any

from sqlmodel import Session

from storage.engine import add_unless_there
from storage.tables import DigestRow


def add(session: Session, week: str, figures: dict[str, Any], at: datetime) -> bool:
    """Keep the digest of a week (2026-W11); False when that week has one already."""
    return add_unless_there(session, DigestRow, week=week, figures=figures, made_at=at)


def figures(session: Session, week: str) -> dict[str, Any] | None:
    row = session.get(DigestRow, week)
    return dict(row.figures) if row else None
