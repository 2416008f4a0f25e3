"""Roles: assignment, handover, and the request for a lead."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.config.policy import Policy
from storage import outbox
from tests.support import harness
from tests.support.harness import LiveBot

LEAD_REQUEST = "INC-2026-001 has no lead yet."


@pytest.fixture
def live_bot(tmp_path: Path) -> Iterator[LiveBot]:
    """A workspace that asks for a lead after the default five minutes."""
    policy = harness.POLICY.model_copy(update={"lead_prompt_minutes": Policy().lead_prompt_minutes})
    with harness.start_live_bot(f"sqlite:///{tmp_path}/debrief.db", policy=policy) as running_town:
        yield running_town


def _later(live_bot: LiveBot, minutes: int) -> None:
    live_bot.sandbox.clock.advance(timedelta(minutes=minutes))
    live_bot.settle()


def _members(live_bot: LiveBot, channel: str) -> set[str]:
    ids = live_bot.sandbox.state.channels[channel].members
    return {name for name in ("ana", "ben", "mei") if live_bot.workspace.person(name).id in ids}


def test_a_person_assigned_a_role_gets_a_dm_that_explains_it(live_bot: LiveBot) -> None:
    channel = live_bot.declare()
    answer = live_bot.command("ana", "role communications @mei", channel)
    assert answer.endswith("and the company informed. I'll send them a direct message.")
    live_bot.settle()
    (dm,) = live_bot.workspace.dm("mei")
    ana = live_bot.workspace.person("ana").id
    assert dm["text"] == (
        f"<@{ana}> assigned you the role of *communications* for INC-2026-001: checkout fails. Your job:"
        f" keep users and the company informed. Please join <#{channel}>."
        "\nIf you can't take the role, assign somebody else: `/incident role communications @name`."
    )
    assert "`/incident role communications @name`" in str(dm["blocks"])


def test_the_dm_to_a_new_lead_lists_the_commands(live_bot: LiveBot) -> None:
    channel = live_bot.declare()
    live_bot.command("ana", "lead @mei", channel)
    live_bot.settle()
    (dm,) = live_bot.workspace.dm("mei")
    assert "resolve the incident with `/incident resolve`" in dm["text"]


def test_a_person_who_takes_a_role_gets_the_explanation_as_the_answer(live_bot: LiveBot) -> None:
    channel = live_bot.declare()
    answer = live_bot.command("ben", "lead", channel)
    assert answer.endswith("Run the response and make the calls.")
    live_bot.settle()
    assert live_bot.workspace.dm("ben") == []


def test_a_delayed_dm_is_dropped_when_the_role_was_reassigned(live_bot: LiveBot) -> None:
    channel = live_bot.declare()
    live_bot.sandbox.faults.on("ratelimited", method="conversations.open", times=1, retry_after=30)
    live_bot.command("ana", "role scribe @mei", channel)
    harness.eventually(
        lambda: bool(live_bot.sandbox.record.called("conversations.open")), "it was tried"
    )
    live_bot.command("ana", "role scribe @ben", channel)
    _later(live_bot, 1)
    assert live_bot.workspace.dm("mei") == []
    assert len(live_bot.workspace.dm("ben")) == 1


def test_a_handover_of_the_lead_names_both_people(live_bot: LiveBot) -> None:
    channel = live_bot.declare()
    live_bot.command("ben", "lead", channel)
    live_bot.command("mei", "lead", channel)
    live_bot.command("ben", "resolve fixed", channel)
    live_bot.settle()
    assert "Mei Tanaka took on the role of *lead*, replacing Ben Okafor." in live_bot.text_in(
        channel
    )
    assert "Ben Okafor took on the role of *lead*." in live_bot.text_in(channel)
    replies = [
        r["text"]
        for m in live_bot.messages(channel)
        for r in live_bot.workspace.replies(channel, m["ts"])
    ]
    assert "Lead: Mei Tanaka, taking over from Ben Okafor" in "".join(replies)


def test_the_channel_is_asked_once_for_a_lead(live_bot: LiveBot) -> None:
    channel = live_bot.declare()
    _later(live_bot, 4)
    assert LEAD_REQUEST not in live_bot.text_in(channel)
    _later(live_bot, 2)
    _later(live_bot, 10)
    assert live_bot.text_in(channel).count(LEAD_REQUEST) == 1
    live_bot.press("mei", channel, "Take the lead")
    assert "Mei Tanaka took on the role of *lead*." in live_bot.text_in(channel)


def test_taking_the_lead_replaces_the_question_with_the_answer(live_bot: LiveBot) -> None:
    channel = live_bot.declare()
    _later(live_bot, 6)
    live_bot.press("mei", channel, "Take the lead")
    assert LEAD_REQUEST not in live_bot.text_in(channel)
    answer = "Mei Tanaka leads INC-2026-001."
    (message,) = [m for m in live_bot.messages(channel) if m["text"] == answer]
    assert [block["type"] for block in message["blocks"]] == ["context"]


def test_resolving_without_a_lead_closes_the_question(live_bot: LiveBot) -> None:
    channel = live_bot.declare()
    _later(live_bot, 6)
    live_bot.command("ana", "resolve fixed", channel)
    live_bot.settle()
    assert LEAD_REQUEST not in live_bot.text_in(channel)
    assert "INC-2026-001 is resolved. It had no lead." in live_bot.text_in(channel)


def test_a_person_assigned_a_role_is_invited_to_the_private_channel(live_bot: LiveBot) -> None:
    channel = live_bot.declare("payroll is wrong", private=True)
    assert "mei" not in _members(live_bot, channel)
    live_bot.command("ana", "role scribe @mei", channel)
    live_bot.settle()
    assert "mei" in _members(live_bot, channel)


@pytest.mark.parametrize("command", ["lead", "resolve fixed", "cancel a drill"])
def test_no_lead_is_requested_once_there_is_one_or_the_incident_is_over(
    live_bot: LiveBot, command: str
) -> None:
    channel = live_bot.declare()
    live_bot.command("ben", command, channel)
    _later(live_bot, 6)
    assert LEAD_REQUEST not in live_bot.text_in(channel)


def test_a_request_for_a_lead_delayed_by_slack_is_dropped_once_there_is_one(
    live_bot: LiveBot,
) -> None:
    channel = live_bot.declare()
    live_bot.sandbox.faults.on("ratelimited", method="chat.postMessage", times=1, retry_after=30)
    live_bot.sandbox.clock.advance(timedelta(minutes=6))

    def is_retrying() -> bool:
        with live_bot.store.begin() as session:
            return outbox.retrying(session) > 0

    harness.eventually(is_retrying, "the question waits for Slack")
    live_bot.command("ben", "lead", channel)
    _later(live_bot, 1)
    assert LEAD_REQUEST not in live_bot.text_in(channel)


def test_no_lead_is_requested_when_the_request_is_switched_off(tmp_path: Path) -> None:
    with harness.start_live_bot(f"sqlite:///{tmp_path}/debrief.db") as live_bot:
        channel = live_bot.declare()
        _later(live_bot, 60)
        assert LEAD_REQUEST not in live_bot.text_in(channel)
