"""The database: one engine for everything, SQLite or PostgreSQL."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock

from sqlalchemy.engine import make_url
from sqlmodel import Session

from storage.engine import integrity, postgresql, recovery, sqlite
from storage.engine.errors import (
    FILE_GONE,
    OVERLOADED,
    UNREACHABLE,
    DatabaseError,
    OutcomeUnknown,
    Trouble,
    reason,
    translate_errors,
)
from storage.engine.time_limits import CONTEXT_OPTION, TransactionContext

# The public names: other packages need nothing else of SQL.
__all__ = ["DatabaseError", "Session", "Store", "Trouble", "reason"]


class Store:
    """The database. All access goes through `begin`, in transactions.

    `trouble` says why it doesn't work, from the first transaction that failed because of it to the
    first that succeeded. `on_trouble` is called when it begins or its reason changes, and
    `on_recovery` when it ends: on the transaction's thread, after the transaction. Slack may be
    waiting for that thread, so callbacks must be quick and must not raise.
    """

    def __init__(self, url: str) -> None:
        """Open `url`, `sqlite:///file.db` or `postgresql://…`. Nothing is read or written yet."""
        parsed = make_url(url.replace("postgres://", "postgresql://", 1))
        named = parsed.database if parsed.get_backend_name() == "sqlite" else None
        self.file = Path(named) if named and named != ":memory:" else None
        self.trouble: Trouble | None = None
        self.on_trouble: list[Callable[[Trouble], object]] = []
        self.on_recovery: list[Callable[[], object]] = []
        self.on_damage: list[Callable[[integrity.Damaged], object]] = []
        self._damage: tuple[integrity.Damaged, object] | None = None  # and the file's identity
        self._lock = Lock()
        self._file = sqlite.DatabaseFile(self.file)
        if parsed.get_backend_name() == "sqlite":
            self.engine = sqlite.build_engine(parsed, self._file)
        else:
            self.engine = postgresql.build_engine(parsed)

    @property
    def kind(self) -> str:
        """Return `sqlite` or `postgresql`."""
        return self.engine.dialect.name

    @property
    def damage(self) -> integrity.Damaged | None:
        """Return known damage, until a check finds none or the file has been replaced."""
        damage = self._damage
        return damage[0] if damage and damage[1] == self._file.identity() else None

    def check_integrity(self) -> integrity.Damaged | None:
        """Check the whole database for damage.

        It may take a while, but doesn't block others for long.
        """
        with translate_errors():
            found = integrity.find_damage(self.engine, self.file)
        if found:
            self._note_damage(found)
        elif found is not None:
            self._damage = None
        return self.damage

    def _note_damage(self, damage_kind: str) -> None:
        is_known = self.damage is not None
        damage = integrity.damage_error(damage_kind, self.file)
        self._damage = damage, self._file.identity()
        if not is_known:
            for callback in self.on_damage:
                callback(damage)

    def require_revision(self, revision: str | None) -> None:
        """Require a revision of a SQLite file that replaces this one; None accepts any."""
        self._file.revision = revision

    @contextmanager
    def begin(self) -> Iterator[Session]:
        """Run a transaction: committed when the block ends, rolled back when it raises.

        It ends before Slack stops waiting. Raises DatabaseError if the database is in trouble and
        nothing was recorded, or its subclass OutcomeUnknown if it's unknown whether anything was.
        """
        proving = self.trouble is not None
        try:
            with self._transaction(proving=proving) as session:
                yield session
        except DatabaseError as error:
            reported = self._record_trouble(error)
            if reported is error:
                raise
            raise reported from error
        if proving:
            self._clear_trouble()

    @contextmanager
    def _transaction(self, *, proving: bool) -> Iterator[Session]:
        context, done = TransactionContext(), False
        try:
            with translate_errors(), self._session(context) as session, session.begin():
                if proving:
                    recovery.check_writable(session)
                yield session
                session.flush()
                done = True
        except DatabaseError as error:
            if done and error.reason == UNREACHABLE:
                raise OutcomeUnknown(reason=error.reason) from error
            raise
        if context.file is not None and context.file != self._file.identity():
            # The file was moved during the transaction, and its new place may be unused.
            raise OutcomeUnknown(reason=FILE_GONE)

    def _session(self, context: TransactionContext) -> Session:
        return Session(
            self.engine, expire_on_commit=False, execution_options={CONTEXT_OPTION: context}
        )

    def close(self) -> None:
        self.engine.dispose()

    def _record_trouble(self, error: DatabaseError) -> DatabaseError:
        """Store the trouble, and report it if it's new."""
        if error.reason in integrity.DAMAGE_BY_REASON:
            self._note_damage(integrity.DAMAGE_BY_REASON[error.reason])
        with self._lock:
            known = self.trouble
            if error.passes:
                # Transactions queued behind one that waits for a lock don't know the reason.
                is_queued = known is not None and error.reason == OVERLOADED
                return DatabaseError(reason=known.reason) if known and is_queued else error
            if known is not None and known.reason == error.reason:
                return error
            self.trouble = trouble = (
                Trouble(error.reason, known.began) if known else Trouble(error.reason)
            )
        for callback in self.on_trouble:
            callback(trouble)
        return error

    def _clear_trouble(self) -> None:
        with self._lock:
            if self.trouble is None:
                return
            self.trouble = None
        for callback in self.on_recovery:
            callback()
