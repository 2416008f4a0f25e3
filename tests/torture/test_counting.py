"""Counting notices every kind of discrepancy; otherwise a count without discrepancies would prove nothing."""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from slack_sdk import WebClient
from sqlalchemy import delete
from sqlmodel import col, select

from sandbox.server import Sandbox
from storage.engine.store import Session
from storage.tables import (
    ActionItemRow,
    IncidentRow,
    MarkRow,
    OutboxRow,
    ReminderRow,
    RevisionRow,
    TimelineEventRow,
)
from tests.torture import compare_posts, counting, truth
from tests.torture.environments import InProcessBot, make_workspace, run_in_process
from tests.torture.load import Load, open_incidents


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Iterator[InProcessBot]:
    """A quiet bot that processed everything. Each test undoes its changes."""
    folder: Path = tmp_path_factory.mktemp("counting")
    with make_workspace() as sandbox, run_in_process(sandbox, f"sqlite:///{folder}/x.db") as bot:
        load = Load(sandbox, open_incidents(sandbox, 2), random.Random(1))
        load.run(30)
        ws, channel = sandbox.workspace, load.channels[0]
        edited = ws.say("p01", channel, "to be edited")
        ws.edit(channel, edited, "was edited")
        ws.react("p02", channel, edited, "pushpin")
        deleted = ws.say("p01", channel, "to be taken back")
        bot.quiet()
        ws.delete(channel, deleted)
        for line in ("note one note", "status identified", "action Mend it @p03 tomorrow P2"):
            assert ws.command("p01", channel, "/incident", line).status == "ok"
        bot.quiet()
        yield bot


@pytest.fixture
def session(finished: InProcessBot) -> Iterator[Session]:
    """A session whose changes are seen by counting and rolled back after the test."""
    with Session(finished.store.engine) as database_session:
        yield database_session
        database_session.rollback()


def discrepancies(finished: InProcessBot, session: Session) -> list[str]:
    session.flush()
    wrong = counting.differences(
        truth.read(finished.sandbox), session, finished.sandbox.clock.now()
    )
    return [str(discrepancy) for discrepancy in wrong]


def only_discrepancy(finished: InProcessBot, session: Session) -> str:
    found_discrepancies = discrepancies(finished, session)
    assert len(found_discrepancies) == 1, found_discrepancies
    return found_discrepancies[0]


def find_event(session: Session, text: str) -> TimelineEventRow:
    return session.exec(select(TimelineEventRow).where(TimelineEventRow.text == text)).one()


def test_a_correct_record_has_no_discrepancies(finished: InProcessBot) -> None:
    count = finished.count()
    assert [str(discrepancy) for discrepancy in count.wrong] == []
    assert min(count.messages, count.deleted, count.marks, count.commands, count.jobs) > 0


def test_a_lost_message_is_noticed(finished: InProcessBot, session: Session) -> None:
    row = session.exec(select(TimelineEventRow).where(TimelineEventRow.kind == "alert")).first()
    row = row or find_event(session, "was edited")
    session.execute(delete(RevisionRow).where(col(RevisionRow.event_id) == row.id))
    session.delete(row)
    assert only_discrepancy(finished, session).startswith(f"lost: message {row.message_id}")


def test_an_extra_message_is_noticed(finished: InProcessBot, session: Session) -> None:
    session.add(
        copy_of(
            find_event(session, "was edited"), message_id="1.2", client_id=None, text="never said"
        )
    )
    assert "'never said': nobody said that" in only_discrepancy(finished, session)


def test_a_message_recorded_twice_is_noticed(finished: InProcessBot, session: Session) -> None:
    session.add(copy_of(find_event(session, "was edited"), message_id="1.2", client_id=None))
    assert "doubled: 'was edited' is recorded 2 times" in discrepancies(finished, session)


def test_a_lost_edit_is_noticed(finished: InProcessBot, session: Session) -> None:
    find_event(session, "was edited").text = "to be edited"
    assert only_discrepancy(finished, session).endswith(
        "says 'was edited'; recorded is 'to be edited'"
    )


def test_a_message_wrongly_recorded_as_deleted_is_noticed(
    finished: InProcessBot, session: Session
) -> None:
    row = find_event(session, "was edited")
    row.text, row.deleted = "", True
    assert only_discrepancy(finished, session).endswith("recorded is a deletion")


def test_an_earlier_text_of_a_deleted_message_is_noticed(
    finished: InProcessBot, session: Session
) -> None:
    at = finished.sandbox.clock.now()
    session.add(RevisionRow(event_id=1, version="1", text="to be taken back", replaced_at=at))
    assert "earlier version 'to be taken back' is still kept" in only_discrepancy(finished, session)


def test_a_missed_deletion_is_noticed(finished: InProcessBot, session: Session) -> None:
    event_row = session.exec(select(TimelineEventRow).where(TimelineEventRow.deleted)).all()[-1]
    event_row.text, event_row.deleted = "to be taken back", False
    assert "its text 'to be taken back' is still kept" in only_discrepancy(finished, session)


def test_a_deleted_message_that_was_never_recorded_is_not_lost(
    finished: InProcessBot, session: Session
) -> None:
    session.execute(delete(TimelineEventRow).where(col(TimelineEventRow.deleted)))
    assert discrepancies(finished, session) == []


def test_a_lost_mark_and_an_extra_mark_are_noticed(
    finished: InProcessBot, session: Session
) -> None:
    message_id = find_event(session, "was edited").message_id
    mark = session.exec(select(MarkRow).where(MarkRow.message_id == message_id)).one()
    mark.person = finished.sandbox.workspace.person("p11").id
    found_discrepancies = discrepancies(finished, session)
    assert [discrepancy.split(":")[0] for discrepancy in found_discrepancies] == ["lost", "extra"]


@pytest.mark.parametrize("kind", ["note", "status"])
def test_a_lost_command_is_noticed(finished: InProcessBot, session: Session, kind: str) -> None:
    row = session.exec(select(TimelineEventRow).where(TimelineEventRow.kind == kind)).first()
    session.delete(row)
    assert f"lost: `/incident {kind}" in only_discrepancy(finished, session)


def test_a_note_with_another_text_is_noticed(finished: InProcessBot, session: Session) -> None:
    find_event(session, "one note").text = "another note"
    assert only_discrepancy(finished, session).endswith("recorded is 'another note'")


def test_an_extra_command_is_noticed(finished: InProcessBot, session: Session) -> None:
    session.add(copy_of(find_event(session, "one note"), message_id="deed-1"))
    assert (
        only_discrepancy(finished, session) == "extra: note deed-1, 'one note': nobody typed that"
    )


def test_lost_duplicated_and_extra_action_items_are_noticed(
    finished: InProcessBot, session: Session
) -> None:
    item = session.exec(select(ActionItemRow).where(ActionItemRow.text == "Mend it")).one()
    second = ActionItemRow(**{**item.model_dump(), "id": None})
    session.add(second)
    assert "doubled: the action item 'Mend it'" in only_discrepancy(finished, session)
    second.text = "Break it"
    assert "extra: the action item 'Break it'" in only_discrepancy(finished, session)
    session.delete(second)
    item.incident_id = 2
    assert [discrepancy.split(" ")[0] for discrepancy in discrepancies(finished, session)] == [
        "lost:",
        "extra:",
    ]


def test_a_lost_incident_is_noticed(finished: InProcessBot, session: Session) -> None:
    incident = session.get_one(IncidentRow, 1)
    incident.title = "something else"
    assert "lost: `/incident here P1 system 00 fails`" in only_discrepancy(finished, session)


def test_a_job_that_was_not_sent_is_noticed(finished: InProcessBot, session: Session) -> None:
    row = session.exec(select(OutboxRow).where(OutboxRow.kind == "notice")).first()
    assert row
    row.state, row.trouble = "aside", "is_archived"
    assert only_discrepancy(finished, session).endswith("is aside: is_archived")
    row.state, row.message_id = "sent", "1.2"
    assert only_discrepancy(finished, session).endswith("is not in Slack")


def test_a_job_enqueued_twice_is_noticed(finished: InProcessBot, session: Session) -> None:
    row = session.exec(select(OutboxRow).where(OutboxRow.kind == "notice")).first()
    assert row
    session.add(OutboxRow(**{**row.model_dump(), "id": None, "uuid": "another"}))
    assert only_discrepancy(finished, session).endswith("was decided 2 times")


def test_messages_in_the_wrong_order_are_noticed(finished: InProcessBot, session: Session) -> None:
    heads = select(OutboxRow).where(OutboxRow.kind == "card", OutboxRow.lane == "incident:1")
    first = session.exec(heads.order_by(col(OutboxRow.id))).first()
    assert first
    first.id = 1_000_000
    assert "disorderly: the bot said" in only_discrepancy(finished, session)


def test_messages_posted_too_fast_are_noticed(finished: InProcessBot) -> None:
    actual = truth.read(finished.sandbox)
    assert not list(compare_posts.compare_pace(actual, timedelta(microseconds=1)))
    assert list(compare_posts.compare_pace(actual, timedelta(hours=1)))


def test_a_message_posted_twice_and_an_extra_message_are_noticed(
    finished: InProcessBot, session: Session
) -> None:
    call = next(
        candidate
        for candidate in finished.sandbox.record.called("chat.postMessage")
        if candidate.ok
    )
    with post_message(finished.sandbox, call.args):
        assert "doubled: the bot said" in only_discrepancy(finished, session)
    with post_message(finished.sandbox, {**call.args, "metadata": None}):
        assert "no posting says that" in only_discrepancy(finished, session)


def test_a_missing_reminder_and_a_repeated_one_are_noticed(
    finished: InProcessBot, session: Session
) -> None:
    reminder = session.exec(select(ReminderRow).where(ReminderRow.state == "waiting")).first()
    assert reminder
    due_at, reminder.due_at = reminder.due_at, finished.sandbox.clock.now()
    assert only_discrepancy(finished, session).startswith("lost: the reminder of")
    reminder.due_at = due_at
    at = finished.sandbox.clock.now()
    sent = OutboxRow(
        uuid="", kind="reminder", lane="person:U1", state="sent", not_before=at, written_at=at
    )
    for uuid in ("one", "two"):
        session.add(OutboxRow(**{**sent.model_dump(), "uuid": uuid, "about": {"n": uuid}}))
    dm = finished.sandbox.state.open_dm(finished.sandbox.workspace.person("p03")).id
    args = {"channel": dm, "text": "due", "metadata": metadata("one")}
    with (
        post_message(finished.sandbox, args),
        post_message(finished.sandbox, args | {"metadata": metadata("two")}),
    ):
        assert only_discrepancy(finished, session).startswith(
            "doubled: 2 reminders to person:U1 on"
        )


@contextmanager
def post_message(sandbox: Sandbox, args: dict[str, Any]) -> Iterator[None]:
    """Post a message as the bot without its knowledge, and remove it afterwards."""
    client = WebClient(sandbox.bot_token, base_url=sandbox.api_url)
    answer = client.chat_postMessage(**args)
    try:
        yield
    finally:
        del sandbox.state.channels[answer["channel"]].messages[answer["ts"]]


def metadata(uuid: str) -> dict[str, Any]:
    return {"event_type": "debrief_posting", "event_payload": {"uuid": uuid}}


def copy_of(row: TimelineEventRow, **changes: object) -> TimelineEventRow:
    return TimelineEventRow(**{**row.model_dump(), "id": None, **changes})
