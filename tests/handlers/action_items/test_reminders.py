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
from tests.support.harness import POLICY, LiveBot

ESCALATING = Policy.model_validate(
    POLICY.model_dump(exclude_unset=True)
    | {
        "channels": {"announce": "incidents", "digest": "general", "escalate": "sre-weekly"},
        "reminders": {"escalate_after_days": 3},
    }
)


@pytest.fixture
def escalating_town(tmp_path: Path) -> Iterator[LiveBot]:
    """A workspace that escalates overdue items."""
    with harness.start_live_bot(
        f"sqlite:///{tmp_path}/debrief.db", policy=ESCALATING
    ) as running_town:
        yield running_town


def _with_item(live_bot: LiveBot, text: str, *, private: bool = False) -> str:
    channel = live_bot.declare(private=private)
    live_bot.command("ana", f"action {text}", channel)
    live_bot.settle()
    return channel


def _at(live_bot: LiveBot, month: int, day: int, hour: int, minute: int = 1) -> None:
    live_bot.sandbox.clock.move_to(datetime(2026, month, day, hour, minute, tzinfo=UTC))
    live_bot.settle()


def _dms(live_bot: LiveBot, person: str) -> list[str]:
    return [message["text"] for message in live_bot.workspace.dm(person)]


def _labels(message: dict[str, Any]) -> list[str]:
    return [element["text"]["text"] for block in message["blocks"] for element in block.get("elements", [])
            if element["type"] == "button"]  # fmt: skip


def test_no_reminder_is_sent_on_a_public_holiday_in_the_owners_country(live_bot: LiveBot) -> None:
    _with_item(
        live_bot, "add an alert @ben 2026-05-25 P2"
    )  # Memorial Day, and ben lives in New York
    _at(live_bot, 5, 20, 14)  # two working days before: the step of the 19th was missed
    _at(live_bot, 5, 22, 14)
    dms = len(_dms(live_bot, "ben"))
    _at(live_bot, 5, 25, 14)
    assert len(_dms(live_bot, "ben")) == dms == 2
    _at(live_bot, 5, 26, 14)
    assert "1 day overdue" in _dms(live_bot, "ben")[-1]


def test_a_reminder_has_buttons_for_its_item(live_bot: LiveBot) -> None:
    _with_item(live_bot, "add an alert @ben 2026-03-13 P2")
    _at(live_bot, 3, 12, 14)
    labels = ["Mark as done", "Snooze 2 days", "Change due date", "Not mine"]
    assert _labels(live_bot.workspace.dm("ben")[-1]) == [*labels, "Pause reminders"]


def test_a_reminder_lists_what_is_due_first_first_with_one_link_each(live_bot: LiveBot) -> None:
    channel = _with_item(live_bot, "write the runbook @ben 2026-03-13 P2")
    for item in ("add an alert @ben 2026-03-11 P2", "ask the vendor @ben 2026-03-10 P2"):
        live_bot.command("ana", f"action {item}", channel)
    live_bot.settle()
    _at(live_bot, 3, 12, 14)
    message = live_bot.workspace.dm("ben")[-1]
    lines = message["text"].splitlines()
    assert [lines[number].partition("|")[2] for number in (1, 3, 5)] == [
        "ask the vendor>*", "add an alert>*", "write the runbook>*",
    ]  # fmt: skip
    assert [lines[number].split(", ")[2] for number in (2, 4, 6)] == [
        "2 days overdue (due Tue 10 Mar 2026)", "1 day overdue (due Wed 11 Mar 2026)", "due tomorrow",
    ]  # fmt: skip
    assert str(message["blocks"]).count("https://") == 3


def test_not_mine_in_the_dm_asks_the_lead_for_a_new_owner(live_bot: LiveBot) -> None:
    channel = _with_item(live_bot, "add an alert @ben 2026-03-13 P2")
    _at(live_bot, 3, 12, 14)
    live_bot.press("ben", "dm", "Not mine")
    ana = live_bot.workspace.person("ana").id
    assert (
        f"<@{ana}>, who should own it?"
        in live_bot.workspace.replies(channel, _thread(live_bot, channel))[-1]["text"]
    )
    _at(live_bot, 3, 13, 14)
    assert len(_dms(live_bot, "ben")) == 1
    assert "no owner yet" in _dms(live_bot, "ana")[-1]
    live_bot.press("ben", "dm", "Not mine")
    assert "You no longer own" in live_bot.workspace.ephemerals("ben")[-1]["text"]


def _thread(live_bot: LiveBot, channel: str) -> str:
    return str(next(m["ts"] for m in live_bot.messages(channel) if "ction item:" in m["text"]))


def test_reminders_pause_while_the_owner_is_out_of_office(live_bot: LiveBot) -> None:
    _with_item(live_bot, "add an alert @ben 2026-03-13 P2")
    reply = live_bot.command("ben", "away until 2026-03-17")
    assert (
        reply
        == "Reminders are paused until Tue 17 Mar 2026. To resume them, type `/incident away off`."
    )
    for day in (12, 13, 16):
        _at(live_bot, 3, day, 14)
    assert _dms(live_bot, "ben") == []
    _at(live_bot, 3, 17, 14)
    (message,) = _dms(live_bot, "ben")
    assert "4 days overdue" in message


def test_an_absence_stored_by_an_older_version_with_its_first_day_is_read(
    live_bot: LiveBot,
) -> None:
    with live_bot.store.begin() as session:
        settings.save(
            session, f"away:{live_bot.workspace.person('ben').id}", "2026-03-09 2026-03-20"
        )
    assert "Fri 20 Mar 2026" in live_bot.command("ben", "away")


def test_ending_an_absence_early_resumes_reminders(live_bot: LiveBot) -> None:
    _with_item(live_bot, "add an alert @ben 2026-03-13 P2")
    live_bot.command("ben", "away until 2026-04-01")
    assert live_bot.command("ben", "away off").startswith("Reminders are on.")
    _at(live_bot, 3, 12, 14)
    assert len(_dms(live_bot, "ben")) == 1


def test_a_reminder_due_during_an_absence_survives_a_second_absence(live_bot: LiveBot) -> None:
    _with_item(live_bot, "add an alert @ben 2026-03-13 P2")
    live_bot.command("ben", "away until 2026-03-16")
    _at(live_bot, 3, 16, 13)  # nine in New York: too early for the pending reminder
    live_bot.command("ben", "away until 2026-03-18")
    _at(live_bot, 3, 18, 14)
    (message,) = _dms(live_bot, "ben")
    assert "5 days overdue" in message


def test_an_absence_does_not_repeat_reminders_sent_before_it(live_bot: LiveBot) -> None:
    _with_item(live_bot, "add an alert @ben 2026-03-13 P2")
    _at(live_bot, 3, 12, 14)
    _at(live_bot, 3, 13, 14)
    assert len(_dms(live_bot, "ben")) == 2
    live_bot.command("ben", "away until 2026-03-18")
    for day in (18, 19):
        _at(live_bot, 3, day, 14)
    assert len(_dms(live_bot, "ben")) == 2
    _at(live_bot, 3, 20, 14)
    assert "7 days overdue" in _dms(live_bot, "ben")[-1]


def test_an_item_due_the_day_it_is_added_is_reminded_the_next_morning(live_bot: LiveBot) -> None:
    live_bot.sandbox.clock.move_to(datetime(2026, 3, 10, 19, tzinfo=UTC))  # 15:00 in New York
    _with_item(live_bot, "add an alert @ben today P2")
    _at(live_bot, 3, 10, 21)
    assert _dms(live_bot, "ben") == []
    _at(live_bot, 3, 11, 14)
    assert "1 day overdue" in _dms(live_bot, "ben")[-1]
    _at(live_bot, 3, 12, 14)
    assert len(_dms(live_bot, "ben")) == 1


def test_a_snoozed_item_without_an_owner_is_reminded_again_when_the_snooze_ends(
    live_bot: LiveBot,
) -> None:
    channel = _with_item(live_bot, "add an alert @ben 2026-03-20 P2")
    _at(live_bot, 3, 17, 14)
    live_bot.press("ben", "dm", "Not mine")
    _at(live_bot, 3, 18, 14)
    dms = len(_dms(live_bot, "ana"))
    assert "no owner yet" in _dms(live_bot, "ana")[-1]
    live_bot.workspace.say("ana", channel, "snooze", thread=_thread(live_bot, channel))
    live_bot.settle()
    _at(live_bot, 3, 19, 14)
    assert len(_dms(live_bot, "ana")) == dms
    _at(live_bot, 3, 20, 14)
    assert len(_dms(live_bot, "ana")) == dms + 1


def test_the_new_owner_of_an_overdue_item_is_reminded_at_the_next_step(live_bot: LiveBot) -> None:
    channel = _with_item(live_bot, "add an alert @ben 2026-03-11 P2")
    _at(live_bot, 3, 11, 14)
    _at(live_bot, 3, 12, 14)
    live_bot.press("ana", channel, "Change owner")
    live_bot.workspace.submit("ana", {"owner": {"owner": live_bot.workspace.person("mei").id}})
    for day in (13, 16, 17):
        _at(live_bot, 3, day, 8)  # 17:00 in Tokyo
    assert _dms(live_bot, "mei") == []
    _at(live_bot, 3, 18, 8)
    assert "7 days overdue" in _dms(live_bot, "mei")[-1]


def test_changing_the_reminder_hour_keeps_a_reminder_whose_snooze_ended_on_a_day_off(
    live_bot: LiveBot,
) -> None:
    _with_item(live_bot, "add an alert @ben 2026-03-12 P2")
    _at(live_bot, 3, 12, 14)
    live_bot.press("ben", "dm", "Snooze 2 days")
    _at(live_bot, 3, 15, 14)  # a Sunday: the snooze has ended, but no reminder may be sent
    with live_bot.store.begin() as session:
        bot = live_bot.service.bot
        set_hour(session, bot, live_bot.workspace.person("ben").id, 11, bot.now())
    _at(live_bot, 3, 16, 15)
    assert "4 days overdue" in _dms(live_bot, "ben")[-1]


@pytest.mark.parametrize(
    ("command", "sentence"),
    [
        ("away until whenever", "“until whenever” isn't a date."),
        ("away until today", "2026-03-10 isn't in the future."),
        ("away until 2028-01-01", "You can pause reminders for at most a year"),
    ],
)
def test_an_invalid_absence_is_rejected(live_bot: LiveBot, command: str, sentence: str) -> None:
    assert sentence in live_bot.command("ben", command)


def test_an_absence_is_set_in_the_dm_and_ended_on_the_home_tab(live_bot: LiveBot) -> None:
    _with_item(live_bot, "add an alert @ben 2026-03-13 P2")
    _at(live_bot, 3, 12, 14)
    live_bot.press("ben", "dm", "Pause reminders")
    answer = live_bot.workspace.submit("ben", {"due": {"due": "2026-03-12"}})
    assert "isn't in the future" in answer["errors"]["due"]
    live_bot.workspace.submit("ben", {"due": {"due": "2026-03-16"}})
    live_bot.workspace.open_home("ben")
    live_bot.settle()
    assert "Reminders are paused until Mon 16 Mar 2026." in _home(live_bot, "ben")
    live_bot.workspace.press_in_view("ben", "home_back:me")
    live_bot.settle()
    assert "You are away" not in _home(live_bot, "ben")
    _at(live_bot, 3, 13, 14)
    assert len(_dms(live_bot, "ben")) == 2


def _home(live_bot: LiveBot, person: str) -> str:
    return str(live_bot.sandbox.state.homes[live_bot.workspace.person(person).id]["blocks"])


def test_an_overdue_item_is_escalated_once_to_the_lead_and_once_to_the_channel(
    escalating_town: LiveBot,
) -> None:
    _with_item(escalating_town, "add an alert @ben 2026-03-12 P2")
    for day in (13, 16, 17, 18, 19, 20, 24, 25, 27):
        for hour in (10, 14):
            _at(escalating_town, 3, day, hour)
    (lead,) = [text for text in _dms(escalating_town, "ana") if "add an alert" in text]
    assert "4 days overdue" in lead
    assert f"owned by <@{escalating_town.workspace.person('ben').id}>" in lead
    (escalation,) = [
        m for m in escalating_town.messages("sre-weekly") if "long overdue" in m["text"]
    ]
    assert "add an alert: INC-2026-001, P2, 6 days overdue" in escalation["text"]


def test_done_and_private_items_are_not_escalated_to_the_channel(escalating_town: LiveBot) -> None:
    channel = _with_item(escalating_town, "add an alert @ben 2026-03-12 P2")
    _with_item(escalating_town, "change the key @ben 2026-03-12 P2", private=True)
    _at(escalating_town, 3, 16, 10)
    assert "2 reminders:" in _dms(escalating_town, "ana")[-1]
    escalating_town.press("ana", channel, "Mark as done")
    _at(escalating_town, 3, 20, 14)
    assert "long overdue" not in escalating_town.text_in("sre-weekly")


def test_an_item_with_a_new_due_date_is_escalated_again_when_it_is_overdue_again(
    escalating_town: LiveBot,
) -> None:
    channel = _with_item(escalating_town, "add an alert @ben 2026-03-12 P2")
    _at(escalating_town, 3, 16, 10)
    escalating_town.press("ana", channel, "Change due date")
    escalating_town.workspace.submit("ana", {"due": {"due": "2026-03-17"}})
    escalating_town.settle()
    _at(escalating_town, 3, 18, 10)
    assert len(_dms(escalating_town, "ana")) == 1
    _at(escalating_town, 3, 20, 10)
    assert len(_dms(escalating_town, "ana")) == 2


def test_items_of_a_deactivated_owner_go_to_the_lead(live_bot: LiveBot) -> None:
    channel = _with_item(live_bot, "add an alert @ben 2026-03-16 P2")
    live_bot.command("ana", "action write the runbook @ben 2026-03-30 P2", channel)
    live_bot.settle()
    _at(live_bot, 3, 12, 15)
    dms = len(_dms(live_bot, "ben"))
    live_bot.workspace.person("ben").deleted = True
    _at(live_bot, 3, 13, 15)
    assert len(_dms(live_bot, "ben")) == dms
    replies = [m["text"] for m in live_bot.workspace.replies(channel, _thread(live_bot, channel))]
    ana = live_bot.workspace.person("ana").id
    assert replies[-1].startswith("Ben Okafor is no longer in this workspace.")
    assert f"<@{ana}>, who should own it?" in replies[-1]
    _at(live_bot, 3, 16, 15)
    _at(live_bot, 3, 17, 15)
    (reminder,) = _dms(live_bot, "ana")
    assert "2 reminders:" in reminder
    assert sum("no longer in this workspace" in text for text in replies) == 1


def test_the_history_shows_every_reminder_and_change(live_bot: LiveBot) -> None:
    channel = _with_item(live_bot, "add an alert @ben 2026-03-13 P2")
    _at(live_bot, 3, 12, 14)
    _at(live_bot, 3, 13, 14)
    live_bot.press("ana", channel, "Change owner")
    live_bot.workspace.submit("ana", {"owner": {"owner": live_bot.workspace.person("mei").id}})
    live_bot.settle()
    live_bot.press("mei", channel, "Show history")
    lines = live_bot.workspace.open_view("mei")["blocks"][1]["text"]["text"].splitlines()
    ben, mei, ana = (f"<@{live_bot.workspace.person(name).id}>" for name in ("ben", "mei", "ana"))
    entries = [
        f"created by {ana}",
        f"reminded {ben} (1 working day before the due date)",
        f"reminded {ben} (due)",
        f"{ana} changed the owner to {mei}",
    ]
    assert [line.split(": ", 1)[1] for line in lines] == entries
    with live_bot.store.begin() as session:
        assert [reminder.step for reminder in reminders.list_sent(session, 1)] == [
            "before:1",
            "due",
        ]
