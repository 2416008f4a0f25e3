"""Recording messages, edits, deletions and marks in the timeline."""

from datetime import timedelta
from pathlib import Path

from bot.domain.timeline import EventKind, Mark, Source
from tests.support.harness import LiveBot


def _texts(live_bot: LiveBot, channel: str) -> list[str]:
    kinds = {EventKind.MESSAGE, EventKind.ALERT}
    return [event.text for event in live_bot.timeline(channel) if event.kind in kinds]


def test_messages_replies_and_alerts_keep_their_own_time_and_author(live_bot: LiveBot) -> None:
    channel = live_bot.declare()
    parent = live_bot.workspace.say("ana", channel, "who has context?")
    reply = live_bot.workspace.say("ben", channel, "me", thread=parent)
    live_bot.workspace.alert("Beacon", channel, "FIRING queue depth")
    live_bot.settle()
    first, second, alert = [
        event
        for event in live_bot.timeline(channel)
        if event.kind in {EventKind.MESSAGE, EventKind.ALERT}
    ]
    assert (first.message_id, first.author) == (parent, live_bot.workspace.person("ana").id)
    assert (second.message_id, second.thread_id) == (reply, parent)
    assert (alert.kind, alert.author, alert.text) == (
        EventKind.ALERT,
        "Beacon",
        "FIRING queue depth",
    )
    assert f"{first.happened_at.timestamp():.6f}" == parent


def test_an_alert_with_text_in_attachments_only_is_recorded(live_bot: LiveBot) -> None:
    channel = live_bot.declare()
    live_bot.workspace.alert(
        "Beacon", channel, "", attachments=[{"title": "5xx", "text": "41% of requests"}]
    )
    live_bot.settle()
    assert _texts(live_bot, channel) == ["5xx\n41% of requests"]


def test_joins_and_topic_changes_are_recorded(live_bot: LiveBot) -> None:
    channel = live_bot.declare()
    live_bot.workspace.join("mei", channel)
    live_bot.workspace.set_topic("mei", channel, "bridge: 555")
    live_bot.settle()
    kinds = [
        event.kind
        for event in live_bot.timeline(channel)
        if event.author == live_bot.workspace.person("mei").id
    ]
    assert kinds == [EventKind.JOINED, EventKind.TOPIC]


def test_an_edit_replaces_the_text_and_is_marked_as_edited(live_bot: LiveBot) -> None:
    channel = live_bot.declare()
    ts = live_bot.workspace.say("ana", channel, "3,900 customers")
    live_bot.workspace.edit(channel, ts, "4,200 customers")
    live_bot.settle()
    (event,) = [e for e in live_bot.timeline(channel) if e.message_id == ts]
    assert (event.text, event.edited) == ("4,200 customers", True)


def test_a_deletion_removes_the_text_and_keeps_the_entry(live_bot: LiveBot) -> None:
    channel = live_bot.declare()
    ts = live_bot.workspace.say("ana", channel, "oops, wrong channel")
    live_bot.workspace.delete(channel, ts)
    live_bot.settle()
    (event,) = [e for e in live_bot.timeline(channel) if e.message_id == ts]
    assert (event.text, event.deleted) == ("", True)


def test_secrets_are_redacted_before_anything_is_stored(live_bot: LiveBot, tmp_path: Path) -> None:
    channel = live_bot.declare()
    ts = live_bot.workspace.say("ana", channel, "db password=correct-horse-battery")
    live_bot.workspace.edit(channel, ts, "db password=correct-horse-staple")
    live_bot.command("ana", "note the key is AKIAIOSFODNN7EXAMPLE", channel)
    live_bot.settle()
    assert any("[removed: password]" in text for text in _texts(live_bot, channel))
    stored = (tmp_path / "debrief.db").read_bytes()
    assert b"correct-horse" not in stored
    assert b"AKIAIOSFODNN7EXAMPLE" not in stored


def test_a_pushpin_marks_a_message_until_the_last_one_is_removed(live_bot: LiveBot) -> None:
    channel = live_bot.declare()
    ts = live_bot.workspace.say("ana", channel, "found it")
    live_bot.workspace.react("ben", channel, ts, "pushpin")
    live_bot.workspace.react("mei", channel, ts, "pushpin")
    live_bot.workspace.react("mei", channel, ts, "eyes")
    live_bot.settle()
    assert _marks(live_bot, channel, ts) == {Mark.TIMELINE}
    live_bot.workspace.unreact("ben", channel, ts, "pushpin")
    live_bot.settle()
    assert _marks(live_bot, channel, ts) == {Mark.TIMELINE}  # Mei's is still there
    live_bot.workspace.unreact("mei", channel, ts, "pushpin")
    live_bot.settle()
    assert _marks(live_bot, channel, ts) == set()


def test_a_pushpin_on_a_reply_marks_only_that_reply(live_bot: LiveBot) -> None:
    channel = live_bot.declare()
    parent = live_bot.workspace.say("ana", channel, "why?")
    reply = live_bot.workspace.say("ben", channel, "the pool", thread=parent)
    live_bot.workspace.react("ana", channel, reply, "pushpin")
    live_bot.settle()
    assert _marks(live_bot, channel, reply) == {Mark.TIMELINE}
    assert _marks(live_bot, channel, parent) == set()


def test_other_channels_are_not_recorded(live_bot: LiveBot) -> None:
    live_bot.workspace.say("ana", "general", "lunch?")
    live_bot.settle()
    assert live_bot.timeline(str(live_bot.workspace.channel("general").id)) == []


def test_the_bots_own_messages_are_not_recorded(live_bot: LiveBot) -> None:
    channel = live_bot.declare()
    live_bot.command("ana", "status identified", channel)
    live_bot.command("ana", "resolve", channel)
    live_bot.settle()
    assert _texts(live_bot, channel) == []


def test_a_repeated_delivery_is_recorded_once(live_bot: LiveBot) -> None:
    channel = live_bot.declare()
    live_bot.sandbox.faults.on("duplicate", kind="events_api")
    live_bot.workspace.say("ana", channel, "once")
    live_bot.settle()
    assert _texts(live_bot, channel) == ["once"]


def test_an_edit_delivered_before_its_message_is_not_lost(live_bot: LiveBot) -> None:
    channel = live_bot.declare()
    live_bot.sandbox.faults.on("reorder", kind="events_api")
    ts = live_bot.workspace.say("ana", channel, "3,900")
    live_bot.workspace.edit(channel, ts, "4,200")
    live_bot.sandbox.faults.clear()
    live_bot.settle()
    assert _texts(live_bot, channel) == ["4,200"]


def test_messages_edits_and_deletions_during_downtime_are_in_the_draft(live_bot: LiveBot) -> None:
    channel = live_bot.declare()
    unchanged = live_bot.workspace.say("ana", channel, "said while it listened")
    deleted = live_bot.workspace.say("ana", channel, "deleted while it was away")
    changed = live_bot.workspace.say("ana", channel, "before")
    live_bot.settle()
    live_bot.service.stop()
    parent = live_bot.workspace.say("ben", channel, "missed one")
    live_bot.workspace.say("ben", channel, "missed reply", thread=parent)
    live_bot.workspace.delete(channel, deleted)
    live_bot.workspace.edit(channel, changed, "after")
    live_bot.restart(away=timedelta(minutes=20))
    live_bot.command("ana", "resolve", channel)
    live_bot.settle()
    events = {event.message_id: event for event in live_bot.timeline(channel)}
    assert {"missed one", "missed reply", "after"} <= set(_texts(live_bot, channel))
    assert "Recorded: 5 messages (2 from the history, 1 edited, 1 deleted)." in live_bot.text_in(
        channel
    )
    assert events[deleted].deleted
    assert (events[unchanged].source, events[parent].source) == (Source.HEARD, Source.FETCHED)
    assert not events[unchanged].deleted


def test_the_draft_counts_an_unreadable_history_as_a_gap(live_bot: LiveBot) -> None:
    channel = live_bot.declare()
    live_bot.workspace.say("ana", channel, "heard live")
    live_bot.settle()
    live_bot.sandbox.faults.on(
        "error", method="conversations.history", times=1, error="missing_scope"
    )
    live_bot.command("ana", "resolve", channel)
    live_bot.settle()
    assert "Recorded: 1 message; parts of the history couldn't be checked." in live_bot.text_in(
        channel
    )
    assert _texts(live_bot, channel) == ["heard live"]


def _marks(live_bot: LiveBot, channel: str, ts: str) -> set[Mark]:
    (event,) = [e for e in live_bot.timeline(channel) if e.message_id == ts]
    return set(event.marks)
