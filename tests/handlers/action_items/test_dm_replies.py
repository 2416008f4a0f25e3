"""A reminder is answered where it stands: in the direct message with the bot."""

from datetime import UTC, datetime
from typing import Any

import pytest

from storage import action_items
from tests.support.harness import Town, eventually

DUE = datetime(2026, 3, 12, 14, 1, tzinfo=UTC)  # ten in New York, the day before the items are due
HELP = "*Run an incident*"


def _answered(town: Town, words: str, thread: str | None = None) -> dict[str, Any]:
    """What Ben alone is told when he says something to the bot."""
    before = len(town.ws.ephemerals("ben"))
    if thread is None:
        town.ws.say_to_bot("ben", words)
    else:
        dm = town.sandbox.state.dm_with(town.ws.person("ben"))
        town.ws.say("ben", dm, words, thread=thread)
    eventually(lambda: len(town.ws.ephemerals("ben")) > before, f"Ben is answered: {words}")
    town.settle()
    (told,) = town.ws.ephemerals("ben")[before:]
    return dict(told)


def _states(town: Town) -> list[str]:
    with town.store.begin() as session:
        return [str(item.state) for item in action_items.of_incident(session, 1)]


def _reminded(town: Town, *texts: str) -> str:
    channel = town.declare()
    for text in texts:
        town.incident("ana", f"action {text} @ben 2026-03-13 P2", channel)
    town.settle()
    town.sandbox.clock.move_to(DUE)
    town.settle()
    (reminder,) = town.ws.dm("ben")
    return str(reminder["ts"])


def test_done_is_said_of_the_one_item_and_can_be_taken_back_there(town: Town) -> None:
    _reminded(town, "add an alert")
    told = _answered(town, "done")
    assert told["text"] == "Done: add an alert. Thank you."
    assert _states(town) == ["done"]
    dm = town.sandbox.state.dm_with(town.ws.person("ben"))
    town.ws.press("ben", dm, told["ts"], "item_reopen:1")
    town.settle()
    assert _states(town) == ["open"]


def test_an_answer_under_the_reminder_is_answered_there(town: Town) -> None:
    reminder = _reminded(town, "add an alert")
    told = _answered(town, "it's done, thanks", reminder)
    assert told["text"].startswith("Done: add an alert")
    assert told["thread_ts"] == reminder


def test_where_several_may_be_meant_each_is_shown_with_its_button(town: Town) -> None:
    _reminded(town, "add an alert", "write the runbook")
    told = _answered(town, "done")
    assert told["text"].startswith("I reminded you of 2 that are still open. Which one?")
    assert "INC-2026-001, item 2, due" in told["text"]
    assert _states(town) == ["open", "open"]
    dm = town.sandbox.state.dm_with(town.ws.person("ben"))
    town.ws.press("ben", dm, told["ts"], "item_done:2")
    town.settle()
    assert _states(town) == ["open", "done"]
    _answered(town, "done")  # now it can be one only
    assert _states(town) == ["done", "done"]


def test_a_number_names_one_of_several(town: Town) -> None:
    _reminded(town, "add an alert", "write the runbook")
    assert _answered(town, "done 2")["text"] == "Done: write the runbook. Thank you."
    assert _states(town) == ["open", "done"]
    assert _answered(town, "done 2")["text"].endswith("not open any more: it is done.")
    assert "no action item 7 that you can see" in _answered(town, "done 7")["text"]


def test_the_reminder_that_is_answered_counts_not_the_last_one(town: Town) -> None:
    first = _reminded(town, "add an alert")
    channel = town.sandbox.record.called("conversations.create")[-1].answer["channel"]["id"]
    town.incident("ana", "action write the runbook @ben 2026-03-16 P2", channel)
    town.settle()
    town.sandbox.clock.move_to(datetime(2026, 3, 13, 14, 1, tzinfo=UTC))
    town.settle()
    assert len(town.ws.dm("ben")) == 2
    _answered(town, "done", first)
    assert _states(town) == ["done", "open"]


def test_done_about_nothing_is_told_so_and_what_is_no_answer_gets_help(town: Town) -> None:
    channel = town.declare()
    town.incident("ana", "action add an alert @ben 2026-03-13", channel)
    town.settle()
    assert _answered(town, "done")["text"].startswith("Nothing that I reminded you of last is")
    assert HELP in _answered(town, "friday")["text"]
    assert _states(town) == ["open"]
    town.sandbox.clock.move_to(DUE)
    town.settle()
    for talk in ("yes", "no", "not done yet", "thanks"):
        assert HELP in _answered(town, talk)["text"], talk


def test_what_is_refused_is_said_with_its_sentence(town: Town) -> None:
    _reminded(town, "add an alert")
    assert "is in the past" in _answered(town, "2026-03-01")["text"]
    assert _states(town) == ["open"]


@pytest.mark.parametrize("words", ["done", "done it"])
def test_in_a_channel_done_needs_a_number(town: Town, words: str) -> None:
    _reminded(town, "add an alert")
    told = town.incident("ben", words, "general")
    assert told.startswith("Say which action item by its number: `/incident done 12`.")
    assert _states(town) == ["open"]


def test_the_same_answer_delivered_twice_counts_once(town: Town) -> None:
    _reminded(town, "add an alert", "write the runbook")
    town.sandbox.faults.on("duplicate", copies=3, new_ids=True)
    before = len(town.ws.ephemerals("ben"))
    town.ws.say_to_bot("ben", "done")
    town.settle()
    assert len(town.ws.ephemerals("ben")) == before + 1


def test_an_item_of_a_private_incident_is_done_by_who_is_in_it(town: Town) -> None:
    town.ws.add_person("zoe")
    inside = town.declare("P1 payroll leaked", private=True)
    town.ws.invite("ana", inside, "ben")
    town.incident("ana", "action rotate the keys @ben 2026-03-13", inside)
    town.settle()
    assert "no action item 1 that you can see" in town.incident("zoe", "done 1", "general")
    assert _states(town) == ["open"]
    assert town.incident("ben", "done 1", "general").startswith("Done: rotate the keys")
