"""When something of ours breaks: nothing is lost, nothing half done, and somebody is told."""

from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from bot.incidents import incident_jobs
from bot.timeline import recording
from handlers import scheduler
from tests.support import harness
from tests.support.harness import Town, eventually


def _breaks(times: int, work: Callable[..., object]) -> Callable[..., object]:
    """`work`, which raises the first `times` times."""
    left = iter([True] * times)

    def broken(*given: object, **named: object) -> object:
        if next(left, False):
            raise RuntimeError("broken on purpose")
        return work(*given, **named)

    return broken


@pytest.fixture
def hasty(tmp_path: Path) -> Iterator[Town]:
    """A town where Slack waits half a second for an acknowledgement, and not three."""
    with harness.town(f"sqlite:///{tmp_path}/debrief.db", ack_timeout=0.5) as made:
        yield made


def test_an_event_that_could_not_be_stored_is_delivered_again(
    hasty: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    town = hasty
    channel = town.declare()
    monkeypatch.setattr(recording, "record", _breaks(1, recording.record))
    ts = town.ws.say("ana", channel, "keep this")
    town.settle()
    assert [e.text for e in town.recorded(channel) if e.message_id == ts] == ["keep this"]
    deliveries = [d for d in town.sandbox.record.events("message") if d.body["event"]["ts"] == ts]
    assert [delivery.acknowledged for delivery in deliveries] == [False, True]


def test_a_command_that_breaks_says_so_and_changes_nothing(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(incident_jobs, "enqueue", _breaks(1, incident_jobs.enqueue))
    assert "it is our fault" in town.incident("ana", "declare db down")
    assert town.incident("ana", "list") == "No incident is running."
    assert "INC-2026-001" in town.incident("ana", "declare db down")


def test_a_posting_that_breaks_is_set_aside_and_the_next_goes_out(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    channel = town.declare()
    monkeypatch.setattr("handlers.views.layouts.notice", _breaks(1, lambda _message: []))
    town.incident("ana", "status investigating", channel)
    town.incident("ana", "status identified", channel)
    town.settle()
    assert "set the status to *identified*" in town.texts(channel)


@pytest.mark.usefixtures("town")
def test_a_tick_that_breaks_turns_again(monkeypatch: pytest.MonkeyPatch) -> None:
    turned: list[str] = []
    broken = _breaks(1, lambda *_given: turned.append("reminders"))
    monkeypatch.setitem(scheduler.TASKS, "reminders", broken)
    eventually(lambda: turned == ["reminders"], "the clock turned again")


def test_it_is_not_ready_without_its_database(town: Town, tmp_path: Path) -> None:
    page = f"http://127.0.0.1:{town.service.port}/readyz"
    assert httpx.get(page).json() == {"ready": True, "troubles": []}
    town.store.close()
    (tmp_path / "debrief.db").rename(tmp_path / "elsewhere.db")
    answer = httpx.get(page)
    assert answer.status_code == 503
    assert "the database does not answer" in answer.json()["troubles"][0]


def test_it_is_not_ready_without_slack(town: Town) -> None:
    town.sandbox.stop()
    page = f"http://127.0.0.1:{town.service.port}/readyz"
    eventually(lambda: httpx.get(page).status_code == 503, "it noticed")
    assert httpx.get(page).json()["troubles"] == ["no connection to Slack"]
    assert httpx.get(page.replace("readyz", "healthz")).text == "ok\n"


def test_events_that_nobody_asked_for_are_acknowledged(town: Town) -> None:
    town.ws.set_topic("ana", "general", "lunch")
    town.ws.rename("ana", "general", "all")
    town.settle()
    assert all(delivery.acknowledged for delivery in town.sandbox.record.deliveries)
