from dataclasses import replace
from datetime import timedelta

from bot.domain.incident import Status
from bot.domain.job import JobKind, make_incident_job
from bot.domain.timeline import EventKind, TimelineEvent
from bot.domain.unread_history import UnreadHistory
from bot.timeline import history_reading
from storage import activity, incidents, outbox, thread_sync, timeline
from storage.engine.store import Session
from storage.thread_sync import ThreadState
from tests.storage.conftest import NOON, declare

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def message(message_id: str, hours: int, **more: object) -> TimelineEvent:
    event = TimelineEvent(
        message_id=message_id,
        channel_id="C1",
        author="U1",
        text="it fails",
        happened_at=NOON + hours * HOUR,
    )
    return replace(event, **more)  # type: ignore[arg-type]


def test_the_last_activity_is_the_newest_thing_a_person_did(session: Session) -> None:
    incident = declare(session)
    assert activity.last(session, incident.id) == NOON
    timeline.add(session, incident.id, message("1.1", 1))
    timeline.add(session, incident.id, message("1.2", 9, kind=EventKind.ALERT))
    assert activity.last(session, incident.id) == NOON + HOUR
    event = timeline.find(session, "C1", "1.1")
    assert event is not None
    timeline.revise(session, event, replace(event, text="it fails badly"), NOON + 2 * HOUR)
    assert activity.last(session, incident.id) == NOON + 2 * HOUR
    activity.note(session, "C1", NOON + 3 * HOUR)
    activity.note(
        session, "C1", NOON + 3 * HOUR + timedelta(minutes=1)
    )  # within the minimum interval
    session.expire_all()
    assert activity.last(session, incident.id) == NOON + 3 * HOUR


def test_an_open_incident_is_checked_again_only_when_its_next_check_is_due(
    session: Session,
) -> None:
    incident = declare(session)
    assert activity.unchecked(session, NOON + DAY, NOON - HOUR) == []
    assert activity.unchecked(session, NOON + DAY, NOON) == [incident]
    activity.check_again(session, incident.id, NOON + 2 * DAY)
    assert activity.unchecked(session, NOON + DAY, NOON) == []
    assert activity.unchecked(session, NOON + 2 * DAY, NOON + DAY) == [incident]
    incidents.change(session, incident.id, status=Status.RESOLVED)
    assert activity.unchecked(session, NOON + 2 * DAY, NOON + DAY) == []


def test_thread_replies_are_counted_without_deleted_ones(session: Session) -> None:
    incident = declare(session)
    for number in (1, 2, 3):
        reply = message(f"2.{number}", number, thread_id="1.1", deleted=number == 3)
        timeline.add(session, incident.id, reply)
    timeline.add(session, incident.id, message("1.1", 0))
    assert thread_sync.recorded(session, incident.id, "C1") == {"1.1": ThreadState(2, "2.2")}


def test_the_bots_own_replies_count_towards_a_thread(session: Session) -> None:
    incident = declare(session)
    head = outbox.enqueue(session, make_incident_job(incident.id, JobKind.SUMMARY), NOON)
    reply = outbox.enqueue(
        session, make_incident_job(incident.id, JobKind.SECTION, answers=head), NOON
    )
    for job, message_id in ((head, "5.0"), (reply, "5.1")):
        outbox.mark_sent(session, job, at=NOON, channel_id="C1", message_id=message_id)
    timeline.add(session, incident.id, message("5.2", 1, thread_id="5.0"))
    assert thread_sync.recorded(session, incident.id, "C1") == {"5.0": ThreadState(2, "5.2")}


def test_an_update_is_overdue_until_someone_was_asked_for_it(session: Session) -> None:
    incident = declare(session)
    incidents.change(session, incident.id, update_due_at=NOON + HOUR)
    assert activity.overdue(session, NOON) == []
    assert [found.id for found in activity.overdue(session, NOON + HOUR)] == [incident.id]
    incidents.change(session, incident.id, overdue_asked_at=NOON + HOUR)
    assert activity.overdue(session, NOON + HOUR) == []


def test_unread_history_is_found_until_the_draft_is_complete(
    session: Session,
) -> None:
    incident = declare(session)
    history_reading.request_draft(session, incident.id, NOON)
    assert history_reading.find_unread(session, incident.id) is None  # no draft yet
    (job,) = outbox.unfinished_of(session, incident.id, [JobKind.READ_HISTORY])
    unread = UnreadHistory(before=NOON, threads=2)
    outbox.save_progress(session, job.id, unread.for_job())
    for _ in range(2):  # each reading still yields one draft
        history_reading.draft_now(session, job, NOON + HOUR, NOON)
    assert len(outbox.unfinished_of(session, incident.id, [JobKind.DRAFT])) == 1
    assert history_reading.find_unread(session, incident.id) == unread
    assert history_reading.ready_at(session, incident.id) == NOON + HOUR
    history_reading.finish(session, job, NOON)
    outbox.mark_sent(session, job.id, at=NOON, channel_id=None, message_id=None)
    assert history_reading.find_unread(session, incident.id) == unread
    (last,) = outbox.unfinished_of(session, incident.id, [JobKind.COMPLETE_DRAFT])
    outbox.mark_sent(session, last.id, at=NOON, channel_id=None, message_id=None)
    assert history_reading.find_unread(session, incident.id) is None
