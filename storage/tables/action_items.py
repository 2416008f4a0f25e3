"""Tables of action items: their changes, tickets and reminders."""

from datetime import date, datetime

from sqlalchemy import Index
from sqlmodel import Field

from storage.tables.base import Table


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
    """A change of an action item: who changed what to what."""

    __tablename__ = "action_item_updates"

    id: int | None = Field(default=None, primary_key=True)
    item_id: int = Field(foreign_key="action_items.id", index=True)
    person: str
    change: str
    value: str = ""
    made_at: datetime


class TicketRow(Table, table=True):
    """An action item's ticket.

    `key` is empty until it's created; the ticket itself contains `uuid`.

    `state` is the state that both had when they were last compared.
    """

    __tablename__ = "tickets"

    id: int | None = Field(default=None, primary_key=True)
    item_id: int = Field(foreign_key="action_items.id", unique=True)
    tracker: str
    uuid: str
    asked_by: str
    key: str = ""
    url: str = ""
    state: str
    trouble: str = ""
    checked_at: datetime | None = Field(default=None, index=True)
    made_at: datetime | None = None


class ReminderRow(Table, table=True):
    """A reminder at `due_at`: waiting, sent, or void because the item no longer needs it.

    `step` is its step on the reminder ladder, empty in rows from before there were steps.
    """

    __tablename__ = "reminders"
    __table_args__ = (Index("ix_reminders_waiting", "state", "due_at"),)

    id: int | None = Field(default=None, primary_key=True)
    item_id: int = Field(foreign_key="action_items.id", index=True)
    owner: str
    due_at: datetime
    state: str
    step: str = ""
    sent_at: datetime | None = None
