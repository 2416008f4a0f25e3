"""Private incidents: a word used in one appears nowhere that an outsider can look."""

import json
import re
from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.timeline import EventKind
from bot.slack_text.subtypes import Subtype
from handlers.slack import message_payloads
from storage import incidents
from tests.support.harness import LiveBot

MARKER = "zanzibar"
# The query that they typed.
_ECHO = re.compile(r"results for (?:“|\\u201c).*?(?:”|\\u201d)", re.IGNORECASE)


@pytest.fixture
def private_channel(live_bot: LiveBot) -> str:
    """A private incident through its whole life, with the marker everywhere in it."""
    answer = live_bot.command("ana", f"private P1 payments queue of {MARKER} is leaking")
    assert "private channel" in answer
    live_bot.settle()
    call = live_bot.sandbox.record.called("conversations.create")[-1]
    channel = str(call.answer["channel"]["id"])
    live_bot.workspace.invite("ana", channel, "ben")
    live_bot.workspace.say(
        "ben", channel, f"the {MARKER} bucket was public, I'll close {MARKER} by friday"
    )
    live_bot.command("ana", f"note {MARKER} found by a customer", channel)
    live_bot.command("ana", f"update 30m {MARKER} is closed off", channel)
    live_bot.command("ana", f"impact 40 customers of {MARKER}", channel)
    live_bot.command("ana", f"action rotate the keys of {MARKER} @ben 2026-03-11 P0", channel)
    live_bot.command("ana", f"resolve {MARKER} is closed", channel)
    live_bot.settle()
    return channel


def test_a_private_incident_has_a_private_channel_and_a_draft(
    live_bot: LiveBot, private_channel: str
) -> None:
    call = live_bot.sandbox.record.called("conversations.create")[-1]
    assert call.answer["channel"]["is_private"]
    assert "Postmortem draft" in live_bot.text_in(private_channel)
    assert "Private: only members of this channel" in json.dumps(live_bot.messages(private_channel))


def test_a_person_outside_finds_no_trace_of_a_private_incident(
    live_bot: LiveBot, private_channel: str
) -> None:
    live_bot.sandbox.clock.move_to(
        datetime(2026, 3, 16, 9, 1, tzinfo=UTC)
    )  # reminders and the digest
    live_bot.settle()
    live_bot.command("ben", f"private P2 {MARKER} again")  # an open one
    live_bot.command("mei", "declare P1 payments queue is leaking")
    live_bot.settle()
    other = str(live_bot.sandbox.record.called("conversations.create")[-1].answer["channel"]["id"])
    live_bot.workspace.say("mei", other, "the same as before")
    live_bot.command("mei", "resolve fixed", other)
    live_bot.settle()
    answers = [
        live_bot.command("mei", line, place)
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
    live_bot.workspace.open_home("mei")
    live_bot.settle()
    texts = [_ECHO.sub("", text) for text in (*answers, *_collect_visible(live_bot, "mei"))]
    assert [text for text in texts if MARKER in text.lower()] == []
    assert any("Action items, " in text for text in texts)  # the digest was posted
    assert MARKER in json.dumps(live_bot.messages(private_channel))  # the marker exists


@pytest.mark.usefixtures("private_channel")
def test_only_members_find_a_private_incident_in_searches_and_counts(live_bot: LiveBot) -> None:
    assert "(private)" in live_bot.command("ben", f"search {MARKER}")
    for query in ("search queue", f"search {MARKER}", "search since:2026"):
        assert "No results for" in live_bot.command("mei", query)
    for number in range(11):
        live_bot.command("mei", f"declare queue {number}")
    live_bot.settle()
    assert "and 1 more" in live_bot.command("mei", "search queue")
    assert "and 2 more" in live_bot.command("ben", "search queue")


def test_the_author_of_the_message_it_was_declared_from_cannot_see_a_private_incident(
    live_bot: LiveBot,
) -> None:
    """The incident may be about that person."""
    ts = str(live_bot.workspace.say("mei", "general", f"the {MARKER} is mine"))
    live_bot.workspace.message_shortcut("ana", "declare_from_message", "general", ts)
    private = {"seen_by": {"seen_by": "invited"}, "title": {"title": f"{MARKER} taken"}}
    assert live_bot.workspace.submit("ana", private) == {}
    live_bot.settle()
    assert "INC-2026-001" in live_bot.command("ana", f"search {MARKER}")
    assert "No results for" in live_bot.command("mei", f"search {MARKER}")
    live_bot.workspace.open_home("mei")
    live_bot.settle()
    homes = json.dumps(live_bot.sandbox.state.homes.get(live_bot.workspace.person("mei").id))
    assert "INC-2026-001" not in homes


def test_the_owner_of_a_private_item_is_reminded(live_bot: LiveBot, private_channel: str) -> None:
    assert MARKER in live_bot.text_in(private_channel)
    live_bot.sandbox.clock.advance(timedelta(days=1))
    live_bot.settle()
    assert MARKER in json.dumps(live_bot.workspace.dm("ben"))


def _collect_visible(live_bot: LiveBot, person: str) -> list[str]:
    """Collect the messages, names and topics that a person may read, their DMs and Home tab."""
    state, reader = live_bot.sandbox.state, live_bot.workspace.person(person)
    texts = [
        json.dumps(entry)
        for entry in (*live_bot.workspace.dm(person), *live_bot.workspace.ephemerals(person))
    ]
    for channel in state.channels.values():
        if channel.kind != "im" and (channel.kind == "public" or reader.id in channel.members):
            texts += [channel.name, str(channel.topic)]
            texts += [json.dumps(message) for message in live_bot.messages(channel.id)]
    return [*texts, json.dumps(state.homes.get(reader.id))]


def _can_find(live_bot: LiveBot, person: str) -> bool:
    """Return whether a person finds the incident by search, by item number and on the Home tab."""
    live_bot.workspace.open_home(person)
    live_bot.settle()
    home = json.dumps(live_bot.workspace.open_home(person))
    results = {
        "(private)" in live_bot.command(person, f"search {MARKER}", "general"),
        "no action item 2 that you can see" not in live_bot.command(person, "actions 2", "general"),
        f": payments queue of {MARKER}" in home,
    }
    (answer,) = results
    return answer


def _declare_with_ben(live_bot: LiveBot) -> str:
    """Declare a private incident in which Ben has a role and an item, and Ana an item."""
    channel = live_bot.declare(f"P1 payments queue of {MARKER} is leaking", private=True)
    live_bot.workspace.invite("ana", channel, "ben")
    live_bot.workspace.say("ben", channel, "I close the bucket")
    live_bot.command("ben", "role communications", channel)
    for owner in ("ben", "ana"):
        live_bot.command("ana", f"action close {MARKER} @{owner} friday", channel)
    live_bot.settle()
    return channel


def test_a_person_who_left_cannot_find_the_incident_until_they_are_invited_again(
    live_bot: LiveBot,
) -> None:
    channel = _declare_with_ben(live_bot)
    assert _can_find(live_bot, "ben")
    live_bot.workspace.leave("ben", channel)
    live_bot.settle()
    assert not _can_find(live_bot, "ben")
    assert _can_find(live_bot, "ana")
    live_bot.command(
        "ben", "drop 1 because I am gone", "general"
    )  # he may still change his own item
    live_bot.settle()
    assert not _can_find(live_bot, "ben")
    assert f"payments queue of {MARKER}" not in live_bot.command("ben", "actions 1", "general")
    departures = [event for event in live_bot.timeline(channel) if event.kind is EventKind.LEFT]
    # Reported twice, recorded once.
    assert [event.author for event in departures] == [live_bot.workspace.person("ben").id]
    live_bot.workspace.invite("ana", channel, "ben")
    live_bot.settle()
    assert _can_find(live_bot, "ben")


def test_an_invited_person_who_wrote_nothing_sees_the_incident_but_is_no_responder(
    live_bot: LiveBot,
) -> None:
    channel = live_bot.declare(f"P1 payments queue of {MARKER} is leaking", private=True)
    live_bot.command("ana", "action close the bucket @ana friday", channel)
    live_bot.command("ana", "action close the other one @ana friday", channel)
    live_bot.workspace.invite("ana", channel, "ben")
    live_bot.settle()
    assert _can_find(live_bot, "ben")
    with live_bot.store.begin() as session:
        incident = incidents.by_channel(session, channel)
        assert incident is not None
        assert not incidents.is_responder(session, incident.id, live_bot.workspace.person("ben").id)


def test_an_item_owner_outside_the_channel_cannot_see_the_private_incident(
    live_bot: LiveBot,
) -> None:
    channel = live_bot.declare(f"P1 payments queue of {MARKER} is leaking", private=True)
    live_bot.command("ana", f"action close {MARKER} @mei friday", channel)
    live_bot.settle()
    answer = live_bot.command("mei", "drop 1 because it is gone", "general")
    assert "There's no action item 1 that you can see" in answer
    live_bot.settle()
    assert "No results for" in live_bot.command("mei", f"search {MARKER}", "general")
    assert f"* payments queue of {MARKER}" not in json.dumps(live_bot.workspace.open_home("mei"))


def test_a_departure_is_noticed_when_slack_posts_no_leave_message(
    live_bot: LiveBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    channel = _declare_with_ben(live_bot)
    monkeypatch.delitem(message_payloads._KINDS, Subtype.LEFT)  # a setting of the workspace
    live_bot.workspace.leave("ben", channel)
    live_bot.settle()
    assert not _can_find(live_bot, "ben")


def test_a_person_who_left_a_public_channel_is_still_a_responder(live_bot: LiveBot) -> None:
    channel = live_bot.declare()
    live_bot.workspace.join("ben", channel)
    live_bot.workspace.say("ben", channel, "I look")
    live_bot.settle()
    live_bot.workspace.leave("ben", channel)
    live_bot.settle()
    assert "is now P3" in live_bot.command("ben", "INC-2026-001 sev P3", "general")
    assert [event for event in live_bot.timeline(channel) if event.kind is EventKind.LEFT] == []


def test_a_missed_departure_is_found_in_the_history(
    live_bot: LiveBot, private_channel: str
) -> None:
    live_bot.service.stop()
    live_bot.workspace.leave("ben", private_channel)
    live_bot.restart(timedelta(hours=3))
    live_bot.settle()
    # Compares the channel with its record.
    live_bot.command("ana", "postmortem again", private_channel)
    live_bot.settle()
    assert "No results for" in live_bot.command("ben", f"search {MARKER}", "general")
