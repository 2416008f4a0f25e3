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
from tests.support.harness import POLICY, Town, eventually
from tests.support.postgres import postgres_database

DUE = datetime(2026, 3, 12, 14, 1, tzinfo=UTC)  # ten in New York
FOUR_MONTHS = timedelta(days=120)
CAUSE = "The limit was a quarter of what the gateway opens."


@pytest.fixture(params=["sqlite", "postgresql"])
def town(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Town]:
    if request.param == "sqlite":
        with harness.town(f"sqlite:///{tmp_path}/debrief.db") as running_town:
            yield running_town
        return
    with (
        postgres_database(request.getfixturevalue("postgres")) as url,
        harness.town(url) as running_town,
    ):
        yield running_town


def count_rows(town: Town) -> int:
    with town.store.begin() as session:
        return session.exec(select(func.count(col(OutboxRow.id)))).one()


def incident_messages(town: Town) -> list[tuple[str, str, str]]:
    """Return all messages in incident channels."""
    state = town.sandbox.state
    return [
        (channel.id, ts, message["text"])
        for channel in state.channels.values()
        if channel.name.startswith("inc-")
        for ts, message in channel.messages.items()
    ]


def pass_months(town: Town) -> None:
    town.sandbox.clock.advance(FOUR_MONTHS)
    town.settle()
    town.sandbox.clock.advance(timedelta(hours=2))  # parents are deleted after their replies
    town.settle()


def test_a_draft_is_edited_in_place_after_its_outbox_rows_were_deleted(town: Town) -> None:
    channel = resolved(town)
    command(town, "ana", channel, "again")
    before, summary_ts = count_rows(town), summary(town, channel)["ts"]
    pass_months(town)
    assert count_rows(town) < before / 2
    timestamps = {ts for channel_id, ts, _ in incident_messages(town) if channel_id == channel}
    write(town, "ben", channel, "root_cause", CAUSE)
    assert CAUSE in thread(town, channel)
    assert summary(town, channel)["ts"] == summary_ts
    assert {
        ts for channel_id, ts, _ in incident_messages(town) if channel_id == channel
    } == timestamps


def test_no_message_is_posted_again_after_its_outbox_row_was_deleted(town: Town) -> None:
    channel = resolved(town)
    town.incident("ana", "action add an alert on the limit @ben P2 2026-03-13", channel)
    town.settle()
    before = incident_messages(town)
    pass_months(town)
    assert incident_messages(town) == before
    town.service.stop()
    town.restart(timedelta(minutes=1))
    town.settle()
    assert incident_messages(town) == before


def test_a_reply_to_a_reminder_whose_row_was_deleted_changes_no_other_item(town: Town) -> None:
    channel = town.declare()
    town.incident("ana", "action add an alert @ben 2026-03-13 P2", channel)
    town.settle()
    town.sandbox.clock.move_to(DUE)
    town.settle()
    reminder_ts = town.ws.dm("ben")[0]["ts"]
    town.incident("ana", "action write the runbook @ben 2026-07-10 P2", channel)
    town.incident("ana", "done 1", channel)
    town.settle()
    pass_months(town)
    assert len(town.ws.dm("ben")) == 2  # the second reminder is for the other item
    before = len(town.ws.ephemerals("ben"))
    dm = town.sandbox.state.dm_with(town.ws.person("ben"))
    town.ws.say("ben", dm, "done", thread=reminder_ts)
    eventually(lambda: len(town.ws.ephemerals("ben")) > before, "Ben is answered")
    with town.store.begin() as session:
        states = {item.text: str(item.state) for item in action_items.of_incident(session, 1)}
    assert states["write the runbook"] == "open"


def test_outbox_rows_are_kept_when_retention_is_switched_off(tmp_path: Path) -> None:
    policy = POLICY.model_dump(mode="json", exclude_defaults=True)
    policy |= {"retention": {"sent_messages": False}}
    url = f"sqlite:///{tmp_path}/debrief.db"
    with harness.town(url, policy=Policy.model_validate(policy)) as town:
        resolved(town)
        before = count_rows(town)
        pass_months(town)
        assert count_rows(town) >= before
