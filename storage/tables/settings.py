"""Tables of settings and counters."""

from sqlmodel import Field

from storage.tables.base import Table


class SettingRow(Table, table=True):
    """A value learned or chosen at run time, by name."""

    __tablename__ = "settings"

    name: str = Field(primary_key=True)
    value: str


class CounterRow(Table, table=True):
    """A counter whose numbers are used once: the NNN of INC-YYYY-NNN, per year."""

    __tablename__ = "counters"

    name: str = Field(primary_key=True)
    value: int
