"""Damaged database pages: `/readyz` names the fix, and following it brings the bot back."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import text
from structlog.testing import capture_logs

from storage.engine import backup, integrity, schema
from storage.engine.store import DatabaseError, Store
from tests.support import damage, harness
from tests.support.harness import Town
from tests.support.postgres import postgres_database

SENTENCE = (
    "The database is damaged ({what}). Stop the bot, move debrief.db elsewhere, and run "
    "`debrief restore FILE` with your latest backup."
)


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    with harness.town(f"sqlite:///{tmp_path}/debrief.db", over_http=True) as running_town:
        yield running_town


def database_file(town: Town) -> Path:
    assert town.store.file is not None
    return town.store.file


def fetch_page(town: Town, name: str) -> tuple[int, str]:
    answer = httpx.get(f"http://127.0.0.1:{town.service.port}/{name}", timeout=30)
    return answer.status_code, answer.text


def fetch_troubles(town: Town) -> list[str]:
    status, _ = fetch_page(town, "readyz")
    answer: dict[str, Any] = httpx.get(f"http://127.0.0.1:{town.service.port}/readyz").json()
    assert status == (503 if answer["troubles"] else 200)
    return list(answer["troubles"])


def run_integrity_check(town: Town) -> None:
    """Run the scheduler's hourly integrity check."""
    town.service._scheduler.get_job("integrity").func()


def test_the_integrity_check_finds_damaged_pages_that_no_query_reads(town: Town) -> None:
    town.declare()
    town.settle()
    run_integrity_check(town)
    assert fetch_troubles(town) == []
    assert "debrief_database_damaged 0.0" in fetch_page(town, "metrics")[1]
    damage.overwrite(database_file(town), "timeline_events")
    with capture_logs() as log:
        run_integrity_check(town)
        run_integrity_check(town)
    sentence = SENTENCE.format(what="a page can't be read")
    assert fetch_troubles(town) == [sentence]
    assert "debrief_database_damaged 1.0" in fetch_page(town, "metrics")[1]
    errors = [(line["log_level"], line["reason"]) for line in log if "damaged" in line["event"]]
    assert errors == [("error", sentence)]


def test_damage_met_by_a_command_is_reported_at_once_and_until_repaired(town: Town) -> None:
    channel = town.declare()
    town.settle()
    damage.overwrite(database_file(town), "timeline_events", noticed=True)
    town.incident("ana", "note is anybody there", channel)
    with town.store.begin():  # other tables can still be read
        pass
    assert fetch_troubles(town) == [SENTENCE.format(what="a page can't be read")]


def test_restoring_a_backup_as_readyz_advises_makes_the_bot_ready(
    town: Town, tmp_path: Path
) -> None:
    channel = town.declare()
    town.incident("ana", "note the limit is reached", channel)
    town.settle()
    saved = tmp_path / "kept" / "backup.db"
    saved.parent.mkdir()
    backup.create(town.store, saved)
    damage.overwrite(database_file(town), "timeline_events")
    run_integrity_check(town)
    assert len(fetch_troubles(town)) == 1
    town.service.stop()
    database_file(town).rename(tmp_path / "damaged.db")
    store = Store(f"sqlite:///{database_file(town)}")
    assert backup.restore(store, saved) == 1
    store.close()
    town.service = harness.serve(town.sandbox, town.store, over_http=True)
    assert fetch_troubles(town) == []
    assert "the limit is reached" in [event.text for event in town.recorded(channel)]


def test_a_repaired_file_makes_the_bot_ready_without_a_restart(town: Town, tmp_path: Path) -> None:
    """For example, after another disk was mounted."""
    town.declare()
    town.settle()
    good = tmp_path / "good.db"
    backup.create(town.store, good)
    damage.overwrite(database_file(town), "timeline_events")
    run_integrity_check(town)
    assert len(fetch_troubles(town)) == 1
    good.replace(database_file(town))
    assert fetch_troubles(town) == []


def test_a_damaged_database_does_not_overwrite_a_good_backup(town: Town, tmp_path: Path) -> None:
    town.declare()
    town.settle()
    saved = tmp_path / "backup.db"
    backup.create(town.store, saved)
    before = saved.read_bytes()
    damage.overwrite(database_file(town), "timeline_events")
    with pytest.raises(integrity.Damaged, match="debrief restore FILE"):
        backup.create(town.store, saved)
    assert saved.read_bytes() == before


def test_the_integrity_check_finds_damage_in_a_large_file_read_in_slices(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(integrity, "SMALL", 0)
    monkeypatch.setattr(integrity, "SLICE", 2)
    town.declare()
    town.settle()
    run_integrity_check(town)
    assert fetch_troubles(town) == []
    damage.overwrite(database_file(town), "outbox")
    run_integrity_check(town)
    assert fetch_troubles(town) == [SENTENCE.format(what="a page can't be read")]


def test_the_integrity_check_lets_writers_commit_between_slices(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    town.declare()
    town.settle()
    committed: list[str] = []

    def pause(_seconds: float) -> None:
        with town.store.begin() as session:
            session.execute(text("UPDATE settings SET value = value"))
        committed.append("between")

    monkeypatch.setattr("storage.engine.integrity.time.sleep", pause)
    monkeypatch.setattr(integrity, "SMALL", 0)
    run_integrity_check(town)
    assert len(committed) > 20
    assert fetch_troubles(town) == []


def test_damage_reported_by_postgresql_counts_at_once(postgres: str) -> None:
    with postgres_database(postgres) as url:
        store = Store(url)
        schema.upgrade(store)
        assert store.check_integrity() is None
        with pytest.raises(DatabaseError), store.begin() as session:
            session.execute(
                text("DO $$ BEGIN RAISE EXCEPTION 'page' USING ERRCODE = 'XX001'; END $$")
            )
        assert store.damage is not None
        assert "move the database elsewhere" in str(store.damage)
        # Without checksums nothing proves that it's sound.
        assert store.check_integrity() is not None
        store.close()
