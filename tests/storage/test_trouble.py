"""Database failures as the store handles them. `tests/handlers` tests the same over the wire."""

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from threading import Barrier, Thread

import pytest
from sqlalchemy import Connection, event, text
from sqlalchemy.exc import DBAPIError

from storage import settings
from storage.engine import schema
from storage.engine.errors import OutcomeUnknown
from storage.engine.statements import next_number
from storage.engine.store import DatabaseError, Session, Store, Trouble, reason
from storage.engine.time_limits import TRANSACTION_SECONDS, get_context
from storage.tables import CounterRow
from tests.storage.conftest import run_concurrently
from tests.support import damage
from tests.support.harness import eventually
from tests.support.postgres import postgres_database, superuser


@pytest.fixture
def sqlite_store(migrated_file: Path, tmp_path: Path) -> Iterator[Store]:
    """A store on a SQLite file, upgraded as on every start."""
    store = Store(f"sqlite:///{shutil.copy(migrated_file, tmp_path / 'debrief.db')}")
    schema.upgrade(store)
    yield store
    store.close()


@pytest.fixture
def postgres_store(postgres: str) -> Iterator[Store]:
    """A store on a PostgreSQL database of its own."""
    with postgres_database(postgres) as url:
        store = Store(url)
        schema.upgrade(store)
        yield store
        store.close()


def save(
    store: Store, value: str = "T1", before_commit: Callable[[], object] = lambda: None
) -> None:
    """Save a setting, and call `before_commit` before the transaction is committed."""
    with store.begin() as session:
        settings.save(session, "team", value)
        before_commit()


def saved_value(store: Store) -> str | None:
    with store.begin() as session:
        return settings.get(session, "team")


def path_of(store: Store) -> Path:
    assert store.file is not None
    return store.file


def test_a_write_to_a_file_moved_before_commit_has_an_unknown_outcome(sqlite_store: Store) -> None:
    path = path_of(sqlite_store)
    with pytest.raises(OutcomeUnknown, match=r"\(the database file is gone\)\. Check whether"):
        save(sqlite_store, "T1", lambda: path.rename(path.with_suffix(".elsewhere")))
    path.with_suffix(".elsewhere").rename(path)
    assert saved_value(sqlite_store) == "T1"


def test_a_connection_lost_during_commit_has_an_unknown_outcome(
    postgres_store: Store,
) -> None:
    with pytest.raises(OutcomeUnknown, match="no connection to the database"):
        save(postgres_store, "T1", lambda: _terminate_connections(postgres_store))
    save(postgres_store, "T2")
    assert saved_value(postgres_store) == "T2"


def test_a_connection_lost_before_commit_records_nothing(postgres_store: Store) -> None:
    with (
        pytest.raises(DatabaseError, match="Nothing was recorded"),
        postgres_store.begin() as session,
    ):
        _save_over_a_broken_connection(session, postgres_store)
    assert saved_value(postgres_store) is None


def _save_over_a_broken_connection(session: Session, store: Store) -> None:
    settings.save(session, "team", "T1")
    _terminate_connections(store)
    settings.save(session, "team", "T2")


def _terminate_connections(store: Store) -> None:
    url = store.engine.url
    with superuser(url.render_as_string(hide_password=False)) as connection:
        connection.execute(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = :name AND pid <> pg_backend_pid()"
            ),
            {"name": url.database},
        )


def test_another_file_is_used_when_it_has_the_same_schema(sqlite_store: Store) -> None:
    path = path_of(sqlite_store)
    save(sqlite_store, "T1")
    copy = shutil.copy(path, path.with_suffix(".copy"))
    save(sqlite_store, "T2")
    Path(copy).replace(path)
    assert saved_value(sqlite_store) == "T1"
    assert sqlite_store.trouble is None


def test_a_file_of_another_schema_version_is_not_touched(sqlite_store: Store) -> None:
    path = path_of(sqlite_store)
    other = shutil.copy(path, path.with_suffix(".other"))
    with closing(sqlite3.connect(other)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '0000'")
        connection.commit()
    path.rename(path.with_suffix(".elsewhere"))
    Path(other).rename(path)
    with pytest.raises(DatabaseError, match="is from another version of Debrief: restart the bot"):
        save(sqlite_store)
    path.with_suffix(".elsewhere").replace(path)
    save(sqlite_store)


def test_a_missing_file_is_created_only_when_first_opened(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path / 'a#b? c%20.db'}")
    schema.upgrade(store)
    save(store)
    path_of(store).unlink()
    with pytest.raises(DatabaseError, match="the database file is gone"):
        save(store)
    assert not path_of(store).exists()
    store.close()


def test_a_database_failure_is_reported_when_it_starts_and_when_it_ends(
    sqlite_store: Store,
) -> None:
    path = path_of(sqlite_store)
    reports: list[object] = []
    sqlite_store.on_trouble.append(lambda trouble: reports.append(trouble.reason))
    sqlite_store.on_recovery.append(
        lambda: reports.append(saved_value(sqlite_store))
    )  # outside of the transaction
    path.rename(path.with_suffix(".elsewhere"))
    for _ in range(3):
        with pytest.raises(DatabaseError):
            save(sqlite_store)
    missing_file = sqlite_store.trouble
    assert isinstance(missing_file, Trouble)
    assert missing_file.seconds >= 0
    path.touch()
    with pytest.raises(DatabaseError):
        save(sqlite_store)
    assert sqlite_store.trouble is not None
    assert sqlite_store.trouble.began == missing_file.began
    path.with_suffix(".elsewhere").replace(path)
    save(sqlite_store)
    save(sqlite_store)
    assert reports == [
        "the database file is gone",
        "the database has no Debrief data",
        "T1",
    ]
    assert sqlite_store.trouble is None


def test_the_check_that_the_database_works_again_leaves_no_data(store: Store) -> None:
    vars(store)["trouble"] = Trouble("the disk is full")
    save(store)
    with store.begin() as session:
        found = session.connection().execute(text("SELECT name FROM settings")).scalars().all()
    assert (found, store.trouble) == (["team"], None)


def test_a_wrong_statement_is_not_a_database_failure(store: Store) -> None:
    with pytest.raises(DBAPIError), store.begin() as session:
        session.connection().execute(text("SELECT nothing FROM settings"))
    assert store.trouble is None


def test_one_of_two_deadlocked_transactions_gives_way(postgres_store: Store) -> None:
    barrier = Barrier(2, timeout=10)

    def count_twice(number: int) -> str:
        names = ("a", "b") if number else ("b", "a")
        try:
            with postgres_store.begin() as session:
                next_number(session, CounterRow, names[0])
                barrier.wait()
                next_number(session, CounterRow, names[1])
        except DatabaseError as error:
            return f"{reason(error)}: passes" if error.passes else str(error)
        return "counted"

    deadlock = "two changes conflicted, and this one was rolled back: passes"
    assert sorted(run_concurrently(2, count_twice)) == ["counted", deadlock]
    assert postgres_store.trouble is None


def test_waiting_too_long_for_the_lock_is_an_error_but_not_a_database_failure(
    sqlite_store: Store,
) -> None:
    def fail_to_save(session: Session) -> None:
        settings.save(session, "team", "T1")
        with pytest.raises(DatabaseError, match="too many requests at once"):
            save(sqlite_store)

    with sqlite_store.begin() as session:
        fail_to_save(session)
    assert sqlite_store.trouble is None
    assert saved_value(sqlite_store) == "T1"


def test_a_burst_of_transactions_is_served_in_time(sqlite_store: Store) -> None:
    def count_up(_number: int) -> list[int]:
        numbers = []
        for _ in range(20):
            with sqlite_store.begin() as session:
                numbers.append(next_number(session, CounterRow, "a"))
        return numbers

    counted = [number for numbers in run_concurrently(16, count_up) for number in numbers]
    assert sorted(counted) == list(range(1, 321))


def test_a_commit_waits_only_for_the_rest_of_the_transactions_time(sqlite_store: Store) -> None:
    waits: list[int] = []

    @event.listens_for(sqlite_store.engine, "commit")
    def on_commit(connection: Connection) -> None:
        waits.append(connection.exec_driver_sql("PRAGMA busy_timeout").scalar_one())

    with sqlite_store.begin() as session:
        settings.save(session, "team", "T1")
        context = get_context(session.connection())
        assert context is not None
        context.until -= TRANSACTION_SECONDS / 2  # half of it has passed
    assert 0 < waits[0] <= TRANSACTION_SECONDS / 2 * 1000


def test_transactions_are_served_in_the_order_they_arrived(sqlite_store: Store) -> None:
    order: list[str] = []

    def run(name: str) -> None:
        with sqlite_store.begin() as session:
            session.connection()
            order.append(name)

    waiting = Thread(target=run, args=("waited",))
    with sqlite_store.begin() as session:
        session.connection()
        waiting.start()
        eventually(lambda: bool(vars(sqlite_store.engine.pool)["_pool"]._line), "somebody waits")
    run("came later")
    waiting.join()
    assert order == ["waited", "came later"]


def test_a_discarded_connection_holds_no_lock(sqlite_store: Store) -> None:
    """A caller still holds the error, and with it a statement of that connection."""
    damage.overwrite(path_of(sqlite_store), "incidents", noticed=True)
    with pytest.raises(DatabaseError, match="corrupt") as caught:
        _write_and_read(sqlite_store, "incidents")
    _write_and_read(sqlite_store, "people")
    assert caught.value.reason == "the database is corrupt"


def _write_and_read(store: Store, table: str) -> None:
    with store.begin() as session:
        settings.save(session, "team", "T1")
        session.execute(text(f"SELECT * FROM {table}")).all()  # noqa: S608 - its name is ours
