"""Slack carries out calls after the bot was killed or stopped: nothing is duplicated or lost."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from handlers.outbox import unknown_outcomes, worker
from storage import incidents
from tests.support import harness
from tests.support.harness import LiveBot, eventually

COMPLETE = "files.completeUploadExternal"
STEP = 3  # seconds


@pytest.fixture
def live_bot(tmp_path: Path) -> Iterator[LiveBot]:
    url = f"sqlite:///{tmp_path}/debrief.db"
    with harness.start_live_bot(url, repeat_after=unknown_outcomes.MAX_DELAY) as running_town:
        yield running_town


@pytest.fixture
def kill(monkeypatch: pytest.MonkeyPatch) -> Callable[[LiveBot], None]:
    """Stop the bot without storing the results of running jobs, as SIGKILL does."""

    def stop_without_storing(live_bot: LiveBot) -> None:
        with monkeypatch.context() as patched:
            patched.setattr(worker, "settle", lambda *_: None)
            live_bot.service.stop()

    return stop_without_storing


def start_again(live_bot: LiveBot) -> None:
    live_bot.service = harness.start_bot(
        live_bot.sandbox, live_bot.store, repeat_after=live_bot.repeat_after
    )


def delay_call(live_bot: LiveBot, method: str, seconds: float, times: int = 1) -> None:
    live_bot.sandbox.faults.on("late", method=method, seconds=seconds, times=times)


def wait_for_call(live_bot: LiveBot, method: str, times: int = 1) -> None:
    eventually(lambda: len(live_bot.sandbox.record.called(method)) >= times, f"{method} was called")


def pass_time(live_bot: LiveBot, seconds: int) -> None:
    """Advance the clock in steps, so that every retry and late call happens at its time."""
    for _ in range(0, seconds, STEP):
        live_bot.sandbox.clock.advance(timedelta(seconds=STEP))
        eventually(
            lambda: not live_bot.sandbox.dispatcher.late.is_behind(), "what is due is carried out"
        )
        for _ in range(2):  # the second time it has finished the jobs of the first
            live_bot.service._wake.set()
            eventually(lambda: not live_bot.service._wake.is_set(), "the outbox is looked through")
        eventually(lambda: not live_bot.service._worker.is_busy(), "nothing is being done")


def assert_unknown_outcomes_done(live_bot: LiveBot) -> None:
    assert live_bot.sandbox.dispatcher.late.done, "nothing was late"
    assert not live_bot.sandbox.dispatcher.late.due


def posted_files(live_bot: LiveBot, channel: str) -> list[str]:
    """The names of the files that were posted in a channel and its threads, sorted."""
    messages = live_bot.sandbox.state.channels[channel].messages.values()
    return sorted(file["name"] for message in messages for file in message.get("files", []))


FILES = ["inc-2026-001-v1-postmortem.html", "inc-2026-001-v1-timeline.png"]


def end_during_upload(live_bot: LiveBot, end: Callable[[LiveBot], None]) -> str:
    """Resolve an incident, end the bot once its upload is being completed, and return the channel."""
    channel = live_bot.declare()
    live_bot.command("ana", "resolve limit set back", channel)
    wait_for_call(live_bot, COMPLETE)
    end(live_bot)
    return channel


def stop(live_bot: LiveBot) -> None:
    live_bot.service.stop()


@pytest.mark.parametrize("seconds", [18, 30])
@pytest.mark.parametrize("is_killed", [True, False], ids=["kill", "stop"])
def test_a_file_is_posted_once_when_slack_completes_it_after_a_kill_or_stop(
    live_bot: LiveBot, kill: Callable[[LiveBot], None], seconds: int, *, is_killed: bool
) -> None:
    delay_call(live_bot, COMPLETE, seconds)
    channel = end_during_upload(live_bot, kill if is_killed else stop)
    start_again(live_bot)
    pass_time(live_bot, 70)
    assert_unknown_outcomes_done(live_bot)
    live_bot.settle()
    assert posted_files(live_bot, channel) == FILES


def test_a_file_is_posted_when_slack_never_completed_it(
    live_bot: LiveBot, kill: Callable[[LiveBot], None]
) -> None:
    live_bot.sandbox.faults.on("dropped_before", method=COMPLETE, times=1)
    channel = end_during_upload(live_bot, kill)
    start_again(live_bot)
    pass_time(live_bot, 70)
    live_bot.settle()
    assert posted_files(live_bot, channel) == FILES


def test_a_file_that_slack_discarded_is_uploaded_again(
    live_bot: LiveBot, kill: Callable[[LiveBot], None]
) -> None:
    live_bot.sandbox.faults.on("dropped_before", method=COMPLETE, times=1)
    channel = end_during_upload(live_bot, kill)
    live_bot.sandbox.state.files.clear()
    start_again(live_bot)
    pass_time(live_bot, 130)
    live_bot.settle()
    assert posted_files(live_bot, channel) == FILES


def test_a_file_that_slack_shows_late_is_not_uploaded_again(
    live_bot: LiveBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Slack completes uploads asynchronously: for a while the thread doesn't show the file."""
    channel = live_bot.declare()
    live_bot.sandbox.faults.on("dropped_after", method=COMPLETE, times=1)
    visible_at = live_bot.sandbox.state.clock.now() + timedelta(seconds=40)
    real = live_bot.sandbox.dispatcher.methods["conversations.replies"]

    def replies(request: Any) -> Any:
        answer = real.handle(request)
        if request.state.clock.now() < visible_at:
            answer["messages"] = [
                message for message in answer["messages"] if not message.get("files")
            ]
        return answer

    delayed = type(real)(replies, real.scopes, real.token)
    monkeypatch.setitem(live_bot.sandbox.dispatcher.methods, "conversations.replies", delayed)
    live_bot.command("ana", "resolve limit set back", channel)
    wait_for_call(live_bot, COMPLETE)
    pass_time(live_bot, 70)
    live_bot.settle()
    assert posted_files(live_bot, channel) == FILES


@pytest.mark.parametrize("seconds", [18])
@pytest.mark.parametrize("end", ["kill", "stop", "keep running"])
def test_a_message_that_slack_posts_late_appears_once(
    live_bot: LiveBot, kill: Callable[[LiveBot], None], end: str, seconds: int
) -> None:
    channel = live_bot.declare()
    delay_call(live_bot, "chat.postMessage", seconds)
    before = len(live_bot.sandbox.record.called("chat.postMessage"))
    live_bot.command("ana", "status identified", channel)
    wait_for_call(live_bot, "chat.postMessage", before + 1)
    if end != "keep running":
        kill(live_bot) if end == "kill" else live_bot.service.stop()
        start_again(live_bot)
    pass_time(live_bot, 70)
    assert_unknown_outcomes_done(live_bot)
    live_bot.settle()
    notices = [
        message for message in live_bot.messages(channel) if "set the status" in message["text"]
    ]
    assert len(notices) == 1


@pytest.mark.parametrize("seconds", [18])
def test_a_bookmark_that_slack_adds_late_exists_once(live_bot: LiveBot, seconds: int) -> None:
    delay_call(live_bot, "bookmarks.add", seconds)
    channel = declare_until(live_bot, "bookmarks.add")
    pass_time(live_bot, 70)
    assert_unknown_outcomes_done(live_bot)
    live_bot.settle()
    assert len(live_bot.workspace.channel(channel).bookmarks) == 1
    assert (
        stored_bookmark_id(live_bot, channel)
        == live_bot.workspace.channel(channel).bookmarks[0]["id"]
    )


@pytest.mark.parametrize("fault", ["dropped_before", "dropped_after"])
def test_a_bookmark_exists_once_after_a_kill(
    live_bot: LiveBot, kill: Callable[[LiveBot], None], fault: str
) -> None:
    live_bot.sandbox.faults.on(fault, method="bookmarks.add", times=1)
    channel = declare_until(live_bot, "bookmarks.add")
    kill(live_bot)
    start_again(live_bot)
    pass_time(live_bot, 70)
    live_bot.settle()
    assert len(live_bot.workspace.channel(channel).bookmarks) == 1


def declare_until(live_bot: LiveBot, method: str) -> str:
    """Declare incident, and return its channel once a method was called."""
    live_bot.command("ana", "declare P1 checkout fails")
    wait_for_call(live_bot, method)
    (call,) = live_bot.sandbox.record.called("conversations.create")
    return str(call.answer["channel"]["id"])


def stored_bookmark_id(live_bot: LiveBot, channel: str) -> str | None:
    with live_bot.store.begin() as session:
        incident = incidents.by_channel(session, channel)
        return incident.bookmark_id if incident else None


@pytest.mark.parametrize("seconds", [18])
def test_a_canvas_that_slack_creates_late_exists_once(live_bot: LiveBot, seconds: int) -> None:
    channel = live_bot.declare()
    delay_call(live_bot, "canvases.create", seconds)
    live_bot.command("ana", "resolve limit set back", channel)
    wait_for_call(live_bot, "canvases.create")
    pass_time(live_bot, 70)
    assert_unknown_outcomes_done(live_bot)
    live_bot.settle()
    assert len(live_bot.workspace.canvases(channel)) == 1


@pytest.mark.parametrize("seconds", [18])
def test_a_channel_that_slack_creates_late_exists_once(live_bot: LiveBot, seconds: int) -> None:
    delay_call(live_bot, "conversations.create", seconds)
    live_bot.command("ana", "declare P1 checkout fails")
    wait_for_call(live_bot, "conversations.create")
    pass_time(live_bot, 30)
    assert_unknown_outcomes_done(live_bot)
    live_bot.settle()
    names = [channel.name for channel in live_bot.sandbox.state.channels.values()]
    assert [name for name in names if name.startswith("inc-")] == ["inc-2026-001-checkout-fails"]


@pytest.mark.parametrize("seconds", [18])
def test_a_pin_that_slack_sets_late_exists_once(live_bot: LiveBot, seconds: int) -> None:
    delay_call(live_bot, "pins.add", seconds)
    channel = declare_until(live_bot, "pins.add")
    pass_time(live_bot, 30)
    assert_unknown_outcomes_done(live_bot)
    live_bot.settle()
    assert len(live_bot.workspace.channel(channel).pins) == 1
