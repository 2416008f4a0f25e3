"""The scheduler goes by elapsed time: its real loop runs while the wall clock is turned."""

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
    """The machine's clock, which a test turns; APScheduler reads it through `datetime.now`."""

    def __init__(self) -> None:
        self.turned = timedelta(0)

    def now(self, zone: tzinfo | None = UTC) -> datetime:
        return datetime.now(zone) + self.turned  # noqa: TID251 - a clock that goes wrong


@pytest.fixture
def wall(monkeypatch: pytest.MonkeyPatch) -> WallClock:
    made = WallClock()
    monkeypatch.setattr(base, "datetime", made)
    monkeypatch.setattr(steady_scheduler, "utcnow", made.now)
    return made


@pytest.fixture
def runs(wall: WallClock) -> Iterator[Semaphore]:
    """Released at each run of a job that is due every tenth of a second."""
    ran = Semaphore(0)
    scheduler = SteadyScheduler(timezone="UTC", job_defaults={"misfire_grace_time": None})
    scheduler.add_job(ran.release, "interval", seconds=0.1)
    assert wall.turned == timedelta(0)
    scheduler.start()
    yield ran
    scheduler.shutdown()


@pytest.mark.parametrize("turned", [-DAY, -timedelta(hours=1), DAY])
def test_jobs_run_whatever_the_wall_clock_does(
    wall: WallClock, runs: Semaphore, turned: timedelta
) -> None:
    assert runs.acquire(timeout=PATIENCE)
    wall.turned += turned
    for _ in range(5):
        assert runs.acquire(timeout=PATIENCE), "no job ran any more"


def test_turned_again_and_again_it_goes_on(wall: WallClock, runs: Semaphore) -> None:
    for turned in (-DAY, 2 * DAY, -3 * DAY, DAY):
        wall.turned += turned
        for _ in range(3):
            assert runs.acquire(timeout=PATIENCE), "no job ran any more"


def test_a_clock_that_stands_still_stops_nothing(
    wall: WallClock, runs: Semaphore, monkeypatch: pytest.MonkeyPatch
) -> None:
    stopped = wall.now()
    monkeypatch.setattr(wall, "now", lambda _zone=UTC: stopped)
    monkeypatch.setattr(steady_scheduler, "utcnow", wall.now)
    for _ in range(3):
        assert runs.acquire(timeout=PATIENCE), "no job ran any more"


@pytest.mark.parametrize("turned", [-DAY, DAY])
def test_a_jump_in_the_middle_of_deciding_what_is_due(
    wall: WallClock, monkeypatch: pytest.MonkeyPatch, turned: timedelta
) -> None:
    scheduler = SteadyScheduler(timezone="UTC")
    scheduler.add_job(str, "interval", hours=1)
    scheduler.start(paused=True)
    decide = BackgroundScheduler._process_jobs

    def jump_first(self: SteadyScheduler) -> object:
        wall.turned += turned
        return decide(self)

    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(BackgroundScheduler, "_process_jobs", jump_first)
        scheduler.state = base.STATE_RUNNING
        scheduler._process_jobs()
    (job,) = scheduler.get_jobs()
    scheduler.shutdown()
    assert timedelta(minutes=59) < job.next_run_time - wall.now() <= timedelta(hours=1)


def test_a_clock_that_was_turned_forward_runs_nothing_before_its_time(wall: WallClock) -> None:
    scheduler = SteadyScheduler(timezone="UTC")
    scheduler.add_job(str, "interval", hours=1)
    scheduler.start(paused=True)
    wall.turned += DAY
    scheduler.resume()
    scheduler._process_jobs()
    (job,) = scheduler.get_jobs()
    scheduler.shutdown()
    assert job.next_run_time - wall.now() > timedelta(minutes=59)


@pytest.mark.parametrize("turned", [-DAY, DAY])
def test_a_jump_before_what_is_run_once_at_the_start(wall: WallClock, turned: timedelta) -> None:
    ran = Semaphore(0)
    scheduler = SteadyScheduler(timezone="UTC", job_defaults={"misfire_grace_time": None})
    scheduler.add_job(ran.release)
    scheduler.add_job(ran.release, "interval", seconds=0.1)
    wall.turned += turned
    scheduler.start()
    for _ in range(3):
        assert ran.acquire(timeout=PATIENCE), "no job ran any more"
    scheduler.shutdown()
