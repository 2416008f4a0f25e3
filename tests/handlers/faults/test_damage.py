"""Damaged pages: `/readyz` says so and what to do, and following that brings the bot back."""

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
    with harness.town(f"sqlite:///{tmp_path}/debrief.db", over_http=True) as made:
        yield made


def file_of(town: Town) -> Path:
    assert town.store.file is not None
    return town.store.file


def page(town: Town, name: str) -> tuple[int, str]:
    answer = httpx.get(f"http://127.0.0.1:{town.service.port}/{name}", timeout=30)
    return answer.status_code, answer.text


def troubles(town: Town) -> list[str]:
    status, _ = page(town, "readyz")
    answer: dict[str, Any] = httpx.get(f"http://127.0.0.1:{town.service.port}/readyz").json()
    assert status == (503 if answer["troubles"] else 200)
    return list(answer["troubles"])


def check(town: Town) -> None:
    """Do what the scheduler does every hour."""
    town.service._scheduler.get_job("integrity").func()


def test_damaged_pages_that_nobody_reads_are_found(town: Town) -> None:
    town.declare()
    town.settle()
    check(town)
    assert troubles(town) == []
    assert "debrief_database_damaged 0.0" in page(town, "metrics")[1]
    damage.overwrite(file_of(town), "timeline_events")
    with capture_logs() as log:
        check(town)
        check(town)
    sentence = SENTENCE.format(what="a page can't be read")
    assert troubles(town) == [sentence]
    assert "debrief_database_damaged 1.0" in page(town, "metrics")[1]
    noted = [(line["log_level"], line["reason"]) for line in log if "damaged" in line["event"]]
    assert noted == [("error", sentence)]


def test_damage_that_a_command_meets_counts_at_once_and_lasts(town: Town) -> None:
    channel = town.declare()
    town.settle()
    damage.overwrite(file_of(town), "timeline_events", noticed=True)
    town.incident("ana", "note is anybody there", channel)
    with town.store.begin():  # other tables can still be read, so the trouble itself is over
        pass
    assert troubles(town) == [SENTENCE.format(what="a page can't be read")]


def test_what_the_sentence_says_brings_it_back(town: Town, tmp_path: Path) -> None:
    channel = town.declare()
    town.incident("ana", "note the limit is reached", channel)
    town.settle()
    kept = tmp_path / "kept" / "backup.db"
    kept.parent.mkdir()
    backup.create(town.store, kept)
    damage.overwrite(file_of(town), "timeline_events")
    check(town)
    assert len(troubles(town)) == 1
    town.service.stop()
    file_of(town).rename(tmp_path / "damaged.db")
    store = Store(f"sqlite:///{file_of(town)}")
    assert backup.restore(store, kept) == 1
    store.close()
    town.service = harness.serve(town.sandbox, town.store, over_http=True)
    assert troubles(town) == []
    assert "the limit is reached" in [event.text for event in town.recorded(channel)]


def test_a_file_that_is_sound_again_is_ready_again(town: Town, tmp_path: Path) -> None:
    """As when another disk is mounted: nobody restarts the bot for it."""
    town.declare()
    town.settle()
    good = tmp_path / "good.db"
    backup.create(town.store, good)
    damage.overwrite(file_of(town), "timeline_events")
    check(town)
    assert len(troubles(town)) == 1
    good.replace(file_of(town))
    assert troubles(town) == []


def test_a_damaged_database_is_not_backed_up_over_a_good_backup(town: Town, tmp_path: Path) -> None:
    town.declare()
    town.settle()
    kept = tmp_path / "backup.db"
    backup.create(town.store, kept)
    before = kept.read_bytes()
    damage.overwrite(file_of(town), "timeline_events")
    with pytest.raises(integrity.Damaged, match="debrief restore FILE"):
        backup.create(town.store, kept)
    assert kept.read_bytes() == before


def test_large_files_are_read_in_slices(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(integrity, "SMALL", 0)
    monkeypatch.setattr(integrity, "SLICE", 2)
    town.declare()
    town.settle()
    check(town)
    assert troubles(town) == []
    damage.overwrite(file_of(town), "outbox")
    check(town)
    assert troubles(town) == [SENTENCE.format(what="a page can't be read")]


def test_writers_are_not_held_up_between_slices(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever wants to commit does so between two slices, by a connection of its own."""
    town.declare()
    town.settle()
    committed: list[str] = []

    def pause(_seconds: float) -> None:
        with town.store.begin() as session:
            session.execute(text("UPDATE settings SET value = value"))
        committed.append("between")

    monkeypatch.setattr("storage.engine.integrity.time.sleep", pause)
    monkeypatch.setattr(integrity, "SMALL", 0)
    check(town)
    assert len(committed) > 20
    assert troubles(town) == []


def test_what_postgresql_finds_counts_at_once(postgres: str) -> None:
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
        assert store.check_integrity() is not None  # without checksums nothing says it's sound
        store.close()
