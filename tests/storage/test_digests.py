from storage import digests
from storage.engine.store import Session, Store
from tests.storage.conftest import NOON, together

FIGURES = {"opened": 3, "done": 2}


def test_a_week_without_a_digest_has_no_figures(session: Session) -> None:
    assert digests.figures(session, "2026-W11") is None


def test_figures_come_back_as_they_were_counted(session: Session) -> None:
    assert digests.add(session, "2026-W11", FIGURES, NOON)
    assert digests.figures(session, "2026-W11") == FIGURES


def test_a_week_has_one_digest_and_the_first_stays(session: Session) -> None:
    digests.add(session, "2026-W11", FIGURES, NOON)
    assert not digests.add(session, "2026-W11", {"opened": 9}, NOON)
    assert digests.figures(session, "2026-W11") == FIGURES


def test_six_who_count_a_week_at_once_make_one_digest(store: Store) -> None:
    def count(_: int) -> bool:
        with store.begin() as session:
            return digests.add(session, "2026-W11", FIGURES, NOON)

    assert sum(together(6, count)) == 1


def test_the_weeks_of_a_chart_are_the_last_ones_oldest_first_without_months(
    session: Session,
) -> None:
    for name in ("2025-W52", "2026-W01", "2026-02", "2026-W02", "2026-W03"):
        digests.add(session, name, {"done": len(name)}, NOON)
    assert [week for week, _ in digests.weeks(session, "2026-W02", 2)] == ["2026-W01", "2026-W02"]
    assert len(digests.weeks(session, "2026-W02", 20)) == 3
