"""How long the clock's ticks and the figures take while a hundred thousand action items are open.

`python -m benchmarks.following [postgresql://…]`: on SQLite in a temporary file, or in an empty
database of that address. A tick with nothing due should take under 50 ms, a digest under 2 s.
"""

import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import insert

from bot.config.context import Bot
from bot.config.policy import Channels, Policy
from bot.domain.action_item import ItemState
from bot.domain.incident import Severity, Status
from bot.rendering import render
from bot.reports import monthly, weekly_digest
from handlers.scheduler import TASKS, ScheduledTask
from handlers.views.report_layouts import get_monthly_facts
from storage.due_rows import WAITING
from storage.engine import schema
from storage.engine.store import Session, Store
from storage.tables import ActionItemRow, IncidentRow, PostmortemRow, ReminderRow, Table

INCIDENTS, ITEMS, BATCH, TRIES = 2_000, 100_000, 5_000, 7
NOW = datetime(2026, 10, 7, 9, 1, tzinfo=UTC)  # a Wednesday
DAY = timedelta(days=1)


def main() -> None:
    """Print the slowest of some tries, in milliseconds."""
    with tempfile.TemporaryDirectory() as folder:
        given = sys.argv[1:]
        store = Store(given[0] if given else f"sqlite:///{Path(folder) / 'bench.db'}")
        schema.upgrade(store)
        _fill(store)
        policy = Policy(channels=Channels(digest="reliability"))
        bot = Bot(store=store, policy=policy, now=lambda: NOW)
        sys.stdout.write(f"{store.kind}, {ITEMS:,} open items of {INCIDENTS:,} incidents\n")
        for name, work in _works(bot):
            sys.stdout.write(f"{name:<32} {_slowest(bot, work):9.1f} ms\n")
        store.close()


def _works(bot: Bot) -> Iterator[tuple[str, Callable[[Session], object]]]:
    with bot.store.begin() as session:  # what was due is done, as after the first turn of the clock
        for tick in TASKS.values():
            tick(session, bot, NOW)
    for name, tick in TASKS.items():
        yield f"tick {name}, nothing due", partial(_turn, bot, tick)
    yield (
        "all ticks, nothing due",
        lambda session: [tick(session, bot, NOW) for tick in TASKS.values()],
    )
    yield "counting a week", lambda session: weekly_digest.current_figures(session, bot, NOW)
    yield "a digest, to its text", lambda session: _digest(session, bot)
    yield "a year of months, to their text", lambda session: _months(session, bot)


def _turn(bot: Bot, tick: ScheduledTask, session: Session) -> object:
    return tick(session, bot, NOW)


def _digest(session: Session, bot: Bot) -> str:
    made = weekly_digest.load(session, bot, "2026-W41", NOW)
    facts = {"now": made.now, "before": made.before}
    weekly_digest.current_figures(session, bot, NOW)
    return render.message("digest", made=made, **facts).text


def _months(session: Session, bot: Bot) -> str:
    return render.message(
        "monthly", **get_monthly_facts(monthly.load_up_to(session, bot, "2026-09"))
    ).text


def _slowest(bot: Bot, work: Callable[[Session], object]) -> float:
    taken = []
    for _ in range(TRIES):
        begun = time.perf_counter()
        with bot.store.begin() as session:
            work(session)
        taken.append(time.perf_counter() - begun)
    return 1000 * max(taken)


def _fill(store: Store) -> None:
    _insert(store, IncidentRow, INCIDENTS, _incident)
    _insert(store, PostmortemRow, INCIDENTS, _postmortem)
    _insert(store, ActionItemRow, ITEMS, _item)
    _insert(store, ReminderRow, ITEMS, _reminder)


def _insert(
    store: Store, table: type[Table], many: int, row: Callable[[int], dict[str, Any]]
) -> None:
    for first in range(1, many + 1, BATCH):
        rows = [row(number) for number in range(first, min(first + BATCH, many + 1))]
        with store.begin() as session:
            session.execute(insert(table), rows)


def _incident(number: int) -> dict[str, Any]:
    at = NOW - number * 5 * timedelta(hours=1)
    return {
        "key": f"INC-2026-{number:03d}", "title": f"part{number % 40} of area{number % 40} fails",
        "severity": list(Severity)[number % 5], "status": Status.RESOLVED, "channel_id": f"C{number}",
        "channel_name": f"inc-{number}", "declared_by": "U1", "declared_at": at, "resolved_at": at + DAY,
        "private": number % 20 == 0, "announcement": {},
    }  # fmt: skip


def _postmortem(number: int) -> dict[str, Any]:
    told = {"timeline": [{"text": "looking into it", "at": NOW.isoformat()}] * 200}
    spans = dict.fromkeys(("ttd", "tta", "ttm", "ttr"), 60 * number)
    return {
        "incident_id": number, "version": 1, "state": "draft", "template": "full", "markdown": "x" * 9_000,
        "html": "x" * 20_000, "picture": b"x" * 50_000, "picture_text": "", "drafted_at": NOW,
        "document": {"durations": spans, "need": {"needed": number % 2 == 0}, **told},
    }  # fmt: skip


def _item(number: int) -> dict[str, Any]:
    due: date = (NOW + (number % 400 - 200) * DAY).date()
    return {
        "incident_id": number % INCIDENTS + 1, "text": "alert on queue depth", "state": ItemState.OPEN,
        "owner": f"U{number % 300}", "due": due, "created_by": "U1", "created_at": NOW - number % 500 * DAY,
    }  # fmt: skip


def _reminder(number: int) -> dict[str, Any]:
    due_at = NOW + (1 + number % 50) * DAY
    return {
        "item_id": number, "owner": f"U{number % 300}", "due_at": due_at, "state": WAITING, "step": "",
    }  # fmt: skip


if __name__ == "__main__":
    main()
