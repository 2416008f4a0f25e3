"""The rows of the database that are compared."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlmodel import select

from storage.engine.store import Session
from storage.tables import (
    ActionItemRow,
    IncidentRow,
    MarkRow,
    OutboxRow,
    ReminderRow,
    RevisionRow,
    TimelineEventRow,
)


@dataclass
class DatabaseRows:
    """Rows as the database has them."""

    incidents: Sequence[IncidentRow]
    events: Sequence[TimelineEventRow]
    revisions: Sequence[RevisionRow]
    marks: Sequence[MarkRow]
    items: Sequence[ActionItemRow]
    outbox: Sequence[OutboxRow]
    reminders: Sequence[ReminderRow]
    channels: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.channels = {incident.channel_id for incident in self.incidents if incident.channel_id}


def read(session: Session) -> DatabaseRows:
    return DatabaseRows(
        incidents=session.exec(select(IncidentRow)).all(),
        events=session.exec(select(TimelineEventRow)).all(),
        revisions=session.exec(select(RevisionRow)).all(),
        marks=[row for row in session.exec(select(MarkRow)) if not row.removed],
        items=session.exec(select(ActionItemRow)).all(),
        outbox=session.exec(select(OutboxRow)).all(),
        reminders=session.exec(select(ReminderRow)).all(),
    )
