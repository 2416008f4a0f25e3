"""The base of all tables."""

from sqlalchemy import Column, MetaData, event
from sqlalchemy import Table as Declared
from sqlmodel import SQLModel

from storage.tables.redacted import protect

# Alembic can alter only constraints with known names, also on SQLite.
NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}


class Table(SQLModel):
    """Base class: shared metadata, with a naming convention for constraints."""

    metadata = MetaData(naming_convention=NAMING)


@event.listens_for(Column, "after_parent_attach")
def _protect(column: Column[object], table: object) -> None:
    if isinstance(table, Declared) and table.metadata is Table.metadata:
        protect(column)
