"""Updates that applications made to their own messages, each recorded as a separate event."""

from datetime import datetime

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, select

from bot.domain.app_updates import make_update_id, original_message_id
from bot.domain.timeline import EventKind, TimelineEvent
from storage import timeline
from storage.tables import TimelineEventRow


def updates_of(
    session: Session, original: TimelineEvent, *, deleted: bool = False
) -> list[TimelineEvent]:
    """Return the recorded updates of a message in its incident, oldest version first."""
    rows = session.exec(
        select(TimelineEventRow)
        .where(TimelineEventRow.channel_id == original.channel_id)
        .where(
            col(TimelineEventRow.message_id).startswith(
                make_update_id(original.message_id, ""), autoescape=True
            )
        )
        .where(col(TimelineEventRow.deleted).is_(deleted))
        .order_by(col(TimelineEventRow.version))
    )
    return [timeline.event_of(row) for row in rows]


def newest(session: Session, incident_id: int) -> dict[str, TimelineEvent]:
    """Return the newest state of each updated message of an incident, by the message's id."""
    rows = session.exec(
        select(TimelineEventRow)
        .where(TimelineEventRow.incident_id == incident_id, is_update())
        .order_by(col(TimelineEventRow.version))
    )
    return {original_message_id(row.message_id): timeline.event_of(row) for row in rows}


def is_update() -> ColumnElement[bool]:
    """SQL: whether an event is an update of a message rather than the message itself."""
    by_app = col(TimelineEventRow.kind) == EventKind.ALERT
    return by_app & col(TimelineEventRow.message_id).contains(
        make_update_id("", ""), autoescape=True
    )


def set_words(
    session: Session, event_id: int, text: str, version: str, happened_at: datetime | None
) -> None:
    """Set the text of an update, and its time if that's known."""
    values: dict[str, object] = {"text": text, "version": version}
    if happened_at:
        values["happened_at"] = happened_at
    timeline.set_columns(session, event_id, **values)
