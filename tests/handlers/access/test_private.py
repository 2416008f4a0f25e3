"""Private incidents: a word used in one appears nowhere that an outsider can look."""

import json
import re
from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.timeline import EventKind
from bot.slack_text.subtypes import Subtype
from handlers.slack import message_payloads
from storage import incidents
from tests.support.harness import Town

MARKER = "zanzibar"
# The query that they typed.
_ECHO = re.compile(r"found for (?:“|\\u201c).*?(?:”|\\u201d)", re.IGNORECASE)


@pytest.fixture
def private_channel(town: Town) -> str:
    """A private incident through its whole life, with the marker everywhere in it."""
    answer = town.incident("ana", f"private P1 payments queue of {MARKER} is leaking")
    assert "private channel" in answer
    town.settle()
    call = town.sandbox.record.called("conversations.create")[-1]
    channel = str(call.answer["channel"]["id"])
    town.ws.invite("ana", channel, "ben")
    town.ws.say("ben", channel, f"the {MARKER} bucket was public, I'll close {MARKER} by friday")
    town.incident("ana", f"note {MARKER} found by a customer", channel)
    town.incident("ana", f"update 30m {MARKER} is closed off", channel)
    town.incident("ana", f"impact 40 customers of {MARKER}", channel)
    town.incident("ana", f"action rotate the keys of {MARKER} @ben 2026-03-11 P0", channel)
    town.incident("ana", f"resolve {MARKER} is closed", channel)
    town.settle()
    return channel


def test_a_private_incident_has_a_private_channel_and_a_draft(
    town: Town, private_channel: str
) -> None:
    call = town.sandbox.record.called("conversations.create")[-1]
    assert call.answer["channel"]["is_private"]
    assert "Postmortem draft" in town.texts(private_channel)
    assert "Private: only those who are in this channel" in json.dumps(town.said(private_channel))


def test_a_person_outside_finds_no_trace_of_a_private_incident(
    town: Town, private_channel: str
) -> None:
    town.sandbox.clock.move_to(datetime(2026, 3, 16, 9, 1, tzinfo=UTC))  # reminders and the digest
    town.settle()
    town.incident("ben", f"private P2 {MARKER} again")  # an open one
    town.incident("mei", "declare P1 payments queue is leaking")
    town.settle()
    other = str(town.sandbox.record.called("conversations.create")[-1].answer["channel"]["id"])
    town.ws.say("mei", other, "the same as before")
    town.incident("mei", "resolve fixed", other)
    town.settle()
    answers = [
        town.incident("mei", line, place)
        for place in ("general", other)
        for line in (
            "list",
            "actions",
            "postmortem again",
            "timeline",
            "digest",
            "postmortem",
            "check",
            "help",
            "similar",
            "search queue",
            f"search {MARKER}",
            f"search cause:{MARKER}",
            f"search service:{MARKER} item:{MARKER} alert:{MARKER}",
            "search payments queue leaking severity:P1 since:2026",
        )
    ]
    town.ws.open_home("mei")
    town.settle()
    texts = [_ECHO.sub("", text) for text in (*answers, *_collect_visible(town, "mei"))]
    assert [text for text in texts if MARKER in text.lower()] == []
    assert any("Action items, week" in text for text in texts)  # the digest was posted
    assert MARKER in json.dumps(town.said(private_channel))  # the marker exists


@pytest.mark.usefixtures("private_channel")
def test_only_members_find_a_private_incident_in_searches_and_counts(town: Town) -> None:
    assert "(private)" in town.incident("ben", f"search {MARKER}")
    for query in ("search queue", f"search {MARKER}", "search since:2026"):
        assert "Nothing was found" in town.incident("mei", query)
    for number in range(11):
        town.incident("mei", f"declare queue {number}")
    town.settle()
    assert "and 1 more" in town.incident("mei", "search queue")
    assert "and 2 more" in town.incident("ben", "search queue")


def test_the_author_of_the_message_it_was_declared_from_cannot_see_a_private_incident(
    town: Town,
) -> None:
    """The incident may be about that person."""
    ts = str(town.ws.say("mei", "general", f"the {MARKER} is mine"))
    town.ws.message_shortcut("ana", "declare_from_message", "general", ts)
    private = {"seen_by": {"seen_by": "invited"}, "title": {"title": f"{MARKER} taken"}}
    assert town.ws.submit("ana", private) == {}
    town.settle()
    assert "INC-2026-001" in town.incident("ana", f"search {MARKER}")
    assert "Nothing was found" in town.incident("mei", f"search {MARKER}")
    town.ws.open_home("mei")
    town.settle()
    homes = json.dumps(town.sandbox.state.homes.get(town.ws.person("mei").id))
    assert "INC-2026-001" not in homes


def test_the_owner_of_a_private_item_is_reminded(town: Town, private_channel: str) -> None:
    assert MARKER in town.texts(private_channel)
    town.sandbox.clock.advance(timedelta(days=1))
    town.settle()
    assert MARKER in json.dumps(town.ws.dm("ben"))


def _collect_visible(town: Town, person: str) -> list[str]:
    """Collect the messages, names and topics that a person may read, their DMs and Home tab."""
    state, reader = town.sandbox.state, town.ws.person(person)
    texts = [json.dumps(entry) for entry in (*town.ws.dm(person), *town.ws.ephemerals(person))]
    for channel in state.channels.values():
        if channel.kind != "im" and (channel.kind == "public" or reader.id in channel.members):
            texts += [channel.name, str(channel.topic)]
            texts += [json.dumps(message) for message in town.said(channel.id)]
    return [*texts, json.dumps(state.homes.get(reader.id))]


def _can_find(town: Town, person: str) -> bool:
    """Return whether a person finds the incident by search, by item number and on the Home tab."""
    town.ws.open_home(person)
    town.settle()
    home = json.dumps(town.ws.open_home(person))
    results = {
        "(private)" in town.incident(person, f"search {MARKER}", "general"),
        "no action item 2 that you can see" not in town.incident(person, "actions 2", "general"),
        f"* payments queue of {MARKER}" in home,
    }
    (answer,) = results
    return answer


def _declare_with_ben(town: Town) -> str:
    """Declare a private incident in which Ben has a role and an item, and Ana an item."""
    channel = town.declare(f"P1 payments queue of {MARKER} is leaking", private=True)
    town.ws.invite("ana", channel, "ben")
    town.ws.say("ben", channel, "I close the bucket")
    town.incident("ben", "role communications", channel)
    for owner in ("ben", "ana"):
        town.incident("ana", f"action close {MARKER} @{owner} friday", channel)
    town.settle()
    return channel


def test_a_person_who_left_cannot_find_the_incident_until_they_are_invited_again(
    town: Town,
) -> None:
    channel = _declare_with_ben(town)
    assert _can_find(town, "ben")
    town.ws.leave("ben", channel)
    town.settle()
    assert not _can_find(town, "ben")
    assert _can_find(town, "ana")
    town.incident("ben", "drop 1 because I am gone", "general")  # he may still change his own item
    town.settle()
    assert not _can_find(town, "ben")
    assert f"payments queue of {MARKER}" not in town.incident("ben", "actions 1", "general")
    departures = [event for event in town.recorded(channel) if event.kind is EventKind.LEFT]
    # Reported twice, recorded once.
    assert [event.author for event in departures] == [town.ws.person("ben").id]
    town.ws.invite("ana", channel, "ben")
    town.settle()
    assert _can_find(town, "ben")


def test_an_invited_person_who_wrote_nothing_sees_the_incident_but_is_no_responder(
    town: Town,
) -> None:
    channel = town.declare(f"P1 payments queue of {MARKER} is leaking", private=True)
    town.incident("ana", "action close the bucket @ana friday", channel)
    town.incident("ana", "action close the other one @ana friday", channel)
    town.ws.invite("ana", channel, "ben")
    town.settle()
    assert _can_find(town, "ben")
    with town.store.begin() as session:
        incident = incidents.by_channel(session, channel)
        assert incident is not None
        assert not incidents.is_responder(session, incident.id, town.ws.person("ben").id)


def test_an_item_owner_outside_the_channel_cannot_see_the_private_incident(town: Town) -> None:
    channel = town.declare(f"P1 payments queue of {MARKER} is leaking", private=True)
    town.incident("ana", f"action close {MARKER} @mei friday", channel)
    town.settle()
    answer = town.incident("mei", "drop 1 because it is gone", "general")
    assert "There is no action item 1 that you can see" in answer
    town.settle()
    assert "Nothing was found" in town.incident("mei", f"search {MARKER}", "general")
    assert f"* payments queue of {MARKER}" not in json.dumps(town.ws.open_home("mei"))


def test_a_departure_is_noticed_when_slack_posts_no_leave_message(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    channel = _declare_with_ben(town)
    monkeypatch.delitem(message_payloads._KINDS, Subtype.LEFT)  # a setting of the workspace
    town.ws.leave("ben", channel)
    town.settle()
    assert not _can_find(town, "ben")


def test_a_person_who_left_a_public_channel_is_still_a_responder(town: Town) -> None:
    channel = town.declare()
    town.ws.join("ben", channel)
    town.ws.say("ben", channel, "I look")
    town.settle()
    town.ws.leave("ben", channel)
    town.settle()
    assert "is now P3" in town.incident("ben", "INC-2026-001 sev P3", "general")
    assert [event for event in town.recorded(channel) if event.kind is EventKind.LEFT] == []


def test_a_missed_departure_is_found_in_the_history(town: Town, private_channel: str) -> None:
    town.service.stop()
    town.ws.leave("ben", private_channel)
    town.restart(timedelta(hours=3))
    town.settle()
    # Compares the channel with its record.
    town.incident("ana", "postmortem again", private_channel)
    town.settle()
    assert "Nothing was found" in town.incident("ben", f"search {MARKER}", "general")
