"""Marks on messages: for each person, message and mark, the newest state counts."""

from collections.abc import Collection, Sequence

from sqlalchemy import and_
from sqlmodel import Session, col, select

from bot.domain.timeline import Mark, MarkChange
from storage.engine.store import upsert_if_newer
from storage.tables import MarkRow, TimelineEventRow

BATCH = 500  # ids per statement; SQLite allows 32,766

# Suffix of the version of a mark set by form, not reaction. Versions are compared as text, so this
# keeps their order.
_BY_FORM = "+form"


def save(session: Session, channel_id: str, marked: MarkChange) -> bool:
    """Store whether a person marks a message; return False if the stored version isn't older."""
    version = marked.version + (_BY_FORM if marked.by_form else "")
    values = {"version": version, "removed": marked.removed, "marked_at": marked.at}
    return upsert_if_newer(
        session,
        MarkRow,
        keys={
            "channel_id": channel_id,
            "message_id": marked.message_id,
            "person": marked.person,
            "mark": marked.mark,
        },
        **values,
    )


def of_messages(
    session: Session,
    channel_id: str,
    message_ids: Collection[str],
    *,
    by_form: bool | None = None,
) -> set[tuple[str, str, Mark]]:
    """Return the marks of these messages: message id, person, mark.

    With `by_form` True, only marks set by form; with False, only reactions.
    """
    rows = session.exec(
        select(MarkRow)
        .where(MarkRow.channel_id == channel_id, col(MarkRow.message_id).in_(message_ids))
        .where(col(MarkRow.removed).is_(False))
    )
    return {
        (row.message_id, row.person, Mark(row.mark))
        for row in rows
        if by_form is None or row.version.endswith(_BY_FORM) is by_form
    }


def of_channels(session: Session, channels: Collection[str]) -> dict[tuple[str, str], list[Mark]]:
    """Return all marks in some channels, by channel and message id."""
    found: dict[tuple[str, str], list[Mark]] = {}
    rows = session.exec(
        select(MarkRow)
        .where(col(MarkRow.channel_id).in_(channels))
        .where(col(MarkRow.removed).is_(False))
    )
    for row in rows:
        found.setdefault((row.channel_id, row.message_id), []).append(Mark(row.mark))
    return found


def of_events(session: Session, event_ids: Sequence[int]) -> dict[int, frozenset[Mark]]:
    """Return the marks of timeline events, by event id."""
    found: dict[int, frozenset[Mark]] = {}
    same = (
        col(MarkRow.channel_id) == TimelineEventRow.channel_id,
        col(MarkRow.message_id) == TimelineEventRow.message_id,
    )
    for start in range(0, len(event_ids), BATCH):
        rows = session.exec(
            select(TimelineEventRow.id, MarkRow.mark)
            .join(MarkRow, and_(*same))
            .where(col(TimelineEventRow.id).in_(event_ids[start : start + BATCH]))
            .where(col(MarkRow.removed).is_(False))
        )
        for event_id, mark in rows:
            found[event_id or 0] = found.get(event_id or 0, frozenset()) | {Mark(mark)}
    return found
