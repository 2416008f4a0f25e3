"""Tables for an incident's follow-up: postmortem, review, action items, reminders, votes."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Column, Index, UniqueConstraint
from sqlmodel import Field

from storage.tables.base import Table


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


class SectionRow(Table, table=True):
    """A person's text for a postmortem's section. Every version is kept; the last one counts."""

    __tablename__ = "sections"
    __table_args__ = (UniqueConstraint("incident_id", "name", "version"),)

    id: int | None = Field(default=None, primary_key=True)
    incident_id: int = Field(foreign_key="incidents.id")
    name: str
    version: int
    text: str
    person: str
    written_at: datetime


class ReviewRow(Table, table=True):
    """A step of a postmortem's review: submitted, approved, returned, final, reopened."""

    __tablename__ = "reviews"

    id: int | None = Field(default=None, primary_key=True)
    incident_id: int = Field(foreign_key="incidents.id", index=True)
    step: str
    person: str
    because: str = ""
    version: int
    made_at: datetime


class DecisionRow(Table, table=True):
    """A decision on whether a postmortem is required: who and why.

    An incident's last one counts.
    """

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


class DeadlineRow(Table, table=True):
    """A person's reminder of a postmortem that should be started, drafted or final by `due_at`."""

    __tablename__ = "deadlines"
    __table_args__ = (
        UniqueConstraint("incident_id", "step", "person"),
        Index("ix_deadlines_waiting", "state", "due_at"),
    )

    id: int | None = Field(default=None, primary_key=True)
    incident_id: int = Field(foreign_key="incidents.id", index=True)
    step: str
    person: str
    due_at: datetime
    state: str
    sent_at: datetime | None = None


class MeetingRow(Table, table=True):
    """A postmortem's review meeting: at most one per incident, which is moved rather than replaced.

    `sequence` counts its changes, for calendars. `shared_with` are the people who were sent the
    draft.
    """

    __tablename__ = "meetings"

    incident_id: int = Field(foreign_key="incidents.id", primary_key=True)
    state: str = Field(index=True)
    starts_at: datetime
    minutes: int
    facilitator: str | None = None
    participants: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    shared_with: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    sequence: int = 0
    message_ts: str | None = None


class BallotRow(Table, table=True):
    """A quarter's vote.

    `candidates` are incident ids in the order of their numbers in the message.
    """

    __tablename__ = "ballots"

    quarter: str = Field(primary_key=True)
    candidates: list[int] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    closes_at: datetime
    posting: int | None = None
    closed: bool = False


class VoteRow(Table, table=True):
    """A person's vote in a quarter; `incident_id` is 0 if withdrawn.

    The newest `version` counts.
    """

    __tablename__ = "votes"

    quarter: str = Field(foreign_key="ballots.quarter", primary_key=True)
    person: str = Field(primary_key=True)
    incident_id: int
    version: str
