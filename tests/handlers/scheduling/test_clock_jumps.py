"""Downtime, clock jumps and clock changes: no reminder or digest is lost or repeated."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.support import harness
from tests.support.harness import LiveBot, eventually

DAY = timedelta(days=1)
MONDAY = datetime(2026, 3, 16, 9, 1, tzinfo=UTC)  # one minute after the digest is due


def _with_item(
    live_bot: LiveBot, text: str = "Alert on saturation @mei friday", channel: str = ""
) -> str:
    channel = channel or live_bot.declare()
    live_bot.command("ana", f"action {text}", channel)
    live_bot.settle()
    return channel


def _restart_at(live_bot: LiveBot, at: datetime) -> None:
    """Stop the bot and start it again at a time."""
    live_bot.service.stop()
    live_bot.restart(away=at - live_bot.sandbox.clock.now())
    live_bot.settle()


def _digests(live_bot: LiveBot) -> list[str]:
    texts = [message["text"] for message in live_bot.messages("sre-weekly")]
    return [text for text in texts if "Action items, " in text]


def test_reminders_due_during_downtime_come_in_one_dm_after_the_restart(live_bot: LiveBot) -> None:
    channel = _with_item(live_bot, "Alert on saturation @mei thursday")
    _with_item(live_bot, "Write the runbook @mei friday", channel)
    _restart_at(live_bot, datetime(2026, 3, 13, 1, 30, tzinfo=UTC))  # Friday 10:30 in Tokyo
    (reminder,) = live_bot.workspace.dm("mei")
    assert "Alert on saturation" in reminder["text"]
    assert "Write the runbook" in reminder["text"]


def test_a_reminder_due_during_downtime_is_not_sent_at_night(live_bot: LiveBot) -> None:
    _with_item(live_bot)
    _restart_at(live_bot, datetime(2026, 3, 12, 18, 0, tzinfo=UTC))  # Friday 03:00 in Tokyo
    assert live_bot.workspace.dm("mei") == []
    live_bot.sandbox.clock.move_to(datetime(2026, 3, 13, 1, 1, tzinfo=UTC))
    live_bot.settle()
    assert len(live_bot.workspace.dm("mei")) == 1


def test_a_digest_that_is_hours_late_is_posted_once(live_bot: LiveBot) -> None:
    _with_item(live_bot)
    _restart_at(live_bot, MONDAY + timedelta(hours=5))
    assert len(_digests(live_bot)) == 1
    _restart_at(live_bot, MONDAY + timedelta(hours=6))
    assert len(_digests(live_bot)) == 1


def test_a_digest_that_is_days_late_is_merged_into_the_next_one(live_bot: LiveBot) -> None:
    _with_item(live_bot)
    _restart_at(live_bot, MONDAY + 2 * DAY)
    assert _digests(live_bot) == []
    live_bot.sandbox.clock.move_to(MONDAY + 7 * DAY)
    live_bot.settle()
    (digest,) = _digests(live_bot)
    assert "16\u201322 March 2026" in digest


def test_a_clock_that_jumps_ahead_sends_each_message_at_most_once(live_bot: LiveBot) -> None:
    _with_item(live_bot)
    live_bot.sandbox.clock.advance(30 * DAY)
    live_bot.settle()
    assert len(live_bot.workspace.dm("mei")) <= 1
    assert len(_digests(live_bot)) <= 1


def test_a_clock_set_back_stops_no_message_and_repeats_none(live_bot: LiveBot) -> None:
    channel = _with_item(live_bot)
    thursday = datetime(2026, 3, 12, 1, 1, tzinfo=UTC)
    live_bot.sandbox.clock.move_to(thursday)
    live_bot.settle()
    assert len(live_bot.workspace.dm("mei")) == 1
    live_bot.sandbox.clock.move_to(thursday - timedelta(minutes=10), back=True)
    live_bot.command("ana", "status identified", channel)
    eventually(
        lambda: "set the status to *Identified*" in live_bot.text_in(channel), "it still speaks"
    )
    live_bot.sandbox.clock.move_to(thursday + timedelta(hours=1))
    live_bot.settle()
    assert len(live_bot.workspace.dm("mei")) == 1


def _run_retries(live_bot: LiveBot) -> None:
    """Advance the clock until no job waits for a retry."""

    def is_quiet() -> bool:
        live_bot.sandbox.clock.advance(timedelta(seconds=20))
        return live_bot.service.is_quiet()

    eventually(is_quiet, "the outbox is empty")
    live_bot.settle()


def test_a_reminder_delayed_by_slack_errors_is_merged_into_the_next_one(live_bot: LiveBot) -> None:
    channel = _with_item(live_bot, "Alert on saturation @mei thursday")
    _with_item(live_bot, "Write the runbook @mei friday", channel)
    # Wednesday's DM fails until Thursday's is due.
    live_bot.sandbox.faults.on("server_error", method="conversations.open")
    live_bot.sandbox.clock.move_to(datetime(2026, 3, 11, 1, 1, tzinfo=UTC))
    eventually(
        lambda: len(live_bot.sandbox.record.called("conversations.open")) > 0, "it was tried"
    )
    live_bot.sandbox.clock.move_to(datetime(2026, 3, 12, 1, 1, tzinfo=UTC))
    eventually(lambda: len(live_bot.sandbox.record.called("conversations.open")) > 1, "again")
    live_bot.sandbox.faults.clear()
    _run_retries(live_bot)
    (first_reminder,) = live_bot.workspace.dm("mei")
    live_bot.sandbox.clock.move_to(datetime(2026, 3, 13, 1, 1, tzinfo=UTC))
    live_bot.settle()
    _, second_reminder = live_bot.workspace.dm("mei")
    assert "Alert on saturation" in first_reminder["text"]
    assert "Write the runbook" in second_reminder["text"]


def test_a_reminder_delayed_by_slack_errors_is_not_sent_at_night(live_bot: LiveBot) -> None:
    _with_item(live_bot)
    live_bot.sandbox.faults.on("server_error", method="conversations.open")
    live_bot.sandbox.clock.move_to(datetime(2026, 3, 12, 1, 1, tzinfo=UTC))
    eventually(
        lambda: len(live_bot.sandbox.record.called("conversations.open")) > 0, "it was tried"
    )
    live_bot.sandbox.faults.clear()
    live_bot.sandbox.clock.move_to(datetime(2026, 3, 12, 16, 0, tzinfo=UTC))  # 01:00 in Tokyo
    live_bot.settle()
    assert live_bot.workspace.dm("mei") == []
    live_bot.sandbox.clock.move_to(datetime(2026, 3, 13, 1, 1, tzinfo=UTC))
    live_bot.settle()
    assert len(live_bot.workspace.dm("mei")) == 1


@pytest.mark.parametrize(
    ("start", "due", "before", "after"),
    [
        # Lisbon's clocks go forward on Sunday 29 March 2026: ten on Monday is 09:00 UTC.
        (datetime(2026, 3, 27, 12, 0, tzinfo=UTC), "tuesday", (30, 8, 55), (30, 9, 1)),
        # The day before 1 March is a leap day in 2028.
        (datetime(2028, 2, 25, 12, 0, tzinfo=UTC), "2028-03-01", (29, 9, 55), (29, 10, 1)),
        # The last day of a month: reminded the day before.
        (datetime(2026, 4, 27, 12, 0, tzinfo=UTC), "eom", (29, 8, 55), (29, 9, 1)),
    ],
    ids=["clocks forward", "leap day", "month end"],
)
def test_reminders_are_sent_at_ten_in_the_owners_time_zone_on_unusual_dates(
    tmp_path: Path, start: datetime, due: str, before: tuple[int, ...], after: tuple[int, ...]
) -> None:
    with harness.start_live_bot(f"sqlite:///{tmp_path}/debrief.db", at=start) as live_bot:
        _with_item(live_bot, f"Write it down @ana {due}")
        for (day, hour, minute), reminders in ((before, 0), (after, 1)):
            live_bot.sandbox.clock.move_to(start.replace(day=day, hour=hour, minute=minute))
            live_bot.settle()
            assert len(live_bot.workspace.dm("ana")) == reminders


def test_a_note_typed_the_next_morning_is_dated_on_the_day_of_the_incident(
    live_bot: LiveBot,
) -> None:
    """Declared at 14:00 in Lisbon, resolved, and written up the next day before 14:00."""
    channel = live_bot.declare()
    live_bot.command("ana", "resolve cache restarted", channel)
    live_bot.settle()
    live_bot.sandbox.clock.move_to(datetime(2026, 3, 11, 9, 30, tzinfo=UTC))
    live_bot.command("ana", "note 14:10 the pool was exhausted", channel)
    live_bot.command("ana", "note yesterday 13:50 deploy of v42", channel)
    refusal = live_bot.command("ana", "note 25:99 the pool was exhausted", channel)
    live_bot.settle()
    notes = {
        event.text: event.happened_at
        for event in live_bot.timeline(channel)
        if event.kind == "note"
    }
    assert notes == {
        "the pool was exhausted": datetime(2026, 3, 10, 14, 10, tzinfo=UTC),
        "deploy of v42": datetime(2026, 3, 10, 13, 50, tzinfo=UTC),
    }
    assert "“25:99” isn't a time in the past" in refusal
