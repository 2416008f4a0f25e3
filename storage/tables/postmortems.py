"""Tables of postmortems: versions, sections, reviews, requirement, deadlines, meetings."""

from datetime import datetime
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


class ModelAnswerRow(Table, table=True):
    """The answer of the optional model for an incident's draft, so that drafting again asks once.

    `fingerprint` is the SHA-256 of the request and the model. Only the last answer is kept.
    """

    __tablename__ = "model_answers"

    incident_id: int = Field(foreign_key="incidents.id", primary_key=True)
    fingerprint: str
    answer: str
    answered_at: datetime
