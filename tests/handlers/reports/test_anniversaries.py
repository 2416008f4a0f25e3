"""Anniversaries of incidents, and the vote on a quarter's postmortems."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.config.policy_parts import Learning
from storage import votes
from tests.support import harness
from tests.support.harness import POLICY, Town

WEEKLY = "sre-weekly"
QUARTER = "2026-Q1"
OPENS = datetime(2026, 4, 1, 9, 1, tzinfo=UTC)


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    policy = POLICY.model_copy(update={"learning": Learning(vote=True)})
    with harness.town(f"sqlite:///{tmp_path}/debrief.db", policy=policy) as running_town:
        yield running_town


def finish(town: Town, title: str, *, final: bool = True, private: bool = False) -> str:
    """Resolve an incident and submit its postmortem, by default approved and final."""
    channel = town.declare(title, private=private)
    town.ws.say("ana", channel, "it was caused by the new connection limit")
    commands = ["resolve limit set back", "postmortem submit because so"]
    commands += ["postmortem approve", "postmortem final"] * final
    for command in commands:
        town.sandbox.clock.advance(timedelta(minutes=1))
        town.incident("ana", command, channel)
        town.settle()
    return channel


def at(town: Town, moment: datetime) -> None:
    town.sandbox.clock.move_to(moment)
    town.settle()


def find_messages(town: Town, about: str) -> list[dict[str, Any]]:
    return [m for m in town.said(WEEKLY) if about in m["text"]]


def find_ballot(town: Town) -> dict[str, Any]:
    (message,) = find_messages(town, "It is the postmortem that is chosen")
    return message


def count_votes(town: Town) -> dict[int, int]:
    with town.store.begin() as session:
        return votes.count_votes(session, QUARTER)


@pytest.fixture
def vote(town: Town) -> dict[str, Any]:
    """The ballot of two public final postmortems."""
    finish(town, "P1 first fails")
    finish(town, "P2 second fails")
    at(town, OPENS)
    return find_ballot(town)


def test_a_ballot_lists_public_final_postmortems_and_is_posted_once(town: Town) -> None:
    finish(town, "P1 first fails")
    finish(town, "P2 second fails")
    finish(town, "P2 third is not final", final=False)
    finish(town, "P1 fourth is secret", private=True)
    at(town, OPENS)
    ballot = find_ballot(town)
    assert "Which postmortem of Q1 2026 taught you most?" in ballot["text"]
    assert "1. INC-2026-001, first fails" in ballot["text"]
    assert "2. INC-2026-002, second fails" in ballot["text"]
    assert "third" not in ballot["text"]
    assert "secret" not in ballot["text"]
    town.restart(timedelta(minutes=30))
    town.settle()
    assert len(find_messages(town, "It is the postmortem that is chosen")) == 1


def test_each_person_has_one_vote_by_button_or_reaction_and_the_latest_counts(
    town: Town, vote: dict[str, Any]
) -> None:
    town.press("ana", WEEKLY, "1")
    assert "for the postmortem of INC-2026-001" in town.ws.ephemerals("ana")[-1]["text"]
    town.press("ana", WEEKLY, "2")
    town.ws.react("ben", WEEKLY, vote["ts"], "one")
    town.settle()
    assert count_votes(town) == {1: 1, 2: 1}
    town.sandbox.clock.advance(timedelta(minutes=1))
    town.ws.react("ben", WEEKLY, vote["ts"], "two")
    town.settle()
    assert count_votes(town) == {2: 2}
    town.sandbox.clock.advance(timedelta(minutes=1))
    town.ws.unreact("ben", WEEKLY, vote["ts"], "one")  # no longer Ben's vote
    town.ws.react("mei", WEEKLY, vote["ts"], "three")  # no such candidate
    town.ws.react("mei", WEEKLY, vote["ts"], "tada")
    town.settle()
    assert count_votes(town) == {2: 2}
    town.ws.unreact("ben", WEEKLY, vote["ts"], "two")
    town.settle()
    assert count_votes(town) == {2: 1}


def test_a_number_reaction_on_another_message_is_not_a_vote(
    town: Town, vote: dict[str, Any]
) -> None:
    del vote
    other = town.ws.say("ben", WEEKLY, "two things")
    town.ws.react("ben", WEEKLY, other, "two")
    town.settle()
    assert count_votes(town) == {}


def test_the_result_is_posted_after_a_week_and_later_votes_do_not_count(
    town: Town, vote: dict[str, Any]
) -> None:
    button = vote["blocks"][-1]["elements"][0]["action_id"]
    for person in ("ana", "ben"):
        town.press(person, WEEKLY, "2")
    town.press("mei", WEEKLY, "1")
    at(town, OPENS + timedelta(days=7, minutes=5))
    (closed_ballot,) = find_messages(town, "The postmortems of Q1 2026, as you chose")
    assert closed_ballot["ts"] == vote["ts"]
    assert "INC-2026-002, second fails" in closed_ballot["text"]
    assert "(2 votes)" in closed_ballot["text"]
    assert "(1 vote)" in closed_ballot["text"]
    assert closed_ballot["blocks"][-1]["type"] == "section"
    (result,) = town.ws.replies(WEEKLY, vote["ts"])[1:]
    assert "The postmortem that taught you most in Q1 2026" in result["text"]
    assert "INC-2026-002" in result["text"]
    assert "INC-2026-001" not in result["text"]
    assert not [name for name in ("ana", "ben", "mei") if town.ws.person(name).id in result["text"]]
    with pytest.raises(LookupError):
        town.ws.press("mei", WEEKLY, vote["ts"], button)
    town.ws.react("mei", WEEKLY, vote["ts"], "two")
    town.settle()
    assert count_votes(town) == {1: 1, 2: 2}


def test_an_incident_made_private_is_removed_from_ballots_and_anniversaries(
    town: Town, vote: dict[str, Any]
) -> None:
    first = town.ws.channel("inc-2026-001-first-fails").id
    town.press("mei", WEEKLY, "1")
    town.ws.make_private("ana", first)
    town.settle()
    assert "1. INC-2026-001 is private now" in find_ballot(town)["text"]
    assert "first fails" not in str(town.said(WEEKLY))
    town.press("mei", WEEKLY, "1")
    assert "you're not in its channel" in town.ws.ephemerals("mei")[-1]["text"]
    second = town.ws.channel("inc-2026-002-second-fails").id
    for person in ("ana", "ben"):
        town.press(person, WEEKLY, "2")
    at(town, OPENS + timedelta(days=7, minutes=5))
    assert "second fails" in town.ws.replies(WEEKLY, vote["ts"])[-1]["text"]
    at(town, datetime(2027, 3, 10, 9, 1, tzinfo=UTC))
    assert "second fails" in find_messages(town, "A year ago today")[0]["text"]
    town.ws.archive("ana", "incidents")  # so the announcement can't be edited
    town.ws.make_private("ana", second)
    town.settle()
    assert "second fails" not in str(town.said(WEEKLY))
    assert town.ws.replies(WEEKLY, vote["ts"])[-1]["text"] == "INC-2026-002 is private now."


def test_a_vote_without_ballots_has_no_winner(town: Town, vote: dict[str, Any]) -> None:
    at(town, OPENS + timedelta(days=7, minutes=5))
    assert "Nobody voted" in town.ws.replies(WEEKLY, vote["ts"])[-1]["text"]


def test_a_single_postmortem_is_not_put_to_a_vote(town: Town) -> None:
    finish(town, "P1 first fails")
    at(town, OPENS)
    assert find_messages(town, "taught you most") == []


def test_the_worst_incident_of_a_year_ago_is_posted_once_with_its_cause(town: Town) -> None:
    finish(town, "P2 first fails")
    finish(town, "P1 second fails")
    finish(town, "P0 third is secret", private=True)
    at(town, datetime(2027, 3, 10, 8, 59, tzinfo=UTC))
    assert find_messages(town, "A year ago today") == []
    at(town, datetime(2027, 3, 10, 9, 1, tzinfo=UTC))
    (post,) = find_messages(town, "A year ago today")
    assert "INC-2026-002 P1, second fails" in post["text"]  # the most severe
    assert "connection limit" in post["text"]
    assert "|Read its postmortem>" in post["text"]
    town.restart(timedelta(hours=1))
    town.settle()
    assert len(find_messages(town, "A year ago today")) == 1


def test_an_anniversary_is_posted_at_most_once_a_week(town: Town) -> None:
    finish(town, "P2 first fails")
    at(town, datetime(2026, 3, 12, 14, 0, tzinfo=UTC))
    finish(town, "P1 second fails")
    at(town, datetime(2026, 3, 17, 14, 0, tzinfo=UTC))
    finish(town, "P1 third fails")
    for day in (10, 12, 17):
        at(town, datetime(2027, 3, day, 9, 1, tzinfo=UTC))
    posts = [m["text"] for m in find_messages(town, "A year ago today")]
    assert ["INC-2026-001" in posts[0], "INC-2026-003" in posts[1], len(posts)] == [True, True, 2]


def test_a_reopened_postmortem_has_no_anniversary(town: Town) -> None:
    channel = finish(town, "P2 first fails")
    town.incident("ana", "postmortem reopen", channel)
    at(town, datetime(2027, 3, 10, 9, 1, tzinfo=UTC))
    assert find_messages(town, "A year ago today") == []


def test_no_vote_is_held_unless_it_is_switched_on(tmp_path: Path) -> None:
    with harness.town(f"sqlite:///{tmp_path}/quiet.db") as town:
        finish(town, "P1 first fails")
        finish(town, "P2 second fails")
        at(town, OPENS)
        assert find_messages(town, "taught you most") == []
