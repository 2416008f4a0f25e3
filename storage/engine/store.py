"""The database: one engine behind everything, SQLite or PostgreSQL."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import Any

from sqlalchemy import Executable, func, select
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.engine import make_url
from sqlmodel import Session, SQLModel

from storage.engine import integrity, postgresql, recovery, sqlite
from storage.engine.errors import (
    GONE,
    TOO_MUCH,
    UNREACHABLE,
    DatabaseError,
    OutcomeUnknown,
    Trouble,
    reason,
    told,
)
from storage.engine.time_limits import TURN, Turn

# What the other rooms may know of SQL.
__all__ = ["DatabaseError", "Session", "Store", "Trouble", "reason"]


class Store:
    """Where everything is kept. `begin` is the only way in, and a transaction is the only unit.

    `trouble` says what keeps it from working, from the first transaction that failed for it until
    the first that worked again. `on_trouble` is called when that begins or its reason changes, and
    `on_recovery` when it ends: by the thread whose transaction it was, outside of it. Slack may be
    waiting for that thread: what is called is quick, and does not raise.
    """

    def __init__(self, url: str) -> None:
        """Open `url`, `sqlite:///file.db` or `postgresql://…`; nothing is read or written yet."""
        parsed = make_url(url.replace("postgres://", "postgresql://", 1))
        named = parsed.database if parsed.get_backend_name() == "sqlite" else None
        self.file = Path(named) if named and named != ":memory:" else None
        self.trouble: Trouble | None = None
        self.on_trouble: list[Callable[[Trouble], object]] = []
        self.on_recovery: list[Callable[[], object]] = []
        self.on_damage: list[Callable[[integrity.Damaged], object]] = []
        self._damage: tuple[integrity.Damaged, object] | None = None  # and in which file
        self._lock = Lock()
        self._file = sqlite.File(self.file)
        if parsed.get_backend_name() == "sqlite":
            self.engine = sqlite.engine(parsed, self._file)
        else:
            self.engine = postgresql.engine(parsed)

    @property
    def kind(self) -> str:
        """What the database is: `sqlite` or `postgresql`."""
        return self.engine.dialect.name

    @property
    def damage(self) -> integrity.Damaged | None:
        """What is damaged, from the first sign of it until a check finds nothing, or another file is there."""
        damage = self._damage
        return damage[0] if damage and damage[1] == self._file.identity() else None

    def check_integrity(self) -> integrity.Damaged | None:
        """Look for damage in the whole database. It takes its time, and nobody waits for it long."""
        with told():
            found = integrity.what_is_damaged(self.engine, self.file)
        if found:
            self._note_damage(found)
        elif found is not None:
            self._damage = None
        return self.damage

    def _note_damage(self, what: str) -> None:
        is_known = self.damage is not None
        damage = integrity.damaged(what, self.file)
        self._damage = damage, self._file.identity()
        if not is_known:
            for tell in self.on_damage:
                tell(damage)

    def expect(self, revision: str | None) -> None:
        """Take no other SQLite file in the place of this one than one of that revision."""
        self._file.revision = revision

    @contextmanager
    def begin(self) -> Iterator[Session]:
        """One transaction: committed when the block ends, rolled back when it raises.

        It ends before Slack stops waiting. `DatabaseError` says that the database was in trouble, and
        then nothing was recorded; `OutcomeUnknown`, a kind of it, that nobody knows.
        """
        proving = self.trouble is not None
        try:
            with self._transaction(proving=proving) as session:
                yield session
        except DatabaseError as error:
            noted = self._noted(error)
            if noted is error:
                raise
            raise noted from error
        if proving:
            self._recovered()

    @contextmanager
    def _transaction(self, *, proving: bool) -> Iterator[Session]:
        turn, done = Turn(), False
        try:
            with told(), self._session(turn) as session, session.begin():
                if proving:
                    recovery.write(session)
                yield session
                session.flush()
                done = True
        except DatabaseError as error:
            if done and error.reason == UNREACHABLE:
                raise OutcomeUnknown(reason=error.reason) from error
            raise
        if turn.file is not None and turn.file != self._file.identity():
            # It was moved while this was written into it: there, nobody may look for it.
            raise OutcomeUnknown(reason=GONE)

    def _session(self, turn: Turn) -> Session:
        return Session(self.engine, expire_on_commit=False, execution_options={TURN: turn})

    def close(self) -> None:
        self.engine.dispose()

    def _noted(self, error: DatabaseError) -> DatabaseError:
        """Remember the trouble, and tell of one that is new."""
        if error.reason in integrity.SIGNS:
            self._note_damage(integrity.SIGNS[error.reason])
        with self._lock:
            known = self.trouble
            if error.passes:
                # Who waited behind the one that waits for the lock does not know why.
                waits = known is not None and error.reason == TOO_MUCH
                return DatabaseError(reason=known.reason) if known and waits else error
            if known is not None and known.reason == error.reason:
                return error
            self.trouble = trouble = (
                Trouble(error.reason, known.began) if known else Trouble(error.reason)
            )
        for tell in self.on_trouble:
            tell(trouble)
        return error

    def _recovered(self) -> None:
        with self._lock:
            if self.trouble is None:
                return
            self.trouble = None
        for tell in self.on_recovery:
            tell()


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


def is_alone(session: Session, name: str) -> bool:
    """Whether no other replica is at this until the transaction ends; SQLite serves one at a time."""
    if session.get_bind().dialect.name != "postgresql":
        return True
    key = func.hashtext(name)
    return bool(session.execute(select(func.pg_try_advisory_xact_lock(key))).scalar_one())


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
