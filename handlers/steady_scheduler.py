"""APScheduler by elapsed time: APScheduler itself uses the wall clock, which may be changed.

Set back by a day, it would run nothing for a day; set forward, everything at once.
"""

from datetime import timedelta
from time import monotonic
from typing import Any

from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.interval import IntervalTrigger

from bot.config.clock import utcnow

SMALLEST_JUMP = timedelta(seconds=1)  # a smaller step harms nothing


class SteadyScheduler(BackgroundScheduler):  # type: ignore[misc]  # APScheduler has no types
    """Scheduler that shifts every job's next run by any jump of the wall clock.

    A job without an interval runs once, at the start: it's due whatever the time is.
    """

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._wall, self._elapsed = utcnow(), monotonic()

    def _process_jobs(self) -> float | None:
        self._follow_jump()
        wait: float | None = super()._process_jobs()
        self._follow_jump()  # a jump since the first check made the wait wrong: end it
        return wait

    def _follow_jump(self) -> None:
        """Compare wall-clock time with elapsed time, and compensate for the difference."""
        wall_time, elapsed = utcnow(), monotonic()
        jump = wall_time - self._wall - timedelta(seconds=elapsed - self._elapsed)
        if abs(jump) < SMALLEST_JUMP:
            return
        self._wall, self._elapsed = wall_time, elapsed
        for job in self.get_jobs():
            if not isinstance(job.trigger, IntervalTrigger):
                job.modify(next_run_time=wall_time)
                continue
            # A job that ran since the jump is already scheduled by the new time.
            latest = wall_time + job.trigger.interval
            job.modify(next_run_time=min(job.next_run_time + jump, latest))  # wakes the scheduler
