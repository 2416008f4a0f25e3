"""Guests and people from other workspaces may do nothing by default."""

from collections.abc import Iterator

import pytest

from bot.domain.commands import SUBCOMMANDS
from handlers.access import rules as access_rules
from handlers.commands import COMMAND_HANDLERS
from handlers.interactions import (
    BUTTON_FORMS,
    BUTTON_HANDLERS,
    MODAL_HANDLERS,
    SHORTCUT_FORMS,
    SUBMISSION_HANDLERS,
)
from tests.handlers.access import outsiders
from tests.handlers.access.outsiders import MARKER, Stage, Way, build_stage, received, snapshot
from tests.support import harness
from tests.support.harness import Town

OUTSIDERS = ("kim", "gil", "gus", "sam")


@pytest.fixture
def stage(town: Town) -> Stage:
    return build_stage(town)


def _try_every_way(
    stage: Stage, name: str, groups: Iterator[tuple[Way, ...]]
) -> tuple[list[str], list[str]]:
    """Try each way; return the groups that changed something and the ways that leaked."""
    changed, leaked = [], []
    before = snapshot(stage, name)
    for group in groups:
        leaked += [way_label for way_label, do in group if MARKER in do(stage, name)]
        stage.town.sandbox.settle(harness.PATIENCE)
        if (after := snapshot(stage, name)) != before:
            changed.append(f"{group[0][0]} to {group[-1][0]}")
            before = after
    stage.town.settle()
    if MARKER in received(stage.town, name):
        leaked.append("received messages")
    if snapshot(stage, name) != before:
        changed.append("messages sent afterwards")
    return changed, leaked


@pytest.mark.parametrize("name", OUTSIDERS)
def test_an_outsider_changes_nothing_and_sees_nothing_of_another_incident(
    stage: Stage, name: str
) -> None:
    assert _try_every_way(stage, name, outsiders.every_way()) == ([], [])
    calls = stage.town.sandbox.record
    person_id = stage.town.ws.person(name).id
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


def test_every_command_button_form_and_shortcut_has_an_access_rule() -> None:
    assert (
        set(outsiders.WORDS)
        == {command.name for command in SUBCOMMANDS}
        == {*COMMAND_HANDLERS, "help"}
    )
    assert set(access_rules.BUTTONS) == {*BUTTON_HANDLERS, *BUTTON_FORMS, *MODAL_HANDLERS}
    assert set(access_rules.FORMS) == set(SUBMISSION_HANDLERS)
    assert set(access_rules.SHORTCUTS) == set(SHORTCUT_FORMS)
    rules = (access_rules.BUTTONS, access_rules.FORMS, access_rules.SHORTCUTS)
    assert {rule.word for table in rules for rule in table.values()} <= {*outsiders.WORDS, ""}
