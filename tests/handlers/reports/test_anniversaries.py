"""Anniversaries of incidents, and the vote on a quarter's postmortems."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.config.policy_parts import Learning
from storage import votes
from tests.support import harness
from tests.support.harness import POLICY, LiveBot

WEEKLY = "sre-weekly"
QUARTER = "2026-Q1"
OPENS = datetime(2026, 4, 1, 9, 1, tzinfo=UTC)


@pytest.fixture
def live_bot(tmp_path: Path) -> Iterator[LiveBot]:
    policy = POLICY.model_copy(update={"learning": Learning(vote=True)})
    with harness.start_live_bot(f"sqlite:///{tmp_path}/debrief.db", policy=policy) as running_town:
        yield running_town


def finish(live_bot: LiveBot, title: str, *, final: bool = True, private: bool = False) -> str:
    """Resolve an incident and submit its postmortem, by default approved and final."""
    channel = live_bot.declare(title, private=private)
    live_bot.workspace.say("ana", channel, "it was caused by the new connection limit")
    commands = ["resolve limit set back", "postmortem submit because so"]
    commands += ["postmortem approve", "postmortem finalize"] * final
    for command in commands:
        live_bot.sandbox.clock.advance(timedelta(minutes=1))
        live_bot.command("ana", command, channel)
        live_bot.settle()
    return channel


def at(live_bot: LiveBot, moment: datetime) -> None:
    live_bot.sandbox.clock.move_to(moment)
    live_bot.settle()


def find_messages(live_bot: LiveBot, about: str) -> list[dict[str, Any]]:
    return [m for m in live_bot.messages(WEEKLY) if about in m["text"]]


def find_ballot(live_bot: LiveBot) -> dict[str, Any]:
    (message,) = find_messages(live_bot, "Vote for the postmortem, not the incident")
    return message


def count_votes(live_bot: LiveBot) -> dict[int, int]:
    with live_bot.store.begin() as session:
        return votes.count_votes(session, QUARTER)


@pytest.fixture
def vote(live_bot: LiveBot) -> dict[str, Any]:
    """The ballot of two public final postmortems."""
    finish(live_bot, "P1 first fails")
    finish(live_bot, "P2 second fails")
    at(live_bot, OPENS)
    return find_ballot(live_bot)


def test_a_ballot_lists_public_final_postmortems_and_is_posted_once(live_bot: LiveBot) -> None:
    finish(live_bot, "P1 first fails")
    finish(live_bot, "P2 second fails")
    finish(live_bot, "P2 third is not final", final=False)
    finish(live_bot, "P1 fourth is secret", private=True)
    at(live_bot, OPENS)
    ballot = find_ballot(live_bot)
    assert "Which postmortem from Q1 2026 taught you the most?" in ballot["text"]
    assert "1. INC-2026-001: first fails" in ballot["text"]
    assert "2. INC-2026-002: second fails" in ballot["text"]
    assert "third" not in ballot["text"]
    assert "secret" not in ballot["text"]
    live_bot.restart(timedelta(minutes=30))
    live_bot.settle()
    assert len(find_messages(live_bot, "Vote for the postmortem, not the incident")) == 1


def test_each_person_has_one_vote_by_button_or_reaction_and_the_latest_counts(
    live_bot: LiveBot, vote: dict[str, Any]
) -> None:
    live_bot.press("ana", WEEKLY, "1")
    assert (
        "You voted for the postmortem for INC-2026-001"
        in live_bot.workspace.ephemerals("ana")[-1]["text"]
    )
    live_bot.press("ana", WEEKLY, "2")
    live_bot.workspace.react("ben", WEEKLY, vote["ts"], "one")
    live_bot.settle()
    assert count_votes(live_bot) == {1: 1, 2: 1}
    live_bot.sandbox.clock.advance(timedelta(minutes=1))
    live_bot.workspace.react("ben", WEEKLY, vote["ts"], "two")
    live_bot.settle()
    assert count_votes(live_bot) == {2: 2}
    live_bot.sandbox.clock.advance(timedelta(minutes=1))
    live_bot.workspace.unreact("ben", WEEKLY, vote["ts"], "one")  # no longer Ben's vote
    live_bot.workspace.react("mei", WEEKLY, vote["ts"], "three")  # no such candidate
    live_bot.workspace.react("mei", WEEKLY, vote["ts"], "tada")
    live_bot.settle()
    assert count_votes(live_bot) == {2: 2}
    live_bot.workspace.unreact("ben", WEEKLY, vote["ts"], "two")
    live_bot.settle()
    assert count_votes(live_bot) == {2: 1}


def test_a_number_reaction_on_another_message_is_not_a_vote(
    live_bot: LiveBot, vote: dict[str, Any]
) -> None:
    del vote
    other = live_bot.workspace.say("ben", WEEKLY, "two things")
    live_bot.workspace.react("ben", WEEKLY, other, "two")
    live_bot.settle()
    assert count_votes(live_bot) == {}


def test_the_result_is_posted_after_a_week_and_later_votes_do_not_count(
    live_bot: LiveBot, vote: dict[str, Any]
) -> None:
    button = vote["blocks"][-1]["elements"][0]["action_id"]
    for person in ("ana", "ben"):
        live_bot.press(person, WEEKLY, "2")
    live_bot.press("mei", WEEKLY, "1")
    at(live_bot, OPENS + timedelta(days=7, minutes=5))
    (closed_ballot,) = find_messages(live_bot, "Votes for the postmortems from Q1 2026")
    assert closed_ballot["ts"] == vote["ts"]
    assert "INC-2026-002: second fails" in closed_ballot["text"]
    assert "(2 votes)" in closed_ballot["text"]
    assert "(1 vote)" in closed_ballot["text"]
    assert closed_ballot["blocks"][-1]["type"] == "section"
    (result,) = live_bot.workspace.replies(WEEKLY, vote["ts"])[1:]
    assert "The postmortem from Q1 2026 that taught you the most:" in result["text"]
    assert "INC-2026-002" in result["text"]
    assert "INC-2026-001" not in result["text"]
    assert not [
        name
        for name in ("ana", "ben", "mei")
        if live_bot.workspace.person(name).id in result["text"]
    ]
    with pytest.raises(LookupError):
        live_bot.workspace.press("mei", WEEKLY, vote["ts"], button)
    live_bot.workspace.react("mei", WEEKLY, vote["ts"], "two")
    live_bot.settle()
    assert count_votes(live_bot) == {1: 1, 2: 2}


def test_an_incident_made_private_is_removed_from_ballots_and_anniversaries(
    live_bot: LiveBot, vote: dict[str, Any]
) -> None:
    first = live_bot.workspace.channel("inc-2026-001-first-fails").id
    live_bot.press("mei", WEEKLY, "1")
    live_bot.workspace.make_private("ana", first)
    live_bot.settle()
    assert "1. INC-2026-001 is private now" in find_ballot(live_bot)["text"]
    assert "first fails" not in str(live_bot.messages(WEEKLY))
    live_bot.press("mei", WEEKLY, "1")
    assert "you're not in its channel" in live_bot.workspace.ephemerals("mei")[-1]["text"]
    second = live_bot.workspace.channel("inc-2026-002-second-fails").id
    for person in ("ana", "ben"):
        live_bot.press(person, WEEKLY, "2")
    at(live_bot, OPENS + timedelta(days=7, minutes=5))
    assert "second fails" in live_bot.workspace.replies(WEEKLY, vote["ts"])[-1]["text"]
    at(live_bot, datetime(2027, 3, 10, 9, 1, tzinfo=UTC))
    assert "second fails" in find_messages(live_bot, "A year ago today")[0]["text"]
    live_bot.workspace.archive("ana", "incidents")  # so the announcement can't be edited
    live_bot.workspace.make_private("ana", second)
    live_bot.settle()
    assert "second fails" not in str(live_bot.messages(WEEKLY))
    assert (
        live_bot.workspace.replies(WEEKLY, vote["ts"])[-1]["text"] == "INC-2026-002 is private now."
    )


def test_a_vote_without_ballots_has_no_winner(live_bot: LiveBot, vote: dict[str, Any]) -> None:
    at(live_bot, OPENS + timedelta(days=7, minutes=5))
    assert "Nobody voted" in live_bot.workspace.replies(WEEKLY, vote["ts"])[-1]["text"]


def test_a_single_postmortem_is_not_put_to_a_vote(live_bot: LiveBot) -> None:
    finish(live_bot, "P1 first fails")
    at(live_bot, OPENS)
    assert find_messages(live_bot, "taught you most") == []


def test_the_worst_incident_of_a_year_ago_is_posted_once_with_its_cause(live_bot: LiveBot) -> None:
    finish(live_bot, "P2 first fails")
    finish(live_bot, "P1 second fails")
    finish(live_bot, "P0 third is secret", private=True)
    at(live_bot, datetime(2027, 3, 10, 8, 59, tzinfo=UTC))
    assert find_messages(live_bot, "A year ago today") == []
    at(live_bot, datetime(2027, 3, 10, 9, 1, tzinfo=UTC))
    (post,) = find_messages(live_bot, "A year ago today")
    assert "INC-2026-002 (second fails), P1." in post["text"]  # the most severe
    assert "connection limit" in post["text"]
    assert "|Read its postmortem>" in post["text"]
    live_bot.restart(timedelta(hours=1))
    live_bot.settle()
    assert len(find_messages(live_bot, "A year ago today")) == 1


def test_an_anniversary_is_posted_at_most_once_a_week(live_bot: LiveBot) -> None:
    finish(live_bot, "P2 first fails")
    at(live_bot, datetime(2026, 3, 12, 14, 0, tzinfo=UTC))
    finish(live_bot, "P1 second fails")
    at(live_bot, datetime(2026, 3, 17, 14, 0, tzinfo=UTC))
    finish(live_bot, "P1 third fails")
    for day in (10, 12, 17):
        at(live_bot, datetime(2027, 3, day, 9, 1, tzinfo=UTC))
    posts = [m["text"] for m in find_messages(live_bot, "A year ago today")]
    assert ["INC-2026-001" in posts[0], "INC-2026-003" in posts[1], len(posts)] == [True, True, 2]


def test_a_reopened_postmortem_has_no_anniversary(live_bot: LiveBot) -> None:
    channel = finish(live_bot, "P2 first fails")
    live_bot.command("ana", "postmortem reopen", channel)
    at(live_bot, datetime(2027, 3, 10, 9, 1, tzinfo=UTC))
    assert find_messages(live_bot, "A year ago today") == []


def test_no_vote_is_held_unless_it_is_switched_on(tmp_path: Path) -> None:
    with harness.start_live_bot(f"sqlite:///{tmp_path}/quiet.db") as live_bot:
        finish(live_bot, "P1 first fails")
        finish(live_bot, "P2 second fails")
        at(live_bot, OPENS)
        assert find_messages(live_bot, "taught you most") == []
