"""Private incidents: a word that is said in one is found nowhere that an outsider can look."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from tests.harness import Town

MARKER = "zanzibar"


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
        )
    ]
    town.ws.open_home("mei")
    town.settle()
    seen = [*typed, *_everything_seen_by(town, "mei")]
    assert [text for text in seen if MARKER in text.lower()] == []
    assert any("Action items, week" in text for text in seen)  # the digest is there, without it
    assert MARKER in json.dumps(town.said(secret))  # and the word was there to be found


def test_its_owner_still_hears_of_it(town: Town, secret: str) -> None:
    assert MARKER in town.texts(secret)
    town.sandbox.clock.advance(timedelta(days=1))
    town.settle()
    assert MARKER in json.dumps(town.ws.dm("ben"))


def _everything_seen_by(town: Town, person: str) -> list[str]:
    """Every message, name and topic of the channels that a person may read, their DMs and Home."""
    world, who = town.sandbox.world, town.ws.person(person)
    seen = [json.dumps(each) for each in (*town.ws.dm(person), *town.ws.ephemerals(person))]
    for channel in world.channels.values():
        if channel.kind != "im" and (channel.kind == "public" or who.id in channel.members):
            seen += [channel.name, str(channel.topic)]
            seen += [json.dumps(message) for message in town.said(channel.id)]
    return [*seen, json.dumps(world.homes.get(who.id))]
