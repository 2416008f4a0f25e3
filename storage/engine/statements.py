"""Statements that both databases run alike: upserts, counters, locks, row counts and batches of ids."""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Executable, func, select
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlmodel import Session, SQLModel
from sqlmodel.sql.expression import SelectOfScalar

BATCH = 500  # ids per statement


def insert_if_absent(session: Session, table: type[SQLModel], **values: object) -> bool:
    """Insert a row; return False, and change nothing, if one of its unique keys exists."""
    statement = _insert(session, table).values(**values).on_conflict_do_nothing()
    return run_and_count(session, statement) == 1


def upsert(
    session: Session, table: type[SQLModel], *, keys: tuple[str, ...], **values: object
) -> None:
    """Insert a row, or update the one with the same values in `keys`."""
    statement = _insert(session, table).values(**values)
    rest = {name: value for name, value in values.items() if name not in keys}
    session.execute(statement.on_conflict_do_update(index_elements=keys, set_=rest))


def upsert_if_newer(
    session: Session, table: type[SQLModel], *, keys: dict[str, object], **values: object
) -> bool:
    """Insert a row, or update the one with these keys if its `version` is older.

    Return whether a row was inserted or updated.
    """
    statement = _insert(session, table).values(**keys, **values)
    newer = statement.table.c.version < statement.excluded.version
    return (
        run_and_count(
            session,
            statement.on_conflict_do_update(index_elements=[*keys], set_=values, where=newer),
        )
        == 1
    )


def try_lock(session: Session, name: str) -> bool:
    """Try to get a lock until the transaction ends; return False if another replica has it.

    SQLite allows only one transaction at a time, so it needs no lock.
    """
    if session.get_bind().dialect.name != "postgresql":
        return True
    key = func.hashtext(name)
    return bool(session.execute(select(func.pg_try_advisory_xact_lock(key))).scalar_one())


def next_number(session: Session, table: type[SQLModel], name: str) -> int:
    """Increment the counter `name` and return it; safe for concurrent use."""
    statement = _insert(session, table).values(name=name, value=1)
    current = statement.table.c.value
    counted = statement.on_conflict_do_update(
        index_elements=["name"], set_={"value": current + 1}
    ).returning(current)
    return int(session.execute(counted).scalar_one())


def run_and_count(session: Session, statement: Executable) -> int:
    """Run an insert, update or delete; return the number of rows it changed."""
    session.flush()
    # SQLAlchemy keeps an insert's row count only on request.
    options = {"preserve_rowcount": True}
    return session.connection().execute(statement, execution_options=options).rowcount


def has_rows(session: Session, query: SelectOfScalar[Any]) -> bool:
    """Return whether a query returns any row."""
    return session.exec(query.limit(1)).first() is not None


def in_batches(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    """Yield the ids in parts that fit into one statement each; SQLite allows 32,766 parameters."""
    for start in range(0, len(ids), BATCH):
        yield ids[start : start + BATCH]


def _insert(session: Session, table: type[SQLModel]) -> Any:
    postgres = session.get_bind().dialect.name == "postgresql"
    return (postgresql_insert if postgres else sqlite_insert)(table)
