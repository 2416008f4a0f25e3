"""Reminders over the wire: holidays, leave, who else is told, what is done from the DM, what is kept."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.config.policy import Policy
from bot.reminders.ladder import set_hour
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
def strict(tmp_path: Path) -> Iterator[Town]:
    """A town in which others are told of what is late."""
    with harness.town(f"sqlite:///{tmp_path}/debrief.db", policy=ESCALATING) as made:
        yield made


def _with_item(town: Town, typed: str, *, private: bool = False) -> str:
    channel = town.declare(private=private)
    town.incident("ana", f"action {typed}", channel)
    town.settle()
    return channel


def _at(town: Town, month: int, day: int, hour: int, minute: int = 1) -> None:
    town.sandbox.clock.move_to(datetime(2026, month, day, hour, minute, tzinfo=UTC))
    town.settle()


def _dms(town: Town, person: str) -> list[str]:
    return [message["text"] for message in town.ws.dm(person)]


def _labels(message: dict[str, Any]) -> list[str]:
    return [each["text"]["text"] for block in message["blocks"] for each in block.get("elements", [])
            if each["type"] == "button"]  # fmt: skip


def test_nobody_is_reminded_on_a_holiday_of_their_country(town: Town) -> None:
    _with_item(town, "add an alert @ben 2026-05-25 P2")  # Memorial Day, and ben lives in New York
    _at(town, 5, 20, 14)  # two working days before: the rung of the 19th was missed
    _at(town, 5, 22, 14)
    told = len(_dms(town, "ben"))
    _at(town, 5, 25, 14)
    assert len(_dms(town, "ben")) == told == 2
    _at(town, 5, 26, 14)
    assert "1 day late" in _dms(town, "ben")[-1]


def test_the_dm_can_be_acted_on_where_it_is(town: Town) -> None:
    _with_item(town, "add an alert @ben 2026-03-13 P2")
    _at(town, 3, 12, 14)
    labels = ["Mark done", "Snooze 2 days", "Change due date", "Not mine", "Open its thread"]
    assert _labels(town.ws.dm("ben")[-1]) == [*labels, "Away until …"]


def test_not_mine_in_the_dm_asks_who_does_it(town: Town) -> None:
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


def test_who_is_away_hears_nothing_until_they_are_back(town: Town) -> None:
    _with_item(town, "add an alert @ben 2026-03-13 P2")
    told = town.incident("ben", "away until 2026-03-17")
    assert told == "You get no reminders before Tue 17 Mar 2026. `/incident away off` ends that."
    for day in (12, 13, 16):
        _at(town, 3, day, 14)
    assert _dms(town, "ben") == []
    _at(town, 3, 17, 14)
    (message,) = _dms(town, "ben")
    assert "4 days late" in message


def test_leave_that_an_older_version_kept_with_its_first_day_is_read(town: Town) -> None:
    with town.store.begin() as session:
        settings.save(session, f"away:{town.ws.person('ben').id}", "2026-03-09 2026-03-20")
    assert "Fri 20 Mar 2026" in town.incident("ben", "away")


def test_who_is_back_early_is_reminded_again(town: Town) -> None:
    _with_item(town, "add an alert @ben 2026-03-13 P2")
    town.incident("ben", "away until 2026-04-01")
    assert town.incident("ben", "away off").startswith("You are reminded of what is due.")
    _at(town, 3, 12, 14)
    assert len(_dms(town, "ben")) == 1


def test_what_fell_into_a_leave_is_not_lost_when_another_follows(town: Town) -> None:
    _with_item(town, "add an alert @ben 2026-03-13 P2")
    town.incident("ben", "away until 2026-03-16")
    _at(town, 3, 16, 13)  # nine where ben lives: too early for what has waited
    town.incident("ben", "away until 2026-03-18")
    _at(town, 3, 18, 14)
    (message,) = _dms(town, "ben")
    assert "5 days late" in message


def test_leave_brings_back_nothing_that_was_said_before_it(town: Town) -> None:
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


def test_what_is_for_today_and_written_down_in_the_afternoon_is_not_silent_for_a_week(
    town: Town,
) -> None:
    town.sandbox.clock.move_to(datetime(2026, 3, 10, 19, tzinfo=UTC))  # three where ben lives
    _with_item(town, "add an alert @ben today P2")
    _at(town, 3, 10, 21)
    assert _dms(town, "ben") == []
    _at(town, 3, 11, 14)
    assert "1 day late" in _dms(town, "ben")[-1]
    _at(town, 3, 12, 14)
    assert len(_dms(town, "ben")) == 1


def test_a_snooze_of_what_nobody_owns_is_over_when_it_is_over(town: Town) -> None:
    channel = _with_item(town, "add an alert @ben 2026-03-20 P2")
    _at(town, 3, 17, 14)
    town.press("ben", "dm", "Not mine")
    _at(town, 3, 18, 14)
    told = len(_dms(town, "ana"))
    assert "nobody is to do it yet" in _dms(town, "ana")[-1]
    town.ws.say("ana", channel, "snooze", thread=_thread(town, channel))
    town.settle()
    _at(town, 3, 19, 14)
    assert len(_dms(town, "ana")) == told
    _at(town, 3, 20, 14)
    assert len(_dms(town, "ana")) == told + 1


def test_who_takes_over_what_is_late_hears_of_it_with_the_next_step(town: Town) -> None:
    channel = _with_item(town, "add an alert @ben 2026-03-11 P2")
    _at(town, 3, 11, 14)
    _at(town, 3, 12, 14)
    town.press("ana", channel, "Change owner")
    town.ws.submit("ana", {"owner": {"owner": town.ws.person("mei").id}})
    for day in (13, 16, 17):
        _at(town, 3, day, 8)  # in the afternoon where mei lives
    assert _dms(town, "mei") == []
    _at(town, 3, 18, 8)
    assert "7 days late" in _dms(town, "mei")[-1]


def test_a_snooze_that_ends_on_a_day_off_is_not_lost_by_a_new_hour(town: Town) -> None:
    _with_item(town, "add an alert @ben 2026-03-12 P2")
    _at(town, 3, 12, 14)
    town.press("ben", "dm", "Snooze 2 days")
    _at(town, 3, 15, 14)  # a Sunday: it has ended, and nothing may be said
    with town.store.begin() as session:
        asked = town.service.bot
        set_hour(session, asked, town.ws.person("ben").id, 11, asked.now())
    _at(town, 3, 16, 15)
    assert "4 days late" in _dms(town, "ben")[-1]


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ("away until whenever", "“until whenever” is not a day."),
        ("away until today", "2026-03-10 is no day to come."),
        ("away until 2028-01-01", "Reminders can be kept away for a year at most"),
    ],
)
def test_leave_that_cannot_be_kept_is_refused(town: Town, said: str, sentence: str) -> None:
    assert sentence in town.incident("ben", said)


def test_leave_is_set_from_the_dm_and_ended_at_home(town: Town) -> None:
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


def test_what_is_late_is_told_to_who_led_and_then_to_a_channel_once_each(strict: Town) -> None:
    _with_item(strict, "add an alert @ben 2026-03-12 P2")
    for day in (13, 16, 17, 18, 19, 20, 24, 25, 27):
        for hour in (10, 14):
            _at(strict, 3, day, hour)
    (lead,) = [text for text in _dms(strict, "ana") if "add an alert" in text]
    assert "4 days late" in lead
    assert f"<@{strict.ws.person('ben').id}> is to do it" in lead
    (shown,) = [m for m in strict.said("sre-weekly") if "long late" in m["text"]]
    assert "add an alert: INC-2026-001, P2, 6 days late" in shown["text"]


def test_what_is_done_or_private_is_told_to_no_channel(strict: Town) -> None:
    channel = _with_item(strict, "add an alert @ben 2026-03-12 P2")
    _with_item(strict, "change the key @ben 2026-03-12 P2", private=True)
    _at(strict, 3, 16, 10)
    assert "2 things need you" in _dms(strict, "ana")[-1]
    strict.press("ana", channel, "Mark done")
    _at(strict, 3, 20, 14)
    assert "long late" not in strict.texts("sre-weekly")


def test_a_new_date_is_told_to_others_anew_when_it_is_late_too(strict: Town) -> None:
    channel = _with_item(strict, "add an alert @ben 2026-03-12 P2")
    _at(strict, 3, 16, 10)
    strict.press("ana", channel, "Change due date")
    strict.ws.submit("ana", {"due": {"due": "2026-03-17"}})
    strict.settle()
    _at(strict, 3, 18, 10)
    assert len(_dms(strict, "ana")) == 1
    _at(strict, 3, 20, 10)
    assert len(_dms(strict, "ana")) == 2


def test_the_items_of_who_has_left_are_given_to_who_leads(town: Town) -> None:
    channel = _with_item(town, "add an alert @ben 2026-03-16 P2")
    town.incident("ana", "action write the runbook @ben 2026-03-30 P2", channel)
    town.settle()
    _at(town, 3, 12, 15)
    told = len(_dms(town, "ben"))
    town.ws.person("ben").deleted = True
    _at(town, 3, 13, 15)
    assert len(_dms(town, "ben")) == told
    asked = [m["text"] for m in town.ws.replies(channel, _thread(town, channel))]
    ben, ana = town.ws.person("ben").id, town.ws.person("ana").id
    assert asked[-1].startswith(f"<@{ben}> is not in this workspace any more.")
    assert f"<@{ana}>, who does it?" in asked[-1]
    _at(town, 3, 16, 15)
    _at(town, 3, 17, 15)
    (lead,) = _dms(town, "ana")
    assert "2 things need you" in lead
    assert sum("not in this workspace" in text for text in asked) == 1


def test_every_nudge_and_change_is_kept_and_shown(town: Town) -> None:
    channel = _with_item(town, "add an alert @ben 2026-03-13 P2")
    _at(town, 3, 12, 14)
    _at(town, 3, 13, 14)
    town.press("ana", channel, "Change owner")
    town.ws.submit("ana", {"owner": {"owner": town.ws.person("mei").id}})
    town.settle()
    town.press("mei", channel, "History")
    told = town.ws.open_view("mei")["blocks"][1]["text"]["text"].splitlines()
    ben, mei, ana = (f"<@{town.ws.person(name).id}>" for name in ("ben", "mei", "ana"))
    ends = [
        f"written down by {ana}",
        f"{ben} was told (1 working day before)",
        f"{ben} was told (due)",
        f"{ana}: owner {mei}",
    ]
    assert [line.split(": ", 1)[1] for line in told] == ends
    with town.store.begin() as session:
        assert [each.step for each in reminders.list_sent(session, 1)] == ["before:1", "due"]
