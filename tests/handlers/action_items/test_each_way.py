"""Every way to change an action item: buttons, thread replies, the Home tab and reminders."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from bot.domain.action_item import ActionItem, ItemState, Priority
from storage import action_items, incidents
from tests.handlers.interactions.ways import ELSEWHERE, ITEM, WAYS
from tests.support.harness import LiveBot

DAY = date(2026, 3, 20)
DUE = datetime(2026, 3, 12, 14, 1, tzinfo=UTC)  # ten in New York, the day before the items are due
WORKING = [DUE + timedelta(days=days) for days in (0, 1, 4, 5, 6, 7, 8, 11, 12)]  # no weekend
FORMS: dict[str, tuple[str, str, str]] = {  # the button, its action, and the field of its form
    "Change due date": ("item_due", "due", "2026-03-20"),
    "Change owner": ("item_owner", "owner", "mei"),
    "Set priority": ("item_priority", "priority", "P2"),
    "Mark as done": ("item_done", "", ""),
    "Snooze 2 days": ("item_snooze", "", ""),
    "Won't do": ("item_against", "why", "nobody needs it"),
    "Reopen item": ("item_reopen", "", ""),
    "Accept item": ("item_accept", "", ""),
    "Dismiss item": ("item_drop", "", ""),
    "Not mine": ("item_not_mine", "", ""),
}
HAS_EFFECT: dict[str, Callable[[ActionItem, str], bool]] = {
    "mark an action item as done": lambda item, _: (
        item.state is ItemState.DONE and item.done_by is not None
    ),
    "reopen an action item": lambda item, _: item.state is ItemState.OPEN,
    "mark an action item as won't do": lambda item, _: (
        item.state is ItemState.DROPPED and item.dropped_because != ""
    ),
    "change a due date": lambda item, _: item.due == DAY,
    "reassign an action item": lambda item, mei: item.owner == mei,
    "say that an item isn't yours": lambda item, _: item.owner is None,
    "set a priority": lambda item, _: item.priority is Priority.P2,
    "snooze for two days": lambda item, _: item.snoozed_until is not None,
    "accept or drop a suggestion": lambda item, _: (
        item.state in {ItemState.OPEN, ItemState.DROPPED}
    ),
}


@pytest.fixture
def channel(live_bot: LiveBot) -> str:
    channel_id = live_bot.declare()
    for person in ("ben", "mei"):
        live_bot.workspace.join(person, channel_id)
    return channel_id


def _items(live_bot: LiveBot, channel: str) -> list[ActionItem]:
    with live_bot.store.begin() as session:
        incident = incidents.by_channel(session, channel)
        assert incident
        return action_items.of_incident(session, incident.id)


def _create_item(live_bot: LiveBot, channel: str, task: str, number: int) -> ActionItem:
    """Create an item of Ben's without a priority, or a suggestion."""
    if task == "accept or drop a suggestion":
        message_ts = live_bot.workspace.say("mei", channel, f"we need the alert {number}")
        live_bot.settle()
        live_bot.workspace.react("ben", channel, message_ts, "clipboard")
    else:
        live_bot.command("ana", f"action write the runbook {number} @ben 2026-03-13", channel)
    live_bot.settle()
    if task == "reopen an action item":
        live_bot.press("ben", channel, "Mark as done")
    return _items(live_bot, channel)[-1]


def _ways(place: str, prefix: str = "") -> list[tuple[str, str]]:
    return [
        (task, way.label.removeprefix(prefix))
        for task, ways in WAYS.items()
        for way in ways
        if way.place == place and task in HAS_EFFECT and way.label.startswith(prefix)
    ]


def _typed_text(label: str) -> str:
    return (
        label.strip("`")
        .replace("@name", "@mei")
        .replace("because <reason>", "because nobody needs it")
    )


def _fill_form(live_bot: LiveBot, label: str) -> None:
    _, field, value = FORMS[label]
    if field:
        assert live_bot.workspace.open_view("ben") is not None, label
        entry = live_bot.workspace.person(value).id if field == "owner" else value
        assert not live_bot.workspace.submit("ben", {field: {field: entry}}).get("errors")
    live_bot.settle()


def test_every_button_and_thread_reply_changes_the_item(live_bot: LiveBot, channel: str) -> None:
    mei = live_bot.workspace.person("mei").id
    for number, (task, label) in enumerate(_ways(ITEM)):
        for mention in ("", "@debrief ") if label.startswith("`") else ("",):
            item = _create_item(live_bot, channel, task, number)
            assert not HAS_EFFECT[task](item, mei)
            assert item.thread_ts is not None
            if label.startswith("`"):
                _reply_in_thread(live_bot, channel, item, mention + _typed_text(label))
            else:
                action = f"{FORMS[label][0]}:{item.id}"
                live_bot.workspace.press("ben", channel, item.thread_ts, action)
                _fill_form(live_bot, label)
            (changed,) = [found for found in _items(live_bot, channel) if found.id == item.id]
            assert HAS_EFFECT[task](changed, mei), (task, mention, label)


def _reply_in_thread(live_bot: LiveBot, channel: str, item: ActionItem, text: str) -> None:
    """Reply in the item's thread and check that one ephemeral reply confirms it there."""
    before = len(live_bot.workspace.ephemerals("ben"))
    live_bot.workspace.say("ben", channel, text, thread=item.thread_ts)
    live_bot.settle()
    (reply,) = live_bot.workspace.ephemerals("ben")[before:]
    assert reply["thread_ts"] == item.thread_ts
    assert "Unknown command" not in reply["text"], reply["text"]


def test_the_bot_cannot_be_assigned_an_item_or_the_lead(live_bot: LiveBot, channel: str) -> None:
    item = _create_item(live_bot, channel, "", 0)
    live_bot.workspace.say("ben", channel, "@debrief please", thread=item.thread_ts)
    live_bot.settle()
    assert not [m for m in live_bot.workspace.ephemerals("ben") if "an application" in m["text"]]
    refusal = "is an app, so nothing was changed. Choose a person."
    for command in ("action write it @debrief friday", "lead @debrief"):
        assert refusal in live_bot.command("ana", command, channel)
    bot_id = live_bot.sandbox.state.bot.id
    live_bot.workspace.press("ben", channel, item.thread_ts, f"item_owner:{item.id}")
    field_error = live_bot.workspace.submit("ben", {"owner": {"owner": bot_id}})["errors"]["owner"]
    assert field_error == f"@debrief {refusal}"  # a field shows no mentions
    live_bot.settle()
    assert [item.owner for item in _items(live_bot, channel)] == [
        live_bot.workspace.person("ben").id
    ]


def test_every_home_tab_button_changes_the_item(live_bot: LiveBot, channel: str) -> None:
    mei = live_bot.workspace.person("mei").id
    for number, (task, label) in enumerate(_ways(ELSEWHERE, "Home: ")):
        item = _create_item(live_bot, channel, task, number)
        live_bot.workspace.open_home("ben")
        live_bot.settle()
        live_bot.workspace.press_in_view("ben", f"{FORMS[label][0]}:{item.id}")
        _fill_form(live_bot, label)
        (changed,) = [found for found in _items(live_bot, channel) if found.id == item.id]
        assert HAS_EFFECT[task](changed, mei), (task, label)


def test_every_reminder_button_changes_its_item(live_bot: LiveBot, channel: str) -> None:
    mei = live_bot.workspace.person("mei").id
    ways = [(task, label) for task, label in _ways(ELSEWHERE, "DM: ") if "`" not in label]
    items = [_create_item(live_bot, channel, task, number) for number, (task, _) in enumerate(ways)]
    live_bot.sandbox.clock.move_to(DUE)
    live_bot.settle()
    (reminder,) = live_bot.workspace.dm("ben")
    dm = live_bot.sandbox.state.dm_with(live_bot.workspace.person("ben"))
    for item, (task, label) in zip(items, ways, strict=True):
        assert label in _labels(reminder)
        live_bot.workspace.press("ben", dm, reminder["ts"], f"{FORMS[label][0]}:{item.id}")
        _fill_form(live_bot, label)
        (changed,) = [found for found in _items(live_bot, channel) if found.id == item.id]
        assert HAS_EFFECT[task](changed, mei), (task, label)


def test_every_reply_to_a_reminder_changes_the_item(live_bot: LiveBot, channel: str) -> None:
    mei = live_bot.workspace.person("mei").id
    ways = [(task, label) for task, label in _ways(ELSEWHERE, "DM: ") if "`" in label]
    assert len(ways) == 7
    item = _create_item(live_bot, channel, ways[0][0], 0)
    for number, (task, label) in enumerate(ways):
        _remind(live_bot, WORKING[number])
        before = len(live_bot.workspace.ephemerals("ben"))
        live_bot.workspace.say_to_bot("ben", _typed_text(label))
        live_bot.settle()
        (reply,) = live_bot.workspace.ephemerals("ben")[before:]
        assert "runbook" in reply["text"], label
        changed = _items(live_bot, channel)[-1]
        assert changed.id == item.id
        assert HAS_EFFECT[task](changed, mei), (task, label)
        item = _replace_item(live_bot, channel, changed, number)


def _remind(live_bot: LiveBot, at: datetime) -> None:
    before = len(live_bot.workspace.dm("ben"))
    live_bot.sandbox.clock.move_to(at)
    live_bot.settle()
    assert len(live_bot.workspace.dm("ben")) == before + 1


def _replace_item(live_bot: LiveBot, channel: str, finished: ActionItem, number: int) -> ActionItem:
    """Finish an item and create another of Ben's that is due on the next day."""
    if finished.state is ItemState.OPEN:
        live_bot.command("mei", f"done {finished.id}")
    due = WORKING[number + 2].date()
    live_bot.command("ana", f"action write the runbook {number} @ben {due}", channel)
    live_bot.settle()
    return _items(live_bot, channel)[-1]


def _labels(message: dict[str, Any]) -> set[str]:
    return set(_texts(message))


def _texts(message: dict[str, Any]) -> Iterator[str]:
    for block in message["blocks"]:
        yield from (
            element["text"]["text"] for element in block.get("elements", []) if "value" in element
        )
