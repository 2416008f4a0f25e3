"""The Home tab: action items, incidents, declaring, reminder settings, and the welcome message."""

from copy import deepcopy
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.support import harness
from tests.support.harness import Town, eventually


def _open_home(town: Town, person: str) -> str:
    """Open a person's Home tab and return its text."""
    town.ws.open_home(person)
    town.settle()
    return _home_text(town, person)


def _home_text(town: Town, person: str) -> str:
    view = town.sandbox.state.homes[town.ws.person(person).id]
    return "\n".join(_texts(view["blocks"]))


def _texts(blocks: list[dict[str, Any]]) -> list[str]:
    texts = []
    for block in blocks:
        parts = [block.get("text", {}), *block.get("elements", [])]
        for part in parts:
            text = part.get("text", "")
            texts.append(text if isinstance(text, str) else text.get("text", ""))
    return texts


def _with_item(town: Town) -> str:
    channel = town.declare()
    town.incident("ana", "action add an alert @ben 2026-03-13 P2", channel)
    town.settle()
    return channel


def test_the_home_tab_of_a_new_person_explains_itself(town: Town) -> None:
    text = _open_home(town, "mei")
    assert "Nothing is waiting for you." in text
    assert "None is running." in text
    assert "/incident help" in text


def test_own_action_items_are_listed_and_can_be_marked_done(town: Town) -> None:
    channel = _with_item(town)
    assert "Your action items (1)" in _open_home(town, "ben")
    assert "add an alert" in _home_text(town, "ben")
    town.ws.press_in_view("ben", "item_done:1")
    town.settle()
    assert "Nothing is waiting for you." in _home_text(town, "ben")
    assert "Done by" in town.texts(channel)


def test_an_opened_home_tab_follows_changes_made_elsewhere(town: Town) -> None:
    _open_home(town, "ben")
    channel = _with_item(town)
    assert "Your action items (1)" in _home_text(town, "ben")
    town.press("ana", channel, "Mark done")
    assert "Nothing is waiting for you." in _home_text(town, "ben")


def test_a_stale_mark_done_button_on_the_home_tab_shows_the_current_state(town: Town) -> None:
    channel = _with_item(town)
    _open_home(town, "ben")
    stale = deepcopy(town.sandbox.state.homes[town.ws.person("ben").id])
    town.press("ana", channel, "Mark done")
    town.sandbox.state.homes[town.ws.person("ben").id] = stale  # Ben's screen is behind
    town.ws.press_in_view("ben", "item_done:1")
    town.settle()
    assert "Nothing is waiting for you." in _home_text(town, "ben")
    view = town.ws.open_view("ben")
    assert view["title"]["text"] == "Not done"
    assert "it is done" in view["blocks"][0]["text"]["text"]


def test_only_incidents_that_the_person_takes_part_in_are_listed(town: Town) -> None:
    channel = town.declare("P1 checkout fails")
    town.ws.join("ben", channel)
    town.ws.say("ben", channel, "looking")
    town.settle()
    assert "checkout fails" in _open_home(town, "ana")
    assert "checkout fails" in _open_home(town, "ben")
    assert "checkout fails" not in _open_home(town, "mei")
    town.incident("ana", "resolve fixed", channel)
    assert "None is running." in _open_home(town, "ben")


def test_an_incident_can_be_declared_on_the_home_tab(town: Town) -> None:
    _open_home(town, "mei")
    town.ws.press_in_view("mei", "home_declare:new")
    town.ws.submit("mei", {"title": {"title": "search is slow"}})
    town.settle()
    assert "search is slow" in town.texts("incidents")


@pytest.mark.parametrize("over_http", [False, True])
def test_the_home_tab_follows_the_persons_incidents(tmp_path: Path, *, over_http: bool) -> None:
    with harness.town(f"sqlite:///{tmp_path}/debrief.db", over_http=over_http) as town:
        for person in ("mei", "ben"):
            _open_home(town, person)
        town.ws.press_in_view("mei", "home_declare:new")
        town.ws.submit("mei", {"title": {"title": "search is slow"}})
        eventually(
            lambda: "search is slow" in _home_text(town, "mei"), "what she declared is listed"
        )
        assert "search is slow" not in _home_text(town, "ben")
        town.settle()
        channel = str(
            town.sandbox.record.called("conversations.create")[-1].answer["channel"]["id"]
        )
        town.incident("mei", "lead @ben", channel)
        eventually(lambda: "search is slow" in _home_text(town, "ben"), "what he leads is listed")
        town.incident("ben", "sev P1", channel)
        eventually(lambda: "P1" in _home_text(town, "mei"), "its severity is shown")
        town.incident("ben", "resolve index rebuilt", channel)
        for person in ("mei", "ben"):
            eventually(lambda p=person: "search is slow" not in _home_text(town, p), "it's gone")  # type: ignore[misc]


def test_reminders_are_sent_at_the_chosen_hour(town: Town) -> None:
    _with_item(town)
    _open_home(town, "ben")
    town.ws.press_in_view("ben", "home_hour", "13")
    town.settle()
    town.sandbox.clock.move_to(datetime(2026, 3, 10, 16, 59, tzinfo=UTC))  # 12:59 in New York
    town.settle()
    assert town.ws.dm("ben") == []
    town.sandbox.clock.move_to(datetime(2026, 3, 10, 17, 1, tzinfo=UTC))
    town.settle()
    assert "due Fri 13 Mar 2026" in town.ws.dm("ben")[-1]["text"]


def test_only_the_first_person_to_use_the_bot_is_welcomed_and_only_once(tmp_path: Path) -> None:
    with harness.town(f"sqlite:///{tmp_path}/debrief.db", first_use=True) as town:
        _open_home(town, "mei")
        _open_home(town, "mei")
        town.incident("ana", "list")
        town.settle()
        (hello,) = town.ws.dm("mei")
        assert "/incident declare" in hello["text"]
        assert "announced in #incidents" in hello["text"]
        assert town.ws.dm("ana") == []
