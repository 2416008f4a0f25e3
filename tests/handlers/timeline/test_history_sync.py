"""History sync: missed messages are fetched at the start, and only where something changed."""

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
    return [
        event.text
        for event in town.recorded(channel)
        if event.kind is EventKind.MESSAGE and event.text
    ]


def _reads(town: Town, method: str) -> list[Call]:
    return town.sandbox.record.called(f"conversations.{method}")


def _comparison(town: Town, channel: str) -> Comparison:
    with town.store.begin() as session:
        incident = incidents.by_channel(session, channel)
        assert incident is not None
        return incidents.comparison(session, incident.id)


def test_missed_messages_edits_deletions_and_marks_are_fetched_at_the_start(town: Town) -> None:
    channel = town.declare()
    parent = town.ws.say("ana", channel, "it fails")
    quiet = town.ws.say("ben", channel, "another thread")
    town.ws.say("ana", channel, "its reply", thread=quiet)
    deleted = town.ws.say("ana", channel, "to be deleted")
    changed = town.ws.say("ana", channel, "before")
    town.settle()
    town.service.stop()
    town.ws.say("ben", channel, "a late reply", thread=parent)
    town.ws.say("ben", channel, "a missed message")
    town.ws.delete(channel, deleted)
    town.ws.edit(channel, changed, "after")
    town.ws.react("mei", channel, quiet, "pushpin")
    town.restart(away=AWAY)
    town.settle()
    texts = ["it fails", "another thread", "its reply", "after", "a late reply", "a missed message"]
    assert sorted(_texts(town, channel)) == sorted(texts)
    marked = [event.message_id for event in town.recorded(channel) if event.marks]
    assert marked == [quiet]


def test_unchanged_threads_are_not_read_again(town: Town) -> None:
    channel = town.declare()
    threads = [town.ws.say("ana", channel, f"thread {number}") for number in range(3)]
    for thread in threads:
        town.ws.say("ben", channel, "a reply", thread=thread)
    town.settle()
    town.service.stop()
    town.restart(away=timedelta(days=2))  # too old to be edited
    town.settle()
    count = len(_reads(town, "replies"))
    town.service.stop()
    town.ws.say("ben", channel, "another reply", thread=threads[1])
    town.restart(away=AWAY)
    town.settle()
    reads = _reads(town, "replies")[count:]
    assert [call.args["ts"] for call in reads] == [threads[1]]


def test_a_rate_limit_during_the_sync_loses_and_repeats_no_page(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(channel_history, "PAGE", 5)
    channel = town.declare()
    town.service.stop()
    texts = [f"message {number}" for number in range(18)]
    for text in texts:
        town.ws.say("ana", channel, text)
    limit = {"method": "conversations.history", "retry_after": 30}
    town.sandbox.faults.on("ratelimited", every=3, **limit)
    town.restart(away=AWAY)
    eventually(lambda: _is_retrying(town), "Slack said to wait")
    for _ in range(2):
        town.sandbox.clock.advance(timedelta(seconds=31))
        eventually(lambda: _is_retrying(town) or town.service.is_quiet(), "it went on")
    town.sandbox.faults.clear()
    town.sandbox.clock.advance(timedelta(seconds=31))
    town.settle()
    assert _texts(town, channel) == texts
    cursors = [call.args.get("latest") for call in _reads(town, "history") if call.status == 200]
    pages = [cursor for cursor in cursors if cursor]
    assert len(pages) == len(set(pages)) >= 3  # no page was read twice


def _is_retrying(town: Town) -> bool:
    with town.store.begin() as session:
        return outbox.retrying(session) > 0


def test_an_unreadable_channel_is_a_gap_until_it_can_be_read(town: Town) -> None:
    channel = town.declare()
    town.settle()
    town.service.stop()
    town.ws.say("ana", channel, "said behind its back")
    town.sandbox.faults.on("error", method="conversations.history", times=1, error="not_in_channel")
    town.restart(away=AWAY)
    town.settle()
    comparison = _comparison(town, channel)
    assert (comparison.gaps, comparison.gap_reason, comparison.proven_until) == (
        1,
        "not_in_channel",
        None,
    )
    town.sandbox.clock.advance(timedelta(minutes=6))
    town.settle()
    comparison = _comparison(town, channel)
    assert (comparison.gaps, comparison.gap_reason) == (0, "")
    assert comparison.proven_until is not None
    assert "said behind its back" in _texts(town, channel)


def test_a_message_delivered_after_it_was_fetched_does_not_count_as_missed(town: Town) -> None:
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


def test_an_open_incident_is_compared_regularly(town: Town) -> None:
    channel = town.declare()
    town.sandbox.faults.on("dropped_before", kind="events_api")  # connected, but no event arrives
    town.ws.say("ana", channel, "unheard")
    town.sandbox.clock.advance(timedelta(minutes=6))
    scheduler.run_all(town.service.bot, town.service._wake)
    eventually(lambda: _texts(town, channel) == ["unheard"], "it was found by looking")
    opened = "apps.connections.open"
    eventually(
        lambda: len(town.sandbox.record.called(opened)) == 2, "the connection is opened again"
    )
    town.sandbox.faults.clear()


def test_a_thread_deleted_meanwhile_does_not_hold_up_the_draft(town: Town) -> None:
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


def _declare_with_reply(town: Town, text: str) -> tuple[str, str]:
    """Declare an incident with one thread that has one reply; return the channel and the reply."""
    channel = town.declare()
    parent = town.ws.say("ana", channel, "a thread")
    reply = town.ws.say("ben", channel, text, thread=parent)
    town.settle()
    return channel, str(reply)


def test_the_draft_includes_an_undelivered_edit_of_an_old_reply(town: Town) -> None:
    channel, reply = _declare_with_reply(town, "3,900 customers")
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


def test_a_reply_edited_during_downtime_is_updated_at_the_start(town: Town) -> None:
    channel, reply = _declare_with_reply(town, "3,900 customers")
    town.service.stop()
    town.ws.edit(channel, reply, "4,200 customers")
    town.restart(away=AWAY)
    town.settle()
    assert "4,200 customers" in _texts(town, channel)


def test_a_reply_deleted_during_downtime_is_erased_when_it_was_the_only_one(town: Town) -> None:
    channel, reply = _declare_with_reply(town, "never mind")
    town.service.stop()
    town.ws.delete(channel, reply)
    town.restart(away=AWAY)
    town.settle()
    assert _texts(town, channel) == ["a thread"]


@pytest.fixture
def impatient_town(tmp_path: Path) -> Iterator[Town]:
    """A workspace whose Slack gives a delivery up at once."""
    database = f"sqlite:///{tmp_path}/debrief.db"
    with harness.town(database, retries=(), ack_timeout=0.5) as running_town:
        yield running_town


def test_messages_missed_between_two_connections_are_fetched_at_once(impatient_town: Town) -> None:
    town = impatient_town
    channel = town.declare()
    town.settle()
    town.sandbox.refuse_links()
    town.sandbox.cut()
    eventually(lambda: not town.service._is_connected(), "it noticed")
    town.ws.say("ana", channel, "said to nobody")
    town.sandbox.settle()
    town.sandbox.refuse_links(refuse=False)
    eventually(lambda: _texts(town, channel) == ["said to nobody"], "it was fetched")


def test_messages_that_the_database_refused_are_fetched_once_it_is_back(
    impatient_town: Town, tmp_path: Path
) -> None:
    town = impatient_town
    channel = town.declare()
    town.settle()
    file = tmp_path / "debrief.db"
    file.rename(tmp_path / "elsewhere.db")
    town.ws.say("ana", channel, "not taken")
    town.sandbox.settle()
    (tmp_path / "elsewhere.db").rename(file)
    eventually(lambda: _texts(town, channel) == ["not taken"], "it was fetched")


def test_the_undelivered_deletion_of_an_only_reply_is_noticed_at_once(town: Town) -> None:
    channel = town.declare()
    parent = town.ws.say("ana", channel, "looking")
    reply = town.ws.say("ana", channel, "a slip of the tongue", thread=parent)
    town.settle()
    town.sandbox.faults.on("dropped_before", kind="events_api")  # connected, and nothing comes
    town.ws.delete(channel, reply)
    town.ws.say("ana", channel, "that is better")  # the newest message gives Slack's time
    town.sandbox.cut()
    eventually(lambda: _texts(town, channel)[-1] == "that is better", "it was fetched")
    eventually(lambda: "a slip" not in str(_texts(town, channel)), "the deletion was seen")
    town.sandbox.faults.clear()
