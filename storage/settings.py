"""What was learned or chosen while running, by name."""

from sqlmodel import Session

from storage.engine import put_on
from storage.tables import SettingRow


def get(session: Session, name: str) -> str | None:
    row = session.get(SettingRow, name)
    return row.value if row else None


def keep(session: Session, name: str, value: str) -> None:
    put_on(session, SettingRow, keys=("name",), name=name, value=value)
