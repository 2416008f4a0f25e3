"""Slack carries out calls after the bot was killed or stopped: nothing is duplicated or lost."""

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
    with harness.town(url, repeat_after=unknown_outcomes.MAX_DELAY) as running_town:
        yield running_town


@pytest.fixture
def kill(monkeypatch: pytest.MonkeyPatch) -> Callable[[Town], None]:
    """Stop the bot without storing the results of running jobs, as SIGKILL does."""

    def stop_without_storing(town: Town) -> None:
        with monkeypatch.context() as patched:
            patched.setattr(worker, "settle", lambda *_: None)
            town.service.stop()

    return stop_without_storing


def start_again(town: Town) -> None:
    town.service = harness.serve(town.sandbox, town.store, repeat_after=town.repeat_after)


def delay_call(town: Town, method: str, seconds: float, times: int = 1) -> None:
    town.sandbox.faults.on("late", method=method, seconds=seconds, times=times)


def wait_for_call(town: Town, method: str, times: int = 1) -> None:
    eventually(lambda: len(town.sandbox.record.called(method)) >= times, f"{method} was called")


def pass_time(town: Town, seconds: int) -> None:
    """Advance the clock in steps, so that every retry and late call happens at its time."""
    for _ in range(0, seconds, STEP):
        town.sandbox.clock.advance(timedelta(seconds=STEP))
        eventually(
            lambda: not town.sandbox.dispatcher.late.is_behind(), "what is due is carried out"
        )
        for _ in range(2):  # the second time it has finished the jobs of the first
            town.service._wake.set()
            eventually(lambda: not town.service._wake.is_set(), "the outbox is looked through")
        eventually(lambda: not town.service._worker.is_busy(), "nothing is being done")


def assert_unknown_outcomes_done(town: Town) -> None:
    assert town.sandbox.dispatcher.late.done, "nothing was late"
    assert not town.sandbox.dispatcher.late.due


def posted_files(town: Town, channel: str) -> list[str]:
    """The names of the files that were posted in a channel and its threads, sorted."""
    messages = town.sandbox.state.channels[channel].messages.values()
    return sorted(file["name"] for message in messages for file in message.get("files", []))


FILES = ["inc-2026-001-v1-postmortem.html", "inc-2026-001-v1-timeline.png"]


def end_during_upload(town: Town, end: Callable[[Town], None]) -> str:
    """Resolve an incident, end the bot once its upload is being completed, and return the channel."""
    channel = town.declare()
    town.incident("ana", "resolve limit set back", channel)
    wait_for_call(town, COMPLETE)
    end(town)
    return channel


def stop(town: Town) -> None:
    town.service.stop()


@pytest.mark.parametrize("seconds", [18, 30])
@pytest.mark.parametrize("is_killed", [True, False], ids=["kill", "stop"])
def test_a_file_is_posted_once_when_slack_completes_it_after_a_kill_or_stop(
    town: Town, kill: Callable[[Town], None], seconds: int, *, is_killed: bool
) -> None:
    delay_call(town, COMPLETE, seconds)
    channel = end_during_upload(town, kill if is_killed else stop)
    start_again(town)
    pass_time(town, 70)
    assert_unknown_outcomes_done(town)
    town.settle()
    assert posted_files(town, channel) == FILES


def test_a_file_is_posted_when_slack_never_completed_it(
    town: Town, kill: Callable[[Town], None]
) -> None:
    town.sandbox.faults.on("dropped_before", method=COMPLETE, times=1)
    channel = end_during_upload(town, kill)
    start_again(town)
    pass_time(town, 70)
    town.settle()
    assert posted_files(town, channel) == FILES


def test_a_file_that_slack_discarded_is_uploaded_again(
    town: Town, kill: Callable[[Town], None]
) -> None:
    town.sandbox.faults.on("dropped_before", method=COMPLETE, times=1)
    channel = end_during_upload(town, kill)
    town.sandbox.state.files.clear()
    start_again(town)
    pass_time(town, 130)
    town.settle()
    assert posted_files(town, channel) == FILES


def test_a_file_that_slack_shows_late_is_not_uploaded_again(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Slack completes uploads asynchronously: for a while the thread doesn't show the file."""
    channel = town.declare()
    town.sandbox.faults.on("dropped_after", method=COMPLETE, times=1)
    visible_at = town.sandbox.state.clock.now() + timedelta(seconds=40)
    real = town.sandbox.dispatcher.methods["conversations.replies"]

    def replies(request: Any) -> Any:
        answer = real.handle(request)
        if request.state.clock.now() < visible_at:
            answer["messages"] = [
                message for message in answer["messages"] if not message.get("files")
            ]
        return answer

    delayed = type(real)(replies, real.scopes, real.token)
    monkeypatch.setitem(town.sandbox.dispatcher.methods, "conversations.replies", delayed)
    town.incident("ana", "resolve limit set back", channel)
    wait_for_call(town, COMPLETE)
    pass_time(town, 70)
    town.settle()
    assert posted_files(town, channel) == FILES


@pytest.mark.parametrize("seconds", [18])
@pytest.mark.parametrize("end", ["kill", "stop", "keep running"])
def test_a_message_that_slack_posts_late_appears_once(
    town: Town, kill: Callable[[Town], None], end: str, seconds: int
) -> None:
    channel = town.declare()
    delay_call(town, "chat.postMessage", seconds)
    before = len(town.sandbox.record.called("chat.postMessage"))
    town.incident("ana", "status identified", channel)
    wait_for_call(town, "chat.postMessage", before + 1)
    if end != "keep running":
        kill(town) if end == "kill" else town.service.stop()
        start_again(town)
    pass_time(town, 70)
    assert_unknown_outcomes_done(town)
    town.settle()
    notices = [message for message in town.said(channel) if "set the status" in message["text"]]
    assert len(notices) == 1


@pytest.mark.parametrize("seconds", [18])
def test_a_bookmark_that_slack_adds_late_exists_once(town: Town, seconds: int) -> None:
    delay_call(town, "bookmarks.add", seconds)
    channel = declare_until(town, "bookmarks.add")
    pass_time(town, 70)
    assert_unknown_outcomes_done(town)
    town.settle()
    assert len(town.ws.channel(channel).bookmarks) == 1
    assert stored_bookmark_id(town, channel) == town.ws.channel(channel).bookmarks[0]["id"]


@pytest.mark.parametrize("fault", ["dropped_before", "dropped_after"])
def test_a_bookmark_exists_once_after_a_kill(
    town: Town, kill: Callable[[Town], None], fault: str
) -> None:
    town.sandbox.faults.on(fault, method="bookmarks.add", times=1)
    channel = declare_until(town, "bookmarks.add")
    kill(town)
    start_again(town)
    pass_time(town, 70)
    town.settle()
    assert len(town.ws.channel(channel).bookmarks) == 1


def declare_until(town: Town, method: str) -> str:
    """Declare an incident, and return its channel once a method was called."""
    town.incident("ana", "declare P1 checkout fails")
    wait_for_call(town, method)
    (call,) = town.sandbox.record.called("conversations.create")
    return str(call.answer["channel"]["id"])


def stored_bookmark_id(town: Town, channel: str) -> str | None:
    with town.store.begin() as session:
        incident = incidents.by_channel(session, channel)
        return incident.bookmark_id if incident else None


@pytest.mark.parametrize("seconds", [18])
def test_a_canvas_that_slack_creates_late_exists_once(town: Town, seconds: int) -> None:
    channel = town.declare()
    delay_call(town, "canvases.create", seconds)
    town.incident("ana", "resolve limit set back", channel)
    wait_for_call(town, "canvases.create")
    pass_time(town, 70)
    assert_unknown_outcomes_done(town)
    town.settle()
    assert len(town.ws.canvases(channel)) == 1


@pytest.mark.parametrize("seconds", [18])
def test_a_channel_that_slack_creates_late_exists_once(town: Town, seconds: int) -> None:
    delay_call(town, "conversations.create", seconds)
    town.incident("ana", "declare P1 checkout fails")
    wait_for_call(town, "conversations.create")
    pass_time(town, 30)
    assert_unknown_outcomes_done(town)
    town.settle()
    names = [channel.name for channel in town.sandbox.state.channels.values()]
    assert [name for name in names if name.startswith("inc-")] == ["inc-2026-001-checkout-fails"]


@pytest.mark.parametrize("seconds", [18])
def test_a_pin_that_slack_sets_late_exists_once(town: Town, seconds: int) -> None:
    delay_call(town, "pins.add", seconds)
    channel = declare_until(town, "pins.add")
    pass_time(town, 30)
    assert_unknown_outcomes_done(town)
    town.settle()
    assert len(town.ws.channel(channel).pins) == 1
