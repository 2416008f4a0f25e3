"""Check that the database works again, by writing something and deleting it."""

from sqlalchemy import delete, insert, text
from sqlmodel import Session, col

from storage.tables import SettingRow, Table

_NAME = "written to see whether that works"
_SIZE = 64 * 1024  # bytes; more than a full disk has left


def check_writable(session: Session) -> None:
    """Write and delete a row; raises like any writing transaction, and leaves nothing behind.

    Reading proves nothing: a full disk can still be read, and a locked table doesn't affect the
    others.
    """
    connection = session.connection()
    if connection.dialect.name == "postgresql":
        names = ", ".join(f'"{name}"' for name in sorted(Table.metadata.tables))
        connection.execute(text(f"LOCK TABLE {names} IN ROW EXCLUSIVE MODE"))
    connection.execute(insert(SettingRow).values(name=_NAME, value="." * _SIZE))
    connection.execute(delete(SettingRow).where(col(SettingRow.name) == _NAME))
