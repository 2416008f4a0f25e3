"""The scheduler runs on elapsed time: its real loop runs while the wall clock is changed."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, tzinfo
from threading import Semaphore

import pytest
from apscheduler.schedulers import base
from apscheduler.schedulers.background import BackgroundScheduler

from handlers import steady_scheduler
from handlers.steady_scheduler import SteadyScheduler

DAY = timedelta(days=1)
PATIENCE = 15.0


class WallClock:
    """The machine's clock, which tests change; APScheduler reads it through `datetime.now`."""

    def __init__(self) -> None:
        self.offset = timedelta(0)

    def now(self, zone: tzinfo | None = UTC) -> datetime:
        return datetime.now(zone) + self.offset  # noqa: TID251 - a clock that goes wrong


@pytest.fixture
def wall(monkeypatch: pytest.MonkeyPatch) -> WallClock:
    clock = WallClock()
    monkeypatch.setattr(base, "datetime", clock)
    monkeypatch.setattr(steady_scheduler, "utcnow", clock.now)
    return clock


@pytest.fixture
def runs(wall: WallClock) -> Iterator[Semaphore]:
    """Released at each run of a job that is due every tenth of a second."""
    ran = Semaphore(0)
    scheduler = SteadyScheduler(timezone="UTC", job_defaults={"misfire_grace_time": None})
    scheduler.add_job(ran.release, "interval", seconds=0.1)
    assert wall.offset == timedelta(0)
    scheduler.start()
    yield ran
    scheduler.shutdown()


@pytest.mark.parametrize("jump", [-DAY, -timedelta(hours=1), DAY], ids=str)
def test_jobs_keep_running_when_the_wall_clock_jumps(
    wall: WallClock, runs: Semaphore, jump: timedelta
) -> None:
    assert runs.acquire(timeout=PATIENCE)
    wall.offset += jump
    for _ in range(5):
        assert runs.acquire(timeout=PATIENCE), "no job ran any more"


def test_jobs_keep_running_when_the_wall_clock_jumps_repeatedly(
    wall: WallClock, runs: Semaphore
) -> None:
    for jump in (-DAY, 2 * DAY, -3 * DAY, DAY):
        wall.offset += jump
        for _ in range(3):
            assert runs.acquire(timeout=PATIENCE), "no job ran any more"


def test_jobs_keep_running_when_the_wall_clock_stops(
    wall: WallClock, runs: Semaphore, monkeypatch: pytest.MonkeyPatch
) -> None:
    stopped = wall.now()
    monkeypatch.setattr(wall, "now", lambda _zone=UTC: stopped)
    monkeypatch.setattr(steady_scheduler, "utcnow", wall.now)
    for _ in range(3):
        assert runs.acquire(timeout=PATIENCE), "no job ran any more"


@pytest.mark.parametrize("jump", [-DAY, DAY], ids=str)
def test_a_clock_jump_while_due_jobs_are_chosen_does_not_move_the_next_run(
    wall: WallClock, monkeypatch: pytest.MonkeyPatch, jump: timedelta
) -> None:
    scheduler = SteadyScheduler(timezone="UTC")
    scheduler.add_job(str, "interval", hours=1)
    scheduler.start(paused=True)
    process_jobs = BackgroundScheduler._process_jobs

    def jump_first(self: SteadyScheduler) -> object:
        wall.offset += jump
        return process_jobs(self)

    with monkeypatch.context() as patch:
        patch.setattr(BackgroundScheduler, "_process_jobs", jump_first)
        scheduler.state = base.STATE_RUNNING
        scheduler._process_jobs()
    (job,) = scheduler.get_jobs()
    scheduler.shutdown()
    assert timedelta(minutes=59) < job.next_run_time - wall.now() <= timedelta(hours=1)


def test_a_clock_set_forward_runs_no_job_early(wall: WallClock) -> None:
    scheduler = SteadyScheduler(timezone="UTC")
    scheduler.add_job(str, "interval", hours=1)
    scheduler.start(paused=True)
    wall.offset += DAY
    scheduler.resume()
    scheduler._process_jobs()
    (job,) = scheduler.get_jobs()
    scheduler.shutdown()
    assert job.next_run_time - wall.now() > timedelta(minutes=59)


@pytest.mark.parametrize("jump", [-DAY, DAY], ids=str)
def test_a_clock_jump_before_the_start_delays_no_job(wall: WallClock, jump: timedelta) -> None:
    ran = Semaphore(0)
    scheduler = SteadyScheduler(timezone="UTC", job_defaults={"misfire_grace_time": None})
    scheduler.add_job(ran.release)
    scheduler.add_job(ran.release, "interval", seconds=0.1)
    wall.offset += jump
    scheduler.start()
    for _ in range(3):
        assert ran.acquire(timeout=PATIENCE), "no job ran any more"
    scheduler.shutdown()
