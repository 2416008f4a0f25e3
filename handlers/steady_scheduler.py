"""APScheduler by elapsed time: it decides by the wall clock what is due, and that clock may be turned.

Turned back by a day, it would run nothing for a day; turned forward, everything at once.
"""

from datetime import timedelta
from time import monotonic
from typing import Any

from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.interval import IntervalTrigger

from bot.environment import utcnow

NOTICED = timedelta(seconds=1)  # a smaller step harms nothing


class SteadyScheduler(BackgroundScheduler):  # type: ignore[misc]  # APScheduler has no types
    """Moves the next run of every job along with a jump of the wall clock.

    One without an interval is to be run once, at the start: it is due, whatever the time is now.
    """

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._wall, self._elapsed = utcnow(), monotonic()

    def _process_jobs(self) -> float | None:
        self._follow_jump()
        wait: float | None = super()._process_jobs()
        self._follow_jump()  # a jump since the first look made the wait wrong: this ends it
        return wait

    def _follow_jump(self) -> None:
        """Compare what passed by the wall clock with what really passed, and make up for it."""
        wall, elapsed = utcnow(), monotonic()
        jump = wall - self._wall - timedelta(seconds=elapsed - self._elapsed)
        if abs(jump) < NOTICED:
            return
        self._wall, self._elapsed = wall, elapsed
        for job in self.get_jobs():
            if not isinstance(job.trigger, IntervalTrigger):
                job.modify(next_run_time=wall)
                continue
            # One that ran since the jump is planned by the new time already.
            latest = wall + job.trigger.interval
            job.modify(next_run_time=min(job.next_run_time + jump, latest))  # wakes the scheduler
