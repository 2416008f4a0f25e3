"""The library: what is found again of each incident."""

from sqlmodel import Field

from storage.tables.base import Table


class LibraryRow(Table, table=True):
    """An incident's page, each kind of line in a column, lines apart by line breaks.

    `touched` counts what changed, and `indexed` is how far the page has followed. The words of it are
    in a table of the engine's own, `library_words`, which `storage.library` keeps beside this one.
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
