"""An action item by its number: shown from anywhere, with its facts and its buttons, to who may see it."""

from datetime import UTC, datetime
from typing import Any

import pytest

from tests.support.harness import Town, eventually


@pytest.fixture
def channel(town: Town) -> str:
    made = town.declare()
    town.ws.join("ben", made)
    return made


def _marked(town: Town, channel: str) -> str:
    """A message of Ben's that is marked, and the suggestion taken: item 1."""
    said = str(town.ws.say("ben", channel, "I will add an alert by 2026-03-13"))
    town.settle()
    town.ws.react("ben", channel, said, "clipboard")
    town.settle()
    town.press("ben", channel, "Accept")
    return said


def _labels(blocks: list[dict[str, Any]]) -> list[str]:
    return [each["text"]["text"] for block in blocks for each in block.get("elements", []) if each["type"] == "button"]  # fmt: skip


def test_an_item_is_shown_with_its_facts_and_what_became_of_it(town: Town, channel: str) -> None:
    said = _marked(town, channel)
    town.sandbox.clock.move_to(datetime(2026, 3, 12, 14, 1, tzinfo=UTC))
    town.settle()
    answer = town.ws.command("ben", "general", "/incident", "actions 1")
    told = answer.text
    ben = town.ws.person("ben").id
    assert "add an alert by 2026-03-13" in told
    assert f"Owner: <@{ben}>. Due: Fri 13 Mar 2026. Priority: not set." in told
    assert "INC-2026-001 checkout fails, <https://" in told
    assert f"/archives/{channel}/p{said.replace('.', '')}|where it was said>" in told
    assert f"<@{ben}>: state open" in told
    assert f"<@{ben}> was told (1 working day before)" in told
    everything = "\n".join(str(block.get("text", "")) for block in answer.blocks)
    assert all(part in everything for part in ("add an alert", "where it was said", "was told"))


def test_its_buttons_are_those_of_its_message_and_work_where_it_is_shown(
    town: Town, channel: str
) -> None:
    _marked(town, channel)
    message = next(m for m in town.said(channel) if m["text"].startswith("Action item:"))
    answer = town.ws.command("mei", "general", "/incident", "actions #1")
    assert _labels(answer.blocks) == _labels(message["blocks"])
    shown = town.ws.ephemerals("mei")[-1]
    town.ws.press("mei", "general", shown["ts"], "item_done:1")
    town.settle()
    assert "Done: I will add an alert" in town.ws.ephemerals("mei")[-1]["text"]
    assert ", done" in town.incident("ana", "actions", channel)
    assert f"Done by <@{town.ws.person('mei').id}>" in town.incident("ben", "actions 1")


def test_a_mention_and_a_direct_message_show_its_buttons_too(town: Town, channel: str) -> None:
    _marked(town, channel)
    before = len(town.ws.ephemerals("ben"))
    town.ws.say("ben", channel, "@debrief actions 1")
    town.ws.say_to_bot("ben", "actions 1")
    eventually(lambda: len(town.ws.ephemerals("ben")) == before + 2, "Ben is answered twice")
    for each in town.ws.ephemerals("ben")[before:]:
        assert "Mark done" in _labels(each["blocks"])


def test_the_numbers_stand_wherever_items_do(town: Town, channel: str) -> None:
    assert "It is number 1," in town.incident("ana", "action add an alert @ben 2026-03-13", channel)
    town.settle()
    assert "• 1: add an alert" in town.incident("ana", "actions", channel)
    assert "• 1: add an alert" in town.incident("ben", "actions")
    assert "Action item 1 of INC-2026-001" in str(town.said(channel))
    town.sandbox.clock.move_to(datetime(2026, 3, 12, 14, 1, tzinfo=UTC))
    town.settle()
    assert "INC-2026-001, item 1, due" in town.ws.dm("ben")[-1]["text"]


@pytest.mark.parametrize("number", ["2", "999999999"])
def test_an_item_that_is_not_there_is_told_so(town: Town, channel: str, number: str) -> None:
    _marked(town, channel)
    told = town.incident("ben", f"actions {number}")
    assert told.startswith(f"There is no action item {number} that you can see.")


def test_an_item_of_a_private_incident_is_shown_to_those_who_are_in_it(town: Town) -> None:
    town.ws.add_person("zoe")
    inside = town.declare("P1 payroll leaked", private=True)
    town.ws.invite("ana", inside, "ben")
    town.incident("ana", "action rotate the keys @ben 2026-03-13", inside)
    town.settle()
    refused = town.incident("zoe", "actions 1", "general")
    assert refused.startswith("There is no action item 1 that you can see.")
    assert refused.replace("action item 1 ", "action item 2 ") == town.incident("zoe", "actions 2", "general")  # fmt: skip
    for person in ("ana", "ben"):
        assert "rotate the keys" in town.incident(person, "actions 1", "general")
