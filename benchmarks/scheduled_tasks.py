"""Time scheduled tasks and reports with 100,000 open items: `python -m benchmarks.scheduled_tasks [URL]`.

The URL is that of an empty database; without one, on SQLite in a temporary file. A task with nothing
due should take under 50 ms, a digest under 2 s.
"""

import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any

from benchmarks.measure import Work, filled_store, insert_rows, slowest
from bot.config.context import Bot
from bot.config.policy import Channels, Policy
from bot.domain.action_item import ItemState
from bot.domain.incident import Severity, Status
from bot.rendering import render
from bot.reports import monthly, weekly_digest
from handlers.scheduler import TASKS, ScheduledTask
from handlers.views.report_layouts import get_monthly_facts
from storage.due_rows import WAITING
from storage.engine.store import Session, Store
from storage.tables import ActionItemRow, IncidentRow, PostmortemRow, ReminderRow

INCIDENTS, ITEMS, BATCH = 2_000, 100_000, 5_000
NOW = datetime(2026, 10, 7, 9, 1, tzinfo=UTC)  # a Wednesday
DAY = timedelta(days=1)


def main() -> None:
    """Print the slowest run of each in milliseconds."""
    with filled_store(_fill) as store:
        policy = Policy(channels=Channels(digest="reliability"))
        bot = Bot(store=store, policy=policy, now=lambda: NOW)
        sys.stdout.write(f"{store.kind}, {ITEMS:,} open items of {INCIDENTS:,} incidents\n")
        for name, work in _workloads(bot):
            sys.stdout.write(f"{name:<32} {slowest(store, work):9.1f} ms\n")


def _workloads(bot: Bot) -> Iterator[tuple[str, Work]]:
    with bot.store.begin() as session:  # what's due is done, as after the first run
        for task in TASKS.values():
            task(session, bot, NOW)
    for name, task in TASKS.items():
        yield f"task {name}, nothing due", partial(_run, bot, task)
    yield (
        "all tasks, nothing due",
        lambda session: [task(session, bot, NOW) for task in TASKS.values()],
    )
    yield "counting a week", lambda session: weekly_digest.current_figures(session, bot, NOW)
    yield "a digest, to its text", lambda session: _digest(session, bot)
    yield "a year of months, to their text", lambda session: _months(session, bot)


def _run(bot: Bot, task: ScheduledTask, session: Session) -> object:
    return task(session, bot, NOW)


def _digest(session: Session, bot: Bot) -> str:
    digest = weekly_digest.load(session, bot, "2026-W41", NOW)
    weekly_digest.current_figures(session, bot, NOW)
    return render.message("digest", made=digest, now=digest.now, before=digest.before).text


def _months(session: Session, bot: Bot) -> str:
    return render.message(
        "monthly", **get_monthly_facts(monthly.load_up_to(session, bot, "2026-09"))
    ).text


def _fill(store: Store) -> None:
    insert_rows(store, IncidentRow, INCIDENTS, _incident, BATCH)
    insert_rows(store, PostmortemRow, INCIDENTS, _postmortem, BATCH)
    insert_rows(store, ActionItemRow, ITEMS, _item, BATCH)
    insert_rows(store, ReminderRow, ITEMS, _reminder, BATCH)


def _incident(number: int) -> dict[str, Any]:
    at = NOW - number * 5 * timedelta(hours=1)
    return {
        "key": f"INC-2026-{number:03d}", "title": f"part{number % 40} of area{number % 40} fails",
        "severity": list(Severity)[number % 5], "status": Status.RESOLVED, "channel_id": f"C{number}",
        "channel_name": f"inc-{number}", "declared_by": "U1", "declared_at": at, "resolved_at": at + DAY,
        "private": number % 20 == 0, "announcement": {},
    }  # fmt: skip


def _postmortem(number: int) -> dict[str, Any]:
    timeline = {"timeline": [{"text": "looking into it", "at": NOW.isoformat()}] * 200}
    durations = dict.fromkeys(("ttd", "tta", "ttm", "ttr"), 60 * number)
    return {
        "incident_id": number, "version": 1, "state": "draft", "template": "full", "markdown": "x" * 9_000,
        "html": "x" * 20_000, "picture": b"x" * 50_000, "picture_text": "", "drafted_at": NOW,
        "document": {"durations": durations, "need": {"needed": number % 2 == 0}, **timeline},
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
