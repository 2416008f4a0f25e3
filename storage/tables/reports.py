"""Tables of reports: digests, and the quarterly vote."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Column
from sqlmodel import Field

from storage.tables.base import Table


class DigestRow(Table, table=True):
    """A weekly or monthly digest, with the figures that later ones are compared with."""

    __tablename__ = "digests"

    week: str = Field(primary_key=True)
    figures: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    made_at: datetime


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
