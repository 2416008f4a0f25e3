"""The Home tab: action items, incidents, declaring, reminder settings, and the welcome message."""

from copy import deepcopy
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from tests.support import harness
from tests.support.harness import LiveBot, eventually


def _open_home(live_bot: LiveBot, person: str) -> str:
    """Open a person's Home tab and return its text."""
    live_bot.workspace.open_home(person)
    live_bot.settle()
    return _home_text(live_bot, person)


def _home_text(live_bot: LiveBot, person: str) -> str:
    view = live_bot.sandbox.state.homes[live_bot.workspace.person(person).id]
    return "\n".join(_texts(view["blocks"]))


def _texts(blocks: list[dict[str, Any]]) -> list[str]:
    texts = []
    for block in blocks:
        parts = [block.get("text", {}), *block.get("elements", [])]
        for part in parts:
            text = part.get("text", "")
            texts.append(text if isinstance(text, str) else text.get("text", ""))
    return texts


def _with_item(live_bot: LiveBot) -> str:
    channel = live_bot.declare()
    live_bot.command("ana", "action add an alert @ben 2026-03-13 P2", channel)
    live_bot.settle()
    return channel


def test_the_home_tab_of_a_new_person_explains_itself(live_bot: LiveBot) -> None:
    text = _open_home(live_bot, "mei")
    assert "You have no open action items." in text
    assert "None." in text
    assert "/incident help" in text


def test_own_action_items_are_listed_and_can_be_marked_done(live_bot: LiveBot) -> None:
    channel = _with_item(live_bot)
    assert "Your action items (1)" in _open_home(live_bot, "ben")
    assert "add an alert" in _home_text(live_bot, "ben")
    live_bot.workspace.press_in_view("ben", "item_done:1")
    live_bot.settle()
    assert "You have no open action items." in _home_text(live_bot, "ben")
    assert "Done by" in live_bot.text_in(channel)


def test_an_opened_home_tab_follows_changes_made_elsewhere(live_bot: LiveBot) -> None:
    _open_home(live_bot, "ben")
    channel = _with_item(live_bot)
    assert "Your action items (1)" in _home_text(live_bot, "ben")
    live_bot.press("ana", channel, "Mark as done")
    assert "You have no open action items." in _home_text(live_bot, "ben")


def test_a_stale_mark_done_button_on_the_home_tab_shows_the_current_state(
    live_bot: LiveBot,
) -> None:
    channel = _with_item(live_bot)
    _open_home(live_bot, "ben")
    stale = deepcopy(live_bot.sandbox.state.homes[live_bot.workspace.person("ben").id])
    live_bot.press("ana", channel, "Mark as done")
    live_bot.sandbox.state.homes[live_bot.workspace.person("ben").id] = (
        stale  # Ben's screen is behind
    )
    live_bot.workspace.press_in_view("ben", "item_done:1")
    live_bot.settle()
    assert "You have no open action items." in _home_text(live_bot, "ben")
    view = live_bot.workspace.open_view("ben")
    assert view["title"]["text"] == "Nothing changed"
    assert "as done" in view["blocks"][0]["text"]["text"]


def test_only_incidents_that_the_person_takes_part_in_are_listed(live_bot: LiveBot) -> None:
    channel = live_bot.declare("P1 checkout fails")
    live_bot.workspace.join("ben", channel)
    live_bot.workspace.say("ben", channel, "looking")
    live_bot.settle()
    assert "checkout fails" in _open_home(live_bot, "ana")
    assert "checkout fails" in _open_home(live_bot, "ben")
    assert "checkout fails" not in _open_home(live_bot, "mei")
    live_bot.command("ana", "resolve fixed", channel)
    assert "None." in _open_home(live_bot, "ben")


def test_an_incident_can_be_declared_on_the_home_tab(live_bot: LiveBot) -> None:
    _open_home(live_bot, "mei")
    live_bot.workspace.press_in_view("mei", "home_declare:new")
    live_bot.workspace.submit("mei", {"title": {"title": "search is slow"}})
    live_bot.settle()
    assert "search is slow" in live_bot.text_in("incidents")


@pytest.mark.parametrize("over_http", [False, True])
def test_the_home_tab_follows_the_persons_incidents(tmp_path: Path, *, over_http: bool) -> None:
    with harness.start_live_bot(
        f"sqlite:///{tmp_path}/debrief.db", over_http=over_http
    ) as live_bot:
        for person in ("mei", "ben"):
            _open_home(live_bot, person)
        live_bot.workspace.press_in_view("mei", "home_declare:new")
        live_bot.workspace.submit("mei", {"title": {"title": "search is slow"}})
        eventually(
            lambda: "search is slow" in _home_text(live_bot, "mei"), "what she declared is listed"
        )
        assert "search is slow" not in _home_text(live_bot, "ben")
        live_bot.settle()
        channel = str(
            live_bot.sandbox.record.called("conversations.create")[-1].answer["channel"]["id"]
        )
        live_bot.command("mei", "lead @ben", channel)
        eventually(
            lambda: "search is slow" in _home_text(live_bot, "ben"), "what he leads is listed"
        )
        live_bot.command("ben", "sev P1", channel)
        eventually(lambda: "P1" in _home_text(live_bot, "mei"), "its severity is shown")
        live_bot.command("ben", "resolve index rebuilt", channel)
        for person in ("mei", "ben"):
            eventually(partial(_is_gone, live_bot, person), "it's gone")


def _is_gone(live_bot: LiveBot, person: str) -> bool:
    return "search is slow" not in _home_text(live_bot, person)


def test_reminders_are_sent_at_the_chosen_hour(live_bot: LiveBot) -> None:
    _with_item(live_bot)
    _open_home(live_bot, "ben")
    live_bot.workspace.press_in_view("ben", "home_hour", "13")
    live_bot.settle()
    live_bot.sandbox.clock.move_to(datetime(2026, 3, 10, 16, 59, tzinfo=UTC))  # 12:59 in New York
    live_bot.settle()
    assert live_bot.workspace.dm("ben") == []
    live_bot.sandbox.clock.move_to(datetime(2026, 3, 10, 17, 1, tzinfo=UTC))
    live_bot.settle()
    assert "due Friday 13 March" in live_bot.workspace.dm("ben")[-1]["text"]


def test_only_the_first_person_to_use_the_bot_is_welcomed_and_only_once(tmp_path: Path) -> None:
    with harness.start_live_bot(f"sqlite:///{tmp_path}/debrief.db", first_use=True) as live_bot:
        _open_home(live_bot, "mei")
        _open_home(live_bot, "mei")
        live_bot.command("ana", "list")
        live_bot.settle()
        (hello,) = live_bot.workspace.dm("mei")
        assert "/incident declare" in hello["text"]
        assert "I announce incidents in #incidents" in hello["text"]
        assert live_bot.workspace.dm("ana") == []
