"""Calls to Slack with an unknown outcome: don't repeat one that may still take effect.

If the process was killed or the connection was lost during a call, Slack may carry it out seconds
later. A retry first checks for its effect. If there's none, the call is repeated only once the
earlier one can no longer take effect; until then, the job waits and checks from time to time.
"""

from datetime import datetime, timedelta

from bot.config.context import Bot
from bot.domain.job import Job
from storage import outbox

MAX_DELAY = timedelta(seconds=60)  # a call without effect by then never takes effect
_CALLED_AT = "asked_at"  # key in a job's progress: time of the last call


class MayStillTakeEffect(Exception):
    """An earlier call to Slack may still take effect."""

    def __init__(self, wait: timedelta) -> None:
        """`wait`: how long the call may still take effect."""
        super().__init__()
        self.wait = wait


def check_before_repeating(bot: Bot, job: Job, max_delay: timedelta) -> None:
    """Raise MayStillTakeEffect while a job's last call may take effect; else store this call's time."""
    if job.unsure_since is None:
        return
    recorded = job.progress.get(_CALLED_AT)
    last_call = datetime.fromisoformat(recorded) if recorded else job.unsure_since
    require_elapsed(bot, last_call, max_delay)
    record_call(bot, job)


def require_elapsed(bot: Bot, last_call: datetime, max_delay: timedelta) -> None:
    """Raise `MayStillTakeEffect` unless the call at `last_call` is older than `max_delay`."""
    # If the clock was set back since, waiting would never end.
    left = min(last_call + max_delay - bot.now(), max_delay)
    if left > timedelta(0):
        raise MayStillTakeEffect(left)


def record_call(bot: Bot, job: Job, **facts: str) -> None:
    """Before a call, store its time in the job's progress, with anything else a retry needs."""
    with bot.store.begin() as session:
        outbox.save_progress(session, job.id, {_CALLED_AT: bot.now().isoformat(), **facts})
