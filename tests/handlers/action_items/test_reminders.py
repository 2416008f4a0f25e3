"""Reminders: holidays, out of office, escalation, actions in the DM, and their history."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.config.policy import Policy
from bot.reminders.preferences import set_hour
from storage import reminders, settings
from tests.support import harness
from tests.support.harness import POLICY, Town

ESCALATING = Policy.model_validate(
    POLICY.model_dump(exclude_unset=True)
    | {
        "channels": {"announce": "incidents", "digest": "general", "escalate": "sre-weekly"},
        "reminders": {"escalate_after_days": 3},
    }
)


@pytest.fixture
def escalating_town(tmp_path: Path) -> Iterator[Town]:
    """A workspace that escalates overdue items."""
    with harness.town(f"sqlite:///{tmp_path}/debrief.db", policy=ESCALATING) as running_town:
        yield running_town


def _with_item(town: Town, text: str, *, private: bool = False) -> str:
    channel = town.declare(private=private)
    town.incident("ana", f"action {text}", channel)
    town.settle()
    return channel


def _at(town: Town, month: int, day: int, hour: int, minute: int = 1) -> None:
    town.sandbox.clock.move_to(datetime(2026, month, day, hour, minute, tzinfo=UTC))
    town.settle()


def _dms(town: Town, person: str) -> list[str]:
    return [message["text"] for message in town.ws.dm(person)]


def _labels(message: dict[str, Any]) -> list[str]:
    return [element["text"]["text"] for block in message["blocks"] for element in block.get("elements", [])
            if element["type"] == "button"]  # fmt: skip


def test_no_reminder_is_sent_on_a_public_holiday_in_the_owners_country(town: Town) -> None:
    _with_item(town, "add an alert @ben 2026-05-25 P2")  # Memorial Day, and ben lives in New York
    _at(town, 5, 20, 14)  # two working days before: the step of the 19th was missed
    _at(town, 5, 22, 14)
    dms = len(_dms(town, "ben"))
    _at(town, 5, 25, 14)
    assert len(_dms(town, "ben")) == dms == 2
    _at(town, 5, 26, 14)
    assert "1 day late" in _dms(town, "ben")[-1]


def test_a_reminder_has_buttons_for_its_item(town: Town) -> None:
    _with_item(town, "add an alert @ben 2026-03-13 P2")
    _at(town, 3, 12, 14)
    labels = ["Mark done", "Snooze 2 days", "Change due date", "Not mine", "Open its thread"]
    assert _labels(town.ws.dm("ben")[-1]) == [*labels, "Away until …"]


def test_not_mine_in_the_dm_asks_the_lead_for_a_new_owner(town: Town) -> None:
    channel = _with_item(town, "add an alert @ben 2026-03-13 P2")
    _at(town, 3, 12, 14)
    town.press("ben", "dm", "Not mine")
    ana = town.ws.person("ana").id
    assert f"<@{ana}>, who does it?" in town.ws.replies(channel, _thread(town, channel))[-1]["text"]
    _at(town, 3, 13, 14)
    assert len(_dms(town, "ben")) == 1
    assert "nobody is to do it yet" in _dms(town, "ana")[-1]
    town.press("ben", "dm", "Not mine")
    assert "is not yours any more" in town.ws.ephemerals("ben")[-1]["text"]


def _thread(town: Town, channel: str) -> str:
    return str(next(m["ts"] for m in town.said(channel) if "ction item:" in m["text"]))


def test_reminders_pause_while_the_owner_is_out_of_office(town: Town) -> None:
    _with_item(town, "add an alert @ben 2026-03-13 P2")
    reply = town.incident("ben", "away until 2026-03-17")
    assert reply == "You get no reminders before Tue 17 Mar 2026. `/incident away off` ends that."
    for day in (12, 13, 16):
        _at(town, 3, day, 14)
    assert _dms(town, "ben") == []
    _at(town, 3, 17, 14)
    (message,) = _dms(town, "ben")
    assert "4 days late" in message


def test_an_absence_stored_by_an_older_version_with_its_first_day_is_read(town: Town) -> None:
    with town.store.begin() as session:
        settings.save(session, f"away:{town.ws.person('ben').id}", "2026-03-09 2026-03-20")
    assert "Fri 20 Mar 2026" in town.incident("ben", "away")


def test_ending_an_absence_early_resumes_reminders(town: Town) -> None:
    _with_item(town, "add an alert @ben 2026-03-13 P2")
    town.incident("ben", "away until 2026-04-01")
    assert town.incident("ben", "away off").startswith("You are reminded of what is due.")
    _at(town, 3, 12, 14)
    assert len(_dms(town, "ben")) == 1


def test_a_reminder_due_during_an_absence_survives_a_second_absence(town: Town) -> None:
    _with_item(town, "add an alert @ben 2026-03-13 P2")
    town.incident("ben", "away until 2026-03-16")
    _at(town, 3, 16, 13)  # nine in New York: too early for the pending reminder
    town.incident("ben", "away until 2026-03-18")
    _at(town, 3, 18, 14)
    (message,) = _dms(town, "ben")
    assert "5 days late" in message


def test_an_absence_does_not_repeat_reminders_sent_before_it(town: Town) -> None:
    _with_item(town, "add an alert @ben 2026-03-13 P2")
    _at(town, 3, 12, 14)
    _at(town, 3, 13, 14)
    assert len(_dms(town, "ben")) == 2
    town.incident("ben", "away until 2026-03-18")
    for day in (18, 19):
        _at(town, 3, day, 14)
    assert len(_dms(town, "ben")) == 2
    _at(town, 3, 20, 14)
    assert "7 days late" in _dms(town, "ben")[-1]


def test_an_item_due_the_day_it_is_added_is_reminded_the_next_morning(town: Town) -> None:
    town.sandbox.clock.move_to(datetime(2026, 3, 10, 19, tzinfo=UTC))  # 15:00 in New York
    _with_item(town, "add an alert @ben today P2")
    _at(town, 3, 10, 21)
    assert _dms(town, "ben") == []
    _at(town, 3, 11, 14)
    assert "1 day late" in _dms(town, "ben")[-1]
    _at(town, 3, 12, 14)
    assert len(_dms(town, "ben")) == 1


def test_a_snoozed_item_without_an_owner_is_reminded_again_when_the_snooze_ends(town: Town) -> None:
    channel = _with_item(town, "add an alert @ben 2026-03-20 P2")
    _at(town, 3, 17, 14)
    town.press("ben", "dm", "Not mine")
    _at(town, 3, 18, 14)
    dms = len(_dms(town, "ana"))
    assert "nobody is to do it yet" in _dms(town, "ana")[-1]
    town.ws.say("ana", channel, "snooze", thread=_thread(town, channel))
    town.settle()
    _at(town, 3, 19, 14)
    assert len(_dms(town, "ana")) == dms
    _at(town, 3, 20, 14)
    assert len(_dms(town, "ana")) == dms + 1


def test_the_new_owner_of_an_overdue_item_is_reminded_at_the_next_step(town: Town) -> None:
    channel = _with_item(town, "add an alert @ben 2026-03-11 P2")
    _at(town, 3, 11, 14)
    _at(town, 3, 12, 14)
    town.press("ana", channel, "Change owner")
    town.ws.submit("ana", {"owner": {"owner": town.ws.person("mei").id}})
    for day in (13, 16, 17):
        _at(town, 3, day, 8)  # 17:00 in Tokyo
    assert _dms(town, "mei") == []
    _at(town, 3, 18, 8)
    assert "7 days late" in _dms(town, "mei")[-1]


def test_changing_the_reminder_hour_keeps_a_reminder_whose_snooze_ended_on_a_day_off(
    town: Town,
) -> None:
    _with_item(town, "add an alert @ben 2026-03-12 P2")
    _at(town, 3, 12, 14)
    town.press("ben", "dm", "Snooze 2 days")
    _at(town, 3, 15, 14)  # a Sunday: the snooze has ended, but no reminder may be sent
    with town.store.begin() as session:
        bot = town.service.bot
        set_hour(session, bot, town.ws.person("ben").id, 11, bot.now())
    _at(town, 3, 16, 15)
    assert "4 days late" in _dms(town, "ben")[-1]


@pytest.mark.parametrize(
    ("command", "sentence"),
    [
        ("away until whenever", "“until whenever” is not a day."),
        ("away until today", "2026-03-10 is no day to come."),
        ("away until 2028-01-01", "Reminders can be kept away for a year at most"),
    ],
)
def test_an_invalid_absence_is_rejected(town: Town, command: str, sentence: str) -> None:
    assert sentence in town.incident("ben", command)


def test_an_absence_is_set_in_the_dm_and_ended_on_the_home_tab(town: Town) -> None:
    _with_item(town, "add an alert @ben 2026-03-13 P2")
    _at(town, 3, 12, 14)
    town.press("ben", "dm", "Away until …")
    answer = town.ws.submit("ben", {"due": {"due": "2026-03-12"}})
    assert "is no day to come" in answer["errors"]["due"]
    town.ws.submit("ben", {"due": {"due": "2026-03-16"}})
    town.ws.open_home("ben")
    town.settle()
    assert "You are away: no reminders before Mon 16 Mar 2026." in _home(town, "ben")
    town.ws.press_in_view("ben", "home_back:me")
    town.settle()
    assert "You are away" not in _home(town, "ben")
    _at(town, 3, 13, 14)
    assert len(_dms(town, "ben")) == 2


def _home(town: Town, person: str) -> str:
    return str(town.sandbox.state.homes[town.ws.person(person).id]["blocks"])


def test_an_overdue_item_is_escalated_once_to_the_lead_and_once_to_the_channel(
    escalating_town: Town,
) -> None:
    _with_item(escalating_town, "add an alert @ben 2026-03-12 P2")
    for day in (13, 16, 17, 18, 19, 20, 24, 25, 27):
        for hour in (10, 14):
            _at(escalating_town, 3, day, hour)
    (lead,) = [text for text in _dms(escalating_town, "ana") if "add an alert" in text]
    assert "4 days late" in lead
    assert f"<@{escalating_town.ws.person('ben').id}> is to do it" in lead
    (escalation,) = [m for m in escalating_town.said("sre-weekly") if "long late" in m["text"]]
    assert "add an alert: INC-2026-001, P2, 6 days late" in escalation["text"]


def test_done_and_private_items_are_not_escalated_to_the_channel(escalating_town: Town) -> None:
    channel = _with_item(escalating_town, "add an alert @ben 2026-03-12 P2")
    _with_item(escalating_town, "change the key @ben 2026-03-12 P2", private=True)
    _at(escalating_town, 3, 16, 10)
    assert "2 things need you" in _dms(escalating_town, "ana")[-1]
    escalating_town.press("ana", channel, "Mark done")
    _at(escalating_town, 3, 20, 14)
    assert "long late" not in escalating_town.texts("sre-weekly")


def test_an_item_with_a_new_due_date_is_escalated_again_when_it_is_overdue_again(
    escalating_town: Town,
) -> None:
    channel = _with_item(escalating_town, "add an alert @ben 2026-03-12 P2")
    _at(escalating_town, 3, 16, 10)
    escalating_town.press("ana", channel, "Change due date")
    escalating_town.ws.submit("ana", {"due": {"due": "2026-03-17"}})
    escalating_town.settle()
    _at(escalating_town, 3, 18, 10)
    assert len(_dms(escalating_town, "ana")) == 1
    _at(escalating_town, 3, 20, 10)
    assert len(_dms(escalating_town, "ana")) == 2


def test_items_of_a_deactivated_owner_go_to_the_lead(town: Town) -> None:
    channel = _with_item(town, "add an alert @ben 2026-03-16 P2")
    town.incident("ana", "action write the runbook @ben 2026-03-30 P2", channel)
    town.settle()
    _at(town, 3, 12, 15)
    dms = len(_dms(town, "ben"))
    town.ws.person("ben").deleted = True
    _at(town, 3, 13, 15)
    assert len(_dms(town, "ben")) == dms
    replies = [m["text"] for m in town.ws.replies(channel, _thread(town, channel))]
    ben, ana = town.ws.person("ben").id, town.ws.person("ana").id
    assert replies[-1].startswith(f"<@{ben}> is not in this workspace any more.")
    assert f"<@{ana}>, who does it?" in replies[-1]
    _at(town, 3, 16, 15)
    _at(town, 3, 17, 15)
    (reminder,) = _dms(town, "ana")
    assert "2 things need you" in reminder
    assert sum("not in this workspace" in text for text in replies) == 1


def test_the_history_shows_every_reminder_and_change(town: Town) -> None:
    channel = _with_item(town, "add an alert @ben 2026-03-13 P2")
    _at(town, 3, 12, 14)
    _at(town, 3, 13, 14)
    town.press("ana", channel, "Change owner")
    town.ws.submit("ana", {"owner": {"owner": town.ws.person("mei").id}})
    town.settle()
    town.press("mei", channel, "History")
    lines = town.ws.open_view("mei")["blocks"][1]["text"]["text"].splitlines()
    ben, mei, ana = (f"<@{town.ws.person(name).id}>" for name in ("ben", "mei", "ana"))
    entries = [
        f"written down by {ana}",
        f"{ben} was told (1 working day before)",
        f"{ben} was told (due)",
        f"{ana}: owner {mei}",
    ]
    assert [line.split(": ", 1)[1] for line in lines] == entries
    with town.store.begin() as session:
        assert [reminder.step for reminder in reminders.list_sent(session, 1)] == [
            "before:1",
            "due",
        ]
