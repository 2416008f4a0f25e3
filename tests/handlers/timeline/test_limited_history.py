"""Slack limits how fast a history may be read: the draft comes all the same, and is completed later."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from bot.domain.job import JobKind
from storage import incidents, outbox, postmortems
from storage.postmortems import Postmortem
from tests.support.harness import Town, eventually

THREADS = 60
MINUTE = timedelta(seconds=61)


def _reads(town: Town, method: str) -> int:
    return len(town.sandbox.record.called(f"conversations.{method}"))


def _draft(town: Town, channel: str) -> Postmortem:
    """The newest version, once there is one."""
    eventually(lambda: bool(_summary(town, channel)), "the draft came")
    with town.store.begin() as session:
        incident = incidents.by_channel(session, channel)
        assert incident is not None
        found = postmortems.latest(session, incident.id)
        assert found is not None
        return found


def _summary(town: Town, channel: str) -> str:
    found = [m["text"] for m in town.said(channel) if m["text"].startswith("Postmortem draft")]
    assert len(found) <= 1
    return found[0] if found else ""


def _thread(town: Town, channel: str) -> list[dict[str, Any]]:
    head = next(m for m in town.said(channel) if m["text"].startswith("Postmortem draft"))
    return list(town.ws.replies(channel, head["ts"]))


def _limits(town: Town) -> int:
    """How often Slack said to wait."""
    return sum(call.status == 429 for call in town.sandbox.record.calls)


def _waits(town: Town) -> bool:
    with town.store.begin() as session:
        return outbox.unfinished(session) == outbox.retrying(session) > 0


def _minutes_until_quiet(town: Town, most: int) -> int:
    """Turn the clock a minute at a time until nothing is left to do; say how many it took."""
    for minutes in range(most):
        before = _limits(town)
        town.sandbox.clock.advance(MINUTE)
        eventually(
            lambda: (_limits(town) > before and _waits(town)) or town.service.is_quiet(),  # noqa: B023 - called at once
            "it's told to wait, or is done",
        )
        if town.service.is_quiet():
            return minutes
    raise AssertionError(f"not done after {most} minutes")


@pytest.fixture
def limited(town: Town) -> Iterator[Town]:
    """A town whose Slack takes the app for one that is distributed outside the Marketplace."""
    town.sandbox.faults.on("history_limited")
    yield town
    town.sandbox.faults.clear()


def test_a_crowded_channel_is_drafted_without_reading_what_is_recorded(town: Town) -> None:
    channel = town.declare()
    for number in range(THREADS):
        head = town.ws.say("ana", channel, f"question {number}")
        town.ws.say("ben", channel, f"reply {number}", thread=head)
        if number % 20 == 0:
            town.settle()
    town.settle()
    drafted = town.sandbox.faults
    drafted.on("ratelimited", method="conversations.replies")  # not one thread can be read
    town.incident("ana", "resolve cache restarted", channel)
    made = _draft(town, channel)
    assert made.document["recording"]["unread"] is None
    assert "no gaps" in made.markdown
    drafted.clear()
    town.settle()


def test_threads_that_were_missed_are_read_before_the_draft(town: Town) -> None:
    channel = town.declare()
    heads = [town.ws.say("ana", channel, f"question {number}") for number in range(20)]
    for head in heads:
        town.ws.say("ben", channel, "on it", thread=head)
    town.settle()
    town.sandbox.faults.on("dropped_before", kind="events_api")  # connected, and nothing comes
    town.ws.say("ben", channel, "the cause was the cache", thread=heads[3])
    before = _reads(town, "replies")
    town.incident("ana", "resolve cache restarted", channel)
    made = _draft(town, channel)
    assert made.document["recording"]["fetched"] == 1
    assert _reads(town, "replies") - before >= 1
    town.sandbox.faults.clear()
    eventually(town._given_up, "Slack gave up")
    town.settle()


def _missed_threads(town: Town) -> str:
    """A channel with twenty threads that nobody told the bot of."""
    channel = town.declare()
    town.settle()
    town.service.stop()
    for number in range(20):
        head = town.ws.say("ana", channel, f"question {number}")
        town.ws.say("ben", channel, f"reply {number}", thread=head)
    town.restart(away=timedelta(minutes=20))
    return channel


def test_a_crowded_channel_is_drafted_after_a_minute_and_completed_in_place(town: Town) -> None:
    channel = _missed_threads(town)
    town.sandbox.faults.on("ratelimited", method="conversations.replies", retry_after=20)
    town.incident("ana", "resolve cache restarted", channel)
    for tries in (1, 2):
        eventually(lambda: _limits(town) >= tries and _waits(town), "it waits")  # noqa: B023
        assert not _summary(town, channel)
        town.sandbox.clock.advance(timedelta(seconds=21))
    made = _draft(town, channel)
    assert "Still reading this channel's history:* 20 threads." in _summary(town, channel)
    assert "Not read yet when this was drafted: 20 threads." in made.markdown
    town.sandbox.faults.clear()
    eventually(lambda: _waits(town) or town.service.is_quiet(), "the draft is posted")
    town.sandbox.clock.advance(timedelta(seconds=21))
    town.settle()
    made = _draft(town, channel)
    assert "Drafted from 40 messages, 40 fetched late; no gaps." in made.markdown
    assert "Still reading" not in _summary(town, channel)


def test_a_history_that_slack_does_not_give_holds_up_no_draft(town: Town) -> None:
    channel = town.declare()
    town.ws.say("ana", channel, "it was the cache")
    town.settle()
    town.sandbox.faults.on("server_error", method="conversations.history", status=503)
    town.incident("ana", "resolve cache restarted", channel)

    def is_drafted() -> bool:
        town.sandbox.clock.advance(timedelta(seconds=1))
        return bool(_summary(town, channel))

    begun = town.sandbox.clock.now()
    eventually(is_drafted, "the draft came")
    assert town.sandbox.clock.now() - begun < timedelta(minutes=3)
    assert "Still reading this channel's history:* messages before" in _summary(town, channel)
    town.sandbox.faults.clear()
    town.service.fetch_missed()  # as when Slack is back
    eventually(lambda: "no gaps" in _draft(town, channel).markdown, "it's complete")


def test_a_draft_that_cannot_wait_names_its_gap_and_is_completed_in_place(limited: Town) -> None:
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
    made = _draft(town, channel)  # at once, without a turn of the clock
    _says_what_is_missing(_summary(town, channel), made)
    assert _minutes_until_quiet(town, 40) > 2
    made = _draft(town, channel)
    assert "Drafted from 70 messages, 30 fetched late; no gaps." in made.markdown
    assert made.document["recording"]["unread"] is None
    assert "Still reading" not in _summary(town, channel)
    told = [
        m["text"] for m in _thread(town, channel) if "the draft now covers all of it" in m["text"]
    ]
    assert len(told) == 1


def _says_what_is_missing(summary: str, made: Postmortem) -> None:
    assert "Still reading this channel's history:* messages before 2026-03-10" in summary
    assert "so this takes about " in summary
    assert "Not read yet when this was drafted: messages before 2026-03-10" in made.markdown
    assert "; 1 gap." in made.markdown


def _has_read(town: Town) -> bool:
    """Whether a page was read for the draft, and more are to come."""
    with town.store.begin() as session:
        (job,) = outbox.unfinished_of(session, 1, [JobKind.READ_HISTORY])
        return bool(job.progress.get("before"))


def test_what_is_missed_while_the_history_is_read_is_read_afterwards(limited: Town) -> None:
    town = limited
    channel = town.declare()
    town.settle()
    town.service.stop()
    said = [town.ws.say("ana", channel, f"missed {number}") for number in range(40)]
    town.restart(away=timedelta(minutes=20))
    town.incident("ana", "resolve cache restarted", channel)
    _draft(town, channel)
    while not _has_read(town):  # so the newest page is behind it
        town.sandbox.clock.advance(MINUTE)
        eventually(lambda: _waits(town), "it's told to wait")
    town.service.stop()
    town.ws.say("ben", channel, "it was the connection limit")
    town.ws.say("ben", channel, "I'd look here", thread=said[-1])
    town.restart(away=timedelta(minutes=10))
    _minutes_until_quiet(town, 40)
    texts = [event.text for event in town.recorded(channel)]
    assert texts.count("it was the connection limit") == texts.count("I'd look here") == 1


def test_a_long_thread_is_read_page_by_page(limited: Town) -> None:
    town = limited
    channel = town.declare()
    head = town.ws.say("ana", channel, "what do we know?")
    town.settle()
    town.service.stop()
    said = [f"finding {number}" for number in range(40)]
    for text in said:
        town.ws.say("ben", channel, text, thread=head)
    town.restart(away=timedelta(minutes=20))
    assert _minutes_until_quiet(town, 20) >= 2
    assert [event.text for event in town.recorded(channel) if event.thread_id == head] == said
    pages = [call.args["oldest"] for call in town.sandbox.record.called("conversations.replies")]
    assert len(set(pages)) >= 3  # each page begins where the last one ended
    assert not any(call.args.get("inclusive") for call in town.sandbox.record.calls)  # none missing


def test_what_was_not_read_yet_does_not_count_as_deleted(limited: Town) -> None:
    town = limited
    channel = town.declare()
    kept = [town.ws.say("ana", channel, f"message {number}") for number in range(30)]
    gone = town.ws.say("ana", channel, "a slip")
    town.settle()
    town.service.stop()
    town.ws.delete(channel, gone)
    town.restart(away=timedelta(minutes=20))
    town.incident("ana", "resolve cache restarted", channel)
    _draft(town, channel)
    _minutes_until_quiet(town, 20)
    found = {event.message_id: event.text for event in town.recorded(channel)}
    assert [found[each] for each in kept] == [f"message {number}" for number in range(30)]
    assert found[gone] == ""


def test_a_long_talk_under_the_draft_holds_up_nothing(limited: Town) -> None:
    town = limited
    channel = town.declare()
    for number in range(20):
        town.ws.say("ana", channel, f"message {number}")
    town.settle()
    town.incident("ana", "resolve cache restarted", channel)
    _draft(town, channel)
    head = next(m for m in town.said(channel) if m["text"].startswith("Postmortem draft"))
    eventually(lambda: bool(town.ws.files), "the files are there")
    for number in range(30):
        town.ws.say("ben", channel, f"comment {number}", thread=head["ts"])
    _minutes_until_quiet(town, 20)
    assert _draft(town, channel).document["recording"]["unread"] is None


def test_what_people_write_meanwhile_stays(limited: Town) -> None:
    town = limited
    channel = town.declare()
    for number in range(40):
        town.ws.say("ana", channel, f"message {number}")
    town.settle()
    town.incident("ana", "resolve cache restarted", channel)
    _draft(town, channel)
    head = next(m for m in town.said(channel) if m["text"].startswith("Postmortem draft"))
    town.ws.press("ben", channel, head["ts"], "section_edit:1")
    town.ws.submit("ben", {"section": {"section": "root_cause"}})
    town.ws.submit("ben", {"text": {"text": "The connection limit had no owner"}})
    _minutes_until_quiet(town, 20)
    made = _draft(town, channel)
    assert "The connection limit had no owner" in made.markdown
    assert made.document["recording"]["unread"] is None
