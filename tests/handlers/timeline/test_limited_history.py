"""Drafting when Slack limits history reads: the draft comes anyway and is completed later."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from bot.domain.job import JobKind
from storage import outbox
from storage.postmortems import Postmortem
from tests.handlers.postmortems.stored import latest_postmortem
from tests.support.harness import Town, eventually

THREADS = 60
MINUTE = timedelta(seconds=61)


def _reads(town: Town, method: str) -> int:
    return len(town.sandbox.record.called(f"conversations.{method}"))


def _draft(town: Town, channel: str) -> Postmortem:
    """Return the newest version, once there is one."""
    eventually(lambda: bool(_summary(town, channel)), "the draft came")
    return latest_postmortem(town, channel)


def _summary(town: Town, channel: str) -> str:
    summaries = [m["text"] for m in town.said(channel) if m["text"].startswith("Postmortem draft")]
    assert len(summaries) <= 1
    return summaries[0] if summaries else ""


def _summary_ts(town: Town, channel: str) -> str:
    summary = next(m for m in town.said(channel) if m["text"].startswith("Postmortem draft"))
    return str(summary["ts"])


def _thread(town: Town, channel: str) -> list[dict[str, Any]]:
    return list(town.ws.replies(channel, _summary_ts(town, channel)))


def _rate_limits(town: Town) -> int:
    """Return how often Slack responded with a rate limit."""
    return sum(call.status == 429 for call in town.sandbox.record.calls)


def _retries(town: Town) -> bool:
    with town.store.begin() as session:
        return outbox.unfinished(session) == outbox.retrying(session) > 0


def _minutes_until_quiet(town: Town, limit: int) -> int:
    """Advance the clock by minutes until nothing is left to do, and return their number."""
    for minutes in range(limit):
        before = _rate_limits(town)
        town.sandbox.clock.advance(MINUTE)
        eventually(
            lambda: (_rate_limits(town) > before and _retries(town)) or town.service.is_quiet(),  # noqa: B023 - called at once
            "it's told to wait, or is done",
        )
        if town.service.is_quiet():
            return minutes
    raise AssertionError(f"not done after {limit} minutes")


@pytest.fixture
def limited(town: Town) -> Iterator[Town]:
    """A workspace with the history limits for apps distributed outside the Marketplace."""
    town.sandbox.faults.on("history_limited")
    yield town
    town.sandbox.faults.clear()


def test_a_busy_channel_is_drafted_without_reading_recorded_threads_again(town: Town) -> None:
    channel = town.declare()
    for number in range(THREADS):
        parent = town.ws.say("ana", channel, f"question {number}")
        town.ws.say("ben", channel, f"reply {number}", thread=parent)
        if number % 20 == 0:
            town.settle()
    town.settle()
    faults = town.sandbox.faults
    faults.on("ratelimited", method="conversations.replies")  # no thread can be read
    town.incident("ana", "resolve cache restarted", channel)
    draft = _draft(town, channel)
    assert draft.document["recording"]["unread"] is None
    assert "no gaps" in draft.markdown
    faults.clear()
    town.settle()


def test_missed_threads_are_read_before_the_draft(town: Town) -> None:
    channel = town.declare()
    parents = [town.ws.say("ana", channel, f"question {number}") for number in range(20)]
    for parent in parents:
        town.ws.say("ben", channel, "on it", thread=parent)
    town.settle()
    town.sandbox.faults.on("dropped_before", kind="events_api")  # connected, but no event arrives
    town.ws.say("ben", channel, "the cause was the cache", thread=parents[3])
    before = _reads(town, "replies")
    town.incident("ana", "resolve cache restarted", channel)
    draft = _draft(town, channel)
    assert draft.document["recording"]["fetched"] == 1
    assert _reads(town, "replies") - before >= 1
    town.sandbox.faults.clear()
    eventually(town._given_up, "Slack gave up")
    town.settle()


def _missed_threads(town: Town) -> str:
    """Return a channel with twenty threads that were posted while the bot was down."""
    channel = town.declare()
    town.settle()
    town.service.stop()
    for number in range(20):
        parent = town.ws.say("ana", channel, f"question {number}")
        town.ws.say("ben", channel, f"reply {number}", thread=parent)
    town.restart(away=timedelta(minutes=20))
    return channel


def test_a_draft_waits_at_most_a_minute_for_threads_and_is_completed_in_place(town: Town) -> None:
    channel = _missed_threads(town)
    town.sandbox.faults.on("ratelimited", method="conversations.replies", retry_after=20)
    town.incident("ana", "resolve cache restarted", channel)
    for limits in (1, 2):
        eventually(lambda: _rate_limits(town) >= limits and _retries(town), "it waits")  # noqa: B023
        assert not _summary(town, channel)
        town.sandbox.clock.advance(timedelta(seconds=21))
    draft = _draft(town, channel)
    assert "Still reading this channel's history:* 20 threads." in _summary(town, channel)
    assert "Not read yet when this was drafted: 20 threads." in draft.markdown
    town.sandbox.faults.clear()
    eventually(lambda: _retries(town) or town.service.is_quiet(), "the draft is posted")
    town.sandbox.clock.advance(timedelta(seconds=21))
    town.settle()
    draft = _draft(town, channel)
    assert "Drafted from 40 messages, 40 fetched late; no gaps." in draft.markdown
    assert "Still reading" not in _summary(town, channel)


def test_an_unavailable_history_does_not_hold_up_the_draft(town: Town) -> None:
    channel = town.declare()
    town.ws.say("ana", channel, "it was the cache")
    town.settle()
    town.sandbox.faults.on("server_error", method="conversations.history", status=503)
    town.incident("ana", "resolve cache restarted", channel)

    def is_drafted() -> bool:
        town.sandbox.clock.advance(timedelta(seconds=1))
        return bool(_summary(town, channel))

    started_at = town.sandbox.clock.now()
    eventually(is_drafted, "the draft came")
    assert town.sandbox.clock.now() - started_at < timedelta(minutes=3)
    assert "Still reading this channel's history:* messages before" in _summary(town, channel)
    town.sandbox.faults.clear()
    town.service.fetch_missed()  # as after a reconnect
    eventually(lambda: "no gaps" in _draft(town, channel).markdown, "it's complete")


def test_a_draft_with_an_unread_history_names_the_gap_and_is_completed_in_place(
    limited: Town,
) -> None:
    town = limited
    channel = town.declare()
    for number in range(40):
        town.ws.say("ana", channel, f"message {number}")
    town.settle()
    town.service.stop()
    for number in range(30):
        town.ws.say("ana", channel, f"missed {number}")
    town.restart(away=timedelta(minutes=20))
    town.incident("ana", "resolve cache restarted", channel)
    draft = _draft(town, channel)  # at once, without advancing the clock
    _assert_gap_named(_summary(town, channel), draft)
    assert _minutes_until_quiet(town, 40) > 2
    draft = _draft(town, channel)
    assert "Drafted from 70 messages, 30 fetched late; no gaps." in draft.markdown
    assert draft.document["recording"]["unread"] is None
    assert "Still reading" not in _summary(town, channel)
    notices = [
        m["text"] for m in _thread(town, channel) if "the draft now covers all of it" in m["text"]
    ]
    assert len(notices) == 1


def _assert_gap_named(summary: str, draft: Postmortem) -> None:
    assert "Still reading this channel's history:* messages before 2026-03-10" in summary
    assert "so this takes about " in summary
    assert "Not read yet when this was drafted: messages before 2026-03-10" in draft.markdown
    assert "; 1 gap." in draft.markdown


def _has_read_a_page(town: Town) -> bool:
    """Return whether a page was read for the draft and more pages remain."""
    with town.store.begin() as session:
        (job,) = outbox.unfinished_of(session, 1, [JobKind.READ_HISTORY])
        return bool(job.progress.get("before"))


def test_messages_missed_during_a_long_history_read_are_fetched_afterwards(limited: Town) -> None:
    town = limited
    channel = town.declare()
    town.settle()
    town.service.stop()
    messages = [town.ws.say("ana", channel, f"missed {number}") for number in range(40)]
    town.restart(away=timedelta(minutes=20))
    town.incident("ana", "resolve cache restarted", channel)
    _draft(town, channel)
    while not _has_read_a_page(town):  # so the newest page was read already
        town.sandbox.clock.advance(MINUTE)
        eventually(lambda: _retries(town), "it's told to wait")
    town.service.stop()
    town.ws.say("ben", channel, "it was the connection limit")
    town.ws.say("ben", channel, "I'd look here", thread=messages[-1])
    town.restart(away=timedelta(minutes=10))
    _minutes_until_quiet(town, 40)
    texts = [event.text for event in town.recorded(channel)]
    assert texts.count("it was the connection limit") == texts.count("I'd look here") == 1


def test_a_long_thread_is_read_page_by_page(limited: Town) -> None:
    town = limited
    channel = town.declare()
    parent = town.ws.say("ana", channel, "what do we know?")
    town.settle()
    town.service.stop()
    replies = [f"finding {number}" for number in range(40)]
    for text in replies:
        town.ws.say("ben", channel, text, thread=parent)
    town.restart(away=timedelta(minutes=20))
    assert _minutes_until_quiet(town, 20) >= 2
    assert [event.text for event in town.recorded(channel) if event.thread_id == parent] == replies
    pages = [call.args["oldest"] for call in town.sandbox.record.called("conversations.replies")]
    assert len(set(pages)) >= 3  # each page begins where the last one ended
    assert not any(call.args.get("inclusive") for call in town.sandbox.record.calls)  # none missing


def test_messages_not_read_yet_do_not_count_as_deleted(limited: Town) -> None:
    town = limited
    channel = town.declare()
    messages = [town.ws.say("ana", channel, f"message {number}") for number in range(30)]
    deleted = town.ws.say("ana", channel, "a slip")
    town.settle()
    town.service.stop()
    town.ws.delete(channel, deleted)
    town.restart(away=timedelta(minutes=20))
    town.incident("ana", "resolve cache restarted", channel)
    _draft(town, channel)
    _minutes_until_quiet(town, 20)
    texts = {event.message_id: event.text for event in town.recorded(channel)}
    assert [texts[ts] for ts in messages] == [f"message {number}" for number in range(30)]
    assert texts[deleted] == ""


def _draft_recorded(town: Town, messages: int) -> tuple[str, str]:
    """Draft an incident whose messages were all recorded; return the channel and the summary."""
    channel = town.declare()
    for number in range(messages):
        town.ws.say("ana", channel, f"message {number}")
    town.settle()
    town.incident("ana", "resolve cache restarted", channel)
    _draft(town, channel)
    return channel, _summary_ts(town, channel)


def test_a_long_thread_under_the_draft_does_not_hold_up_its_completion(limited: Town) -> None:
    town = limited
    channel, summary_ts = _draft_recorded(town, 20)
    eventually(lambda: bool(town.ws.files), "the files are there")
    for number in range(30):
        town.ws.say("ben", channel, f"comment {number}", thread=summary_ts)
    _minutes_until_quiet(town, 20)
    assert _draft(town, channel).document["recording"]["unread"] is None


def test_a_section_written_meanwhile_survives_the_completion(limited: Town) -> None:
    town = limited
    channel, summary_ts = _draft_recorded(town, 40)
    town.ws.press("ben", channel, summary_ts, "section_edit:1")
    town.ws.submit("ben", {"section": {"section": "root_cause"}})
    town.ws.submit("ben", {"text": {"text": "The connection limit had no owner"}})
    _minutes_until_quiet(town, 20)
    draft = _draft(town, channel)
    assert "The connection limit had no owner" in draft.markdown
    assert draft.document["recording"]["unread"] is None
