"""Submitting a postmortem asks for what its template has, each gap with the button that fills it."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.config.policy import Policy
from tests.handlers.postmortems.test_sections import send
from tests.support import harness
from tests.support.harness import POLICY, Town

OWN = """{% include "postmortem/sections/title.md.j2" %}

## What broke

{% for each in draft.root_cause %}{{ each.text }}{% else %}> Not told yet{% endfor %}
"""


@pytest.fixture
def team(tmp_path: Path) -> Iterator[Town]:
    """A town whose postmortems of P4 have a template of the team's own: a cause, and nothing else."""
    folder = tmp_path / "templates"
    folder.mkdir()
    (folder / "ours.md.j2").write_text(OWN)
    chosen = POLICY.postmortem.template_by_severity | {"P4": "ours"}
    given = POLICY.postmortem.model_dump() | {"templates": folder, "template_by_severity": chosen}
    with harness.town(
        f"sqlite:///{tmp_path / 'debrief.db'}",
        policy=Policy.model_validate(POLICY.model_dump() | {"postmortem": given}),
    ) as made:
        yield made


def resolved(town: Town, severity: str) -> str:
    channel = town.declare(f"{severity} checkout fails")
    town.ws.join("ben", channel)
    town.incident("ana", "resolve limit set back", channel)
    town.settle()
    return channel


def shown(town: Town, person: str = "ana") -> dict[str, Any]:
    return dict(town.ws.ephemerals(person)[-1])


def buttons(message: dict[str, Any]) -> dict[str, str]:
    """The buttons beside what is missing: labels with what each fills."""
    beside = [each for each in message["blocks"] if "accessory" in each]
    return {each["accessory"]["text"]["text"]: each["text"]["text"] for each in beside}


def press(town: Town, message: dict[str, Any], label: str, person: str = "ana") -> str:
    """Press a button of an answer; return the title of the form that it opens."""
    (action,) = [
        each["accessory"]["action_id"]
        for each in message["blocks"]
        if each.get("accessory", {}).get("text", {}).get("text") == label
    ]
    town.ws.press(person, message["channel"], message["ts"], action)
    return str(town.ws.open_view(person)["title"]["text"])


def test_the_shortest_template_asks_for_few_parts_and_each_form_fills_its_own(town: Town) -> None:
    channel = resolved(town, "P3")
    town.press("ana", channel, "Submit for review")
    refused = shown(town)
    assert "still needs" in refused["text"]
    assert not [
        part
        for part in ("lessons", "went well", "first sign", "took it")
        if part in refused["text"]
    ]
    assert buttons(refused) == {
        "Set key times": "\u2022 when it began, when users were well again",
        "Write impact": "\u2022 figures of the impact",
        "Write root cause": "\u2022 the cause",
        "Create action item": "\u2022 an action item",
    }
    assert press(town, refused, "Set key times") == "Key times"
    town.ws.submit("ana", {"started": {"started": "13:50"}, "restored": {"restored": "13:59"}})
    assert press(town, refused, "Write impact") == "Impact"
    town.ws.submit("ana", {"users": {"users": "120 customers"}})
    assert press(town, refused, "Write root cause") == "Root cause"
    send(town, "ana", "The limit was set to 5")
    assert press(town, refused, "Create action item") == "Create action item"
    town.incident("ana", "action watch the limit @ben 2026-03-13 P2", channel)
    town.settle()
    assert "is in review" in town.incident("ana", "postmortem submit", channel)


def test_the_long_template_asks_for_its_sections_too(town: Town) -> None:
    channel = resolved(town, "P1")
    town.press("ana", channel, "Submit for review")
    refused = shown(town)
    assert press(town, refused, "Write lessons") == "Lessons"
    assert press(town, refused, "Write what went well") == "What went well"
    assert press(town, refused, "Write what went poorly") == "What went poorly"
    assert "the first sign" not in buttons(refused)["Set key times"]  # it was declared
    assert "who took it when" in buttons(refused)["Set key times"]


def test_a_template_of_the_team_asks_for_its_own_parts_alone(team: Town) -> None:
    channel = resolved(team, "P4")
    team.press("ana", channel, "Submit for review")
    assert buttons(shown(team)) == {"Write root cause": "\u2022 the cause"}
    press(team, shown(team), "Write root cause")
    send(team, "ana", "The limit was set to 5")
    team.press("ana", channel, "Submit for review")
    assert "is in review" in shown(team)["text"]


def by_command(town: Town, channel: str) -> dict[str, Any]:
    town.incident("ana", "postmortem submit", channel)
    return shown(town)


def from_elsewhere(town: Town, _channel: str) -> dict[str, Any]:
    town.incident("ana", "INC-2026-001 postmortem submit", "incidents")
    return shown(town)


def by_mention(town: Town, channel: str) -> dict[str, Any]:
    town.ws.say("ana", channel, "@debrief postmortem submit")
    town.settle()
    return shown(town)


@pytest.mark.parametrize("submit", [by_command, from_elsewhere, by_mention])
def test_each_way_shows_the_same_buttons(
    town: Town, submit: Callable[[Town, str], dict[str, Any]]
) -> None:
    channel = resolved(town, "P3")
    refused = submit(town, channel)
    assert "Write root cause" in buttons(refused)
    assert press(town, refused, "Write root cause") == "Root cause"


def test_items_without_an_owner_or_a_date_are_named_with_their_forms(town: Town) -> None:
    channel = resolved(town, "P3")
    town.ws.say("ana", channel, "action item: watch the limit")
    town.incident("ana", "postmortem again", channel)
    town.settle()
    town.press("ana", channel, "Submit for review")
    found = buttons(shown(town))
    assert found["Assign owner"] == "\u2022 an owner for \u201cwatch the limit\u201d"
    assert found["Set due date"] == "\u2022 a due date for \u201cwatch the limit\u201d"
    assert press(town, shown(town), "Assign owner") == "Change owner"


def test_times_out_of_order_are_refused_with_their_form_even_with_a_reason(town: Town) -> None:
    channel = resolved(town, "P3")
    town.incident("ana", "time started 13:50", channel)
    town.incident("ana", "time restored 13:40", channel)
    town.settle()
    town.incident("ana", "postmortem submit because it is small", channel)
    refused = shown(town)
    assert "out of order: restored is before" in refused["text"]
    assert press(town, refused, "Set key times") == "Key times"
    town.incident("ana", "time restored 13:55", channel)
    town.settle()
    answer = town.incident("ana", "postmortem submit because it is small", channel)
    assert "is in review" in answer
