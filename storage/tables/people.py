"""Table of people."""

from datetime import datetime

from sqlmodel import Field

from storage.tables.base import Table


class PersonRow(Table, table=True):
    __tablename__ = "people"

    id: str = Field(primary_key=True)
    name: str
    zone: str
    bot: bool = False
    deactivated: bool = False
    standing: str | None = None  # None: Slack wasn't asked since this column exists
    organisation: str = ""
    learned_at: datetime
