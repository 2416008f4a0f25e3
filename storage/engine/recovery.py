"""Proof that the database works again: something is written, and taken back."""

from sqlalchemy import delete, insert, text
from sqlmodel import Session, col

from storage.tables import SettingRow, Table

_NAME = "written to see whether that works"
_SIZE = 64 * 1024  # more than a full disk has left over


def write(session: Session) -> None:
    """Raise as any writing transaction would; what works leaves nothing behind.

    Reading proves nothing: a full disk is read as well as ever, and a table that somebody locks
    is not in the way of the others.
    """
    connection = session.connection()
    if connection.dialect.name == "postgresql":
        names = ", ".join(f'"{name}"' for name in sorted(Table.metadata.tables))
        connection.execute(text(f"LOCK TABLE {names} IN ROW EXCLUSIVE MODE"))
    connection.execute(insert(SettingRow).values(name=_NAME, value="." * _SIZE))
    connection.execute(delete(SettingRow).where(col(SettingRow.name) == _NAME))
