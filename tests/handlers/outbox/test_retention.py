"""After old outbox rows were deleted, nothing is posted twice and old messages are still edited."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import col, func, select

from bot.config.policy import Policy
from storage import action_items
from storage.tables import OutboxRow
from tests.handlers.postmortems.test_canvas import resolved
from tests.handlers.postmortems.test_review import command
from tests.handlers.postmortems.test_sections import summary, thread, write
from tests.support import harness
from tests.support.harness import POLICY, LiveBot, eventually
from tests.support.postgres import postgres_database

DUE = datetime(2026, 3, 12, 14, 1, tzinfo=UTC)  # ten in New York
FOUR_MONTHS = timedelta(days=120)
CAUSE = "The limit was a quarter of what the gateway opens."


@pytest.fixture(params=["sqlite", "postgresql"])
def live_bot(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[LiveBot]:
    if request.param == "sqlite":
        with harness.start_live_bot(f"sqlite:///{tmp_path}/debrief.db") as running_town:
            yield running_town
        return
    with (
        postgres_database(request.getfixturevalue("postgres")) as url,
        harness.start_live_bot(url) as running_town,
    ):
        yield running_town


def count_rows(live_bot: LiveBot) -> int:
    with live_bot.store.begin() as session:
        return session.exec(select(func.count(col(OutboxRow.id)))).one()


def incident_messages(live_bot: LiveBot) -> list[tuple[str, str, str]]:
    """Return all messages in incident channels."""
    state = live_bot.sandbox.state
    return [
        (channel.id, ts, message["text"])
        for channel in state.channels.values()
        if channel.name.startswith("inc-")
        for ts, message in channel.messages.items()
    ]


def pass_months(live_bot: LiveBot) -> None:
    live_bot.sandbox.clock.advance(FOUR_MONTHS)
    live_bot.settle()
    live_bot.sandbox.clock.advance(timedelta(hours=2))  # parents are deleted after their replies
    live_bot.settle()


def test_a_draft_is_edited_in_place_after_its_outbox_rows_were_deleted(live_bot: LiveBot) -> None:
    channel = resolved(live_bot)
    command(live_bot, "ana", channel, "again")
    before, summary_ts = count_rows(live_bot), summary(live_bot, channel)["ts"]
    pass_months(live_bot)
    assert count_rows(live_bot) < before / 2
    timestamps = {ts for channel_id, ts, _ in incident_messages(live_bot) if channel_id == channel}
    write(live_bot, "ben", channel, "root_cause", CAUSE)
    assert CAUSE in thread(live_bot, channel)
    assert summary(live_bot, channel)["ts"] == summary_ts
    assert {
        ts for channel_id, ts, _ in incident_messages(live_bot) if channel_id == channel
    } == timestamps


def test_no_message_is_posted_again_after_its_outbox_row_was_deleted(live_bot: LiveBot) -> None:
    channel = resolved(live_bot)
    live_bot.command("ana", "action add an alert on the limit @ben P2 2026-03-13", channel)
    live_bot.settle()
    before = incident_messages(live_bot)
    pass_months(live_bot)
    assert incident_messages(live_bot) == before
    live_bot.service.stop()
    live_bot.restart(timedelta(minutes=1))
    live_bot.settle()
    assert incident_messages(live_bot) == before


def test_a_reply_to_a_reminder_whose_row_was_deleted_changes_no_other_item(
    live_bot: LiveBot,
) -> None:
    channel = live_bot.declare()
    live_bot.command("ana", "action add an alert @ben 2026-03-13 P2", channel)
    live_bot.settle()
    live_bot.sandbox.clock.move_to(DUE)
    live_bot.settle()
    reminder_ts = live_bot.workspace.dm("ben")[0]["ts"]
    live_bot.command("ana", "action write the runbook @ben 2026-07-10 P2", channel)
    live_bot.command("ana", "done 1", channel)
    live_bot.settle()
    pass_months(live_bot)
    assert len(live_bot.workspace.dm("ben")) == 2  # the second reminder is for the other item
    before = len(live_bot.workspace.ephemerals("ben"))
    dm = live_bot.sandbox.state.dm_with(live_bot.workspace.person("ben"))
    live_bot.workspace.say("ben", dm, "done", thread=reminder_ts)
    eventually(lambda: len(live_bot.workspace.ephemerals("ben")) > before, "Ben is answered")
    with live_bot.store.begin() as session:
        states = {item.text: str(item.state) for item in action_items.of_incident(session, 1)}
    assert states["write the runbook"] == "open"


def test_outbox_rows_are_kept_when_retention_is_switched_off(tmp_path: Path) -> None:
    policy = POLICY.model_dump(mode="json", exclude_defaults=True)
    policy |= {"retention": {"sent_messages": False}}
    url = f"sqlite:///{tmp_path}/debrief.db"
    with harness.start_live_bot(url, policy=Policy.model_validate(policy)) as live_bot:
        resolved(live_bot)
        before = count_rows(live_bot)
        pass_months(live_bot)
        assert count_rows(live_bot) >= before
