"""APScheduler by elapsed time: it decides by the wall clock what is due, and that clock may be turned.

Turned back by a day, it would run nothing for a day; turned forward, everything at once.
"""

from datetime import timedelta
from time import monotonic
from typing import Any

from apscheduler.schedulers.background import BackgroundScheduler

from bot.environment import utcnow

NOTICED = timedelta(seconds=1)  # a smaller step harms nothing
LONGEST_WAIT = 60.0  # seconds until the clock is looked at again


class SteadyScheduler(BackgroundScheduler):  # type: ignore[misc]  # APScheduler has no types
    """Moves every job's next run along with a jump of the wall clock."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._wall, self._elapsed = utcnow(), monotonic()

    def _process_jobs(self) -> float:
        self._follow_jump()
        wait = super()._process_jobs()
        return LONGEST_WAIT if wait is None else min(wait, LONGEST_WAIT)

    def _follow_jump(self) -> None:
        """Compare what passed by the wall clock since the last look with what really passed."""
        wall, elapsed = utcnow(), monotonic()
        jump = wall - self._wall - timedelta(seconds=elapsed - self._elapsed)
        self._wall, self._elapsed = wall, elapsed
        if abs(jump) >= NOTICED:
            for job in self.get_jobs():
                job.modify(next_run_time=job.next_run_time + jump)
