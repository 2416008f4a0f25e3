"""Roles: who gets one is told, who hands one over is named, and a lead is asked for."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.config.policy import Policy
from storage import outbox
from tests.support import harness
from tests.support.harness import Town

WANTED = "Nobody leads INC-2026-001 yet."


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    """As everywhere, but that a lead is asked for after the usual five minutes."""
    usual = harness.POLICY.model_copy(update={"lead_prompt_minutes": Policy().lead_prompt_minutes})
    with harness.town(f"sqlite:///{tmp_path}/debrief.db", policy=usual) as made:
        yield made


def _later(town: Town, minutes: int) -> None:
    town.sandbox.clock.advance(timedelta(minutes=minutes))
    town.settle()


def _members(town: Town, channel: str) -> set[str]:
    ids = town.sandbox.state.channels[channel].members
    return {name for name in ("ana", "ben", "mei") if town.ws.person(name).id in ids}


def test_who_is_given_a_role_is_told_what_it_means(town: Town) -> None:
    channel = town.declare()
    answer = town.incident("ana", "role communications @mei", channel)
    assert answer.endswith("where things stand. I'll send them a direct message.")
    town.settle()
    (told,) = town.ws.dm("mei")
    ana = town.ws.person("ana").id
    assert told["text"] == (
        f"<@{ana}> gave you the role *communications* in INC-2026-001: checkout fails. What it means:"
        f" Tells users and the company where things stand. Please go to <#{channel}>."
        "\nIf you cannot, say so there: `/incident role communications @who` gives it to somebody else."
    )
    assert "`/incident role communications @who`" in str(told["blocks"])


def test_a_lead_is_told_what_there_is_to_do(town: Town) -> None:
    channel = town.declare()
    town.incident("ana", "lead @mei", channel)
    town.settle()
    (told,) = town.ws.dm("mei")
    assert "`/incident resolve` ends it" in told["text"]


def test_who_takes_a_role_reads_it_where_they_took_it(town: Town) -> None:
    channel = town.declare()
    answer = town.incident("ben", "lead", channel)
    assert answer.endswith("Runs the response and decides.")
    town.settle()
    assert town.ws.dm("ben") == []


def test_nobody_is_told_of_a_role_that_went_on_to_another(town: Town) -> None:
    channel = town.declare()
    town.sandbox.faults.on("ratelimited", method="conversations.open", times=1, retry_after=30)
    town.incident("ana", "role scribe @mei", channel)
    harness.eventually(
        lambda: bool(town.sandbox.record.called("conversations.open")), "it was tried"
    )
    town.incident("ana", "role scribe @ben", channel)
    _later(town, 1)
    assert town.ws.dm("mei") == []
    assert len(town.ws.dm("ben")) == 1


def test_a_lead_that_is_handed_over_names_both(town: Town) -> None:
    channel = town.declare()
    town.incident("ben", "lead", channel)
    town.incident("mei", "lead", channel)
    town.incident("ben", "resolve fixed", channel)
    town.settle()
    ben, mei = town.ws.person("ben").id, town.ws.person("mei").id
    assert f"<@{mei}> takes the role *lead*, taking over from <@{ben}>." in town.texts(channel)
    assert f"<@{ben}> takes the role *lead*." in town.texts(channel)
    replies = [r["text"] for m in town.said(channel) for r in town.ws.replies(channel, m["ts"])]
    assert "Lead: @mei, taking over from @ben" in "".join(replies)


def test_a_lead_is_asked_for_once(town: Town) -> None:
    channel = town.declare()
    _later(town, 4)
    assert WANTED not in town.texts(channel)
    _later(town, 2)
    _later(town, 10)
    assert town.texts(channel).count(WANTED) == 1
    town.press("mei", channel, "Take the lead")
    assert f"<@{town.ws.person('mei').id}> takes the role *lead*." in town.texts(channel)


def test_the_question_is_answered_in_its_place(town: Town) -> None:
    channel = town.declare()
    _later(town, 6)
    town.press("mei", channel, "Take the lead")
    assert WANTED not in town.texts(channel)
    answered = f"<@{town.ws.person('mei').id}> leads INC-2026-001 now."
    (said,) = [m for m in town.said(channel) if m["text"] == answered]
    assert [block["type"] for block in said["blocks"]] == ["context"]


def test_the_question_of_what_ended_without_a_lead_has_no_button(town: Town) -> None:
    channel = town.declare()
    _later(town, 6)
    town.incident("ana", "resolve fixed", channel)
    town.settle()
    assert WANTED not in town.texts(channel)
    assert "INC-2026-001 is resolved; it had no lead." in town.texts(channel)


def test_who_is_given_a_role_is_let_into_the_channel(town: Town) -> None:
    town.incident("ana", "private payroll is wrong")
    town.settle()
    channel = town.sandbox.record.called("conversations.create")[-1].answer["channel"]["id"]
    assert "mei" not in _members(town, channel)
    town.incident("ana", "role scribe @mei", channel)
    town.settle()
    assert "mei" in _members(town, channel)


@pytest.mark.parametrize("done", ["lead", "resolve fixed", "cancel a drill"])
def test_no_lead_is_asked_for_where_none_is_needed(town: Town, done: str) -> None:
    channel = town.declare()
    town.incident("ben", done, channel)
    _later(town, 6)
    assert WANTED not in town.texts(channel)


def test_a_lead_who_came_in_time_is_not_asked_for(town: Town) -> None:
    channel = town.declare()
    town.sandbox.faults.on("ratelimited", method="chat.postMessage", times=1, retry_after=30)
    town.sandbox.clock.advance(timedelta(minutes=6))

    def waits() -> bool:
        with town.store.begin() as session:
            return outbox.retrying(session) > 0

    harness.eventually(waits, "the question waits for Slack")
    town.incident("ben", "lead", channel)
    _later(town, 1)
    assert WANTED not in town.texts(channel)


def test_nobody_asks_for_a_lead_where_the_team_does_not_want_it(tmp_path: Path) -> None:
    with harness.town(f"sqlite:///{tmp_path}/debrief.db") as town:
        channel = town.declare()
        _later(town, 60)
        assert WANTED not in town.texts(channel)
