"""The clock in several processes."""

from threading import Event

import pytest

from bot.environment import Bot
from bot.policy import Policy
from handlers import ticks
from storage.engine import Store, is_alone
from tests.postgres import postgres_database


def test_a_tick_turns_in_one_replica_at_a_time(
    postgres: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    turned: list[str] = []
    monkeypatch.setitem(ticks.TICKS, "reminders", lambda *_: turned.append("here"))
    with postgres_database(postgres) as database:
        store = Store(database)
        bot = Bot(store=store, policy=Policy())
        with store.begin() as other:
            assert is_alone(other, "reminders")
            ticks.on_tick(bot, Event(), "reminders")
            assert turned == []
        ticks.on_tick(bot, Event(), "reminders")
        assert turned == ["here"]
        store.close()
