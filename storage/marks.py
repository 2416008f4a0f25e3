"""Marks on messages: for each person, message and mark, the newest state counts."""

from collections.abc import Collection, Sequence

from sqlalchemy import and_
from sqlmodel import Session, col, select

from bot.domain.timeline import Mark, MarkChange
from storage.engine.statements import in_batches, upsert_if_newer
from storage.tables import MarkRow, TimelineEventRow

# Suffix of the version of a mark set by form, not reaction. Versions are compared as text, so this
# keeps their order.
_BY_FORM = "+form"


def save(session: Session, channel_id: str, change: MarkChange) -> bool:
    """Store whether a person marks a message; return False if the stored version isn't older."""
    version = change.version + (_BY_FORM if change.by_form else "")
    values = {"version": version, "removed": change.removed, "marked_at": change.at}
    return upsert_if_newer(
        session,
        MarkRow,
        keys={
            "channel_id": channel_id,
            "message_id": change.message_id,
            "person": change.person,
            "mark": change.mark,
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
    by_message: dict[tuple[str, str], list[Mark]] = {}
    rows = session.exec(
        select(MarkRow)
        .where(col(MarkRow.channel_id).in_(channels))
        .where(col(MarkRow.removed).is_(False))
    )
    for row in rows:
        by_message.setdefault((row.channel_id, row.message_id), []).append(Mark(row.mark))
    return by_message


def of_events(session: Session, event_ids: Sequence[int]) -> dict[int, frozenset[Mark]]:
    """Return the marks of timeline events, by event id."""
    by_event: dict[int, frozenset[Mark]] = {}
    same_message = (
        col(MarkRow.channel_id) == TimelineEventRow.channel_id,
        col(MarkRow.message_id) == TimelineEventRow.message_id,
    )
    for batch in in_batches(event_ids):
        rows = session.exec(
            select(TimelineEventRow.id, MarkRow.mark)
            .join(MarkRow, and_(*same_message))
            .where(col(TimelineEventRow.id).in_(batch))
            .where(col(MarkRow.removed).is_(False))
        )
        for event_id, mark in rows:
            by_event[event_id or 0] = by_event.get(event_id or 0, frozenset()) | {Mark(mark)}
    return by_event
