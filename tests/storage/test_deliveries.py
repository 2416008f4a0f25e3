from datetime import timedelta

from storage import deliveries
from storage.engine.store import Session, Store
from tests.storage.conftest import NOON, together


def test_a_delivery_is_new_once(session: Session) -> None:
    assert [deliveries.record_new(session, "Ev1", NOON) for _ in range(3)] == [True, False, False]


def test_another_delivery_is_new_too(session: Session) -> None:
    deliveries.record_new(session, "Ev1", NOON)
    assert deliveries.record_new(session, "Ev2", NOON)


def test_a_delivery_that_reaches_six_at_once_is_new_to_one(store: Store) -> None:
    def hear(_: int) -> bool:
        with store.begin() as session:
            return deliveries.record_new(session, "Ev1", NOON)

    assert sorted(together(6, hear)) == [False] * 5 + [True]


def test_only_what_is_older_is_forgotten(session: Session) -> None:
    for number in range(3):
        deliveries.record_new(session, f"Ev{number}", NOON + timedelta(days=number))
    assert deliveries.prune(session, NOON + timedelta(days=2)) == 2
    assert [deliveries.record_new(session, f"Ev{number}", NOON) for number in range(3)] == [
        True, True, False,
    ]  # fmt: skip
