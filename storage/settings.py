"""Values learned or chosen at run time, by name."""

from sqlalchemy import delete
from sqlmodel import Session, col, select

from storage.engine.statements import upsert
from storage.tables import SettingRow


def get(session: Session, name: str) -> str | None:
    row = session.get(SettingRow, name)
    return row.value if row else None


def get_by_prefix(session: Session, prefix: str) -> dict[str, str]:
    """Return all values whose names start with a prefix, by name."""
    query = select(SettingRow).where(col(SettingRow.name).startswith(prefix, autoescape=True))
    return {row.name: row.value for row in session.exec(query)}


def save(session: Session, name: str, value: str) -> None:
    upsert(session, SettingRow, keys=("name",), name=name, value=value)


def remove(session: Session, name: str) -> None:
    session.execute(delete(SettingRow).where(col(SettingRow.name) == name))
