"""Private incidents: a word that is said in one is found nowhere that an outsider can look."""

import json
import re
from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.timeline import EventKind
from bot.slack_text.subtypes import Subtype
from handlers.slack import payloads
from storage import incidents
from tests.support.harness import Town

MARKER = "zanzibar"
_ECHO = re.compile(r"found for (?:“|\\u201c).*?(?:”|\\u201d)", re.IGNORECASE)  # what they typed


@pytest.fixture
def secret(town: Town) -> str:
    """A private incident through its whole life, the marker word everywhere in it."""
    told = town.incident("ana", f"private P1 payments queue of {MARKER} is leaking")
    assert "private channel" in told
    town.settle()
    made = town.sandbox.record.called("conversations.create")[-1]
    channel = str(made.answer["channel"]["id"])
    town.ws.invite("ana", channel, "ben")
    town.ws.say("ben", channel, f"the {MARKER} bucket was public, I'll close {MARKER} by friday")
    town.incident("ana", f"note {MARKER} found by a customer", channel)
    town.incident("ana", f"update 30m {MARKER} is closed off", channel)
    town.incident("ana", f"impact 40 customers of {MARKER}", channel)
    town.incident("ana", f"action rotate the keys of {MARKER} @ben 2026-03-11 P0", channel)
    town.incident("ana", f"resolve {MARKER} is closed", channel)
    town.settle()
    return channel


def test_its_channel_is_private_and_works_as_any(town: Town, secret: str) -> None:
    made = town.sandbox.record.called("conversations.create")[-1]
    assert made.answer["channel"]["is_private"]
    assert "Postmortem draft" in town.texts(secret)
    assert "Private: only those who are in this channel" in json.dumps(town.said(secret))


def test_an_outsider_finds_the_word_nowhere(town: Town, secret: str) -> None:
    town.sandbox.clock.move_to(datetime(2026, 3, 16, 9, 1, tzinfo=UTC))  # reminders and the digest
    town.settle()
    town.incident("ben", f"private P2 {MARKER} again")  # one that is running
    town.incident("mei", "declare P1 payments queue is leaking")
    town.settle()
    other = str(town.sandbox.record.called("conversations.create")[-1].answer["channel"]["id"])
    town.ws.say("mei", other, "the same as before")
    town.incident("mei", "resolve fixed", other)
    town.settle()
    typed = [
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
    seen = [_ECHO.sub("", text) for text in (*typed, *_everything_seen_by(town, "mei"))]
    assert [text for text in seen if MARKER in text.lower()] == []
    assert any("Action items, week" in text for text in seen)  # the digest is there, without it
    assert MARKER in json.dumps(town.said(secret))  # and the word was there to be found


@pytest.mark.usefixtures("secret")
def test_who_is_in_it_finds_it_and_nobody_else_even_counts_it(town: Town) -> None:
    assert "(private)" in town.incident("ben", f"search {MARKER}")
    for outside in ("search queue", f"search {MARKER}", "search since:2026"):
        assert "Nothing was found" in town.incident("mei", outside)
    for number in range(11):
        town.incident("mei", f"declare queue {number}")
    town.settle()
    assert "and 1 more" in town.incident("mei", "search queue")
    assert "and 2 more" in town.incident("ben", "search queue")


def test_whose_words_it_was_declared_from_is_not_in_it(town: Town) -> None:
    """Somebody may be what it is about."""
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


def test_its_owner_still_hears_of_it(town: Town, secret: str) -> None:
    assert MARKER in town.texts(secret)
    town.sandbox.clock.advance(timedelta(days=1))
    town.settle()
    assert MARKER in json.dumps(town.ws.dm("ben"))


def _everything_seen_by(town: Town, person: str) -> list[str]:
    """Every message, name and topic of the channels that a person may read, their DMs and Home."""
    state, who = town.sandbox.state, town.ws.person(person)
    seen = [json.dumps(each) for each in (*town.ws.dm(person), *town.ws.ephemerals(person))]
    for channel in state.channels.values():
        if channel.kind != "im" and (channel.kind == "public" or who.id in channel.members):
            seen += [channel.name, str(channel.topic)]
            seen += [json.dumps(message) for message in town.said(channel.id)]
    return [*seen, json.dumps(state.homes.get(who.id))]


def _finds(town: Town, person: str) -> bool:
    """Whether a person finds the incident: searched, by its item's number, on their Home tab."""
    town.ws.open_home(person)
    town.settle()
    home = json.dumps(town.ws.open_home(person))
    found = {
        "(private)" in town.incident(person, f"search {MARKER}", "general"),
        "no action item 2 that you can see" not in town.incident(person, "actions 2", "general"),
        f"* payments queue of {MARKER}" in home,
    }
    (same,) = found
    return same


def _shared_with_ben(town: Town) -> str:
    """A private incident in which Ben has a word and a role, with an item of his and one of Ana's."""
    town.incident("ana", f"private P1 payments queue of {MARKER} is leaking")
    town.settle()
    inside = str(town.sandbox.record.called("conversations.create")[-1].answer["channel"]["id"])
    town.ws.invite("ana", inside, "ben")
    town.ws.say("ben", inside, "I close the bucket")
    town.incident("ben", "role communications", inside)
    for owner in ("ben", "ana"):
        town.incident("ana", f"action close {MARKER} @{owner} friday", inside)
    town.settle()
    return inside


def test_who_left_or_was_removed_finds_it_no_more_until_they_are_back(town: Town) -> None:
    inside = _shared_with_ben(town)
    assert _finds(town, "ben")
    town.ws.leave("ben", inside)
    town.settle()
    assert not _finds(town, "ben")
    assert _finds(town, "ana")
    town.incident("ben", "drop 1 because I am gone", "general")  # what is his own he may still do
    town.settle()
    assert not _finds(town, "ben")
    assert f"payments queue of {MARKER}" not in town.incident("ben", "actions 1", "general")
    left = [each for each in town.recorded(inside) if each.kind is EventKind.LEFT]
    assert [each.author for each in left] == [town.ws.person("ben").id]  # told twice, kept once
    town.ws.invite("ana", inside, "ben")
    town.settle()
    assert _finds(town, "ben")


def test_who_was_invited_and_has_said_nothing_sees_it_and_is_no_responder(town: Town) -> None:
    town.incident("ana", f"private P1 payments queue of {MARKER} is leaking")
    town.settle()
    inside = str(town.sandbox.record.called("conversations.create")[-1].answer["channel"]["id"])
    town.incident("ana", "action close the bucket @ana friday", inside)
    town.incident("ana", "action close the other one @ana friday", inside)
    town.ws.invite("ana", inside, "ben")
    town.settle()
    assert _finds(town, "ben")
    with town.store.begin() as session:
        incident = incidents.by_channel(session, inside)
        assert incident is not None
        assert not incidents.is_responder(session, incident.id, town.ws.person("ben").id)


def test_who_only_owns_an_item_of_it_sees_no_more_by_working_on_the_item(town: Town) -> None:
    town.incident("ana", f"private P1 payments queue of {MARKER} is leaking")
    town.settle()
    inside = str(town.sandbox.record.called("conversations.create")[-1].answer["channel"]["id"])
    town.incident("ana", f"action close {MARKER} @mei friday", inside)
    town.settle()
    refused = town.incident("mei", "drop 1 because it is gone", "general")
    assert "There is no action item 1 that you can see" in refused
    town.settle()
    assert "Nothing was found" in town.incident("mei", f"search {MARKER}", "general")
    assert f"* payments queue of {MARKER}" not in json.dumps(town.ws.open_home("mei"))


def test_it_is_known_where_slack_posts_no_message_when_somebody_leaves(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    inside = _shared_with_ben(town)
    monkeypatch.delitem(payloads._KINDS, Subtype.LEFT)  # as by a setting of the workspace
    town.ws.leave("ben", inside)
    town.settle()
    assert not _finds(town, "ben")


def test_who_left_a_public_channel_takes_part_as_before(town: Town) -> None:
    channel = town.declare()
    town.ws.join("ben", channel)
    town.ws.say("ben", channel, "I look")
    town.settle()
    town.ws.leave("ben", channel)
    town.settle()
    assert "is now P3" in town.incident("ben", "INC-2026-001 sev P3", "general")
    assert [each for each in town.recorded(channel) if each.kind is EventKind.LEFT] == []


def test_it_is_learned_from_the_channels_history_too(town: Town, secret: str) -> None:
    town.service.stop()
    town.ws.leave("ben", secret)
    town.restart(timedelta(hours=3))
    town.settle()
    town.incident("ana", "postmortem again", secret)  # compares the channel with its record
    town.settle()
    assert "Nothing was found" in town.incident("ben", f"search {MARKER}", "general")
