"""Tables of messages in and out: outbox jobs, and Slack's deliveries."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Column, Index
from sqlmodel import Field

from storage.tables.base import Table


class OutboxRow(Table, table=True):
    """A job to carry out in Slack, written in the transaction that decided on it."""

    __tablename__ = "outbox"
    __table_args__ = (
        Index("ix_outbox_lane", "lane", "state", "id"),
        Index("ix_outbox_paced", "lane", "sent_at"),
        Index("ix_outbox_answers", "answers"),
        Index("ix_outbox_incident", "incident_id", "kind"),
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
    requested_by: str = Field(default="", sa_column_kwargs={"server_default": ""})
    requested_in: str = Field(default="", sa_column_kwargs={"server_default": ""})
    written_at: datetime


class DeliveryRow(Table, table=True):
    """A delivery by Slack, by Slack's own id, so that a repeated one has no effect."""

    __tablename__ = "deliveries"

    id: str = Field(primary_key=True)
    seen_at: datetime = Field(index=True)
