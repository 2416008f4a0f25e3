"""Recording messages, edits, deletions and marks in the timeline."""

from datetime import timedelta
from pathlib import Path

from bot.domain.timeline import EventKind, Mark, Source
from tests.support.harness import Town


def _texts(town: Town, channel: str) -> list[str]:
    kinds = {EventKind.MESSAGE, EventKind.ALERT}
    return [event.text for event in town.recorded(channel) if event.kind in kinds]


def test_messages_replies_and_alerts_keep_their_own_time_and_author(town: Town) -> None:
    channel = town.declare()
    parent = town.ws.say("ana", channel, "who has context?")
    reply = town.ws.say("ben", channel, "me", thread=parent)
    town.ws.alert("Beacon", channel, "FIRING queue depth")
    town.settle()
    first, second, alert = [
        event
        for event in town.recorded(channel)
        if event.kind in {EventKind.MESSAGE, EventKind.ALERT}
    ]
    assert (first.message_id, first.author) == (parent, town.ws.person("ana").id)
    assert (second.message_id, second.thread_id) == (reply, parent)
    assert (alert.kind, alert.author, alert.text) == (
        EventKind.ALERT,
        "Beacon",
        "FIRING queue depth",
    )
    assert f"{first.happened_at.timestamp():.6f}" == parent


def test_an_alert_with_text_in_attachments_only_is_recorded(town: Town) -> None:
    channel = town.declare()
    town.ws.alert("Beacon", channel, "", attachments=[{"title": "5xx", "text": "41% of requests"}])
    town.settle()
    assert _texts(town, channel) == ["5xx\n41% of requests"]


def test_joins_and_topic_changes_are_recorded(town: Town) -> None:
    channel = town.declare()
    town.ws.join("mei", channel)
    town.ws.set_topic("mei", channel, "bridge: 555")
    town.settle()
    kinds = [
        event.kind for event in town.recorded(channel) if event.author == town.ws.person("mei").id
    ]
    assert kinds == [EventKind.JOINED, EventKind.TOPIC]


def test_an_edit_replaces_the_text_and_is_marked_as_edited(town: Town) -> None:
    channel = town.declare()
    ts = town.ws.say("ana", channel, "3,900 customers")
    town.ws.edit(channel, ts, "4,200 customers")
    town.settle()
    (event,) = [e for e in town.recorded(channel) if e.message_id == ts]
    assert (event.text, event.edited) == ("4,200 customers", True)


def test_a_deletion_removes_the_text_and_keeps_the_entry(town: Town) -> None:
    channel = town.declare()
    ts = town.ws.say("ana", channel, "oops, wrong channel")
    town.ws.delete(channel, ts)
    town.settle()
    (event,) = [e for e in town.recorded(channel) if e.message_id == ts]
    assert (event.text, event.deleted) == ("", True)


def test_secrets_are_redacted_before_anything_is_stored(town: Town, tmp_path: Path) -> None:
    channel = town.declare()
    ts = town.ws.say("ana", channel, "db password=correct-horse-battery")
    town.ws.edit(channel, ts, "db password=correct-horse-staple")
    town.incident("ana", "note the key is AKIAIOSFODNN7EXAMPLE", channel)
    town.settle()
    assert any("[removed: password]" in text for text in _texts(town, channel))
    stored = (tmp_path / "debrief.db").read_bytes()
    assert b"correct-horse" not in stored
    assert b"AKIAIOSFODNN7EXAMPLE" not in stored


def test_a_pushpin_marks_a_message_until_the_last_one_is_removed(town: Town) -> None:
    channel = town.declare()
    ts = town.ws.say("ana", channel, "found it")
    town.ws.react("ben", channel, ts, "pushpin")
    town.ws.react("mei", channel, ts, "pushpin")
    town.ws.react("mei", channel, ts, "eyes")
    town.settle()
    assert _marks(town, channel, ts) == {Mark.TIMELINE}
    town.ws.unreact("ben", channel, ts, "pushpin")
    town.settle()
    assert _marks(town, channel, ts) == {Mark.TIMELINE}  # Mei's is still there
    town.ws.unreact("mei", channel, ts, "pushpin")
    town.settle()
    assert _marks(town, channel, ts) == set()


def test_a_pushpin_on_a_reply_marks_only_that_reply(town: Town) -> None:
    channel = town.declare()
    parent = town.ws.say("ana", channel, "why?")
    reply = town.ws.say("ben", channel, "the pool", thread=parent)
    town.ws.react("ana", channel, reply, "pushpin")
    town.settle()
    assert _marks(town, channel, reply) == {Mark.TIMELINE}
    assert _marks(town, channel, parent) == set()


def test_other_channels_are_not_recorded(town: Town) -> None:
    town.ws.say("ana", "general", "lunch?")
    town.settle()
    assert town.recorded(str(town.ws.channel("general").id)) == []


def test_the_bots_own_messages_are_not_recorded(town: Town) -> None:
    channel = town.declare()
    town.incident("ana", "status identified", channel)
    town.incident("ana", "resolve", channel)
    town.settle()
    assert _texts(town, channel) == []


def test_a_repeated_delivery_is_recorded_once(town: Town) -> None:
    channel = town.declare()
    town.sandbox.faults.on("duplicate", kind="events_api")
    town.ws.say("ana", channel, "once")
    town.settle()
    assert _texts(town, channel) == ["once"]


def test_an_edit_delivered_before_its_message_is_not_lost(town: Town) -> None:
    channel = town.declare()
    town.sandbox.faults.on("reorder", kind="events_api")
    ts = town.ws.say("ana", channel, "3,900")
    town.ws.edit(channel, ts, "4,200")
    town.sandbox.faults.clear()
    town.settle()
    assert _texts(town, channel) == ["4,200"]


def test_messages_edits_and_deletions_during_downtime_are_in_the_draft(town: Town) -> None:
    channel = town.declare()
    unchanged = town.ws.say("ana", channel, "said while it listened")
    deleted = town.ws.say("ana", channel, "deleted while it was away")
    changed = town.ws.say("ana", channel, "before")
    town.settle()
    town.service.stop()
    parent = town.ws.say("ben", channel, "missed one")
    town.ws.say("ben", channel, "missed reply", thread=parent)
    town.ws.delete(channel, deleted)
    town.ws.edit(channel, changed, "after")
    town.restart(away=timedelta(minutes=20))
    town.incident("ana", "resolve", channel)
    town.settle()
    events = {event.message_id: event for event in town.recorded(channel)}
    assert {"missed one", "missed reply", "after"} <= set(_texts(town, channel))
    assert "Recorded: 5 messages, 2 fetched late, 1 edited, 1 deleted, 0 gaps" in town.texts(
        channel
    )
    assert events[deleted].deleted
    assert (events[unchanged].source, events[parent].source) == (Source.HEARD, Source.FETCHED)
    assert not events[unchanged].deleted


def test_the_draft_counts_an_unreadable_history_as_a_gap(town: Town) -> None:
    channel = town.declare()
    town.ws.say("ana", channel, "heard live")
    town.settle()
    town.sandbox.faults.on("error", method="conversations.history", times=1, error="missing_scope")
    town.incident("ana", "resolve", channel)
    town.settle()
    assert "1 messages, 0 fetched late, 0 edited, 0 deleted, 1 gap" in town.texts(channel)
    assert _texts(town, channel) == ["heard live"]


def _marks(town: Town, channel: str, ts: str) -> set[Mark]:
    (event,) = [e for e in town.recorded(channel) if e.message_id == ts]
    return set(event.marks)
