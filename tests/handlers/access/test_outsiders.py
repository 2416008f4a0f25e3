"""Guests and people from other workspaces may do nothing by default."""

from collections.abc import Iterator

import pytest

from bot.domain.commands import SUBCOMMANDS
from handlers.commands import COMMAND_HANDLERS
from handlers.interactions import BUTTONS, SHORTCUT_FORMS, SUBMISSION_HANDLERS
from handlers.interactions.handler_types import NOT_GRANTABLE
from tests.handlers.access import outsiders
from tests.handlers.access.outsiders import MARKER, Stage, Way, build_stage, received, snapshot
from tests.support import harness
from tests.support.harness import LiveBot

OUTSIDERS = ("kim", "gil", "gus", "sam")


@pytest.fixture
def stage(live_bot: LiveBot) -> Stage:
    return build_stage(live_bot)


def _try_every_way(
    stage: Stage, name: str, groups: Iterator[tuple[Way, ...]]
) -> tuple[list[str], list[str]]:
    """Try each way; return the groups that changed something and the ways that leaked."""
    changed, leaked = [], []
    before = snapshot(stage, name)
    for group in groups:
        leaked += [way_label for way_label, do in group if MARKER in do(stage, name)]
        stage.live_bot.sandbox.settle(harness.TIMEOUT_SECONDS)
        if (after := snapshot(stage, name)) != before:
            changed.append(f"{group[0][0]} to {group[-1][0]}")
            before = after
    stage.live_bot.settle()
    if MARKER in received(stage.live_bot, name):
        leaked.append("received messages")
    if snapshot(stage, name) != before:
        changed.append("messages sent afterwards")
    return changed, leaked


@pytest.mark.parametrize("name", OUTSIDERS)
def test_an_outsider_changes_nothing_and_sees_nothing_of_another_incident(
    stage: Stage, name: str
) -> None:
    assert _try_every_way(stage, name, outsiders.every_way()) == ([], [])
    calls = stage.live_bot.sandbox.record
    person_id = stage.live_bot.workspace.person(name).id
    assert [
        call for call in calls.called("views.publish") if call.args["user_id"] == person_id
    ] == []
    assert [
        call for call in calls.called("chat.postMessage") if call.args["channel"][0] == "D"
    ] == []


def test_the_same_requests_by_a_member_change_and_show_a_lot(stage: Stage) -> None:
    """Otherwise the test above would prove nothing."""
    changed, leaked = _try_every_way(stage, "mei", outsiders.every_way())
    assert len(changed) > len(list(outsiders.every_way())) / 2, changed
    assert "/search in general" in leaked


def test_every_interaction_names_a_command_that_is_tried_here() -> None:
    assert (
        set(outsiders.WORDS)
        == {command.name for command in SUBCOMMANDS}
        == {*COMMAND_HANDLERS, "help"}
    )
    tables = (BUTTONS, SHORTCUT_FORMS, SUBMISSION_HANDLERS)
    named = {interaction.command for table in tables for interaction in table.values()}
    assert named <= {*outsiders.WORDS, NOT_GRANTABLE}
