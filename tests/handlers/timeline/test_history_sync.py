"""What was missed is fetched: at start, in steps, and only what has changed."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.domain.timeline import EventKind
from handlers import scheduler
from handlers.outbox import channel_history
from sandbox.record import Call
from storage import incidents, outbox, timeline_counts
from storage.incidents import Comparison
from tests.support import harness
from tests.support.harness import Town, eventually

AWAY = timedelta(minutes=20)


def _texts(town: Town, channel: str) -> list[str]:
    return [e.text for e in town.recorded(channel) if e.kind is EventKind.MESSAGE and e.text]


def _reads(town: Town, method: str) -> list[Call]:
    return town.sandbox.record.called(f"conversations.{method}")


def _comparison(town: Town, channel: str) -> Comparison:
    with town.store.begin() as session:
        incident = incidents.by_channel(session, channel)
        assert incident is not None
        return incidents.comparison(session, incident.id)


def test_at_its_start_it_fetches_what_was_missed(town: Town) -> None:
    channel = town.declare()
    parent = town.ws.say("ana", channel, "it fails")
    quiet = town.ws.say("ben", channel, "another thread")
    town.ws.say("ana", channel, "its reply", thread=quiet)
    gone = town.ws.say("ana", channel, "to be deleted")
    changed = town.ws.say("ana", channel, "before")
    town.settle()
    town.service.stop()
    town.ws.say("ben", channel, "a late reply", thread=parent)
    town.ws.say("ben", channel, "a missed message")
    town.ws.delete(channel, gone)
    town.ws.edit(channel, changed, "after")
    town.ws.react("mei", channel, quiet, "pushpin")
    town.restart(away=AWAY)
    town.settle()
    said = ["it fails", "another thread", "its reply", "after", "a late reply", "a missed message"]
    assert sorted(_texts(town, channel)) == sorted(said)
    marked = [event.message_id for event in town.recorded(channel) if event.marks]
    assert marked == [quiet]


def test_threads_that_did_not_change_are_not_read_again(town: Town) -> None:
    channel = town.declare()
    threads = [town.ws.say("ana", channel, f"thread {number}") for number in range(3)]
    for thread in threads:
        town.ws.say("ben", channel, "a reply", thread=thread)
    town.settle()
    town.service.stop()
    town.restart(away=timedelta(days=2))  # nobody edits them any more
    town.settle()
    first = len(_reads(town, "replies"))
    town.service.stop()
    town.ws.say("ben", channel, "another reply", thread=threads[1])
    town.restart(away=AWAY)
    town.settle()
    again = _reads(town, "replies")[first:]
    assert [call.args["ts"] for call in again] == [threads[1]]


def test_a_limit_in_the_middle_loses_no_step(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(channel_history, "PAGE", 5)
    channel = town.declare()
    town.service.stop()
    said = [f"message {number}" for number in range(18)]
    for text in said:
        town.ws.say("ana", channel, text)
    limit = {"method": "conversations.history", "retry_after": 30}
    town.sandbox.faults.on("ratelimited", every=3, **limit)
    town.restart(away=AWAY)
    eventually(lambda: _waits(town), "Slack said to wait")
    for _ in range(2):
        town.sandbox.clock.advance(timedelta(seconds=31))
        eventually(lambda: _waits(town) or town.service.is_quiet(), "it went on")
    town.sandbox.faults.clear()
    town.sandbox.clock.advance(timedelta(seconds=31))
    town.settle()
    assert _texts(town, channel) == said
    asked = [call.args.get("latest") for call in _reads(town, "history") if call.status == 200]
    pages = [each for each in asked if each]
    assert len(pages) == len(set(pages)) >= 3  # no page was read twice


def _waits(town: Town) -> bool:
    with town.store.begin() as session:
        return outbox.retrying(session) > 0


def test_a_channel_closed_to_the_bot_is_a_gap_until_it_is_read(town: Town) -> None:
    channel = town.declare()
    town.settle()
    town.service.stop()
    town.ws.say("ana", channel, "said behind its back")
    town.sandbox.faults.on("error", method="conversations.history", times=1, error="not_in_channel")
    town.restart(away=AWAY)
    town.settle()
    found = _comparison(town, channel)
    assert (found.gaps, found.gap_reason, found.proven_until) == (1, "not_in_channel", None)
    town.sandbox.clock.advance(timedelta(minutes=6))
    town.settle()
    found = _comparison(town, channel)
    assert (found.gaps, found.gap_reason) == (0, "")
    assert found.proven_until is not None
    assert "said behind its back" in _texts(town, channel)


def test_a_message_that_was_heard_after_all_was_not_missed(town: Town) -> None:
    channel = town.declare()
    town.sandbox.faults.on("slow", kind="events_api", times=1, seconds=1.0)
    town.ws.say("ana", channel, "slow on its way")
    town.service.fetch_missed()
    eventually(lambda: _texts(town, channel) == ["slow on its way"], "it was fetched")
    town.settle()
    with town.store.begin() as session:
        incident = incidents.by_channel(session, channel)
        assert incident is not None
        assert timeline_counts.fetched(session, incident.id) == 0


def test_a_running_incident_is_looked_at_often(town: Town) -> None:
    channel = town.declare()
    town.sandbox.faults.on("dropped_before", kind="events_api")  # connected, and nothing comes
    town.ws.say("ana", channel, "unheard")
    town.sandbox.clock.advance(timedelta(minutes=6))
    scheduler.run_all(town.service.bot, town.service._wake)
    eventually(lambda: _texts(town, channel) == ["unheard"], "it was found by looking")
    opened = "apps.connections.open"
    eventually(lambda: len(town.sandbox.record.called(opened)) == 2, "the connection is made anew")
    town.sandbox.faults.clear()


def test_a_thread_that_was_deleted_meanwhile_is_no_trouble(town: Town) -> None:
    channel = town.declare()
    parent = town.ws.say("ana", channel, "a thread")
    town.ws.say("ben", channel, "a reply", thread=parent)
    town.settle()
    town.sandbox.faults.on(
        "error", method="conversations.replies", times=1, error="thread_not_found"
    )
    town.incident("ana", "resolve", channel)
    town.settle()
    assert "Postmortem draft" in town.texts(channel)
    assert _comparison(town, channel).gaps == 0


def test_the_draft_sees_an_edit_of_an_old_reply_that_nobody_told_of(
    town: Town,
) -> None:
    channel = town.declare()
    parent = town.ws.say("ana", channel, "a thread")
    reply = town.ws.say("ben", channel, "3,900 customers", thread=parent)
    town.settle()
    town.service.fetch_missed()
    town.settle()
    town.sandbox.faults.on("dropped_before", kind="events_api", times=4)
    town.ws.edit(channel, reply, "4,200 customers")
    eventually(town._given_up, "Slack gave up")
    town.settle()
    assert "3,900 customers" in _texts(town, channel)
    town.incident("ana", "resolve", channel)
    town.settle()
    assert "4,200 customers" in _texts(town, channel)


def test_a_reply_that_was_edited_while_it_was_away_is_found_at_the_start(town: Town) -> None:
    channel = town.declare()
    parent = town.ws.say("ana", channel, "a thread")
    reply = town.ws.say("ben", channel, "3,900 customers", thread=parent)
    town.settle()
    town.service.stop()
    town.ws.edit(channel, reply, "4,200 customers")
    town.restart(away=AWAY)
    town.settle()
    assert "4,200 customers" in _texts(town, channel)


def test_a_thread_that_lost_its_only_reply_while_it_was_away(town: Town) -> None:
    channel = town.declare()
    parent = town.ws.say("ana", channel, "a thread")
    reply = town.ws.say("ben", channel, "never mind", thread=parent)
    town.settle()
    town.service.stop()
    town.ws.delete(channel, reply)
    town.restart(away=AWAY)
    town.settle()
    assert _texts(town, channel) == ["a thread"]


@pytest.fixture
def hasty(tmp_path: Path) -> Iterator[Town]:
    """A town where Slack gives a delivery up at once, and no time passes meanwhile."""
    database = f"sqlite:///{tmp_path}/debrief.db"
    with harness.town(database, retries=(), ack_timeout=0.5) as made:
        yield made


def test_what_was_missed_between_two_connections_is_fetched_at_once(hasty: Town) -> None:
    town = hasty
    channel = town.declare()
    town.settle()
    town.sandbox.refuse_links()
    town.sandbox.cut()
    eventually(lambda: not town.service._is_connected(), "it noticed")
    town.ws.say("ana", channel, "said to nobody")
    town.sandbox.settle()
    town.sandbox.refuse_links(refuse=False)
    eventually(lambda: _texts(town, channel) == ["said to nobody"], "it was fetched")


def test_what_the_database_did_not_take_is_fetched_when_it_is_back(
    hasty: Town, tmp_path: Path
) -> None:
    town = hasty
    channel = town.declare()
    town.settle()
    file = tmp_path / "debrief.db"
    file.rename(tmp_path / "elsewhere.db")
    town.ws.say("ana", channel, "not taken")
    town.sandbox.settle()
    (tmp_path / "elsewhere.db").rename(file)
    eventually(lambda: _texts(town, channel) == ["not taken"], "it was fetched")


def test_a_threads_only_reply_that_was_deleted_just_now_is_missed_at_once(town: Town) -> None:
    channel = town.declare()
    first = town.ws.say("ana", channel, "looking")
    reply = town.ws.say("ana", channel, "a slip of the tongue", thread=first)
    town.settle()
    town.sandbox.faults.on("dropped_before", kind="events_api")  # connected, and nothing comes
    town.ws.delete(channel, reply)
    town.ws.say("ana", channel, "that is better")  # what is newest tells Slack's clock
    town.sandbox.cut()
    eventually(lambda: _texts(town, channel)[-1] == "that is better", "it was fetched")
    eventually(lambda: "a slip" not in str(_texts(town, channel)), "the deletion was seen")
    town.sandbox.faults.clear()
