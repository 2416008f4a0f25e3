"""The Home tab: mine to do, where I take part, declaring, my reminders; and the first hello."""

from copy import deepcopy
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.support import harness
from tests.support.harness import Town, eventually


def _home(town: Town, person: str) -> str:
    """All that a person reads on their Home tab."""
    town.ws.open_home(person)
    town.settle()
    return _shown(town, person)


def _shown(town: Town, person: str) -> str:
    view = town.sandbox.state.homes[town.ws.person(person).id]
    return "\n".join(_texts(view["blocks"]))


def _texts(blocks: list[dict[str, Any]]) -> list[str]:
    found = []
    for block in blocks:
        parts = [block.get("text", {}), *block.get("elements", [])]
        for part in parts:
            text = part.get("text", "")
            found.append(text if isinstance(text, str) else text.get("text", ""))
    return found


def _with_item(town: Town) -> str:
    channel = town.declare()
    town.incident("ana", "action add an alert @ben 2026-03-13 P2", channel)
    town.settle()
    return channel


def test_it_is_useful_to_who_never_used_the_bot(town: Town) -> None:
    shown = _home(town, "mei")
    assert "Nothing is waiting for you." in shown
    assert "None is running." in shown
    assert "/incident help" in shown


def test_what_is_mine_is_there_and_can_be_done_there(town: Town) -> None:
    channel = _with_item(town)
    assert "Your action items (1)" in _home(town, "ben")
    assert "add an alert" in _shown(town, "ben")
    town.ws.press_in_view("ben", "item_done:1")
    town.settle()
    assert "Nothing is waiting for you." in _shown(town, "ben")
    assert "Done by" in town.texts(channel)


def test_it_follows_what_happens_elsewhere_once_it_was_opened(town: Town) -> None:
    _home(town, "ben")
    channel = _with_item(town)
    assert "Your action items (1)" in _shown(town, "ben")
    town.press("ana", channel, "Mark done")
    assert "Nothing is waiting for you." in _shown(town, "ben")


def test_a_click_that_comes_too_late_shows_what_is_so(town: Town) -> None:
    channel = _with_item(town)
    _home(town, "ben")
    stale = deepcopy(town.sandbox.state.homes[town.ws.person("ben").id])
    town.press("ana", channel, "Mark done")
    town.sandbox.state.homes[town.ws.person("ben").id] = stale  # Ben's screen is behind
    town.ws.press_in_view("ben", "item_done:1")
    town.settle()
    assert "Nothing is waiting for you." in _shown(town, "ben")
    told = town.ws.open_view("ben")
    assert told["title"]["text"] == "Not done"
    assert "it is done" in told["blocks"][0]["text"]["text"]


def test_the_incidents_that_i_am_in_and_no_others(town: Town) -> None:
    channel = town.declare("P1 checkout fails")
    town.ws.join("ben", channel)
    town.ws.say("ben", channel, "looking")
    town.settle()
    assert "checkout fails" in _home(town, "ana")
    assert "checkout fails" in _home(town, "ben")
    assert "checkout fails" not in _home(town, "mei")
    town.incident("ana", "resolve fixed", channel)
    assert "None is running." in _home(town, "ben")


def test_an_incident_is_declared_there(town: Town) -> None:
    _home(town, "mei")
    town.ws.press_in_view("mei", "home_declare:new")
    town.ws.submit("mei", {"title": {"title": "search is slow"}})
    town.settle()
    assert "search is slow" in town.texts("incidents")


@pytest.mark.parametrize("over_http", [False, True])
def test_it_follows_the_incidents_that_i_take_part_in(tmp_path: Path, *, over_http: bool) -> None:
    with harness.town(f"sqlite:///{tmp_path}/debrief.db", over_http=over_http) as town:
        for person in ("mei", "ben"):
            _home(town, person)
        town.ws.press_in_view("mei", "home_declare:new")
        town.ws.submit("mei", {"title": {"title": "search is slow"}})
        eventually(lambda: "search is slow" in _shown(town, "mei"), "what she declared is listed")
        assert "search is slow" not in _shown(town, "ben")
        town.settle()
        channel = str(
            town.sandbox.record.called("conversations.create")[-1].answer["channel"]["id"]
        )
        town.incident("mei", "lead @ben", channel)
        eventually(lambda: "search is slow" in _shown(town, "ben"), "what he leads is listed")
        town.incident("ben", "sev P1", channel)
        eventually(lambda: "P1" in _shown(town, "mei"), "its severity is shown")
        town.incident("ben", "resolve index rebuilt", channel)
        for person in ("mei", "ben"):
            eventually(lambda p=person: "search is slow" not in _shown(town, p), "it's gone")  # type: ignore[misc]


def test_reminders_come_at_the_hour_that_i_choose(town: Town) -> None:
    _with_item(town)
    _home(town, "ben")
    town.ws.press_in_view("ben", "home_hour", "13")
    town.settle()
    town.sandbox.clock.move_to(datetime(2026, 3, 10, 16, 59, tzinfo=UTC))  # 12:59 in New York
    town.settle()
    assert town.ws.dm("ben") == []
    town.sandbox.clock.move_to(datetime(2026, 3, 10, 17, 1, tzinfo=UTC))
    town.settle()
    assert "due Fri 13 Mar 2026" in town.ws.dm("ben")[-1]["text"]


def test_who_uses_it_first_is_greeted_once_and_nobody_else(tmp_path: Path) -> None:
    with harness.town(f"sqlite:///{tmp_path}/debrief.db", first_use=True) as town:
        _home(town, "mei")
        _home(town, "mei")
        town.incident("ana", "list")
        town.settle()
        (hello,) = town.ws.dm("mei")
        assert "/incident declare" in hello["text"]
        assert "announced in #incidents" in hello["text"]
        assert town.ws.dm("ana") == []
