"""What a store does when its database is in trouble. `tests/handlers` has it over the wire."""

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
from tests.storage.conftest import together
from tests.support import damage
from tests.support.harness import eventually
from tests.support.postgres import postgres_database, superuser


@pytest.fixture
def kept(migrated_file: Path, tmp_path: Path) -> Iterator[Store]:
    """A store on a SQLite file, brought up to date as every start does."""
    made = Store(f"sqlite:///{shutil.copy(migrated_file, tmp_path / 'debrief.db')}")
    schema.upgrade(made)
    yield made
    made.close()


@pytest.fixture
def served(postgres: str) -> Iterator[Store]:
    """A store on a PostgreSQL database of its own."""
    with postgres_database(postgres) as url:
        made = Store(url)
        schema.upgrade(made)
        yield made
        made.close()


def keep(store: Store, value: str = "T1", then: Callable[[], object] = lambda: None) -> None:
    """Store something, and let `then` happen before it is committed."""
    with store.begin() as session:
        settings.save(session, "team", value)
        then()


def value(store: Store) -> str | None:
    with store.begin() as session:
        return settings.get(session, "team")


def path_of(store: Store) -> Path:
    assert store.file is not None
    return store.file


def test_a_file_that_was_moved_meanwhile_does_not_count_as_stored(kept: Store) -> None:
    path = path_of(kept)
    with pytest.raises(OutcomeUnknown, match=r"the database file is gone\. Look whether"):
        keep(kept, "T1", lambda: path.rename(path.with_suffix(".elsewhere")))
    path.with_suffix(".elsewhere").rename(path)
    assert value(kept) == "T1"


def test_a_connection_that_is_lost_at_the_end_leaves_it_open_what_came_of_it(
    served: Store,
) -> None:
    with pytest.raises(OutcomeUnknown, match="no connection to the database"):
        keep(served, "T1", lambda: _end_all(served))
    keep(served, "T2")
    assert value(served) == "T2"


def test_a_connection_that_is_lost_before_the_end_recorded_nothing(served: Store) -> None:
    with pytest.raises(DatabaseError, match="Nothing was recorded"), served.begin() as session:
        _keep_over_a_broken_connection(session, served)
    assert value(served) is None


def _keep_over_a_broken_connection(session: Session, store: Store) -> None:
    settings.save(session, "team", "T1")
    _end_all(store)
    settings.save(session, "team", "T2")


def _end_all(store: Store) -> None:
    url = store.engine.url
    with superuser(url.render_as_string(hide_password=False)) as connection:
        connection.execute(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = :name AND pid <> pg_backend_pid()"
            ),
            {"name": url.database},
        )


def test_another_file_is_used_when_it_has_the_same_schema(kept: Store) -> None:
    path = path_of(kept)
    keep(kept, "T1")
    copied = shutil.copy(path, path.with_suffix(".copy"))
    keep(kept, "T2")
    Path(copied).replace(path)
    assert value(kept) == "T1"
    assert kept.trouble is None


def test_a_file_of_another_version_is_not_touched(kept: Store) -> None:
    path = path_of(kept)
    other = shutil.copy(path, path.with_suffix(".other"))
    with closing(sqlite3.connect(other)) as opened:
        opened.execute("UPDATE alembic_version SET version_num = '0000'")
        opened.commit()
    path.rename(path.with_suffix(".elsewhere"))
    Path(other).rename(path)
    with pytest.raises(
        DatabaseError, match="is of another version of Debrief: start the bot again"
    ):
        keep(kept)
    path.with_suffix(".elsewhere").replace(path)
    keep(kept)


def test_only_the_first_opening_makes_a_file(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path / 'a#b? c%20.db'}")
    schema.upgrade(store)
    keep(store)
    path_of(store).unlink()
    with pytest.raises(DatabaseError, match="the database file is gone"):
        keep(store)
    assert not path_of(store).exists()
    store.close()


def test_trouble_is_told_when_it_begins_and_when_it_ends(kept: Store) -> None:
    path = path_of(kept)
    told: list[object] = []
    kept.on_trouble.append(lambda trouble: told.append(trouble.reason))
    kept.on_recovery.append(lambda: told.append(value(kept)))  # outside of the transaction
    path.rename(path.with_suffix(".elsewhere"))
    for _ in range(3):
        with pytest.raises(DatabaseError):
            keep(kept)
    gone = kept.trouble
    assert isinstance(gone, Trouble)
    assert gone.seconds >= 0
    path.touch()
    with pytest.raises(DatabaseError):
        keep(kept)
    assert kept.trouble is not None
    assert kept.trouble.began == gone.began
    path.with_suffix(".elsewhere").replace(path)
    keep(kept)
    keep(kept)
    assert told == [
        "the database file is gone",
        "the database holds nothing of Debrief",
        "T1",
    ]
    assert kept.trouble is None


def test_proof_that_it_works_again_leaves_nothing_behind(store: Store) -> None:
    vars(store)["trouble"] = Trouble("the disk is full")
    keep(store)
    with store.begin() as session:
        found = session.connection().execute(text("SELECT name FROM settings")).scalars().all()
    assert (found, store.trouble) == (["team"], None)


def test_a_mistake_of_ours_is_no_trouble(store: Store) -> None:
    with pytest.raises(DBAPIError), store.begin() as session:
        session.connection().execute(text("SELECT nothing FROM settings"))
    assert store.trouble is None


def test_of_two_that_wait_for_each_other_one_gives_way(served: Store) -> None:
    both = Barrier(2, timeout=10)

    def count(number: int) -> str:
        names = ("a", "b") if number else ("b", "a")
        try:
            with served.begin() as session:
                next_number(session, CounterRow, names[0])
                both.wait()
                next_number(session, CounterRow, names[1])
        except DatabaseError as error:
            return f"{reason(error)}: passes" if error.passes else str(error)
        return "counted"

    gave_way = "two changes met, and this one gave way: passes"
    assert sorted(together(2, count)) == ["counted", gave_way]
    assert served.trouble is None


def test_who_waits_too_long_for_a_turn_is_told_and_it_is_no_trouble(kept: Store) -> None:
    def wait(session: Session) -> None:
        settings.save(session, "team", "T1")
        with pytest.raises(DatabaseError, match="too much is asked of the database at once"):
            keep(kept)

    with kept.begin() as session:
        wait(session)
    assert kept.trouble is None
    assert value(kept) == "T1"


def test_a_burst_is_served_in_time(kept: Store) -> None:
    def count(_number: int) -> list[int]:
        numbers = []
        for _ in range(20):
            with kept.begin() as session:
                numbers.append(next_number(session, CounterRow, "a"))
        return numbers

    counted = [number for numbers in together(16, count) for number in numbers]
    assert sorted(counted) == list(range(1, 321))


def test_what_is_left_of_the_time_is_what_a_commit_waits_for(kept: Store) -> None:
    waits: list[int] = []

    @event.listens_for(kept.engine, "commit")
    def look(connection: Connection) -> None:
        waits.append(connection.exec_driver_sql("PRAGMA busy_timeout").scalar_one())

    with kept.begin() as session:
        settings.save(session, "team", "T1")
        turn = get_context(session.connection())
        assert turn is not None
        turn.until -= TRANSACTION_SECONDS / 2  # half of it went by
    assert 0 < waits[0] <= TRANSACTION_SECONDS / 2 * 1000


def test_who_waited_goes_before_who_comes_later(kept: Store) -> None:
    order: list[str] = []

    def take(name: str) -> None:
        with kept.begin() as session:
            session.connection()
            order.append(name)

    waiting = Thread(target=take, args=("waited",))
    with kept.begin() as session:
        session.connection()
        waiting.start()
        eventually(lambda: bool(vars(kept.engine.pool)["_pool"]._line), "somebody waits")
    take("came later")
    waiting.join()
    assert order == ["waited", "came later"]


def test_a_connection_that_is_given_up_holds_no_lock(kept: Store) -> None:
    """Somebody still has the error in hand, and with it a statement of that connection."""
    damage.overwrite(path_of(kept), "incidents", noticed=True)
    with pytest.raises(DatabaseError, match="damaged") as caught:
        _write_and_read(kept, "incidents")
    _write_and_read(kept, "people")
    assert caught.value.reason == "the database is damaged"


def _write_and_read(store: Store, table: str) -> None:
    with store.begin() as session:
        settings.save(session, "team", "T1")
        session.execute(text(f"SELECT * FROM {table}")).all()  # noqa: S608 - its name is ours
