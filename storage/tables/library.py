"""Table of the incident library."""

from sqlmodel import Field

from storage.tables.base import Table


class LibraryRow(Table, table=True):
    """An incident's page: a column per kind of line, with one line each per line break.

    `touched` counts changes; `indexed` is its value when the page was last built. The words are in
    a separate table of the database's own kind, `library_words`, maintained by `storage.library`.
    """

    __tablename__ = "library"

    incident_id: int = Field(primary_key=True, foreign_key="incidents.id")
    touched: int = 1
    indexed: int = 0
    title: str = ""
    services: str = ""
    errors: str = ""
    modes: str = ""
    alerts: str = ""
    causes: str = ""
    items: str = ""
    told: str = ""
