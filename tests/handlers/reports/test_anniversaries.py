"""Learning from what is over, over the wire: a year ago today, and the vote on a quarter's postmortems."""

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
    voting = POLICY.model_copy(update={"learning": Learning(vote=True)})
    with harness.town(f"sqlite:///{tmp_path}/debrief.db", policy=voting) as made:
        yield made


def finish(town: Town, title: str, *, final: bool = True, private: bool = False) -> str:
    """An incident that is over, with a postmortem that somebody approved, where that is meant."""
    where = town.declare(title, private=private)
    town.ws.say("ana", where, "it was caused by the new connection limit")
    words = ["resolve limit set back", "postmortem submit because so"]
    words += ["postmortem approve", "postmortem final"] * final
    for each in words:
        town.sandbox.clock.advance(timedelta(minutes=1))
        town.incident("ana", each, where)
        town.settle()
    return where


def at(town: Town, moment: datetime) -> None:
    town.sandbox.clock.move_to(moment)
    town.settle()


def said(town: Town, about: str) -> list[dict[str, Any]]:
    return [m for m in town.said(WEEKLY) if about in m["text"]]


def ballot(town: Town) -> dict[str, Any]:
    (found,) = said(town, "It is the postmortem that is chosen")
    return found


def counted(town: Town) -> dict[int, int]:
    with town.store.begin() as session:
        return votes.count_votes(session, QUARTER)


@pytest.fixture
def vote(town: Town) -> dict[str, Any]:
    """Two public postmortems that are final, and the vote."""
    finish(town, "P1 first fails")
    finish(town, "P2 second fails")
    at(town, OPENS)
    return ballot(town)


def test_a_vote_lists_what_is_public_and_final_once(town: Town) -> None:
    finish(town, "P1 first fails")
    finish(town, "P2 second fails")
    finish(town, "P2 third is not final", final=False)
    finish(town, "P1 fourth is secret", private=True)
    at(town, OPENS)
    vote = ballot(town)
    assert "Which postmortem of Q1 2026 taught you most?" in vote["text"]
    assert "1. INC-2026-001, first fails" in vote["text"]
    assert "2. INC-2026-002, second fails" in vote["text"]
    assert "third" not in vote["text"]
    assert "secret" not in vote["text"]
    town.restart(timedelta(minutes=30))
    town.settle()
    assert len(said(town, "It is the postmortem that is chosen")) == 1


def test_each_person_has_one_vote_by_button_or_reaction_and_the_last_counts(
    town: Town, vote: dict[str, Any]
) -> None:
    town.press("ana", WEEKLY, "1")
    assert "for the postmortem of INC-2026-001" in town.ws.ephemerals("ana")[-1]["text"]
    town.press("ana", WEEKLY, "2")
    town.ws.react("ben", WEEKLY, vote["ts"], "one")
    town.settle()
    assert counted(town) == {1: 1, 2: 1}
    town.sandbox.clock.advance(timedelta(minutes=1))
    town.ws.react("ben", WEEKLY, vote["ts"], "two")
    town.settle()
    assert counted(town) == {2: 2}
    town.sandbox.clock.advance(timedelta(minutes=1))
    town.ws.unreact("ben", WEEKLY, vote["ts"], "one")  # which is not what Ben votes for any more
    town.ws.react("mei", WEEKLY, vote["ts"], "three")  # there is none
    town.ws.react("mei", WEEKLY, vote["ts"], "tada")
    town.settle()
    assert counted(town) == {2: 2}
    town.ws.unreact("ben", WEEKLY, vote["ts"], "two")
    town.settle()
    assert counted(town) == {2: 1}


def test_a_number_on_another_message_is_no_vote(town: Town, vote: dict[str, Any]) -> None:
    del vote
    other = town.ws.say("ben", WEEKLY, "two things")
    town.ws.react("ben", WEEKLY, other, "two")
    town.settle()
    assert counted(town) == {}


def test_after_a_week_it_is_told_which_it_is_and_no_vote_counts_any_more(
    town: Town, vote: dict[str, Any]
) -> None:
    button = vote["blocks"][-1]["elements"][0]["action_id"]
    for person in ("ana", "ben"):
        town.press(person, WEEKLY, "2")
    town.press("mei", WEEKLY, "1")
    at(town, OPENS + timedelta(days=7, minutes=5))
    (over,) = said(town, "The postmortems of Q1 2026, as you chose")
    assert over["ts"] == vote["ts"]
    assert "INC-2026-002, second fails" in over["text"]
    assert "(2 votes)" in over["text"]
    assert "(1 vote)" in over["text"]
    assert over["blocks"][-1]["type"] == "section"
    (told,) = town.ws.replies(WEEKLY, vote["ts"])[1:]
    assert "The postmortem that taught you most in Q1 2026" in told["text"]
    assert "INC-2026-002" in told["text"]
    assert "INC-2026-001" not in told["text"]
    assert not [name for name in ("ana", "ben", "mei") if town.ws.person(name).id in told["text"]]
    with pytest.raises(LookupError):
        town.ws.press("mei", WEEKLY, vote["ts"], button)
    town.ws.react("mei", WEEKLY, vote["ts"], "two")
    town.settle()
    assert counted(town) == {1: 1, 2: 2}


def test_a_channel_made_private_is_taken_out_of_votes_and_of_what_was_a_year_ago(
    town: Town, vote: dict[str, Any]
) -> None:
    where = town.ws.channel("inc-2026-001-first-fails").id
    town.press("mei", WEEKLY, "1")
    town.ws.make_private("ana", where)
    town.settle()
    assert "1. INC-2026-001 is private now" in ballot(town)["text"]
    assert "first fails" not in str(town.said(WEEKLY))
    town.press("mei", WEEKLY, "1")
    assert "you're not in its channel" in town.ws.ephemerals("mei")[-1]["text"]
    other = town.ws.channel("inc-2026-002-second-fails").id
    for person in ("ana", "ben"):
        town.press(person, WEEKLY, "2")
    at(town, OPENS + timedelta(days=7, minutes=5))
    assert "second fails" in town.ws.replies(WEEKLY, vote["ts"])[-1]["text"]
    at(town, datetime(2027, 3, 10, 9, 1, tzinfo=UTC))
    assert "second fails" in said(town, "A year ago today")[0]["text"]
    town.ws.archive("ana", "incidents")  # where the announcement stands: it can't be changed
    town.ws.make_private("ana", other)
    town.settle()
    assert "second fails" not in str(town.said(WEEKLY))
    assert town.ws.replies(WEEKLY, vote["ts"])[-1]["text"] == "INC-2026-002 is private now."


def test_where_nobody_votes_none_is_chosen(town: Town, vote: dict[str, Any]) -> None:
    at(town, OPENS + timedelta(days=7, minutes=5))
    assert "Nobody voted" in town.ws.replies(WEEKLY, vote["ts"])[-1]["text"]


def test_one_postmortem_alone_is_no_choice(town: Town) -> None:
    finish(town, "P1 first fails")
    at(town, OPENS)
    assert said(town, "taught you most") == []


def test_what_happened_a_year_ago_is_told_once_with_its_lesson(town: Town) -> None:
    finish(town, "P2 first fails")
    finish(town, "P1 second fails")
    finish(town, "P0 third is secret", private=True)
    at(town, datetime(2027, 3, 10, 8, 59, tzinfo=UTC))
    assert said(town, "A year ago today") == []
    at(town, datetime(2027, 3, 10, 9, 1, tzinfo=UTC))
    (told,) = said(town, "A year ago today")
    assert "INC-2026-002 P1, second fails" in told["text"]  # the worst
    assert "connection limit" in told["text"]
    assert "|Read its postmortem>" in told["text"]
    town.restart(timedelta(hours=1))
    town.settle()
    assert len(said(town, "A year ago today")) == 1


def test_it_is_told_once_a_week_at_most(town: Town) -> None:
    finish(town, "P2 first fails")
    at(town, datetime(2026, 3, 12, 14, 0, tzinfo=UTC))
    finish(town, "P1 second fails")
    at(town, datetime(2026, 3, 17, 14, 0, tzinfo=UTC))
    finish(town, "P1 third fails")
    for day in (10, 12, 17):
        at(town, datetime(2027, 3, day, 9, 1, tzinfo=UTC))
    told = [m["text"] for m in said(town, "A year ago today")]
    assert ["INC-2026-001" in told[0], "INC-2026-003" in told[1], len(told)] == [True, True, 2]


def test_what_is_reopened_is_not_told(town: Town) -> None:
    where = finish(town, "P2 first fails")
    town.incident("ana", "postmortem reopen", where)
    at(town, datetime(2027, 3, 10, 9, 1, tzinfo=UTC))
    assert said(town, "A year ago today") == []


def test_nobody_is_asked_to_vote_unless_the_team_wants_it(tmp_path: Path) -> None:
    with harness.town(f"sqlite:///{tmp_path}/quiet.db") as town:
        finish(town, "P1 first fails")
        finish(town, "P2 second fails")
        at(town, OPENS)
        assert said(town, "taught you most") == []
