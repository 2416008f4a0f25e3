from datetime import timedelta

from storage import digests
from storage.engine.store import Session, Store
from tests.storage.conftest import NOON, run_concurrently

FIGURES = {"opened": 3, "done": 2}


def test_a_week_without_a_digest_has_no_figures(session: Session) -> None:
    assert digests.figures(session, "2026-W11") is None


def test_figures_of_a_week_are_read_back_as_stored(session: Session) -> None:
    assert digests.add(session, "2026-W11", FIGURES, NOON)
    assert digests.figures(session, "2026-W11") == FIGURES


def test_a_second_digest_of_the_same_week_is_not_stored(session: Session) -> None:
    digests.add(session, "2026-W11", FIGURES, NOON)
    assert not digests.add(session, "2026-W11", {"opened": 9}, NOON)
    assert digests.figures(session, "2026-W11") == FIGURES


def test_six_concurrent_digests_of_a_week_store_one(store: Store) -> None:
    def add_digest(_: int) -> bool:
        with store.begin() as session:
            return digests.add(session, "2026-W11", FIGURES, NOON)

    assert sum(run_concurrently(6, add_digest)) == 1


def test_chart_weeks_are_the_last_ones_oldest_first_without_months(
    session: Session,
) -> None:
    names = ("2025-W52", "2026-W01", "2026-02", "2026-W02", "2026-W03")
    for day, name in enumerate(names):
        digests.add(session, name, {"done": day}, NOON + timedelta(days=day))
    assert digests.weeks(session, "2026-W02", 2) == [
        (NOON + timedelta(days=1), {"done": 1}),
        (NOON + timedelta(days=3), {"done": 3}),
    ]
    assert len(digests.weeks(session, "2026-W02", 20)) == 3
