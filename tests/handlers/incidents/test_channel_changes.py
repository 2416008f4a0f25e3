"""Channels made private or public, renamed, archived or unarchived, and their incidents."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.incident import Incident
from storage import incidents, outbox
from tests.support.harness import LiveBot
from tests.support.outsiders import MARKER, visible_to

TITLE = "checkout queue is stuck"


def _incident(live_bot: LiveBot, channel: str) -> Incident:
    with live_bot.store.begin() as session:
        incident = incidents.by_channel(session, channel)
    assert incident is not None
    return incident


@pytest.fixture
def channel(live_bot: LiveBot) -> str:
    """A public incident of Ana and Ben that was announced; Mei isn't in the incident's channel."""
    channel_id = live_bot.declare(f"P1 {TITLE}")
    live_bot.workspace.join("ben", channel_id)
    live_bot.workspace.say("ben", channel_id, "the queue is full of refunds")
    live_bot.settle()
    assert TITLE in live_bot.text_in("incidents")
    assert TITLE in live_bot.command("mei", "search queue", "general")
    return channel_id


def _mention_marker_everywhere(live_bot: LiveBot, channel: str) -> None:
    """Use the marker in every kind of message and command, then send the digest."""
    live_bot.workspace.say("ben", channel, f"it is the {MARKER} account")
    for command in (f"update 30m {MARKER} is blocked", f"note {MARKER}", f"impact all of {MARKER}",
                  f"action remove {MARKER} @ben friday", f"resolve {MARKER} is gone"):  # fmt: skip
        live_bot.command("ana", command, channel)
        live_bot.settle()
    live_bot.sandbox.clock.move_to(datetime(2026, 3, 16, 9, 1, tzinfo=UTC))
    live_bot.settle()


def _assert_mei_finds_nothing(live_bot: LiveBot) -> None:
    live_bot.command("mei", "declare P1 refund queue is late")
    live_bot.settle()
    own_channel = str(
        live_bot.sandbox.record.called("conversations.create")[-1].answer["channel"]["id"]
    )
    commands = ("search queue", "search item:remove", "similar", "list", "digest", "actions 1")
    for command in commands:
        assert TITLE not in live_bot.command("mei", command, own_channel), command
    live_bot.workspace.open_home("mei")
    live_bot.settle()
    texts = visible_to(live_bot, "mei")
    assert [text for text in texts if MARKER in text.lower()] == []
    announcements = [
        message["text"]
        for message in live_bot.messages("incidents")
        if "INC-2026-001" in message["text"]
    ]
    assert announcements == ["INC-2026-001 is private now."]


def test_nothing_is_public_after_the_channel_was_made_private(
    live_bot: LiveBot, channel: str
) -> None:
    live_bot.workspace.make_private("ana", channel)
    live_bot.settle()
    assert "This channel is private now, so INC-2026-001 is too" in live_bot.text_in(channel)
    assert "Private: only members of this channel" in json.dumps(live_bot.messages(channel))
    _mention_marker_everywhere(live_bot, channel)
    _assert_mei_finds_nothing(live_bot)
    assert "(private)" in live_bot.command("ben", f"search {MARKER}", "general")


def test_a_missed_privacy_change_is_found_when_the_channel_is_compared(
    live_bot: LiveBot, channel: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("handlers.slack.channel_payloads._CHANGES", {})
    live_bot.workspace.make_private("ana", channel)
    live_bot.settle()
    assert not _incident(live_bot, channel).private
    live_bot.sandbox.clock.advance(timedelta(minutes=6))  # the channel is compared with its record
    live_bot.settle()
    _mention_marker_everywhere(live_bot, channel)
    _assert_mei_finds_nothing(live_bot)


def test_a_privacy_change_of_an_old_incident_is_found_at_the_start(
    live_bot: LiveBot, channel: str
) -> None:
    live_bot.command("ana", "resolve done", channel)
    live_bot.settle()
    live_bot.sandbox.clock.advance(timedelta(days=20))
    live_bot.settle()
    live_bot.service.stop()
    live_bot.workspace.make_private("ana", channel)
    live_bot.restart(timedelta(hours=8))
    live_bot.settle()
    assert _incident(live_bot, channel).private
    _assert_mei_finds_nothing(live_bot)


def test_an_incident_stays_private_until_somebody_makes_it_public(live_bot: LiveBot) -> None:
    channel = live_bot.declare(f"P1 {TITLE}", private=True)
    live_bot.workspace.invite("ana", channel, "ben")
    live_bot.workspace.make_public("ana", channel)
    for _ in range(3):  # asked once, however often the change is seen
        live_bot.sandbox.clock.advance(timedelta(minutes=6))
        live_bot.settle()
    questions = [
        message for message in live_bot.messages(channel) if "stays private" in message["text"]
    ]
    assert len(questions) == 1
    assert "No results for" in live_bot.command("mei", "search queue", "general")
    assert "(private)" in live_bot.command("ben", "search queue", "general")
    live_bot.press("ben", channel, "Make incident public")
    assert "made INC-2026-001 public" in live_bot.text_in(channel)
    assert TITLE in live_bot.text_in("incidents")
    assert TITLE in live_bot.command("mei", "search queue", "general")


def test_make_incident_public_is_refused_once_the_channel_is_private_again(
    live_bot: LiveBot,
) -> None:
    channel = live_bot.declare(f"P1 {TITLE}", private=True)
    live_bot.workspace.make_public("ana", channel)
    live_bot.settle()
    live_bot.workspace.make_private("ana", channel)
    live_bot.settle()
    live_bot.press("ana", channel, "Make incident public")
    assert "private in Slack, so INC-2026-001 stays private" in live_bot.text_in(channel)
    assert _incident(live_bot, channel).private
    assert TITLE not in live_bot.text_in("incidents")


@pytest.mark.parametrize("private", [False, True])
def test_a_renamed_channel_updates_the_incident(live_bot: LiveBot, *, private: bool) -> None:
    channel = live_bot.declare(private=private)
    live_bot.workspace.rename("ana", channel, "renamed-by-ana")
    live_bot.settle()
    assert _incident(live_bot, channel).channel_name == "renamed-by-ana"


@pytest.mark.parametrize("private", [False, True])
def test_messages_refused_by_an_archived_channel_are_posted_after_it_is_unarchived(
    live_bot: LiveBot, *, private: bool
) -> None:
    channel = live_bot.declare("P1 checkout fails", private=private)
    live_bot.workspace.say("ana", channel, "root cause: the pool was cut from 40 to 4")
    live_bot.settle()
    live_bot.workspace.archive("ana", channel)
    live_bot.settle()
    live_bot.command("ana", "resolve pool is back", channel)
    live_bot.settle()  # refused jobs are not retried forever
    with live_bot.store.begin() as session:
        assert {job.reason for job in outbox.list_set_aside(session)} >= {"is_archived"}
    assert "Postmortem draft" not in live_bot.text_in(channel)
    live_bot.workspace.unarchive("ana", channel)
    live_bot.settle()
    with live_bot.store.begin() as session:
        assert outbox.list_set_aside(session) == []
    texts = live_bot.text_in(channel)
    assert texts.count("Postmortem draft: INC-2026-001") == 1
    assert texts.count("resolved INC-2026-001") <= 1
