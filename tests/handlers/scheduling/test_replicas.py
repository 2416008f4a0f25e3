"""Scheduled tasks in several processes."""

from threading import Event

import pytest

from bot.config.context import Bot
from bot.config.policy import Policy
from handlers import scheduler
from storage.engine.statements import try_lock
from storage.engine.store import Store
from tests.support.postgres import postgres_database


def test_a_scheduled_task_runs_in_one_replica_at_a_time(
    postgres: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    runs: list[str] = []
    monkeypatch.setitem(scheduler.TASKS, "reminders", lambda *_: runs.append("here"))
    with postgres_database(postgres) as database:
        store = Store(database)
        bot = Bot(store=store, policy=Policy())
        with store.begin() as lock_holder:
            assert try_lock(lock_holder, "reminders")
            scheduler.run_task(bot, Event(), "reminders")
            assert runs == []
        scheduler.run_task(bot, Event(), "reminders")
        assert runs == ["here"]
        store.close()
