"""Submitting a postmortem names each gap of its template with the button that fills it."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.config.policy import Policy
from tests.handlers.postmortems.test_sections import send_text
from tests.support import harness
from tests.support.harness import POLICY, Town, eventually

OWN_TEMPLATE = """{% include "postmortem/sections/title.md.j2" %}

## What broke

{% for each in draft.root_cause %}{{ each.text }}{% else %}> Not told yet{% endfor %}
"""


@pytest.fixture
def town_with_own_template(tmp_path: Path) -> Iterator[Town]:
    """A workspace whose P4 postmortems use its own template: a cause and nothing else."""
    folder = tmp_path / "templates"
    folder.mkdir()
    (folder / "ours.md.j2").write_text(OWN_TEMPLATE)
    template_by_severity = POLICY.postmortem.template_by_severity | {"P4": "ours"}
    postmortem = POLICY.postmortem.model_dump() | {
        "templates": folder,
        "template_by_severity": template_by_severity,
    }
    with harness.town(
        f"sqlite:///{tmp_path / 'debrief.db'}",
        policy=Policy.model_validate(POLICY.model_dump() | {"postmortem": postmortem}),
    ) as running_town:
        yield running_town


def resolved(town: Town, severity: str) -> str:
    channel = town.declare(f"{severity} checkout fails")
    town.ws.join("ben", channel)
    town.incident("ana", "resolve limit set back", channel)
    town.settle()
    return channel


def last_reply(town: Town, person: str = "ana") -> dict[str, Any]:
    return dict(town.ws.ephemerals(person)[-1])


def buttons(message: dict[str, Any]) -> dict[str, str]:
    """Return the labels of the buttons beside the gaps, with the gaps that they fill."""
    sections = [section for section in message["blocks"] if "accessory" in section]
    return {section["accessory"]["text"]["text"]: section["text"]["text"] for section in sections}


def press(town: Town, message: dict[str, Any], label: str, person: str = "ana") -> str:
    """Press a button of a reply and return the title of the form that it opens."""
    (action,) = [
        block["accessory"]["action_id"]
        for block in message["blocks"]
        if block.get("accessory", {}).get("text", {}).get("text") == label
    ]
    town.ws.press(person, message["channel"], message["ts"], action)
    return str(town.ws.open_view(person)["title"]["text"])


def test_the_shortest_template_has_few_gaps_and_each_form_fills_its_own(town: Town) -> None:
    channel = resolved(town, "P3")
    town.press("ana", channel, "Submit for review")
    refusal = last_reply(town)
    assert "still needs" in refusal["text"]
    assert not [
        part
        for part in ("lessons", "went well", "first sign", "took it")
        if part in refusal["text"]
    ]
    assert buttons(refusal) == {
        "Set key times": "\u2022 when it began, when users were well again",
        "Write impact": "\u2022 figures of the impact",
        "Write root cause": "\u2022 the cause",
        "Create action item": "\u2022 an action item",
    }
    assert press(town, refusal, "Set key times") == "Key times"
    town.ws.submit("ana", {"started": {"started": "13:50"}, "restored": {"restored": "13:59"}})
    assert press(town, refusal, "Write impact") == "Impact"
    town.ws.submit("ana", {"users": {"users": "120 customers"}})
    assert press(town, refusal, "Write root cause") == "Root cause"
    send_text(town, "ana", "The limit was set to 5")
    assert press(town, refusal, "Create action item") == "Create action item"
    town.incident("ana", "action watch the limit @ben 2026-03-13 P2", channel)
    town.settle()
    assert "is in review" in town.incident("ana", "postmortem submit", channel)


def test_the_long_template_also_requires_its_sections(town: Town) -> None:
    channel = resolved(town, "P1")
    town.press("ana", channel, "Submit for review")
    refusal = last_reply(town)
    assert press(town, refusal, "Write lessons") == "Lessons"
    assert press(town, refusal, "Write what went well") == "What went well"
    assert press(town, refusal, "Write what went poorly") == "What went poorly"
    assert "the first sign" not in buttons(refusal)["Set key times"]  # it was declared
    assert "who took it when" in buttons(refusal)["Set key times"]


def test_a_teams_own_template_requires_only_its_own_sections(town_with_own_template: Town) -> None:
    channel = resolved(town_with_own_template, "P4")
    town_with_own_template.press("ana", channel, "Submit for review")
    assert buttons(last_reply(town_with_own_template)) == {"Write root cause": "\u2022 the cause"}
    press(town_with_own_template, last_reply(town_with_own_template), "Write root cause")
    send_text(town_with_own_template, "ana", "The limit was set to 5")
    town_with_own_template.press("ana", channel, "Submit for review")
    assert "is in review" in last_reply(town_with_own_template)["text"]


def submit_by_command(town: Town, channel: str) -> dict[str, Any]:
    town.incident("ana", "postmortem submit", channel)
    return last_reply(town)


def submit_from_elsewhere(town: Town, _channel: str) -> dict[str, Any]:
    town.incident("ana", "INC-2026-001 postmortem submit", "incidents")
    return last_reply(town)


def submit_by_mention(town: Town, channel: str) -> dict[str, Any]:
    before = len(town.ws.ephemerals("ana"))
    town.ws.say("ana", channel, "@debrief postmortem submit")
    eventually(lambda: len(town.ws.ephemerals("ana")) > before, "Ana is answered")
    return last_reply(town)


@pytest.mark.parametrize("submit", [submit_by_command, submit_from_elsewhere, submit_by_mention])
def test_every_way_to_submit_shows_the_same_buttons(
    town: Town, submit: Callable[[Town, str], dict[str, Any]]
) -> None:
    channel = resolved(town, "P3")
    refusal = submit(town, channel)
    assert "Write root cause" in buttons(refusal)
    assert press(town, refusal, "Write root cause") == "Root cause"


def test_items_without_an_owner_or_a_due_date_are_named_with_their_forms(town: Town) -> None:
    channel = resolved(town, "P3")
    town.ws.say("ana", channel, "action item: watch the limit")
    town.incident("ana", "postmortem again", channel)
    town.settle()
    town.press("ana", channel, "Submit for review")
    gaps = buttons(last_reply(town))
    assert gaps["Assign owner"] == "\u2022 an owner for \u201cwatch the limit\u201d"
    assert gaps["Set due date"] == "\u2022 a due date for \u201cwatch the limit\u201d"
    assert press(town, last_reply(town), "Assign owner") == "Change owner"


def test_key_times_out_of_order_block_the_submission_even_with_a_reason(town: Town) -> None:
    channel = resolved(town, "P3")
    town.incident("ana", "time started 13:50", channel)
    town.incident("ana", "time restored 13:40", channel)
    town.settle()
    town.incident("ana", "postmortem submit because it is small", channel)
    refusal = last_reply(town)
    assert "out of order: restored is before" in refusal["text"]
    assert press(town, refusal, "Set key times") == "Key times"
    town.incident("ana", "time restored 13:55", channel)
    town.settle()
    answer = town.incident("ana", "postmortem submit because it is small", channel)
    assert "is in review" in answer
