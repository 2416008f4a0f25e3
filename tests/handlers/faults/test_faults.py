"""Internal errors: nothing is lost or half done, and somebody is told."""

from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from bot.incidents import incident_jobs
from bot.timeline import recording
from handlers import scheduler
from tests.support import harness
from tests.support.harness import LiveBot, eventually


def _fail_first(times: int, work: Callable[..., object]) -> Callable[..., object]:
    """Wrap `work` so that it raises on its first `times` calls."""
    failures = iter([True] * times)

    def failing(*args: object, **kwargs: object) -> object:
        if next(failures, False):
            raise RuntimeError("broken on purpose")
        return work(*args, **kwargs)

    return failing


@pytest.fixture
def impatient_town(tmp_path: Path) -> Iterator[LiveBot]:
    """A workspace that waits half a second for an acknowledgement instead of three."""
    with harness.start_live_bot(
        f"sqlite:///{tmp_path}/debrief.db", ack_timeout=0.5
    ) as running_town:
        yield running_town


def test_an_event_that_could_not_be_stored_is_not_acknowledged_and_comes_again(
    impatient_town: LiveBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    live_bot = impatient_town
    channel = live_bot.declare()
    monkeypatch.setattr(recording, "record", _fail_first(1, recording.record))
    ts = live_bot.workspace.say("ana", channel, "keep this")
    live_bot.settle()
    assert [entry.text for entry in live_bot.timeline(channel) if entry.message_id == ts] == [
        "keep this"
    ]
    deliveries = [
        d for d in live_bot.sandbox.record.events("message") if d.body["event"]["ts"] == ts
    ]
    assert [delivery.acknowledged for delivery in deliveries] == [False, True]


def test_a_failing_command_apologizes_and_changes_nothing(
    live_bot: LiveBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(incident_jobs, "enqueue", _fail_first(1, incident_jobs.enqueue))
    assert "Something went wrong on our side" in live_bot.command("ana", "declare db down")
    assert live_bot.command("ana", "list") == "There are no open incidents."
    assert "INC-2026-001" in live_bot.command("ana", "declare db down")


def test_a_failing_outbox_job_is_set_aside_and_the_next_one_is_posted(
    live_bot: LiveBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    channel = live_bot.declare()
    monkeypatch.setattr("handlers.views.layouts.notice", _fail_first(1, lambda _message: []))
    live_bot.command("ana", "status investigating", channel)
    live_bot.command("ana", "status identified", channel)
    live_bot.settle()
    assert "set the status to *Identified*" in live_bot.text_in(channel)


@pytest.mark.usefixtures("live_bot")
def test_a_failing_scheduled_task_runs_again(monkeypatch: pytest.MonkeyPatch) -> None:
    runs: list[str] = []
    failing_task = _fail_first(1, lambda *_given: runs.append("reminders"))
    monkeypatch.setitem(scheduler.TASKS, "reminders", failing_task)
    eventually(lambda: runs == ["reminders"], "the clock turned again")


def test_readyz_fails_without_the_database(live_bot: LiveBot, tmp_path: Path) -> None:
    page = f"http://127.0.0.1:{live_bot.service.port}/readyz"
    assert httpx.get(page).json() == {"ready": True, "troubles": []}
    live_bot.store.close()
    (tmp_path / "debrief.db").rename(tmp_path / "elsewhere.db")
    answer = httpx.get(page)
    assert answer.status_code == 503
    assert "the database isn't responding" in answer.json()["troubles"][0]


def test_readyz_fails_without_a_connection_to_slack(live_bot: LiveBot) -> None:
    live_bot.sandbox.stop()
    page = f"http://127.0.0.1:{live_bot.service.port}/readyz"
    eventually(lambda: httpx.get(page).status_code == 503, "it noticed")
    assert httpx.get(page).json()["troubles"] == ["no connection to Slack"]
    assert httpx.get(page.replace("readyz", "healthz")).text == "ok\n"


def test_unhandled_events_are_acknowledged(live_bot: LiveBot) -> None:
    live_bot.workspace.set_topic("ana", "general", "lunch")
    live_bot.workspace.rename("ana", "general", "all")
    live_bot.settle()
    deliveries = live_bot.sandbox.record.deliveries
    assert deliveries
    assert all(delivery.acknowledged for delivery in deliveries)
