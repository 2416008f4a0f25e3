"""Channels made private or public, renamed, archived or unarchived, and their incidents."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.incident import Incident
from storage import incidents, outbox
from tests.support.harness import Town
from tests.support.outsiders import MARKER, seen_by

TITLE = "checkout queue is stuck"


def _incident(town: Town, channel: str) -> Incident:
    with town.store.begin() as session:
        incident = incidents.by_channel(session, channel)
    assert incident is not None
    return incident


@pytest.fixture
def channel(town: Town) -> str:
    """A public incident of Ana and Ben that was announced; Mei isn't in its channel."""
    channel_id = town.declare(f"P1 {TITLE}")
    town.ws.join("ben", channel_id)
    town.ws.say("ben", channel_id, "the queue is full of refunds")
    town.settle()
    assert TITLE in town.texts("incidents")
    assert TITLE in town.incident("mei", "search queue", "general")
    return channel_id


def _mention_marker_everywhere(town: Town, channel: str) -> None:
    """Use the marker in every kind of message and command, then send the digest."""
    town.ws.say("ben", channel, f"it is the {MARKER} account")
    for command in (f"update 30m {MARKER} is blocked", f"note {MARKER}", f"impact all of {MARKER}",
                  f"action remove {MARKER} @ben friday", f"resolve {MARKER} is gone"):  # fmt: skip
        town.incident("ana", command, channel)
        town.settle()
    town.sandbox.clock.move_to(datetime(2026, 3, 16, 9, 1, tzinfo=UTC))
    town.settle()


def _assert_mei_finds_nothing(town: Town) -> None:
    town.incident("mei", "declare P1 refund queue is late")
    town.settle()
    own_channel = str(
        town.sandbox.record.called("conversations.create")[-1].answer["channel"]["id"]
    )
    commands = ("search queue", "search item:remove", "similar", "list", "digest", "actions 1")
    for command in commands:
        assert TITLE not in town.incident("mei", command, own_channel), command
    town.ws.open_home("mei")
    town.settle()
    texts = seen_by(town, "mei")
    assert [text for text in texts if MARKER in text.lower()] == []
    announcements = [
        message["text"] for message in town.said("incidents") if "INC-2026-001" in message["text"]
    ]
    assert announcements == ["INC-2026-001 is private now."]


def test_nothing_is_public_after_the_channel_was_made_private(town: Town, channel: str) -> None:
    town.ws.make_private("ana", channel)
    town.settle()
    assert "This channel is private now, so INC-2026-001 is too" in town.texts(channel)
    assert "Private: only those who are in this channel" in json.dumps(town.said(channel))
    _mention_marker_everywhere(town, channel)
    _assert_mei_finds_nothing(town)
    assert "(private)" in town.incident("ben", f"search {MARKER}", "general")


def test_a_missed_privacy_change_is_found_when_the_channel_is_compared(
    town: Town, channel: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("handlers.slack.channel_payloads._CHANGES", {})
    town.ws.make_private("ana", channel)
    town.settle()
    assert not _incident(town, channel).private
    town.sandbox.clock.advance(timedelta(minutes=6))  # the channel is compared with its record
    town.settle()
    _mention_marker_everywhere(town, channel)
    _assert_mei_finds_nothing(town)


def test_a_privacy_change_of_an_old_incident_is_found_at_the_start(
    town: Town, channel: str
) -> None:
    town.incident("ana", "resolve done", channel)
    town.settle()
    town.sandbox.clock.advance(timedelta(days=20))
    town.settle()
    town.service.stop()
    town.ws.make_private("ana", channel)
    town.restart(timedelta(hours=8))
    town.settle()
    assert _incident(town, channel).private
    _assert_mei_finds_nothing(town)


def test_an_incident_stays_private_until_somebody_makes_it_public(town: Town) -> None:
    channel = town.declare(f"P1 {TITLE}", private=True)
    town.ws.invite("ana", channel, "ben")
    town.ws.make_public("ana", channel)
    for _ in range(3):  # asked once, however often the change is seen
        town.sandbox.clock.advance(timedelta(minutes=6))
        town.settle()
    questions = [message for message in town.said(channel) if "stays private" in message["text"]]
    assert len(questions) == 1
    assert "Nothing was found" in town.incident("mei", "search queue", "general")
    assert "(private)" in town.incident("ben", "search queue", "general")
    town.press("ben", channel, "Make incident public")
    assert "made INC-2026-001 public" in town.texts(channel)
    assert TITLE in town.texts("incidents")
    assert TITLE in town.incident("mei", "search queue", "general")


def test_make_incident_public_is_refused_once_the_channel_is_private_again(town: Town) -> None:
    channel = town.declare(f"P1 {TITLE}", private=True)
    town.ws.make_public("ana", channel)
    town.settle()
    town.ws.make_private("ana", channel)
    town.settle()
    town.press("ana", channel, "Make incident public")
    assert "private in Slack, so INC-2026-001 stays private" in town.texts(channel)
    assert _incident(town, channel).private
    assert TITLE not in town.texts("incidents")


@pytest.mark.parametrize("private", [False, True])
def test_a_renamed_channel_updates_the_incident(town: Town, *, private: bool) -> None:
    channel = town.declare(private=private)
    town.ws.rename("ana", channel, "renamed-by-ana")
    town.settle()
    assert _incident(town, channel).channel_name == "renamed-by-ana"


@pytest.mark.parametrize("private", [False, True])
def test_messages_refused_by_an_archived_channel_are_posted_after_it_is_unarchived(
    town: Town, *, private: bool
) -> None:
    channel = town.declare("P1 checkout fails", private=private)
    town.ws.say("ana", channel, "root cause: the pool was cut from 40 to 4")
    town.settle()
    town.ws.archive("ana", channel)
    town.settle()
    town.incident("ana", "resolve pool is back", channel)
    town.settle()  # refused jobs are not retried forever
    with town.store.begin() as session:
        assert {job.reason for job in outbox.list_set_aside(session)} >= {"is_archived"}
    assert "Postmortem draft" not in town.texts(channel)
    town.ws.unarchive("ana", channel)
    town.settle()
    with town.store.begin() as session:
        assert outbox.list_set_aside(session) == []
    texts = town.texts(channel)
    assert texts.count("Postmortem draft: INC-2026-001") == 1
    assert texts.count("resolved INC-2026-001") <= 1
