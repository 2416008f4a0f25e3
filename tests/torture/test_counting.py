"""Counting notices each thing that can be wrong. A count that notices nothing proves nothing."""

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
from tests.torture import counting, said, truth
from tests.torture.load import Load, open_incidents
from tests.torture.stage import Inside, inside, workspace


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Inside]:
    """A bot that was told everything and is quiet. Each test undoes what it does."""
    folder: Path = tmp_path_factory.mktemp("counting")
    with workspace() as sandbox, inside(sandbox, f"sqlite:///{folder}/x.db") as bot:
        load = Load(sandbox, open_incidents(sandbox, 2), random.Random(1))
        load.run(30)
        ws, where = sandbox.workspace, load.channels[0]
        head = ws.say("p01", where, "to be edited")
        ws.edit(where, head, "was edited")
        ws.react("p02", where, head, "pushpin")
        gone = ws.say("p01", where, "to be taken back")
        bot.quiet()
        ws.delete(where, gone)
        for line in ("note one note", "status identified", "action Mend it @p03 tomorrow P2"):
            assert ws.command("p01", where, "/incident", line).status == "ok"
        bot.quiet()
        yield bot


@pytest.fixture
def session(played: Inside) -> Iterator[Session]:
    """Changes that are seen by the count and gone after the test."""
    with Session(played.store.engine) as opened:
        yield opened
        opened.rollback()


def found(played: Inside, session: Session) -> list[str]:
    session.flush()
    wrong = counting.differences(truth.read(played.sandbox), session, played.sandbox.clock.now())
    return [str(each) for each in wrong]


def one(played: Inside, session: Session) -> str:
    told = found(played, session)
    assert len(told) == 1, told
    return told[0]


def event(session: Session, text: str) -> TimelineEventRow:
    return session.exec(select(TimelineEventRow).where(TimelineEventRow.text == text)).one()


def test_nothing_is_wrong_when_nothing_went_wrong(played: Inside) -> None:
    count = played.count()
    assert [str(each) for each in count.wrong] == []
    assert min(count.messages, count.deleted, count.marks, count.commands, count.jobs) > 0


def test_a_lost_message(played: Inside, session: Session) -> None:
    row = session.exec(select(TimelineEventRow).where(TimelineEventRow.kind == "alert")).first()
    row = row or event(session, "was edited")
    session.execute(delete(RevisionRow).where(col(RevisionRow.event_id) == row.id))
    session.delete(row)
    assert one(played, session).startswith(f"lost: message {row.message_id}")


def test_an_extra_message(played: Inside, session: Session) -> None:
    session.add(
        copied(event(session, "was edited"), message_id="1.2", client_id=None, text="never said")
    )
    assert "'never said': nobody said that" in one(played, session)


def test_a_message_recorded_twice(played: Inside, session: Session) -> None:
    session.add(copied(event(session, "was edited"), message_id="1.2", client_id=None))
    assert "doubled: 'was edited' is recorded 2 times" in found(played, session)


def test_a_lost_edit(played: Inside, session: Session) -> None:
    event(session, "was edited").text = "to be edited"
    assert one(played, session).endswith("says 'was edited'; recorded is 'to be edited'")


def test_a_message_taken_for_deleted(played: Inside, session: Session) -> None:
    row = event(session, "was edited")
    row.text, row.deleted = "", True
    assert one(played, session).endswith("recorded is a deletion")


def test_a_kept_text_of_a_deleted_message(played: Inside, session: Session) -> None:
    at = played.sandbox.clock.now()
    session.add(RevisionRow(event_id=1, version="1", text="to be taken back", replaced_at=at))
    assert "earlier version 'to be taken back' is still kept" in one(played, session)


def test_a_deletion_that_was_not_followed(played: Inside, session: Session) -> None:
    gone = session.exec(select(TimelineEventRow).where(TimelineEventRow.deleted)).all()[-1]
    gone.text, gone.deleted = "to be taken back", False
    assert "its text 'to be taken back' is still kept" in one(played, session)


def test_a_deleted_message_that_was_never_heard_is_not_lost(
    played: Inside, session: Session
) -> None:
    session.execute(delete(TimelineEventRow).where(col(TimelineEventRow.deleted)))
    assert found(played, session) == []


def test_a_lost_mark_and_one_too_many(played: Inside, session: Session) -> None:
    marked = event(session, "was edited").message_id
    mark = session.exec(select(MarkRow).where(MarkRow.message_id == marked)).one()
    mark.person = played.sandbox.workspace.person("p11").id
    told = found(played, session)
    assert [each.split(":")[0] for each in told] == ["lost", "extra"]


@pytest.mark.parametrize("kind", ["note", "status"])
def test_a_lost_command(played: Inside, session: Session, kind: str) -> None:
    row = session.exec(select(TimelineEventRow).where(TimelineEventRow.kind == kind)).first()
    session.delete(row)
    assert f"lost: `/incident {kind}" in one(played, session)


def test_a_note_with_other_words(played: Inside, session: Session) -> None:
    event(session, "one note").text = "another note"
    assert one(played, session).endswith("recorded is 'another note'")


def test_a_deed_that_nobody_did(played: Inside, session: Session) -> None:
    session.add(copied(event(session, "one note"), message_id="deed-1"))
    assert one(played, session) == "extra: note deed-1, 'one note': nobody typed that"


def test_an_action_item_lost_doubled_and_made_up(played: Inside, session: Session) -> None:
    item = session.exec(select(ActionItemRow).where(ActionItemRow.text == "Mend it")).one()
    second = ActionItemRow(**{**item.model_dump(), "id": None})
    session.add(second)
    assert "doubled: the action item 'Mend it'" in one(played, session)
    second.text = "Break it"
    assert "extra: the action item 'Break it'" in one(played, session)
    session.delete(second)
    item.incident_id = 2
    assert [each.split(" ")[0] for each in found(played, session)] == ["lost:", "extra:"]


def test_a_lost_incident(played: Inside, session: Session) -> None:
    incident = session.get_one(IncidentRow, 1)
    incident.title = "something else"
    assert "lost: `/incident here P1 system 00 fails`" in one(played, session)


def test_a_posting_that_was_not_sent(played: Inside, session: Session) -> None:
    row = session.exec(select(OutboxRow).where(OutboxRow.kind == "notice")).first()
    assert row
    row.state, row.trouble = "aside", "is_archived"
    assert one(played, session).endswith("is aside: is_archived")
    row.state, row.message_id = "sent", "1.2"
    assert one(played, session).endswith("is not in Slack")


def test_a_posting_decided_twice(played: Inside, session: Session) -> None:
    row = session.exec(select(OutboxRow).where(OutboxRow.kind == "notice")).first()
    assert row
    session.add(OutboxRow(**{**row.model_dump(), "id": None, "uuid": "another"}))
    assert one(played, session).endswith("was decided 2 times")


def test_postings_in_another_order(played: Inside, session: Session) -> None:
    heads = select(OutboxRow).where(OutboxRow.kind == "card", OutboxRow.lane == "incident:1")
    first = session.exec(heads.order_by(col(OutboxRow.id))).first()
    assert first
    first.id = 1_000_000
    assert "disorderly: the bot said" in one(played, session)


def test_postings_that_come_too_fast(played: Inside) -> None:
    happened = truth.read(played.sandbox)
    assert not list(said.paced(happened, timedelta(microseconds=1)))
    assert list(said.paced(happened, timedelta(hours=1)))


def test_a_posting_said_twice_and_one_made_up(played: Inside, session: Session) -> None:
    call = next(each for each in played.sandbox.record.called("chat.postMessage") if each.ok)
    with also_said(played.sandbox, call.args):
        assert "doubled: the bot said" in one(played, session)
    with also_said(played.sandbox, {**call.args, "metadata": None}):
        assert "no posting says that" in one(played, session)


def test_a_reminder_left_and_one_sent_twice(played: Inside, session: Session) -> None:
    reminder = session.exec(select(ReminderRow).where(ReminderRow.state == "waiting")).first()
    assert reminder
    due_at, reminder.due_at = reminder.due_at, played.sandbox.clock.now()
    assert one(played, session).startswith("lost: the reminder of")
    reminder.due_at = due_at
    at = played.sandbox.clock.now()
    sent = OutboxRow(
        uuid="", kind="reminder", lane="person:U1", state="sent", not_before=at, written_at=at
    )
    for uuid in ("one", "two"):
        session.add(OutboxRow(**{**sent.model_dump(), "uuid": uuid, "about": {"n": uuid}}))
    dm = played.sandbox.state.open_dm(played.sandbox.workspace.person("p03")).id
    args = {"channel": dm, "text": "due", "metadata": metadata("one")}
    with (
        also_said(played.sandbox, args),
        also_said(played.sandbox, args | {"metadata": metadata("two")}),
    ):
        assert one(played, session).startswith("doubled: 2 reminders to person:U1 on")


@contextmanager
def also_said(sandbox: Sandbox, args: dict[str, Any]) -> Iterator[None]:
    """The bot says it behind its own back, and it is taken back afterwards."""
    client = WebClient(sandbox.bot_token, base_url=sandbox.api_url)
    answer = client.chat_postMessage(**args)
    try:
        yield
    finally:
        del sandbox.state.channels[answer["channel"]].messages[answer["ts"]]


def metadata(uuid: str) -> dict[str, Any]:
    return {"event_type": "debrief_posting", "event_payload": {"uuid": uuid}}


def copied(row: TimelineEventRow, **changes: object) -> TimelineEventRow:
    return TimelineEventRow(**{**row.model_dump(), "id": None, **changes})
