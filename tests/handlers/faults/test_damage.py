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
from tests.support.harness import LiveBot
from tests.support.postgres import postgres_database

SENTENCE = (
    "The database is corrupt ({what}). Stop the bot, move debrief.db elsewhere, and run "
    "`debrief restore FILE` with your latest backup."
)


@pytest.fixture
def live_bot(tmp_path: Path) -> Iterator[LiveBot]:
    with harness.start_live_bot(f"sqlite:///{tmp_path}/debrief.db", over_http=True) as running_town:
        yield running_town


def database_file(live_bot: LiveBot) -> Path:
    assert live_bot.store.file is not None
    return live_bot.store.file


def fetch_page(live_bot: LiveBot, name: str) -> tuple[int, str]:
    answer = httpx.get(f"http://127.0.0.1:{live_bot.service.port}/{name}", timeout=30)
    return answer.status_code, answer.text


def fetch_troubles(live_bot: LiveBot) -> list[str]:
    status, _ = fetch_page(live_bot, "readyz")
    answer: dict[str, Any] = httpx.get(f"http://127.0.0.1:{live_bot.service.port}/readyz").json()
    assert status == (503 if answer["troubles"] else 200)
    return list(answer["troubles"])


def run_integrity_check(live_bot: LiveBot) -> None:
    """Run the scheduler's hourly integrity check."""
    live_bot.service._scheduler.get_job("integrity").func()


def test_the_integrity_check_finds_damaged_pages_that_no_query_reads(live_bot: LiveBot) -> None:
    live_bot.declare()
    live_bot.settle()
    run_integrity_check(live_bot)
    assert fetch_troubles(live_bot) == []
    assert "debrief_database_damaged 0.0" in fetch_page(live_bot, "metrics")[1]
    damage.overwrite(database_file(live_bot), "timeline_events")
    with capture_logs() as log:
        run_integrity_check(live_bot)
        run_integrity_check(live_bot)
    sentence = SENTENCE.format(what="a page can't be read")
    assert fetch_troubles(live_bot) == [sentence]
    assert "debrief_database_damaged 1.0" in fetch_page(live_bot, "metrics")[1]
    errors = [(line["log_level"], line["reason"]) for line in log if "corrupt" in line["event"]]
    assert errors == [("error", sentence)]


def test_damage_met_by_a_command_is_reported_at_once_and_until_repaired(live_bot: LiveBot) -> None:
    channel = live_bot.declare()
    live_bot.settle()
    damage.overwrite(database_file(live_bot), "timeline_events", noticed=True)
    live_bot.command("ana", "note is anybody there", channel)
    with live_bot.store.begin():  # other tables can still be read
        pass
    assert fetch_troubles(live_bot) == [SENTENCE.format(what="a page can't be read")]


def test_restoring_a_backup_as_readyz_advises_makes_the_bot_ready(
    live_bot: LiveBot, tmp_path: Path
) -> None:
    channel = live_bot.declare()
    live_bot.command("ana", "note the limit is reached", channel)
    live_bot.settle()
    saved = tmp_path / "kept" / "backup.db"
    saved.parent.mkdir()
    backup.create(live_bot.store, saved)
    damage.overwrite(database_file(live_bot), "timeline_events")
    run_integrity_check(live_bot)
    assert len(fetch_troubles(live_bot)) == 1
    live_bot.service.stop()
    database_file(live_bot).rename(tmp_path / "damaged.db")
    store = Store(f"sqlite:///{database_file(live_bot)}")
    assert backup.restore(store, saved) == 1
    store.close()
    live_bot.service = harness.start_bot(live_bot.sandbox, live_bot.store, over_http=True)
    assert fetch_troubles(live_bot) == []
    assert "the limit is reached" in [event.text for event in live_bot.timeline(channel)]


def test_a_repaired_file_makes_the_bot_ready_without_a_restart(
    live_bot: LiveBot, tmp_path: Path
) -> None:
    """For example, after another disk was mounted."""
    live_bot.declare()
    live_bot.settle()
    good = tmp_path / "good.db"
    backup.create(live_bot.store, good)
    damage.overwrite(database_file(live_bot), "timeline_events")
    run_integrity_check(live_bot)
    assert len(fetch_troubles(live_bot)) == 1
    good.replace(database_file(live_bot))
    assert fetch_troubles(live_bot) == []


def test_a_damaged_database_does_not_overwrite_a_good_backup(
    live_bot: LiveBot, tmp_path: Path
) -> None:
    live_bot.declare()
    live_bot.settle()
    saved = tmp_path / "backup.db"
    backup.create(live_bot.store, saved)
    before = saved.read_bytes()
    damage.overwrite(database_file(live_bot), "timeline_events")
    with pytest.raises(integrity.Damaged, match="debrief restore FILE"):
        backup.create(live_bot.store, saved)
    assert saved.read_bytes() == before


def test_the_integrity_check_finds_damage_in_a_large_file_read_in_slices(
    live_bot: LiveBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(integrity, "SMALL", 0)
    monkeypatch.setattr(integrity, "SLICE", 2)
    live_bot.declare()
    live_bot.settle()
    run_integrity_check(live_bot)
    assert fetch_troubles(live_bot) == []
    damage.overwrite(database_file(live_bot), "outbox")
    run_integrity_check(live_bot)
    assert fetch_troubles(live_bot) == [SENTENCE.format(what="a page can't be read")]


def test_the_integrity_check_lets_writers_commit_between_slices(
    live_bot: LiveBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    live_bot.declare()
    live_bot.settle()
    committed: list[str] = []

    def pause(_seconds: float) -> None:
        with live_bot.store.begin() as session:
            session.execute(text("UPDATE settings SET value = value"))
        committed.append("between")

    monkeypatch.setattr("storage.engine.integrity.time.sleep", pause)
    monkeypatch.setattr(integrity, "SMALL", 0)
    run_integrity_check(live_bot)
    assert len(committed) > 20
    assert fetch_troubles(live_bot) == []


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
