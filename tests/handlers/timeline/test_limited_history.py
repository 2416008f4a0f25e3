"""Drafting when Slack limits history reads: the draft comes anyway and is completed later."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from bot.domain.job import JobKind
from storage import outbox
from storage.postmortems import Postmortem
from tests.handlers.postmortems.stored import latest_postmortem
from tests.support.harness import LiveBot, eventually

THREADS = 60
MINUTE = timedelta(seconds=61)


def _reads(live_bot: LiveBot, method: str) -> int:
    return len(live_bot.sandbox.record.called(f"conversations.{method}"))


def _draft(live_bot: LiveBot, channel: str) -> Postmortem:
    """Return the newest version, once there is one."""
    eventually(lambda: bool(_summary(live_bot, channel)), "the draft came")
    return latest_postmortem(live_bot, channel)


def _summary(live_bot: LiveBot, channel: str) -> str:
    summaries = [
        m["text"] for m in live_bot.messages(channel) if m["text"].startswith("Postmortem draft")
    ]
    assert len(summaries) <= 1
    return summaries[0] if summaries else ""


def _summary_ts(live_bot: LiveBot, channel: str) -> str:
    summary = next(
        m for m in live_bot.messages(channel) if m["text"].startswith("Postmortem draft")
    )
    return str(summary["ts"])


def _thread(live_bot: LiveBot, channel: str) -> list[dict[str, Any]]:
    return list(live_bot.workspace.replies(channel, _summary_ts(live_bot, channel)))


def _rate_limits(live_bot: LiveBot) -> int:
    """Return how often Slack responded with a rate limit."""
    return sum(call.status == 429 for call in live_bot.sandbox.record.calls)


def _retries(live_bot: LiveBot) -> bool:
    with live_bot.store.begin() as session:
        return outbox.unfinished(session) == outbox.retrying(session) > 0


def _minutes_until_quiet(live_bot: LiveBot, limit: int) -> int:
    """Advance the clock by minutes until nothing is left to do, and return their number."""
    for minutes in range(limit):
        before = _rate_limits(live_bot)
        live_bot.sandbox.clock.advance(MINUTE)
        eventually(
            lambda: (
                (_rate_limits(live_bot) > before and _retries(live_bot))  # noqa: B023 - called at once
                or live_bot.service.is_quiet()
            ),
            "it's told to wait, or is done",
        )
        if live_bot.service.is_quiet():
            return minutes
    raise AssertionError(f"not done after {limit} minutes")


@pytest.fixture
def limited(live_bot: LiveBot) -> Iterator[LiveBot]:
    """A workspace with the history limits for apps distributed outside the Marketplace."""
    live_bot.sandbox.faults.on("history_limited")
    yield live_bot
    live_bot.sandbox.faults.clear()


def test_a_busy_channel_is_drafted_without_reading_recorded_threads_again(
    live_bot: LiveBot,
) -> None:
    channel = live_bot.declare()
    for number in range(THREADS):
        parent = live_bot.workspace.say("ana", channel, f"question {number}")
        live_bot.workspace.say("ben", channel, f"reply {number}", thread=parent)
        if number % 20 == 0:
            live_bot.settle()
    live_bot.settle()
    faults = live_bot.sandbox.faults
    faults.on("ratelimited", method="conversations.replies")  # no thread can be read
    live_bot.command("ana", "resolve cache restarted", channel)
    draft = _draft(live_bot, channel)
    assert draft.document["recording"]["unread"] is None
    assert "No messages are missing." in draft.markdown
    faults.clear()
    live_bot.settle()


def test_missed_threads_are_read_before_the_draft(live_bot: LiveBot) -> None:
    channel = live_bot.declare()
    parents = [live_bot.workspace.say("ana", channel, f"question {number}") for number in range(20)]
    for parent in parents:
        live_bot.workspace.say("ben", channel, "on it", thread=parent)
    live_bot.settle()
    live_bot.sandbox.faults.on(
        "dropped_before", kind="events_api"
    )  # connected, but no event arrives
    live_bot.workspace.say("ben", channel, "the cause was the cache", thread=parents[3])
    before = _reads(live_bot, "replies")
    live_bot.command("ana", "resolve cache restarted", channel)
    draft = _draft(live_bot, channel)
    assert draft.document["recording"]["fetched"] == 1
    assert _reads(live_bot, "replies") - before >= 1
    live_bot.sandbox.faults.clear()
    eventually(live_bot.has_given_up, "Slack gave up")
    live_bot.settle()


def _missed_threads(live_bot: LiveBot) -> str:
    """Return a channel with twenty threads that were posted while the bot was down."""
    channel = live_bot.declare()
    live_bot.settle()
    live_bot.service.stop()
    for number in range(20):
        parent = live_bot.workspace.say("ana", channel, f"question {number}")
        live_bot.workspace.say("ben", channel, f"reply {number}", thread=parent)
    live_bot.restart(away=timedelta(minutes=20))
    return channel


def test_a_draft_waits_at_most_a_minute_for_threads_and_is_completed_in_place(
    live_bot: LiveBot,
) -> None:
    channel = _missed_threads(live_bot)
    live_bot.sandbox.faults.on("ratelimited", method="conversations.replies", retry_after=20)
    live_bot.command("ana", "resolve cache restarted", channel)
    for limits in (1, 2):
        eventually(lambda: _rate_limits(live_bot) >= limits and _retries(live_bot), "it waits")  # noqa: B023
        assert not _summary(live_bot, channel)
        live_bot.sandbox.clock.advance(timedelta(seconds=21))
    draft = _draft(live_bot, channel)
    assert "Still reading this channel's history:* 20 threads." in _summary(live_bot, channel)
    assert "Not yet read when this was drafted: 20 threads." in draft.markdown
    live_bot.sandbox.faults.clear()
    eventually(lambda: _retries(live_bot) or live_bot.service.is_quiet(), "the draft is posted")
    live_bot.sandbox.clock.advance(timedelta(seconds=21))
    live_bot.settle()
    draft = _draft(live_bot, channel)
    assert (
        "Drafted from 40 messages (40 from the history). No messages are missing." in draft.markdown
    )
    assert "Still reading" not in _summary(live_bot, channel)


def test_an_unavailable_history_does_not_hold_up_the_draft(live_bot: LiveBot) -> None:
    channel = live_bot.declare()
    live_bot.workspace.say("ana", channel, "it was the cache")
    live_bot.settle()
    live_bot.sandbox.faults.on("server_error", method="conversations.history", status=503)
    live_bot.command("ana", "resolve cache restarted", channel)

    def is_drafted() -> bool:
        live_bot.sandbox.clock.advance(timedelta(seconds=1))
        return bool(_summary(live_bot, channel))

    started_at = live_bot.sandbox.clock.now()
    eventually(is_drafted, "the draft came")
    assert live_bot.sandbox.clock.now() - started_at < timedelta(minutes=3)
    assert "Still reading this channel's history:* messages before" in _summary(live_bot, channel)
    live_bot.sandbox.faults.clear()
    live_bot.service.fetch_missed()  # as after a reconnect
    eventually(
        lambda: "No messages are missing." in _draft(live_bot, channel).markdown, "it's complete"
    )


def test_a_draft_with_an_unread_history_names_the_gap_and_is_completed_in_place(
    limited: LiveBot,
) -> None:
    live_bot = limited
    channel = live_bot.declare()
    for number in range(40):
        live_bot.workspace.say("ana", channel, f"message {number}")
    live_bot.settle()
    live_bot.service.stop()
    for number in range(30):
        live_bot.workspace.say("ana", channel, f"missed {number}")
    live_bot.restart(away=timedelta(minutes=20))
    live_bot.command("ana", "resolve cache restarted", channel)
    draft = _draft(live_bot, channel)  # at once, without advancing the clock
    _assert_gap_named(_summary(live_bot, channel), draft)
    assert _minutes_until_quiet(live_bot, 40) > 2
    draft = _draft(live_bot, channel)
    assert (
        "Drafted from 70 messages (30 from the history). No messages are missing." in draft.markdown
    )
    assert draft.document["recording"]["unread"] is None
    assert "Still reading" not in _summary(live_bot, channel)
    notices = [
        m["text"]
        for m in _thread(live_bot, channel)
        if "the draft now covers all of it" in m["text"]
    ]
    assert len(notices) == 1


def _assert_gap_named(summary: str, draft: Postmortem) -> None:
    assert "Still reading this channel's history:* messages before <!date^" in summary
    assert "so this will take about " in summary
    assert "Not yet read when this was drafted: messages before 2026-03-10" in draft.markdown
    assert "No messages are missing" not in draft.markdown


def _has_read_a_page(live_bot: LiveBot) -> bool:
    """Return whether a page was read for the draft and more pages remain."""
    with live_bot.store.begin() as session:
        (job,) = outbox.unfinished_of(session, 1, [JobKind.READ_HISTORY])
        return bool(job.progress.get("before"))


def test_messages_missed_during_a_long_history_read_are_fetched_afterwards(
    limited: LiveBot,
) -> None:
    live_bot = limited
    channel = live_bot.declare()
    live_bot.settle()
    live_bot.service.stop()
    messages = [live_bot.workspace.say("ana", channel, f"missed {number}") for number in range(40)]
    live_bot.restart(away=timedelta(minutes=20))
    live_bot.command("ana", "resolve cache restarted", channel)
    _draft(live_bot, channel)
    while not _has_read_a_page(live_bot):  # so the newest page was read already
        live_bot.sandbox.clock.advance(MINUTE)
        eventually(lambda: _retries(live_bot), "it's told to wait")
    live_bot.service.stop()
    live_bot.workspace.say("ben", channel, "it was the connection limit")
    live_bot.workspace.say("ben", channel, "I'd look here", thread=messages[-1])
    live_bot.restart(away=timedelta(minutes=10))
    _minutes_until_quiet(live_bot, 40)
    texts = [event.text for event in live_bot.timeline(channel)]
    assert texts.count("it was the connection limit") == texts.count("I'd look here") == 1


def test_a_long_thread_is_read_page_by_page(limited: LiveBot) -> None:
    live_bot = limited
    channel = live_bot.declare()
    parent = live_bot.workspace.say("ana", channel, "what do we know?")
    live_bot.settle()
    live_bot.service.stop()
    replies = [f"finding {number}" for number in range(40)]
    for text in replies:
        live_bot.workspace.say("ben", channel, text, thread=parent)
    live_bot.restart(away=timedelta(minutes=20))
    assert _minutes_until_quiet(live_bot, 20) >= 2
    assert [
        event.text for event in live_bot.timeline(channel) if event.thread_id == parent
    ] == replies
    pages = [
        call.args["oldest"] for call in live_bot.sandbox.record.called("conversations.replies")
    ]
    assert len(set(pages)) >= 3  # each page begins where the last one ended
    assert not any(
        call.args.get("inclusive") for call in live_bot.sandbox.record.calls
    )  # none missing


def test_messages_not_read_yet_do_not_count_as_deleted(limited: LiveBot) -> None:
    live_bot = limited
    channel = live_bot.declare()
    messages = [live_bot.workspace.say("ana", channel, f"message {number}") for number in range(30)]
    deleted = live_bot.workspace.say("ana", channel, "a slip")
    live_bot.settle()
    live_bot.service.stop()
    live_bot.workspace.delete(channel, deleted)
    live_bot.restart(away=timedelta(minutes=20))
    live_bot.command("ana", "resolve cache restarted", channel)
    _draft(live_bot, channel)
    _minutes_until_quiet(live_bot, 20)
    texts = {event.message_id: event.text for event in live_bot.timeline(channel)}
    assert [texts[ts] for ts in messages] == [f"message {number}" for number in range(30)]
    assert texts[deleted] == ""


def _draft_recorded(live_bot: LiveBot, messages: int) -> tuple[str, str]:
    """Draft an incident whose messages were all recorded; return the channel and the summary."""
    channel = live_bot.declare()
    for number in range(messages):
        live_bot.workspace.say("ana", channel, f"message {number}")
    live_bot.settle()
    live_bot.command("ana", "resolve cache restarted", channel)
    _draft(live_bot, channel)
    return channel, _summary_ts(live_bot, channel)


def test_a_long_thread_under_the_draft_does_not_hold_up_its_completion(limited: LiveBot) -> None:
    live_bot = limited
    channel, summary_ts = _draft_recorded(live_bot, 20)
    eventually(lambda: bool(live_bot.workspace.files), "the files are there")
    for number in range(30):
        live_bot.workspace.say("ben", channel, f"comment {number}", thread=summary_ts)
    _minutes_until_quiet(live_bot, 20)
    assert _draft(live_bot, channel).document["recording"]["unread"] is None


def test_a_section_written_meanwhile_survives_the_completion(limited: LiveBot) -> None:
    live_bot = limited
    channel, summary_ts = _draft_recorded(live_bot, 40)
    live_bot.workspace.press("ben", channel, summary_ts, "section_edit:1")
    live_bot.workspace.submit("ben", {"section": {"section": "root_cause"}})
    live_bot.workspace.submit("ben", {"text": {"text": "The connection limit had no owner"}})
    _minutes_until_quiet(live_bot, 20)
    draft = _draft(live_bot, channel)
    assert "The connection limit had no owner" in draft.markdown
    assert draft.document["recording"]["unread"] is None
