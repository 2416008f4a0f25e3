"""The scheduler: APScheduler triggers regular runs, and rows in the database say what's due.

Scheduled jobs live in memory only. The next run makes up for a missed one, because due work stays
due. Hence there's no misfire limit, and several missed runs become one.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from threading import Event

import structlog

from bot.action_items import tickets
from bot.config.context import Bot
from bot.incidents import check_ins, roles, status_updates
from bot.library import indexing
from bot.people import permissions
from bot.postmortems import meeting_drafts
from bot.reminders import delivery
from bot.reports import anniversaries, monthly, postmortem_votes, recurrence, weekly_digest
from bot.timeline import reconciliation, retention
from handlers import errors
from handlers.steady_scheduler import SteadyScheduler
from storage import deliveries
from storage import library as stored_library
from storage.engine.statements import try_lock
from storage.engine.store import DatabaseError, Session

log = structlog.get_logger()

INTERVAL_SECONDS = 5.0
INTEGRITY_CHECK_HOURS = 1  # hours
DELIVERY_RETENTION = timedelta(days=7)  # Slack repeats a delivery for a day at most
ScheduledTask = Callable[[Session, Bot, datetime], int]  # returns how much it put in the outbox


def prune_deliveries(session: Session, _bot: Bot, at: datetime) -> int:
    """Delete records of deliveries that Slack won't repeat any more."""
    return deliveries.prune(session, at - DELIVERY_RETENTION)


def compact_search_index(session: Session, _bot: Bot, _at: datetime) -> int:
    """Purge erased text from the search index's raw data.

    Returns 0, as nothing goes to the outbox.
    """
    stored_library.compact(session)
    return 0


def schedule_history_sync(session: Session, _bot: Bot, at: datetime) -> int:
    """Schedule history syncs for the channels of open incidents."""
    return reconciliation.enqueue_fetches(session, at)


TASKS: dict[str, ScheduledTask] = {
    "reminders": delivery.remind,
    "digest": weekly_digest.post_if_due,
    "monthly": monthly.post_if_due,
    "deliveries": prune_deliveries,
    "history": schedule_history_sync,
    "groups": permissions.enqueue_group_lookups,
    "updates": status_updates.enqueue_update_requests,
    "overdue updates": status_updates.ask_in_channel,
    "check-ins": check_ins.ask,
    "leads": roles.enqueue_lead_requests,
    "library index": compact_search_index,  # before pages are indexed in the same transaction
    "library": indexing.reindex,
    "comebacks": recurrence.check_finished_items,
    "meetings": meeting_drafts.enqueue_drafts,
    "year ago": anniversaries.enqueue_anniversary,
    "votes": postmortem_votes.run_votes,
    "tickets": tickets.enqueue_due_check,
    "retention": retention.prune,
}


def build_scheduler(bot: Bot, wake: Event, *, seconds: float = INTERVAL_SECONDS) -> SteadyScheduler:
    """Return a scheduler that runs every task at this interval in seconds. The caller starts it."""
    scheduler = SteadyScheduler(
        timezone="UTC",
        job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1},
    )
    for name in TASKS:
        run = partial(run_task, bot, wake, name)
        scheduler.add_job(run, "interval", seconds=seconds, id=name, name=name)
    scheduler.add_job(partial(check_integrity, bot), name="integrity check at startup")
    check = partial(check_integrity, bot)
    scheduler.add_job(
        check, "interval", hours=INTEGRITY_CHECK_HOURS, id="integrity", name="integrity"
    )
    return scheduler


def run_hourly(scheduler: SteadyScheduler, job: Callable[[], object]) -> None:
    """Run a job every hour."""
    scheduler.add_job(job, "interval", hours=1)


def check_integrity(bot: Bot) -> None:
    """Check the database for damaged pages.

    Outside any transaction, because it may take a while.
    """
    try:
        bot.store.check_integrity()
    except DatabaseError as error:  # the store tells of it; the next check tries again
        log.debug("integrity check skipped", reason=error.reason)


def run_all(bot: Bot, wake: Event) -> None:
    """Run every task once, now.

    All run in one transaction, which is faster; if that fails, each runs in its own.
    """
    enqueued = errors.run_guarded(partial(_run_all_together, bot), "running scheduled tasks")
    if isinstance(enqueued, Exception):
        for name in TASKS:
            run_task(bot, wake, name)
    elif enqueued:
        wake.set()


def _run_all_together(bot: Bot) -> int:
    with bot.store.begin() as session:
        tasks = [task for name, task in TASKS.items() if try_lock(session, name)]
        return sum(task(session, bot, bot.now()) for task in tasks)


def run_task(bot: Bot, wake: Event, name: str) -> None:
    """Run one task in its own transaction. If it fails, the next run tries again."""
    enqueued = 0
    try:
        with bot.store.begin() as session:
            if try_lock(session, name):  # otherwise another process is running it
                enqueued = TASKS[name](session, bot, bot.now())
    except DatabaseError as error:  # the store has reported it; what's due stays due
        log.debug("scheduled task postponed", task=name, reason=error.reason)
    except Exception:  # catch-all: the scheduler must go on
        log.exception("scheduled task failed", task=name)
    if enqueued:
        wake.set()
