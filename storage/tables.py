"""The tables. Rows never leave `storage`; the query modules turn them into domain values."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Column, Index, MetaData, UniqueConstraint
from sqlmodel import Field, SQLModel

# Alembic can only alter a constraint that it can name, on SQLite too.
NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}


class Table(SQLModel):
    """What every table shares: one metadata with named constraints."""

    metadata = MetaData(naming_convention=NAMING)


class IncidentRow(Table, table=True):
    __tablename__ = "incidents"

    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(unique=True)
    title: str
    severity: str | None = None
    status: str = Field(index=True)
    channel_id: str | None = Field(default=None, unique=True)
    channel_name: str
    private: bool = False
    declared_by: str
    declared_at: datetime
    resolved_at: datetime | None = None
    resolution: str = ""
    card_ts: str | None = None
    announcement: dict[str, str] = Field(default_factory=dict, sa_column=Column(JSON))
    gaps: int = 0
    gap_reason: str = ""
    compared_at: datetime | None = None
    proven_until: datetime | None = None


class RoleRow(Table, table=True):
    __tablename__ = "roles"
    __table_args__ = (UniqueConstraint("incident_id", "name"),)

    id: int | None = Field(default=None, primary_key=True)
    incident_id: int = Field(foreign_key="incidents.id")
    name: str
    person: str
    since: datetime


class TimelineEventRow(Table, table=True):
    __tablename__ = "timeline_events"
    __table_args__ = (
        UniqueConstraint("channel_id", "message_id"),
        Index("ix_timeline_events_client", "channel_id", "client_id", unique=True),
        Index("ix_timeline_events_order", "incident_id", "happened_at", "id"),
    )

    id: int | None = Field(default=None, primary_key=True)
    incident_id: int = Field(foreign_key="incidents.id")
    channel_id: str
    message_id: str
    thread_id: str | None = None
    author: str
    text: str
    happened_at: datetime
    kind: str
    source: str
    detail: str = ""
    edited: bool = False
    deleted: bool = False
    version: str = ""
    client_id: str | None = None


class RevisionRow(Table, table=True):
    """What a message said before an edit. A deletion removes these too."""

    __tablename__ = "revisions"
    __table_args__ = (Index("ix_revisions_version", "event_id", "version", unique=True),)

    id: int | None = Field(default=None, primary_key=True)
    event_id: int = Field(foreign_key="timeline_events.id", index=True)
    version: str
    text: str
    replaced_at: datetime


class MarkRow(Table, table=True):
    """Who said what a message is. It names the message, not the event: it may arrive first.

    What was taken back stays as a row, so that a word which arrives late does not bring it back.
    """

    __tablename__ = "marks"
    __table_args__ = (UniqueConstraint("channel_id", "message_id", "person", "mark"),)

    id: int | None = Field(default=None, primary_key=True)
    channel_id: str
    message_id: str
    person: str
    mark: str
    marked_at: datetime
    version: str = ""
    removed: bool = False


class ThreadRow(Table, table=True):
    """What a comparison saw of a thread, so that the next one reads only what has changed."""

    __tablename__ = "threads"

    incident_id: int = Field(foreign_key="incidents.id", primary_key=True)
    thread_id: str = Field(primary_key=True)
    replies: int
    latest: str
    read_at: datetime


class PostmortemRow(Table, table=True):
    __tablename__ = "postmortems"
    __table_args__ = (UniqueConstraint("incident_id", "version"),)

    id: int | None = Field(default=None, primary_key=True)
    incident_id: int = Field(foreign_key="incidents.id")
    version: int
    state: str
    template: str
    markdown: str
    html: str
    picture: bytes
    picture_text: str
    document: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    drafted_at: datetime


class DecisionRow(Table, table=True):
    """Who decided that there be a postmortem, or none, and why. The last one of an incident counts."""

    __tablename__ = "decisions"

    id: int | None = Field(default=None, primary_key=True)
    incident_id: int = Field(foreign_key="incidents.id", index=True)
    wanted: bool
    person: str
    because: str = ""
    deed: str
    made_at: datetime


class ActionItemRow(Table, table=True):
    __tablename__ = "action_items"

    id: int | None = Field(default=None, primary_key=True)
    incident_id: int = Field(foreign_key="incidents.id", index=True)
    text: str
    state: str = Field(index=True)
    owner: str | None = Field(default=None, index=True)
    due: date | None = None
    priority: str | None = None
    evidence: str | None = None
    created_by: str
    created_at: datetime
    done_at: datetime | None = None
    done_by: str | None = None
    thread_ts: str | None = None
    snoozed_until: datetime | None = None


class ActionItemUpdateRow(Table, table=True):
    """Each change of an action item: who changed what, and to what."""

    __tablename__ = "action_item_updates"

    id: int | None = Field(default=None, primary_key=True)
    item_id: int = Field(foreign_key="action_items.id", index=True)
    person: str
    change: str
    value: str = ""
    made_at: datetime


class ReminderRow(Table, table=True):
    """A nudge at `due_at`: waiting, sent, or void because the item no longer needs it."""

    __tablename__ = "reminders"
    __table_args__ = (Index("ix_reminders_waiting", "state", "due_at"),)

    id: int | None = Field(default=None, primary_key=True)
    item_id: int = Field(foreign_key="action_items.id", index=True)
    owner: str
    due_at: datetime
    state: str
    sent_at: datetime | None = None


class OutboxRow(Table, table=True):
    """One thing to do in Slack, written in the transaction that decided it."""

    __tablename__ = "outbox"
    __table_args__ = (
        Index("ix_outbox_lane", "lane", "state", "id"),
        Index("ix_outbox_paced", "lane", "sent_at"),
    )

    id: int | None = Field(default=None, primary_key=True)
    uuid: str = Field(unique=True)
    kind: str
    lane: str
    incident_id: int | None = Field(default=None, foreign_key="incidents.id")
    about: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    answers: int | None = Field(default=None, foreign_key="outbox.id")
    state: str
    attempts: int = 0
    not_before: datetime
    claimed_until: datetime | None = None
    claimed_at: datetime | None = None
    unsure_since: datetime | None = None
    progress: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    channel_id: str | None = None
    message_id: str | None = None
    sent_at: datetime | None = None
    trouble: str = ""
    written_at: datetime


class DeliveryRow(Table, table=True):
    """What Slack delivered, by its own id, so that a repeat does nothing."""

    __tablename__ = "deliveries"

    id: str = Field(primary_key=True)
    seen_at: datetime = Field(index=True)


class PersonRow(Table, table=True):
    __tablename__ = "people"

    id: str = Field(primary_key=True)
    name: str
    zone: str
    bot: bool = False
    deactivated: bool = False
    learned_at: datetime


class DigestRow(Table, table=True):
    """One weekly digest: its figures are what the next one is compared with."""

    __tablename__ = "digests"

    week: str = Field(primary_key=True)
    figures: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    made_at: datetime


class CounterRow(Table, table=True):
    """Numbers that are given out once: the NNN of INC-YYYY-NNN, by year."""

    __tablename__ = "counters"

    name: str = Field(primary_key=True)
    value: int


class SettingRow(Table, table=True):
    """What was learned or chosen while running, by name."""

    __tablename__ = "settings"

    name: str = Field(primary_key=True)
    value: str
