from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError, StatementError

from storage import deliveries, incidents, settings
from storage.engine.statements import insert_if_absent, next_number, upsert
from storage.engine.store import Session, Store
from storage.tables import CounterRow, DeliveryRow, RoleRow, SettingRow
from tests.storage.conftest import NOON, declare, run_concurrently

INDIA = timezone(timedelta(hours=5, minutes=30))


def test_a_committed_transaction_is_visible_to_another_store(url: str, store: Store) -> None:
    with store.begin() as session:
        settings.save(session, "team", "T1")
    another = Store(url)
    with another.begin() as session:
        assert settings.get(session, "team") == "T1"
    another.close()


def test_a_transaction_that_raises_is_rolled_back(store: Store) -> None:
    def fail() -> None:
        with store.begin() as session:
            settings.save(session, "team", "T1")
            raise LookupError

    with pytest.raises(LookupError):
        fail()
    with store.begin() as session:
        assert settings.get(session, "team") is None


def test_insert_if_absent_returns_whether_it_inserted(session: Session) -> None:
    first = insert_if_absent(session, DeliveryRow, id="Ev1", seen_at=NOON)
    second = insert_if_absent(session, DeliveryRow, id="Ev1", seen_at=NOON)
    assert (first, second) == (True, False)


def test_a_repeated_insert_leaves_the_transaction_usable(session: Session) -> None:
    for _ in range(2):
        insert_if_absent(session, DeliveryRow, id="Ev1", seen_at=NOON)
    assert deliveries.record_new(session, "Ev2", NOON)


def test_upsert_overwrites_the_value(session: Session) -> None:
    upsert(session, SettingRow, keys=("name",), name="team", value="T1")
    upsert(session, SettingRow, keys=("name",), name="team", value="T2")
    assert settings.get(session, "team") == "T2"


def test_counters_start_at_one_and_are_independent(session: Session) -> None:
    names = ("a", "a", "b", "a")
    assert [next_number(session, CounterRow, name) for name in names] == [1, 2, 1, 3]


@pytest.mark.parametrize(
    "at",
    [
        datetime(2026, 3, 10, 12, 0, 0, 123456, tzinfo=UTC),
        datetime(2026, 3, 10, 17, 30, 0, 123456, tzinfo=INDIA),
    ],
)
def test_times_are_read_back_aware_and_in_utc(store: Store, at: datetime) -> None:
    with store.begin() as session:
        incident = declare(session, declared_at=at)
    with store.begin() as session:
        found = incidents.by_id(session, incident.id).declared_at
    assert found == at
    assert found.tzinfo is UTC


def test_a_time_without_a_zone_is_refused(session: Session) -> None:
    with pytest.raises(StatementError, match="timezone"):
        insert_if_absent(session, DeliveryRow, id="Ev1", seen_at=NOON.replace(tzinfo=None))


def test_a_role_without_an_incident_is_refused(store: Store) -> None:
    with pytest.raises(IntegrityError), store.begin() as session:
        session.add(RoleRow(incident_id=404, name="lead", person="U1", since=NOON))


def test_concurrent_writers_wait_for_each_other(store: Store) -> None:
    def write(number: int) -> bool:
        with store.begin() as session:
            settings.get(
                session, "any"
            )  # a read before the write, which SQLite couldn't upgrade to a write lock
            return deliveries.record_new(session, f"Ev{number}", NOON)

    assert all(run_concurrently(8, write))


def test_two_stores_write_to_one_database_concurrently(url: str) -> None:
    stores = [Store(url) for _ in range(2)]

    def write(number: int) -> int:
        with stores[number].begin() as session:
            return next_number(session, CounterRow, "a")

    assert sorted(run_concurrently(2, write)) == [1, 2]
    for store in stores:
        store.close()


@pytest.mark.parametrize(("pragma", "value"), [("synchronous", 2), ("foreign_keys", 1)])
def test_sqlite_runs_with_full_synchronous_and_foreign_keys(pragma: str, value: int) -> None:
    store = Store("sqlite://")
    with store.begin() as session:
        assert session.connection().execute(text(f"PRAGMA {pragma}")).scalar_one() == value
    store.close()


def test_the_postgres_url_scheme_is_accepted() -> None:
    assert Store("postgres://someone@somewhere/debrief").engine.dialect.name == "postgresql"
