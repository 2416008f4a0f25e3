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
from tests.support.harness import LiveBot, eventually

AWAY = timedelta(minutes=20)


def _texts(live_bot: LiveBot, channel: str) -> list[str]:
    return [
        event.text
        for event in live_bot.timeline(channel)
        if event.kind is EventKind.MESSAGE and event.text
    ]


def _reads(live_bot: LiveBot, method: str) -> list[Call]:
    return live_bot.sandbox.record.called(f"conversations.{method}")


def _comparison(live_bot: LiveBot, channel: str) -> Comparison:
    with live_bot.store.begin() as session:
        incident = incidents.by_channel(session, channel)
        assert incident is not None
        return incidents.comparison(session, incident.id)


def test_missed_messages_edits_deletions_and_marks_are_fetched_at_the_start(
    live_bot: LiveBot,
) -> None:
    channel = live_bot.declare()
    parent = live_bot.workspace.say("ana", channel, "it fails")
    quiet = live_bot.workspace.say("ben", channel, "another thread")
    live_bot.workspace.say("ana", channel, "its reply", thread=quiet)
    deleted = live_bot.workspace.say("ana", channel, "to be deleted")
    changed = live_bot.workspace.say("ana", channel, "before")
    live_bot.settle()
    live_bot.service.stop()
    live_bot.workspace.say("ben", channel, "a late reply", thread=parent)
    live_bot.workspace.say("ben", channel, "a missed message")
    live_bot.workspace.delete(channel, deleted)
    live_bot.workspace.edit(channel, changed, "after")
    live_bot.workspace.react("mei", channel, quiet, "pushpin")
    live_bot.restart(away=AWAY)
    live_bot.settle()
    texts = ["it fails", "another thread", "its reply", "after", "a late reply", "a missed message"]
    assert sorted(_texts(live_bot, channel)) == sorted(texts)
    marked = [event.message_id for event in live_bot.timeline(channel) if event.marks]
    assert marked == [quiet]


def test_unchanged_threads_are_not_read_again(live_bot: LiveBot) -> None:
    channel = live_bot.declare()
    threads = [live_bot.workspace.say("ana", channel, f"thread {number}") for number in range(3)]
    for thread in threads:
        live_bot.workspace.say("ben", channel, "a reply", thread=thread)
    live_bot.settle()
    live_bot.service.stop()
    live_bot.restart(away=timedelta(days=2))  # too old to be edited
    live_bot.settle()
    count = len(_reads(live_bot, "replies"))
    live_bot.service.stop()
    live_bot.workspace.say("ben", channel, "another reply", thread=threads[1])
    live_bot.restart(away=AWAY)
    live_bot.settle()
    reads = _reads(live_bot, "replies")[count:]
    assert [call.args["ts"] for call in reads] == [threads[1]]


def test_a_rate_limit_during_the_sync_loses_and_repeats_no_page(
    live_bot: LiveBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(channel_history, "PAGE", 5)
    channel = live_bot.declare()
    live_bot.service.stop()
    texts = [f"message {number}" for number in range(18)]
    for text in texts:
        live_bot.workspace.say("ana", channel, text)
    limit = {"method": "conversations.history", "retry_after": 30}
    live_bot.sandbox.faults.on("ratelimited", every=3, **limit)
    live_bot.restart(away=AWAY)
    eventually(lambda: _is_retrying(live_bot), "Slack said to wait")
    for _ in range(2):
        live_bot.sandbox.clock.advance(timedelta(seconds=31))
        eventually(lambda: _is_retrying(live_bot) or live_bot.service.is_quiet(), "it went on")
    live_bot.sandbox.faults.clear()
    live_bot.sandbox.clock.advance(timedelta(seconds=31))
    live_bot.settle()
    assert _texts(live_bot, channel) == texts
    cursors = [
        call.args.get("latest") for call in _reads(live_bot, "history") if call.status == 200
    ]
    pages = [cursor for cursor in cursors if cursor]
    assert len(pages) == len(set(pages)) >= 3  # no page was read twice


def _is_retrying(live_bot: LiveBot) -> bool:
    with live_bot.store.begin() as session:
        return outbox.retrying(session) > 0


def test_an_unreadable_channel_is_a_gap_until_it_can_be_read(live_bot: LiveBot) -> None:
    channel = live_bot.declare()
    live_bot.settle()
    live_bot.service.stop()
    live_bot.workspace.say("ana", channel, "said behind its back")
    live_bot.sandbox.faults.on(
        "error", method="conversations.history", times=1, error="not_in_channel"
    )
    live_bot.restart(away=AWAY)
    live_bot.settle()
    comparison = _comparison(live_bot, channel)
    assert (comparison.gaps, comparison.gap_reason, comparison.proven_until) == (
        1,
        "not_in_channel",
        None,
    )
    live_bot.sandbox.clock.advance(timedelta(minutes=6))
    live_bot.settle()
    comparison = _comparison(live_bot, channel)
    assert (comparison.gaps, comparison.gap_reason) == (0, "")
    assert comparison.proven_until is not None
    assert "said behind its back" in _texts(live_bot, channel)


def test_a_message_delivered_after_it_was_fetched_does_not_count_as_missed(
    live_bot: LiveBot,
) -> None:
    channel = live_bot.declare()
    live_bot.sandbox.faults.on("slow", kind="events_api", times=1, seconds=1.0)
    live_bot.workspace.say("ana", channel, "slow on its way")
    live_bot.service.fetch_missed()
    eventually(lambda: _texts(live_bot, channel) == ["slow on its way"], "it was fetched")
    live_bot.settle()
    with live_bot.store.begin() as session:
        incident = incidents.by_channel(session, channel)
        assert incident is not None
        assert timeline_counts.fetched(session, incident.id) == 0


def test_an_open_incident_is_compared_regularly(live_bot: LiveBot) -> None:
    channel = live_bot.declare()
    live_bot.sandbox.faults.on(
        "dropped_before", kind="events_api"
    )  # connected, but no event arrives
    live_bot.workspace.say("ana", channel, "unheard")
    live_bot.sandbox.clock.advance(timedelta(minutes=6))
    scheduler.run_all(live_bot.service.bot, live_bot.service._wake)
    eventually(lambda: _texts(live_bot, channel) == ["unheard"], "it was found by looking")
    opened = "apps.connections.open"
    eventually(
        lambda: len(live_bot.sandbox.record.called(opened)) == 2, "the connection is opened again"
    )
    live_bot.sandbox.faults.clear()


def test_a_thread_deleted_meanwhile_does_not_hold_up_the_draft(live_bot: LiveBot) -> None:
    channel = live_bot.declare()
    parent = live_bot.workspace.say("ana", channel, "a thread")
    live_bot.workspace.say("ben", channel, "a reply", thread=parent)
    live_bot.settle()
    live_bot.sandbox.faults.on(
        "error", method="conversations.replies", times=1, error="thread_not_found"
    )
    live_bot.command("ana", "resolve", channel)
    live_bot.settle()
    assert "Postmortem draft" in live_bot.text_in(channel)
    assert _comparison(live_bot, channel).gaps == 0


def _declare_with_reply(live_bot: LiveBot, text: str) -> tuple[str, str]:
    """Declare an incident with one thread that has one reply; return the channel and the reply."""
    channel = live_bot.declare()
    parent = live_bot.workspace.say("ana", channel, "a thread")
    reply = live_bot.workspace.say("ben", channel, text, thread=parent)
    live_bot.settle()
    return channel, str(reply)


def test_the_draft_includes_an_undelivered_edit_of_an_old_reply(live_bot: LiveBot) -> None:
    channel, reply = _declare_with_reply(live_bot, "3,900 customers")
    live_bot.service.fetch_missed()
    live_bot.settle()
    live_bot.sandbox.faults.on("dropped_before", kind="events_api", times=4)
    live_bot.workspace.edit(channel, reply, "4,200 customers")
    eventually(live_bot.has_given_up, "Slack gave up")
    live_bot.settle()
    assert "3,900 customers" in _texts(live_bot, channel)
    live_bot.command("ana", "resolve", channel)
    live_bot.settle()
    assert "4,200 customers" in _texts(live_bot, channel)


def test_a_reply_edited_during_downtime_is_updated_at_the_start(live_bot: LiveBot) -> None:
    channel, reply = _declare_with_reply(live_bot, "3,900 customers")
    live_bot.service.stop()
    live_bot.workspace.edit(channel, reply, "4,200 customers")
    live_bot.restart(away=AWAY)
    live_bot.settle()
    assert "4,200 customers" in _texts(live_bot, channel)


def test_a_reply_deleted_during_downtime_is_erased_when_it_was_the_only_one(
    live_bot: LiveBot,
) -> None:
    channel, reply = _declare_with_reply(live_bot, "never mind")
    live_bot.service.stop()
    live_bot.workspace.delete(channel, reply)
    live_bot.restart(away=AWAY)
    live_bot.settle()
    assert _texts(live_bot, channel) == ["a thread"]


@pytest.fixture
def impatient_town(tmp_path: Path) -> Iterator[LiveBot]:
    """A workspace whose Slack gives a delivery up at once."""
    database = f"sqlite:///{tmp_path}/debrief.db"
    with harness.start_live_bot(database, retries=(), ack_timeout=0.5) as running_town:
        yield running_town


def test_messages_missed_between_two_connections_are_fetched_at_once(
    impatient_town: LiveBot,
) -> None:
    live_bot = impatient_town
    channel = live_bot.declare()
    live_bot.settle()
    live_bot.sandbox.refuse_links()
    live_bot.sandbox.cut()
    eventually(lambda: not live_bot.service._is_connected(), "it noticed")
    live_bot.workspace.say("ana", channel, "said to nobody")
    live_bot.sandbox.settle()
    live_bot.sandbox.refuse_links(refuse=False)
    eventually(lambda: _texts(live_bot, channel) == ["said to nobody"], "it was fetched")


def test_messages_that_the_database_refused_are_fetched_once_it_is_back(
    impatient_town: LiveBot, tmp_path: Path
) -> None:
    live_bot = impatient_town
    channel = live_bot.declare()
    live_bot.settle()
    file = tmp_path / "debrief.db"
    file.rename(tmp_path / "elsewhere.db")
    live_bot.workspace.say("ana", channel, "not taken")
    live_bot.sandbox.settle()
    (tmp_path / "elsewhere.db").rename(file)
    eventually(lambda: _texts(live_bot, channel) == ["not taken"], "it was fetched")


def test_the_undelivered_deletion_of_an_only_reply_is_noticed_at_once(live_bot: LiveBot) -> None:
    channel = live_bot.declare()
    parent = live_bot.workspace.say("ana", channel, "looking")
    reply = live_bot.workspace.say("ana", channel, "a slip of the tongue", thread=parent)
    live_bot.settle()
    live_bot.sandbox.faults.on("dropped_before", kind="events_api")  # connected, and nothing comes
    live_bot.workspace.delete(channel, reply)
    live_bot.workspace.say(
        "ana", channel, "that is better"
    )  # the newest message gives Slack's time
    live_bot.sandbox.cut()
    eventually(lambda: _texts(live_bot, channel)[-1] == "that is better", "it was fetched")
    eventually(lambda: "a slip" not in str(_texts(live_bot, channel)), "the deletion was seen")
    live_bot.sandbox.faults.clear()
