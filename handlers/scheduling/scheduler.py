"""The clock's door: APScheduler turns the clock, and due rows say what is to be done.

Jobs live in memory only. A tick that was missed is made up for by the next, since what is due stays
due; hence no misfire limit, and several missed ticks are one.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from threading import Event

import structlog

from bot.action_items import tickets
from bot.config.context import Bot
from bot.incidents import check_ins, roles, status_updates
from bot.library import library
from bot.people import permissions
from bot.postmortems import meetings
from bot.reminders import ladder
from bot.reports import anniversaries, monthly, recurrence, weekly_digest
from bot.timeline import reconciliation, retention
from handlers import errors
from handlers.scheduling.steady_scheduler import SteadyScheduler
from storage import deliveries
from storage import library as stored_library
from storage.engine.store import DatabaseError, Session, is_alone

log = structlog.get_logger()

SECONDS = 5.0
CHECKED_EVERY = 1  # hours
SEEN_FOR = timedelta(days=7)  # Slack repeats a delivery for a day at most
Tick = Callable[[Session, Bot, datetime], int]  # says how much it put out


def forget(session: Session, _bot: Bot, at: datetime) -> int:
    """Drop the notes of deliveries that Slack will not repeat any more."""
    return deliveries.forget(session, at - SEEN_FOR)


def compact(session: Session, _bot: Bot, _at: datetime) -> int:
    """Take erased words out of the search index's raw data. Says nothing, and so counts as nothing."""
    stored_library.compact(session)
    return 0


def look(session: Session, _bot: Bot, at: datetime) -> int:
    """Have running incidents' channels compared with their record."""
    return reconciliation.ask_often(session, at)


TICKS: dict[str, Tick] = {
    "reminders": ladder.remind,
    "digest": weekly_digest.tick,
    "monthly": monthly.tick,
    "deliveries": forget,
    "history": look,
    "groups": permissions.ask_groups,
    "updates": status_updates.ask,
    "overdue updates": status_updates.ask_in_channel,
    "check-ins": check_ins.ask,
    "leads": roles.ask,
    "library index": compact,  # before what is indexed in the same transaction
    "library": library.read_anew,
    "comebacks": recurrence.ask,
    "meetings": meetings.share,
    "year ago": anniversaries.remember,
    "votes": anniversaries.call_votes,
    "tickets": tickets.look,
    "retention": retention.prune,
}


def schedule(bot: Bot, wake: Event, *, seconds: float = SECONDS) -> SteadyScheduler:
    """Make the scheduler that turns every tick each so many seconds; the caller starts it."""
    scheduler = SteadyScheduler(
        timezone="UTC",
        job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1},
    )
    for name in TICKS:
        turned = partial(on_tick, bot, wake, name)
        scheduler.add_job(turned, "interval", seconds=seconds, id=name, name=name)
    scheduler.add_job(partial(check_integrity, bot), name="integrity at the start")
    checked = partial(check_integrity, bot)
    scheduler.add_job(checked, "interval", hours=CHECKED_EVERY, id="integrity", name="integrity")
    return scheduler


def each_hour(scheduler: SteadyScheduler, job: Callable[[], object]) -> None:
    """Have something done each hour by the scheduler that turns the ticks."""
    scheduler.add_job(job, "interval", hours=1)


def check_integrity(bot: Bot) -> None:
    """Look for damaged pages, outside of any transaction: it may take a while."""
    try:
        bot.store.check_integrity()
    except DatabaseError as error:  # the store tells of it; the next check tries again
        log.debug("integrity not checked", reason=error.reason)


def turn(bot: Bot, wake: Event) -> None:
    """Turn every tick once, now: in one transaction, which is quicker; each alone where that fails."""
    done = errors.guarded(partial(_turn, bot), "turning all ticks")
    if isinstance(done, Exception):
        for name in TICKS:
            on_tick(bot, wake, name)
    elif done:
        wake.set()


def _turn(bot: Bot) -> int:
    with bot.store.begin() as session:
        alone = [tick for name, tick in TICKS.items() if is_alone(session, name)]
        return sum(tick(session, bot, bot.now()) for tick in alone)


def on_tick(bot: Bot, wake: Event, name: str) -> None:
    """Turn one tick in a transaction of its own; one that fails is tried at the next."""
    done = 0
    try:
        with bot.store.begin() as session:
            if is_alone(session, name):  # else another replica turns it
                done = TICKS[name](session, bot, bot.now())
    except DatabaseError as error:  # the store has told of it; what is due stays due
        log.debug("tick put off", tick=name, reason=error.reason)
    except Exception:  # a tick's catch-all: the clock must go on turning
        log.exception("tick failed", tick=name)
    if done:
        wake.set()
