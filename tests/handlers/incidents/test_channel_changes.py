"""A channel is made private or public, renamed, archived or unarchived, and its incident follows."""

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
        found = incidents.by_channel(session, channel)
    assert found is not None
    return found


@pytest.fixture
def channel(town: Town) -> str:
    """A public incident of Ana and Ben, announced and found by Mei, who isn't in its channel."""
    made = town.declare(f"P1 {TITLE}")
    town.ws.join("ben", made)
    town.ws.say("ben", made, "the queue is full of refunds")
    town.settle()
    assert TITLE in town.texts("incidents")
    assert TITLE in town.incident("mei", "search queue", "general")
    return made


def _live_on(town: Town, channel: str) -> None:
    """Let the marker be said everywhere, and everything come that is said of an incident."""
    town.ws.say("ben", channel, f"it is the {MARKER} account")
    for words in (f"update 30m {MARKER} is blocked", f"note {MARKER}", f"impact all of {MARKER}",
                  f"action remove {MARKER} @ben friday", f"resolve {MARKER} is gone"):  # fmt: skip
        town.incident("ana", words, channel)
        town.settle()
    town.sandbox.clock.move_to(datetime(2026, 3, 16, 9, 1, tzinfo=UTC))
    town.settle()


def _mei_finds_nothing(town: Town) -> None:
    town.incident("mei", "declare P1 refund queue is late")
    town.settle()
    own = str(town.sandbox.record.called("conversations.create")[-1].answer["channel"]["id"])
    asked = ("search queue", "search item:remove", "similar", "list", "digest", "actions 1")
    for words in asked:
        assert TITLE not in town.incident("mei", words, own), words
    town.ws.open_home("mei")
    town.settle()
    seen = seen_by(town, "mei")
    assert [text for text in seen if MARKER in text.lower()] == []
    announced = [each["text"] for each in town.said("incidents") if "INC-2026-001" in each["text"]]
    assert announced == ["INC-2026-001 is private now."]


def test_what_is_said_after_a_channel_became_private_is_nowhere_public(
    town: Town, channel: str
) -> None:
    town.ws.make_private("ana", channel)
    town.settle()
    assert "This channel is private now, so INC-2026-001 is too" in town.texts(channel)
    assert "Private: only those who are in this channel" in json.dumps(town.said(channel))
    _live_on(town, channel)
    _mei_finds_nothing(town)
    assert "(private)" in town.incident("ben", f"search {MARKER}", "general")


def test_it_is_learned_from_slack_where_the_event_was_missed(
    town: Town, channel: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("handlers.slack.channel_payloads._CHANGES", {})
    town.ws.make_private("ana", channel)
    town.settle()
    assert not _incident(town, channel).private
    town.sandbox.clock.advance(timedelta(minutes=6))  # the channel is compared with its record
    town.settle()
    _live_on(town, channel)
    _mei_finds_nothing(town)


def test_it_is_learned_at_the_start_of_incidents_that_are_long_over(
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
    _mei_finds_nothing(town)


def test_one_that_became_public_stays_private_until_somebody_decides(town: Town) -> None:
    channel = town.declare(f"P1 {TITLE}", private=True)
    town.ws.invite("ana", channel, "ben")
    town.ws.make_public("ana", channel)
    for _ in range(3):  # said once, however often it is seen
        town.sandbox.clock.advance(timedelta(minutes=6))
        town.settle()
    said = [each for each in town.said(channel) if "stays private" in each["text"]]
    assert len(said) == 1
    assert "Nothing was found" in town.incident("mei", "search queue", "general")
    assert "(private)" in town.incident("ben", "search queue", "general")
    town.press("ben", channel, "Make incident public")
    assert "made INC-2026-001 public" in town.texts(channel)
    assert TITLE in town.texts("incidents")
    assert TITLE in town.incident("mei", "search queue", "general")


def test_the_button_does_nothing_once_the_channel_is_private_again(town: Town) -> None:
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
def test_a_renamed_channel_is_followed(town: Town, *, private: bool) -> None:
    channel = town.declare(private=private)
    town.ws.rename("ana", channel, "renamed-by-ana")
    town.settle()
    assert _incident(town, channel).channel_name == "renamed-by-ana"


@pytest.mark.parametrize("private", [False, True])
def test_what_an_archived_channel_did_not_take_is_said_once_it_is_back(
    town: Town, *, private: bool
) -> None:
    channel = town.declare("P1 checkout fails", private=private)
    town.ws.say("ana", channel, "root cause: the pool was cut from 40 to 4")
    town.settle()
    town.ws.archive("ana", channel)
    town.settle()
    town.incident("ana", "resolve pool is back", channel)
    town.settle()  # nothing is tried for ever
    with town.store.begin() as session:
        assert {each.reason for each in outbox.list_set_aside(session)} >= {"is_archived"}
    assert "Postmortem draft" not in town.texts(channel)
    town.ws.unarchive("ana", channel)
    town.settle()
    with town.store.begin() as session:
        assert outbox.list_set_aside(session) == []
    texts = town.texts(channel)
    assert texts.count("Postmortem draft: INC-2026-001") == 1
    assert texts.count("resolved INC-2026-001") <= 1
