"""What every table shares."""

from sqlalchemy import MetaData
from sqlmodel import SQLModel

# Alembic can only alter a constraint that it can name, on SQLite too.
NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}


class Table(SQLModel):
    """What every table shares: one metadata with named constraints."""

    metadata = MetaData(naming_convention=NAMING)
