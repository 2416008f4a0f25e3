"""The database: one engine behind everything, SQLite or PostgreSQL."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, Executable, create_engine, event
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.engine import make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import SQLAlchemyError as DatabaseError
from sqlalchemy.pool import ConnectionPoolEntry, QueuePool
from sqlmodel import Session, SQLModel

__all__ = ["DatabaseError", "Session", "Store"]  # what the other rooms may know of SQL

BUSY_SECONDS = 5


class Store:
    """Where everything is kept. `begin` is the only way in, and a transaction is the only unit."""

    def __init__(self, url: str) -> None:
        """Open `url`, `sqlite:///file.db` or `postgresql://…`; nothing is read or written yet."""
        self.engine = _engine(url)

    @property
    def kind(self) -> str:
        """What the database is: `sqlite` or `postgresql`."""
        return self.engine.dialect.name

    @property
    def file(self) -> Path | None:
        """The file of a SQLite database that has one."""
        name = self.engine.url.database
        return Path(name) if self.kind == "sqlite" and name and name != ":memory:" else None

    @contextmanager
    def begin(self) -> Iterator[Session]:
        """One transaction: committed when the block ends, rolled back when it raises."""
        with Session(self.engine, expire_on_commit=False) as session, session.begin():
            yield session

    def close(self) -> None:
        self.engine.dispose()


def add_unless_there(session: Session, table: type[SQLModel], **values: object) -> bool:
    """Insert a row; False when a unique key of it is there already, and then nothing happens."""
    statement = _insert(session, table).values(**values).on_conflict_do_nothing()
    return changed(session, statement) == 1


def put_on(
    session: Session, table: type[SQLModel], *, keys: tuple[str, ...], **values: object
) -> None:
    """Insert a row, or bring the one with the same values in `keys` up to date."""
    statement = _insert(session, table).values(**values)
    rest = {name: value for name, value in values.items() if name not in keys}
    session.execute(statement.on_conflict_do_update(index_elements=keys, set_=rest))


def put_newer(
    session: Session, table: type[SQLModel], *, keys: dict[str, object], **values: object
) -> bool:
    """Insert a row, or bring the one with these keys up to date when its `version` is older."""
    statement = _insert(session, table).values(**keys, **values)
    newer = statement.table.c.version < statement.excluded.version
    return (
        changed(
            session,
            statement.on_conflict_do_update(index_elements=[*keys], set_=values, where=newer),
        )
        == 1
    )


def next_number(session: Session, table: type[SQLModel], name: str) -> int:
    """Count `name` up by one and return it; safe against others who count at the same time."""
    statement = _insert(session, table).values(name=name, value=1)
    current = statement.table.c.value
    counted = statement.on_conflict_do_update(
        index_elements=["name"], set_={"value": current + 1}
    ).returning(current)
    return int(session.execute(counted).scalar_one())


def changed(session: Session, statement: Executable) -> int:
    """Run an insert, update or delete and say how many rows it changed."""
    session.flush()
    # SQLAlchemy keeps the count of an insert only when asked.
    options = {"preserve_rowcount": True}
    return session.connection().execute(statement, execution_options=options).rowcount


def _insert(session: Session, table: type[SQLModel]) -> Any:
    postgres = session.get_bind().dialect.name == "postgresql"
    return (postgresql_insert if postgres else sqlite_insert)(table)


def _engine(url: str) -> Engine:
    parsed = make_url(url.replace("postgres://", "postgresql://", 1))
    if not parsed.drivername.startswith("sqlite"):
        return create_engine(parsed, pool_pre_ping=True)
    # One connection for everything: SQLite has one writer, and two connections that checkpoint at
    # once can corrupt a WAL file before 3.51.3 (https://sqlite.org/wal.html#walresetbug).
    engine = create_engine(
        parsed,
        poolclass=QueuePool,
        pool_size=1,
        max_overflow=0,
        connect_args={"check_same_thread": False, "isolation_level": None},
    )
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return engine


def _prepare(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
    cursor = connection.cursor()
    for pragma in (
        "journal_mode = TRUNCATE",
        "synchronous = FULL",  # acknowledged means on the disk
        "foreign_keys = ON",
        f"busy_timeout = {BUSY_SECONDS * 1000}",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin(connection: Connection) -> None:
    # pysqlite would begin only before the first write, and the reads before it would be stale.
    connection.exec_driver_sql("BEGIN IMMEDIATE")
