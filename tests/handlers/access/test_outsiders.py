"""Guests and people of other workspaces: by default nothing, and in an incident's channel what is granted."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from bot.domain.commands import SUBCOMMANDS
from handlers.commands import COMMAND_HANDLERS
from handlers.interactions import BUTTONS, SHORTCUT_FORMS, SUBMISSION_HANDLERS
from handlers.interactions.handler_types import NOT_GRANTABLE
from tests.handlers.access import outsiders
from tests.handlers.access.outsiders import MARKER, Stage, Way, made, received, snapshot
from tests.support import harness
from tests.support.harness import POLICY, Town

OUTSIDERS = ("kim", "gil", "gus", "sam")


@pytest.fixture
def stage(town: Town) -> Stage:
    return made(town)


@contextmanager
def _granting(folder: Path, *words: str) -> Iterator[Stage]:
    permissions = POLICY.permissions.model_copy(update={"external": words})
    policy = POLICY.model_copy(update={"permissions": permissions})
    with harness.town(f"sqlite:///{folder}/debrief.db", policy=policy) as town:
        yield made(town)


def _walk(stage: Stage, who: str, groups: Iterator[tuple[Way, ...]]) -> tuple[list[str], list[str]]:
    """Go each way; among which of them something changed, and which showed a word of the other
    incident."""
    changed, leaked = [], []
    before = snapshot(stage, who)
    for group in groups:
        leaked += [name for name, do in group if MARKER in do(stage, who)]
        stage.town.sandbox.settle(harness.PATIENCE)
        if (after := snapshot(stage, who)) != before:
            changed.append(f"{group[0][0]} to {group[-1][0]}")
            before = after
    stage.town.settle()
    if MARKER in received(stage.town, who):
        leaked.append("what they received")
    if snapshot(stage, who) != before:
        changed.append("what was sent afterwards")
    return changed, leaked


@pytest.mark.parametrize("who", OUTSIDERS)
def test_an_outsider_changes_nothing_and_sees_nothing_of_another_incident(
    stage: Stage, who: str
) -> None:
    assert _walk(stage, who, outsiders.every_way()) == ([], [])
    calls = stage.town.sandbox.record
    them = stage.town.ws.person(who).id
    assert [each for each in calls.called("views.publish") if each.args["user_id"] == them] == []
    assert [
        each for each in calls.called("chat.postMessage") if each.args["channel"][0] == "D"
    ] == []


def test_the_same_ways_change_much_and_show_much_when_a_member_goes_them(stage: Stage) -> None:
    """Otherwise the test above would prove nothing."""
    changed, leaked = _walk(stage, "mei", outsiders.every_way())
    assert len(changed) > len(list(outsiders.every_way())) / 2, changed
    assert "/search in general" in leaked


def test_every_interaction_names_a_command_that_is_tried_here() -> None:
    assert (
        set(outsiders.WORDS) == {word.name for word in SUBCOMMANDS} == {*COMMAND_HANDLERS, "help"}
    )
    tables = (BUTTONS, SHORTCUT_FORMS, SUBMISSION_HANDLERS)
    named = {interaction.command for table in tables for interaction in table.values()}
    assert named <= {*outsiders.WORDS, NOT_GRANTABLE}
