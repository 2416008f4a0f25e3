"""Slack carries out a call after the bot was killed or stopped: nothing is doubled, nothing is missing."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from handlers.outbox import unknown_outcomes, worker
from storage import incidents
from tests.support import harness
from tests.support.harness import Town, eventually

COMPLETE = "files.completeUploadExternal"
STEP = 3  # seconds


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    url = f"sqlite:///{tmp_path}/debrief.db"
    with harness.town(url, repeat_after=unknown_outcomes.MAX_DELAY) as made:
        yield made


@pytest.fixture
def killed(monkeypatch: pytest.MonkeyPatch) -> Callable[[Town], None]:
    """End the bot so that it stores nothing more of what it was doing, as SIGKILL does."""

    def kill(town: Town) -> None:
        with monkeypatch.context() as patched:
            patched.setattr(worker, "settle", lambda *_: None)
            town.service.stop()

    return kill


def restarted(town: Town) -> None:
    town.service = harness.serve(town.sandbox, town.store, repeat_after=town.repeat_after)


def late(town: Town, method: str, seconds: float, times: int = 1) -> None:
    town.sandbox.faults.on("late", method=method, seconds=seconds, times=times)


def tried(town: Town, method: str, times: int = 1) -> None:
    eventually(lambda: len(town.sandbox.record.called(method)) >= times, f"{method} was called")


def time_passes(town: Town, seconds: int) -> None:
    """Step by step: every retry and every late call gets its chance at its moment."""
    for _ in range(0, seconds, STEP):
        town.sandbox.clock.advance(timedelta(seconds=STEP))
        eventually(
            lambda: not town.sandbox.dispatcher.late.is_behind(), "what is due is carried out"
        )
        for _ in range(2):  # the second time it has done what it found the first time
            town.service._wake.set()
            eventually(lambda: not town.service._wake.is_set(), "the outbox is looked through")
        eventually(lambda: not town.service._worker.is_busy(), "nothing is being done")


def carried_out(town: Town) -> None:
    assert town.sandbox.dispatcher.late.done, "nothing was late"
    assert not town.sandbox.dispatcher.late.due


def files_of(town: Town, channel: str) -> list[str]:
    """The names of the files that were posted in a channel and its threads, sorted."""
    messages = town.sandbox.state.channels[channel].messages.values()
    return sorted(file["name"] for message in messages for file in message.get("files", []))


FILES = ["inc-2026-001-v1-postmortem.html", "inc-2026-001-v1-timeline.png"]


@pytest.mark.parametrize("seconds", [18, 30])
def test_a_file_is_posted_once_when_slack_completes_it_after_a_kill(
    town: Town, killed: Callable[[Town], None], seconds: int
) -> None:
    channel = town.declare()
    late(town, COMPLETE, seconds)
    town.incident("ana", "resolve limit set back", channel)
    tried(town, COMPLETE)
    killed(town)
    restarted(town)
    time_passes(town, 70)
    carried_out(town)
    town.settle()
    assert files_of(town, channel) == FILES


@pytest.mark.parametrize("seconds", [18, 30])
def test_a_file_is_posted_once_when_slack_completes_it_after_a_stop(
    town: Town, seconds: int
) -> None:
    channel = town.declare()
    late(town, COMPLETE, seconds)
    town.incident("ana", "resolve limit set back", channel)
    tried(town, COMPLETE)
    town.service.stop()
    restarted(town)
    time_passes(town, 70)
    carried_out(town)
    town.settle()
    assert files_of(town, channel) == FILES


def test_a_file_is_posted_when_slack_never_completed_it(
    town: Town, killed: Callable[[Town], None]
) -> None:
    channel = town.declare()
    town.sandbox.faults.on("dropped_before", method=COMPLETE, times=1)
    town.incident("ana", "resolve limit set back", channel)
    tried(town, COMPLETE)
    killed(town)
    restarted(town)
    time_passes(town, 70)
    town.settle()
    assert files_of(town, channel) == FILES


def test_a_file_that_slack_discarded_is_uploaded_again(
    town: Town, killed: Callable[[Town], None]
) -> None:
    channel = town.declare()
    town.sandbox.faults.on("dropped_before", method=COMPLETE, times=1)
    town.incident("ana", "resolve limit set back", channel)
    tried(town, COMPLETE)
    killed(town)
    town.sandbox.state.files.clear()
    restarted(town)
    time_passes(town, 130)
    town.settle()
    assert files_of(town, channel) == FILES


def test_a_file_that_slack_shows_late_is_not_uploaded_again(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Slack completes uploads beside the call: for a while the thread doesn't show the file."""
    channel = town.declare()
    town.sandbox.faults.on("dropped_after", method=COMPLETE, times=1)
    shown = town.sandbox.state.clock.now() + timedelta(seconds=40)
    real = town.sandbox.dispatcher.methods["conversations.replies"]

    def replies(request: Any) -> Any:
        answer = real.handle(request)
        if request.state.clock.now() < shown:
            answer["messages"] = [each for each in answer["messages"] if not each.get("files")]
        return answer

    hidden = type(real)(replies, real.scopes, real.token)
    monkeypatch.setitem(town.sandbox.dispatcher.methods, "conversations.replies", hidden)
    town.incident("ana", "resolve limit set back", channel)
    tried(town, COMPLETE)
    time_passes(town, 70)
    town.settle()
    assert files_of(town, channel) == FILES


@pytest.mark.parametrize("seconds", [18])
@pytest.mark.parametrize("end", ["kill", "stop", "go on"])
def test_a_message_that_slack_posts_late_is_said_once(
    town: Town, killed: Callable[[Town], None], end: str, seconds: int
) -> None:
    channel = town.declare()
    late(town, "chat.postMessage", seconds)
    before = len(town.sandbox.record.called("chat.postMessage"))
    town.incident("ana", "status identified", channel)
    tried(town, "chat.postMessage", before + 1)
    if end != "go on":
        killed(town) if end == "kill" else town.service.stop()
        restarted(town)
    time_passes(town, 70)
    carried_out(town)
    town.settle()
    said = [each for each in town.said(channel) if "set the status" in each["text"]]
    assert len(said) == 1


@pytest.mark.parametrize("seconds", [18])
def test_a_bookmark_that_slack_adds_late_is_there_once(town: Town, seconds: int) -> None:
    late(town, "bookmarks.add", seconds)
    channel = declared(town, "bookmarks.add")
    time_passes(town, 70)
    carried_out(town)
    town.settle()
    assert len(town.ws.channel(channel).bookmarks) == 1
    assert kept_bookmark(town, channel) == town.ws.channel(channel).bookmarks[0]["id"]


@pytest.mark.parametrize("fault", ["dropped_before", "dropped_after"])
def test_a_bookmark_is_there_once_after_a_kill(
    town: Town, killed: Callable[[Town], None], fault: str
) -> None:
    town.sandbox.faults.on(fault, method="bookmarks.add", times=1)
    channel = declared(town, "bookmarks.add")
    killed(town)
    restarted(town)
    time_passes(town, 70)
    town.settle()
    assert len(town.ws.channel(channel).bookmarks) == 1


def declared(town: Town, method: str) -> str:
    """Declare an incident, and return its channel once a method was called."""
    town.incident("ana", "declare P1 checkout fails")
    tried(town, method)
    (made,) = town.sandbox.record.called("conversations.create")
    return str(made.answer["channel"]["id"])


def kept_bookmark(town: Town, channel: str) -> str | None:
    with town.store.begin() as session:
        incident = incidents.by_channel(session, channel)
        return incident.bookmark_id if incident else None


@pytest.mark.parametrize("seconds", [18])
def test_a_canvas_that_slack_makes_late_is_there_once(town: Town, seconds: int) -> None:
    channel = town.declare()
    late(town, "canvases.create", seconds)
    town.incident("ana", "resolve limit set back", channel)
    tried(town, "canvases.create")
    time_passes(town, 70)
    carried_out(town)
    town.settle()
    assert len(town.ws.canvases(channel)) == 1


@pytest.mark.parametrize("seconds", [18])
def test_a_channel_that_slack_makes_late_is_there_once(town: Town, seconds: int) -> None:
    late(town, "conversations.create", seconds)
    town.incident("ana", "declare P1 checkout fails")
    tried(town, "conversations.create")
    time_passes(town, 30)
    carried_out(town)
    town.settle()
    names = [each.name for each in town.sandbox.state.channels.values()]
    assert [name for name in names if name.startswith("inc-")] == ["inc-2026-001-checkout-fails"]


@pytest.mark.parametrize("seconds", [18])
def test_a_pin_that_slack_sets_late_is_there_once(town: Town, seconds: int) -> None:
    late(town, "pins.add", seconds)
    channel = declared(town, "pins.add")
    time_passes(town, 30)
    carried_out(town)
    town.settle()
    assert len(town.ws.channel(channel).pins) == 1
