"""Roles: assignment, handover, and the request for a lead."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.config.policy import Policy
from storage import outbox
from tests.support import harness
from tests.support.harness import Town

LEAD_REQUEST = "Nobody leads INC-2026-001 yet."


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    """A workspace that asks for a lead after the default five minutes."""
    policy = harness.POLICY.model_copy(update={"lead_prompt_minutes": Policy().lead_prompt_minutes})
    with harness.town(f"sqlite:///{tmp_path}/debrief.db", policy=policy) as running_town:
        yield running_town


def _later(town: Town, minutes: int) -> None:
    town.sandbox.clock.advance(timedelta(minutes=minutes))
    town.settle()


def _members(town: Town, channel: str) -> set[str]:
    ids = town.sandbox.state.channels[channel].members
    return {name for name in ("ana", "ben", "mei") if town.ws.person(name).id in ids}


def test_a_person_assigned_a_role_gets_a_dm_that_explains_it(town: Town) -> None:
    channel = town.declare()
    answer = town.incident("ana", "role communications @mei", channel)
    assert answer.endswith("where things stand. I'll send them a direct message.")
    town.settle()
    (dm,) = town.ws.dm("mei")
    ana = town.ws.person("ana").id
    assert dm["text"] == (
        f"<@{ana}> gave you the role *communications* in INC-2026-001: checkout fails. What it means:"
        f" Tells users and the company where things stand. Please go to <#{channel}>."
        "\nIf you cannot, say so there: `/incident role communications @who` gives it to somebody else."
    )
    assert "`/incident role communications @who`" in str(dm["blocks"])


def test_the_dm_to_a_new_lead_lists_the_commands(town: Town) -> None:
    channel = town.declare()
    town.incident("ana", "lead @mei", channel)
    town.settle()
    (dm,) = town.ws.dm("mei")
    assert "`/incident resolve` ends it" in dm["text"]


def test_a_person_who_takes_a_role_gets_the_explanation_as_the_answer(town: Town) -> None:
    channel = town.declare()
    answer = town.incident("ben", "lead", channel)
    assert answer.endswith("Runs the response and decides.")
    town.settle()
    assert town.ws.dm("ben") == []


def test_a_delayed_dm_is_dropped_when_the_role_was_reassigned(town: Town) -> None:
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


def test_a_handover_of_the_lead_names_both_people(town: Town) -> None:
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


def test_the_channel_is_asked_once_for_a_lead(town: Town) -> None:
    channel = town.declare()
    _later(town, 4)
    assert LEAD_REQUEST not in town.texts(channel)
    _later(town, 2)
    _later(town, 10)
    assert town.texts(channel).count(LEAD_REQUEST) == 1
    town.press("mei", channel, "Take the lead")
    assert f"<@{town.ws.person('mei').id}> takes the role *lead*." in town.texts(channel)


def test_taking_the_lead_replaces_the_question_with_the_answer(town: Town) -> None:
    channel = town.declare()
    _later(town, 6)
    town.press("mei", channel, "Take the lead")
    assert LEAD_REQUEST not in town.texts(channel)
    answer = f"<@{town.ws.person('mei').id}> leads INC-2026-001 now."
    (message,) = [m for m in town.said(channel) if m["text"] == answer]
    assert [block["type"] for block in message["blocks"]] == ["context"]


def test_resolving_without_a_lead_closes_the_question(town: Town) -> None:
    channel = town.declare()
    _later(town, 6)
    town.incident("ana", "resolve fixed", channel)
    town.settle()
    assert LEAD_REQUEST not in town.texts(channel)
    assert "INC-2026-001 is resolved; it had no lead." in town.texts(channel)


def test_a_person_assigned_a_role_is_invited_to_the_private_channel(town: Town) -> None:
    channel = town.declare("payroll is wrong", private=True)
    assert "mei" not in _members(town, channel)
    town.incident("ana", "role scribe @mei", channel)
    town.settle()
    assert "mei" in _members(town, channel)


@pytest.mark.parametrize("command", ["lead", "resolve fixed", "cancel a drill"])
def test_no_lead_is_requested_once_there_is_one_or_the_incident_is_over(
    town: Town, command: str
) -> None:
    channel = town.declare()
    town.incident("ben", command, channel)
    _later(town, 6)
    assert LEAD_REQUEST not in town.texts(channel)


def test_a_request_for_a_lead_delayed_by_slack_is_dropped_once_there_is_one(town: Town) -> None:
    channel = town.declare()
    town.sandbox.faults.on("ratelimited", method="chat.postMessage", times=1, retry_after=30)
    town.sandbox.clock.advance(timedelta(minutes=6))

    def is_retrying() -> bool:
        with town.store.begin() as session:
            return outbox.retrying(session) > 0

    harness.eventually(is_retrying, "the question waits for Slack")
    town.incident("ben", "lead", channel)
    _later(town, 1)
    assert LEAD_REQUEST not in town.texts(channel)


def test_no_lead_is_requested_when_the_request_is_switched_off(tmp_path: Path) -> None:
    with harness.town(f"sqlite:///{tmp_path}/debrief.db") as town:
        channel = town.declare()
        _later(town, 60)
        assert LEAD_REQUEST not in town.texts(channel)
