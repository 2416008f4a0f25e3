"""Postmortems; each draft is a version."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, func, select
from sqlmodel.sql.expression import SelectOfScalar

from storage import library
from storage.engine.statements import has_rows
from storage.tables import PostmortemRow


@dataclass(frozen=True, kw_only=True, slots=True)
class Postmortem:
    """One version as posted. `document` is its JSON form, `picture` a PNG of the timeline.

    `picture_text` describes the picture, for people who can't see it.
    """

    id: int
    incident_id: int
    version: int
    template: str
    markdown: str
    html: str
    picture: bytes
    picture_text: str
    document: dict[str, Any]
    drafted_at: datetime


def add(
    session: Session, incident_id: int, *, at: datetime, state: str = "draft", **document: Any
) -> Postmortem:
    """Store a draft as the next version. `document` holds the remaining fields of `Postmortem`."""
    row = PostmortemRow(
        incident_id=incident_id,
        version=next_version(session, incident_id),
        state=state,
        drafted_at=at,
        **document,
    )
    session.add(row)
    session.flush()
    library.mark_outdated(session, incident_id)
    return _postmortem(row)


def next_version(session: Session, incident_id: int) -> int:
    """Return the number that the next draft gets, from 1."""
    query = select(func.max(PostmortemRow.version))
    return (session.exec(query.where(PostmortemRow.incident_id == incident_id)).one() or 0) + 1


def by_id(session: Session, postmortem_id: int) -> Postmortem:
    return _postmortem(session.get_one(PostmortemRow, postmortem_id))


def latest(session: Session, incident_id: int) -> Postmortem | None:
    row = session.exec(
        select(PostmortemRow)
        .where(PostmortemRow.incident_id == incident_id)
        .order_by(col(PostmortemRow.version).desc())
    ).first()
    return _postmortem(row) if row else None


def is_drafted(session: Session, incident_id: int) -> bool:
    """Return whether there is any version."""
    query = select(PostmortemRow.id).where(PostmortemRow.incident_id == incident_id)
    return has_rows(session, query)


def newest_document(session: Session, incident_id: int) -> dict[str, Any]:
    """Return the newest version's JSON without picture and page; empty if there's none."""
    document = session.exec(
        select(PostmortemRow.document)
        .where(PostmortemRow.incident_id == incident_id)
        .order_by(col(PostmortemRow.version).desc())
    ).first()
    return dict(document or {})


def newest_ids() -> SelectOfScalar[int | None]:
    """SQL: the id of each incident's newest version."""
    return select(func.max(PostmortemRow.id)).group_by(col(PostmortemRow.incident_id))


def first_drafted(session: Session, incident_id: int) -> datetime | None:
    """Return when the first version was drafted, or None."""
    query = select(func.min(PostmortemRow.drafted_at))
    return session.exec(query.where(PostmortemRow.incident_id == incident_id)).one()


def _postmortem(row: PostmortemRow) -> Postmortem:
    assert row.id is not None  # noqa: S101 - flushed
    return Postmortem(
        id=row.id,
        incident_id=row.incident_id,
        version=row.version,
        template=row.template,
        markdown=row.markdown,
        html=row.html,
        picture=row.picture,
        picture_text=row.picture_text,
        document=row.document,
        drafted_at=row.drafted_at,
    )
