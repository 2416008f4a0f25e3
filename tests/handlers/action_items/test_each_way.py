"""An action item: buttons, answers in its thread, mentions there, the Home tab and the DM do the same."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from bot.domain.action_item import ActionItem, ItemState, Priority
from storage import action_items, incidents
from tests.handlers.interactions.ways import ELSEWHERE, ITEM, WAYS
from tests.support.harness import Town

DAY = date(2026, 3, 20)
DUE = datetime(2026, 3, 12, 14, 1, tzinfo=UTC)  # ten in New York, the day before the items are due
WORKING = [DUE + timedelta(days=days) for days in (0, 1, 4, 5, 6, 7, 8, 11, 12)]  # no weekend
FORMS: dict[str, tuple[str, str, str]] = {  # the button, its action, and the field of its form
    "Change due date": ("item_due", "due", "2026-03-20"),
    "Change owner": ("item_owner", "owner", "mei"),
    "Set priority": ("item_priority", "priority", "P2"),
    "Mark done": ("item_done", "", ""),
    "Snooze 2 days": ("item_snooze", "", ""),
    "Won't do": ("item_against", "why", "nobody needs it"),
    "Reopen": ("item_reopen", "", ""),
    "Accept": ("item_accept", "", ""),
    "Drop": ("item_drop", "", ""),
    "Not mine": ("item_not_mine", "", ""),
}
WANTED: dict[str, Callable[[ActionItem, str], bool]] = {
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
def channel(town: Town) -> str:
    made = town.declare()
    for person in ("ben", "mei"):
        town.ws.join(person, made)
    return made


def _items(town: Town, channel: str) -> list[ActionItem]:
    with town.store.begin() as session:
        incident = incidents.by_channel(session, channel)
        assert incident
        return action_items.of_incident(session, incident.id)


def _new(town: Town, channel: str, thing: str, number: int) -> ActionItem:
    """An item of Ben's without a priority; or a suggestion."""
    if thing == "accept or drop a suggestion":
        said = town.ws.say("mei", channel, f"we need the alert {number}")
        town.settle()
        town.ws.react("ben", channel, said, "clipboard")
    else:
        town.incident("ana", f"action write the runbook {number} @ben 2026-03-13", channel)
    town.settle()
    if thing == "reopen an action item":
        town.press("ben", channel, "Mark done")
    return _items(town, channel)[-1]


def _ways(place: str, beginning: str = "") -> list[tuple[str, str]]:
    return [
        (thing, way.label.removeprefix(beginning))
        for thing, ways in WAYS.items()
        for way in ways
        if way.place == place and thing in WANTED and way.label.startswith(beginning)
    ]


def _words(label: str) -> str:
    return label.strip("“”").replace("@who", "@mei").replace("because …", "because nobody needs it")


def _filled(town: Town, label: str) -> None:
    _, field, value = FORMS[label]
    if field:
        assert town.ws.open_view("ben") is not None, label
        given = town.ws.person(value).id if field == "owner" else value
        assert not town.ws.submit("ben", {field: {field: given}}).get("errors")
    town.settle()


def test_each_way_on_the_item_and_in_its_thread(town: Town, channel: str) -> None:
    mei = town.ws.person("mei").id
    for number, (thing, label) in enumerate(_ways(ITEM)):
        for mention in ("", "@debrief ") if label.startswith("“") else ("",):
            item = _new(town, channel, thing, number)
            assert not WANTED[thing](item, mei)
            assert item.thread_ts is not None
            if label.startswith("“"):
                _answer(town, channel, item, mention + _words(label))
            else:
                action = f"{FORMS[label][0]}:{item.id}"
                town.ws.press("ben", channel, item.thread_ts, action)
                _filled(town, label)
            (now,) = [each for each in _items(town, channel) if each.id == item.id]
            assert WANTED[thing](now, mei), (thing, mention, label)


def _answer(town: Town, channel: str, item: ActionItem, words: str) -> None:
    """Answer in the thread, and be told there, once, what was understood."""
    before = len(town.ws.ephemerals("ben"))
    town.ws.say("ben", channel, words, thread=item.thread_ts)
    town.settle()
    (told,) = town.ws.ephemerals("ben")[before:]
    assert told["thread_ts"] == item.thread_ts
    assert "I do not know" not in told["text"], told["text"]


def test_naming_the_bot_gives_it_no_item(town: Town, channel: str) -> None:
    item = _new(town, channel, "", 0)
    town.ws.say("ben", channel, "@debrief please", thread=item.thread_ts)
    town.settle()
    assert not [m for m in town.ws.ephemerals("ben") if "an application" in m["text"]]
    refused = "is an application, so nothing was changed. Choose a person."
    for words in ("action write it @debrief friday", "lead @debrief"):
        assert refused in town.incident("ana", words, channel)
    us = town.sandbox.world.bot.id
    town.ws.press("ben", channel, item.thread_ts, f"item_owner:{item.id}")
    beside = town.ws.submit("ben", {"owner": {"owner": us}})["errors"]["owner"]
    assert beside == f"@debrief {refused}"  # a field shows no mentions
    town.settle()
    assert [each.owner for each in _items(town, channel)] == [town.ws.person("ben").id]


def test_each_way_in_the_home_tab(town: Town, channel: str) -> None:
    mei = town.ws.person("mei").id
    for number, (thing, label) in enumerate(_ways(ELSEWHERE, "Home: ")):
        item = _new(town, channel, thing, number)
        town.ws.open_home("ben")
        town.settle()
        town.ws.press_in_view("ben", f"{FORMS[label][0]}:{item.id}")
        _filled(town, label)
        (now,) = [each for each in _items(town, channel) if each.id == item.id]
        assert WANTED[thing](now, mei), (thing, label)


def test_each_way_in_the_reminder(town: Town, channel: str) -> None:
    mei = town.ws.person("mei").id
    ways = [(thing, label) for thing, label in _ways(ELSEWHERE, "DM: ") if "“" not in label]
    items = [_new(town, channel, thing, number) for number, (thing, _) in enumerate(ways)]
    town.sandbox.clock.move_to(DUE)
    town.settle()
    (reminder,) = town.ws.dm("ben")
    dm = town.sandbox.world.dm_with(town.ws.person("ben"))
    for item, (thing, label) in zip(items, ways, strict=True):
        assert label in _labels(reminder)
        town.ws.press("ben", dm, reminder["ts"], f"{FORMS[label][0]}:{item.id}")
        _filled(town, label)
        (now,) = [each for each in _items(town, channel) if each.id == item.id]
        assert WANTED[thing](now, mei), (thing, label)


def test_each_way_of_answering_a_reminder(town: Town, channel: str) -> None:
    mei = town.ws.person("mei").id
    ways = [(thing, label) for thing, label in _ways(ELSEWHERE, "DM: ") if "“" in label]
    assert len(ways) == 7
    item = _new(town, channel, ways[0][0], 0)
    for number, (thing, label) in enumerate(ways):
        _remind(town, WORKING[number])
        before = len(town.ws.ephemerals("ben"))
        town.ws.say_to_bot("ben", _words(label))
        town.settle()
        (told,) = town.ws.ephemerals("ben")[before:]
        assert "runbook" in told["text"], label
        now = _items(town, channel)[-1]
        assert now.id == item.id
        assert WANTED[thing](now, mei), (thing, label)
        item = _fresh(town, channel, now, number)


def _remind(town: Town, at: datetime) -> None:
    before = len(town.ws.dm("ben"))
    town.sandbox.clock.move_to(at)
    town.settle()
    assert len(town.ws.dm("ben")) == before + 1


def _fresh(town: Town, channel: str, last: ActionItem, number: int) -> ActionItem:
    """Finish an item, and have another of Ben's that is due on the next day."""
    if last.state is ItemState.OPEN:
        town.incident("mei", f"done {last.id}")
    due = WORKING[number + 2].date()
    town.incident("ana", f"action write the runbook {number} @ben {due}", channel)
    town.settle()
    return _items(town, channel)[-1]


def _labels(message: dict[str, Any]) -> set[str]:
    return set(_texts(message))


def _texts(message: dict[str, Any]) -> Iterator[str]:
    for block in message["blocks"]:
        yield from (each["text"]["text"] for each in block.get("elements", []) if "value" in each)
