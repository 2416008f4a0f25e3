"""The clock in several processes."""

from threading import Event

import pytest

from bot.config.context import Bot
from bot.config.policy import Policy
from handlers import scheduler
from storage.engine.statements import try_lock
from storage.engine.store import Store
from tests.support.postgres import postgres_database


def test_a_tick_turns_in_one_replica_at_a_time(
    postgres: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    turned: list[str] = []
    monkeypatch.setitem(scheduler.TASKS, "reminders", lambda *_: turned.append("here"))
    with postgres_database(postgres) as database:
        store = Store(database)
        bot = Bot(store=store, policy=Policy())
        with store.begin() as other:
            assert try_lock(other, "reminders")
            scheduler.run_task(bot, Event(), "reminders")
            assert turned == []
        scheduler.run_task(bot, Event(), "reminders")
        assert turned == ["here"]
        store.close()
