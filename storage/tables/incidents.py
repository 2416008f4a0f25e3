"""Tables of incidents and their records."""

from datetime import datetime

from sqlalchemy import JSON, Column, Index, UniqueConstraint
from sqlmodel import Field

from storage.tables.base import Table


class IncidentRow(Table, table=True):
    __tablename__ = "incidents"

    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(unique=True)
    title: str
    severity: str | None = None
    services: list[str] = Field(
        default_factory=list, sa_column=Column(JSON, nullable=False, server_default="[]")
    )
    status: str = Field(index=True)
    channel_id: str | None = Field(default=None, unique=True)
    channel_name: str
    private: bool = False
    channel_private: bool | None = None  # as last reported by Slack; null before the first report
    channel_archived: bool | None = None
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
    update_due_at: datetime | None = Field(default=None, index=True)
    update_asked_at: datetime | None = None
    overdue_asked_at: datetime | None = None  # in the channel
    active_at: datetime | None = None  # a reaction or command, beside what the timeline has
    check_in_at: datetime | None = None  # when to ask next whether it is over
    bookmark_id: str | None = None
    canvas_id: str | None = None  # empty: a canvas with an unknown id may exist


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
    deletion: str | None = None  # how we learned of it; null in older rows
    version: str = ""
    client_id: str | None = None


class RevisionRow(Table, table=True):
    """A message's text before an edit. A deletion removes these rows too."""

    __tablename__ = "revisions"
    __table_args__ = (Index("ix_revisions_version", "event_id", "version", unique=True),)

    id: int | None = Field(default=None, primary_key=True)
    event_id: int = Field(foreign_key="timeline_events.id", index=True)
    version: str
    text: str
    replaced_at: datetime


class MarkRow(Table, table=True):
    """A person's mark on a message.

    It refers to the message, not the event, because it may arrive first.

    A removed mark stays as a row, so that an older event that arrives late doesn't restore it.
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


class CorrectionRow(Table, table=True):
    """A person's correction of a timeline entry; null parts are unchanged. The last one counts."""

    __tablename__ = "corrections"

    id: int | None = Field(default=None, primary_key=True)
    event_id: int = Field(foreign_key="timeline_events.id", index=True)
    person: str
    text: str | None = None
    happened_at: datetime | None = None
    hidden: bool | None = None
    made_at: datetime


class ThreadRow(Table, table=True):
    """A thread's state when it was last read, so that only changed threads are read again."""

    __tablename__ = "threads"

    incident_id: int = Field(foreign_key="incidents.id", primary_key=True)
    thread_id: str = Field(primary_key=True)
    replies: int
    latest: str
    read_at: datetime
