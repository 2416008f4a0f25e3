"""What was learned or chosen while running, by name."""

from sqlalchemy import delete
from sqlmodel import Session, col, select

from storage.engine.store import put_on
from storage.tables import SettingRow


def get(session: Session, name: str) -> str | None:
    row = session.get(SettingRow, name)
    return row.value if row else None


def beginning(session: Session, prefix: str) -> dict[str, str]:
    """Everything whose name begins so, by its name."""
    asked = select(SettingRow).where(col(SettingRow.name).startswith(prefix, autoescape=True))
    return {row.name: row.value for row in session.exec(asked)}


def keep(session: Session, name: str, value: str) -> None:
    put_on(session, SettingRow, keys=("name",), name=name, value=value)


def drop(session: Session, name: str) -> None:
    session.execute(delete(SettingRow).where(col(SettingRow.name) == name))
