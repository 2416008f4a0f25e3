from datetime import timedelta

from storage import deliveries
from storage.engine.store import Session, Store
from tests.storage.conftest import NOON, run_concurrently


def test_a_repeated_delivery_is_new_only_once(session: Session) -> None:
    assert [deliveries.record_new(session, "Ev1", NOON) for _ in range(3)] == [True, False, False]


def test_deliveries_with_other_ids_are_new(session: Session) -> None:
    deliveries.record_new(session, "Ev1", NOON)
    assert deliveries.record_new(session, "Ev2", NOON)


def test_a_delivery_arriving_at_six_replicas_at_once_is_new_to_one(store: Store) -> None:
    def record(_: int) -> bool:
        with store.begin() as session:
            return deliveries.record_new(session, "Ev1", NOON)

    assert sorted(run_concurrently(6, record)) == [False] * 5 + [True]


def test_only_old_deliveries_are_pruned(session: Session) -> None:
    for number in range(3):
        deliveries.record_new(session, f"Ev{number}", NOON + timedelta(days=number))
    assert deliveries.prune(session, NOON + timedelta(days=2)) == 2
    assert [deliveries.record_new(session, f"Ev{number}", NOON) for number in range(3)] == [
        True, True, False,
    ]  # fmt: skip
