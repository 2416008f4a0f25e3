"""Submitting a postmortem names each gap of its template with the button that fills it."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.config.policy import Policy
from tests.handlers.postmortems.test_sections import send_text
from tests.support import harness
from tests.support.harness import POLICY, LiveBot, eventually

OWN_TEMPLATE = """{% include "postmortem/sections/title.md.j2" %}

## What broke

{% for each in draft.root_cause %}{{ each.text }}{% else %}> Not told yet{% endfor %}
"""


@pytest.fixture
def town_with_own_template(tmp_path: Path) -> Iterator[LiveBot]:
    """A workspace whose P4 postmortems use its own template: a cause and nothing else."""
    folder = tmp_path / "templates"
    folder.mkdir()
    (folder / "ours.md.j2").write_text(OWN_TEMPLATE)
    template_by_severity = POLICY.postmortem.template_by_severity | {"P4": "ours"}
    postmortem = POLICY.postmortem.model_dump() | {
        "templates": folder,
        "template_by_severity": template_by_severity,
    }
    with harness.start_live_bot(
        f"sqlite:///{tmp_path / 'debrief.db'}",
        policy=Policy.model_validate(POLICY.model_dump() | {"postmortem": postmortem}),
    ) as running_town:
        yield running_town


def resolved(live_bot: LiveBot, severity: str) -> str:
    channel = live_bot.declare(f"{severity} checkout fails")
    live_bot.workspace.join("ben", channel)
    live_bot.command("ana", "resolve limit set back", channel)
    live_bot.settle()
    return channel


def last_reply(live_bot: LiveBot, person: str = "ana") -> dict[str, Any]:
    return dict(live_bot.workspace.ephemerals(person)[-1])


def buttons(message: dict[str, Any]) -> dict[str, str]:
    """Return the labels of the buttons beside the gaps, with the gaps that they fill."""
    sections = [section for section in message["blocks"] if "accessory" in section]
    return {section["accessory"]["text"]["text"]: section["text"]["text"] for section in sections}


def press(live_bot: LiveBot, message: dict[str, Any], label: str, person: str = "ana") -> str:
    """Press a button of a reply and return the title of the form that it opens."""
    (action,) = [
        block["accessory"]["action_id"]
        for block in message["blocks"]
        if block.get("accessory", {}).get("text", {}).get("text") == label
    ]
    live_bot.workspace.press(person, message["channel"], message["ts"], action)
    return str(live_bot.workspace.open_view(person)["title"]["text"])


def test_the_shortest_template_has_few_gaps_and_each_form_fills_its_own(live_bot: LiveBot) -> None:
    channel = resolved(live_bot, "P3")
    live_bot.press("ana", channel, "Submit for review")
    refusal = last_reply(live_bot)
    assert "still needs" in refusal["text"]
    assert not [
        part
        for part in ("lessons", "went well", "first sign", "took it")
        if part in refusal["text"]
    ]
    assert buttons(refusal) == {
        "Set key times": "\u2022 the start time and the time service was restored",
        "Edit impact": "\u2022 impact numbers",
        "Edit root cause": "\u2022 the root cause",
        "Create action item": "\u2022 an action item",
    }
    assert press(live_bot, refusal, "Set key times") == "Set key times"
    live_bot.workspace.submit(
        "ana", {"started": {"started": "13:50"}, "restored": {"restored": "13:59"}}
    )
    assert press(live_bot, refusal, "Edit impact") == "Edit impact"
    live_bot.workspace.submit("ana", {"users": {"users": "120 customers"}})
    assert press(live_bot, refusal, "Edit root cause") == "Edit root cause"
    send_text(live_bot, "ana", "The limit was set to 5")
    assert press(live_bot, refusal, "Create action item") == "Create action item"
    live_bot.command("ana", "action watch the limit @ben 2026-03-13 P2", channel)
    live_bot.settle()
    assert "is in review" in live_bot.command("ana", "postmortem submit", channel)


def test_the_long_template_also_requires_its_sections(live_bot: LiveBot) -> None:
    channel = resolved(live_bot, "P1")
    live_bot.press("ana", channel, "Submit for review")
    refusal = last_reply(live_bot)
    assert press(live_bot, refusal, "Edit lessons learned") == "Edit lessons learned"
    assert press(live_bot, refusal, "Edit what went well") == "Edit what went well"
    assert press(live_bot, refusal, "Edit what went poorly") == "Edit what went poorly"
    assert "the first sign" not in buttons(refusal)["Set key times"]  # it was declared
    assert "the time it was acknowledged" in buttons(refusal)["Set key times"]


def test_a_teams_own_template_requires_only_its_own_sections(
    town_with_own_template: LiveBot,
) -> None:
    channel = resolved(town_with_own_template, "P4")
    town_with_own_template.press("ana", channel, "Submit for review")
    assert buttons(last_reply(town_with_own_template)) == {
        "Edit root cause": "\u2022 the root cause"
    }
    press(town_with_own_template, last_reply(town_with_own_template), "Edit root cause")
    send_text(town_with_own_template, "ana", "The limit was set to 5")
    town_with_own_template.press("ana", channel, "Submit for review")
    assert "is in review" in last_reply(town_with_own_template)["text"]


def submit_by_command(live_bot: LiveBot, channel: str) -> dict[str, Any]:
    live_bot.command("ana", "postmortem submit", channel)
    return last_reply(live_bot)


def submit_from_elsewhere(live_bot: LiveBot, _channel: str) -> dict[str, Any]:
    live_bot.command("ana", "INC-2026-001 postmortem submit", "incidents")
    return last_reply(live_bot)


def submit_by_mention(live_bot: LiveBot, channel: str) -> dict[str, Any]:
    before = len(live_bot.workspace.ephemerals("ana"))
    live_bot.workspace.say("ana", channel, "@debrief postmortem submit")
    eventually(lambda: len(live_bot.workspace.ephemerals("ana")) > before, "Ana is answered")
    return last_reply(live_bot)


@pytest.mark.parametrize("submit", [submit_by_command, submit_from_elsewhere, submit_by_mention])
def test_every_way_to_submit_shows_the_same_buttons(
    live_bot: LiveBot, submit: Callable[[LiveBot, str], dict[str, Any]]
) -> None:
    channel = resolved(live_bot, "P3")
    refusal = submit(live_bot, channel)
    assert "Edit root cause" in buttons(refusal)
    assert press(live_bot, refusal, "Edit root cause") == "Edit root cause"


def test_items_without_an_owner_or_a_due_date_are_named_with_their_forms(live_bot: LiveBot) -> None:
    channel = resolved(live_bot, "P3")
    live_bot.workspace.say("ana", channel, "action item: watch the limit")
    live_bot.command("ana", "postmortem again", channel)
    live_bot.settle()
    live_bot.press("ana", channel, "Submit for review")
    gaps = buttons(last_reply(live_bot))
    assert gaps["Change owner"] == "\u2022 an owner for \u201cWatch the limit\u201d"
    assert gaps["Change due date"] == "\u2022 a due date for \u201cWatch the limit\u201d"
    assert press(live_bot, last_reply(live_bot), "Change owner") == "Change owner"


def test_key_times_out_of_order_block_the_submission_even_with_a_reason(live_bot: LiveBot) -> None:
    channel = resolved(live_bot, "P3")
    live_bot.command("ana", "time started 13:50", channel)
    live_bot.command("ana", "time restored 13:40", channel)
    live_bot.settle()
    live_bot.command("ana", "postmortem submit because it is small", channel)
    refusal = last_reply(live_bot)
    assert "out of order: Restored is earlier than" in refusal["text"]
    assert press(live_bot, refusal, "Set key times") == "Set key times"
    live_bot.command("ana", "time restored 13:55", channel)
    live_bot.settle()
    answer = live_bot.command("ana", "postmortem submit because it is small", channel)
    assert "is in review" in answer
