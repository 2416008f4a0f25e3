"""After old outbox rows were deleted, nothing is said twice, and what stands is still edited in place."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import col, func, select

from bot.config.policy import Policy
from storage import action_items
from storage.tables import OutboxRow
from tests.handlers.postmortems.test_canvas import resolved
from tests.handlers.postmortems.test_review import do
from tests.handlers.postmortems.test_sections import summary, thread, write
from tests.support import harness
from tests.support.harness import POLICY, Town, eventually
from tests.support.postgres import postgres_database

DUE = datetime(2026, 3, 12, 14, 1, tzinfo=UTC)  # ten in New York
YEAR = timedelta(days=120)
CAUSE = "The limit was a quarter of what the gateway opens."


@pytest.fixture(params=["sqlite", "postgresql"])
def town(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Town]:
    if request.param == "sqlite":
        with harness.town(f"sqlite:///{tmp_path}/debrief.db") as made:
            yield made
        return
    with postgres_database(request.getfixturevalue("postgres")) as url, harness.town(url) as made:
        yield made


def rows(town: Town) -> int:
    with town.store.begin() as session:
        return session.exec(select(func.count(col(OutboxRow.id)))).one()


def messages(town: Town) -> list[tuple[str, str, str]]:
    """Everything that stands in channels, with the day's reminders and digests left out."""
    state = town.sandbox.state
    return [
        (channel.id, ts, message["text"])
        for channel in state.channels.values()
        if channel.name.startswith("inc-")
        for ts, message in channel.messages.items()
    ]


def months_pass(town: Town) -> None:
    town.sandbox.clock.advance(YEAR)
    town.settle()
    town.sandbox.clock.advance(timedelta(hours=2))  # what was answered goes after what answered it
    town.settle()


def test_a_draft_is_edited_in_place_after_its_messages_were_forgotten(town: Town) -> None:
    channel = resolved(town)
    do(town, "ana", channel, "again")
    before, head = rows(town), summary(town, channel)["ts"]
    months_pass(town)
    assert rows(town) < before / 2
    stood = {ts for where, ts, _ in messages(town) if where == channel}
    write(town, "ben", channel, "root_cause", CAUSE)
    assert CAUSE in thread(town, channel)
    assert summary(town, channel)["ts"] == head
    assert {ts for where, ts, _ in messages(town) if where == channel} == stood


def test_nothing_is_said_again_after_its_row_was_deleted(town: Town) -> None:
    channel = resolved(town)
    town.incident("ana", "action add an alert on the limit @ben P2 2026-03-13", channel)
    town.settle()
    stood = messages(town)
    months_pass(town)
    assert messages(town) == stood
    town.service.stop()
    town.restart(timedelta(minutes=1))
    town.settle()
    assert messages(town) == stood


def test_an_answer_under_a_reminder_that_is_forgotten_changes_no_other_item(town: Town) -> None:
    channel = town.declare()
    town.incident("ana", "action add an alert @ben 2026-03-13 P2", channel)
    town.settle()
    town.sandbox.clock.move_to(DUE)
    town.settle()
    old = town.ws.dm("ben")[0]["ts"]
    town.incident("ana", "action write the runbook @ben 2026-07-10 P2", channel)
    town.incident("ana", "done 1", channel)
    town.settle()
    months_pass(town)
    assert len(town.ws.dm("ben")) == 2  # he was reminded of the other one
    before = len(town.ws.ephemerals("ben"))
    dm = town.sandbox.state.dm_with(town.ws.person("ben"))
    town.ws.say("ben", dm, "done", thread=old)
    eventually(lambda: len(town.ws.ephemerals("ben")) > before, "Ben is answered")
    with town.store.begin() as session:
        states = {item.text: str(item.state) for item in action_items.of_incident(session, 1)}
    assert states["write the runbook"] == "open"


def test_without_a_limit_everything_is_kept(tmp_path: Path) -> None:
    policy = POLICY.model_dump(mode="json", exclude_defaults=True)
    policy |= {"retention": {"sent_messages": False}}
    url = f"sqlite:///{tmp_path}/debrief.db"
    with harness.town(url, policy=Policy.model_validate(policy)) as town:
        resolved(town)
        before = rows(town)
        months_pass(town)
        assert rows(town) >= before
