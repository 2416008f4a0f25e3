from dataclasses import replace
from datetime import timedelta

from bot.domain.incident import Status
from bot.domain.timeline import Kind, TimelineEvent
from storage import activity, incidents, threads, timeline
from storage.engine import Session
from storage.threads import Seen
from tests.storage.conftest import NOON, declare

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def said(message_id: str, hours: int, **more: object) -> TimelineEvent:
    event = TimelineEvent(
        message_id=message_id,
        channel_id="C1",
        author="U1",
        text="it fails",
        happened_at=NOON + hours * HOUR,
    )
    return replace(event, **more)  # type: ignore[arg-type]


def test_the_last_activity_is_the_newest_of_what_people_did(session: Session) -> None:
    incident = declare(session)
    assert activity.last(session, incident.id) == NOON
    timeline.add(session, incident.id, said("1.1", 1))
    timeline.add(session, incident.id, said("1.2", 9, kind=Kind.ALERT))
    assert activity.last(session, incident.id) == NOON + HOUR
    event = timeline.find(session, "C1", "1.1")
    assert event is not None
    timeline.revise(session, event, replace(event, text="it fails badly"), NOON + 2 * HOUR)
    assert activity.last(session, incident.id) == NOON + 2 * HOUR
    activity.note(session, "C1", NOON + 3 * HOUR)
    activity.note(session, "C1", NOON + 3 * HOUR + timedelta(minutes=1))  # too soon to be kept
    session.expire_all()
    assert activity.last(session, incident.id) == NOON + 3 * HOUR


def test_a_running_incident_is_looked_at_when_it_is_time(session: Session) -> None:
    incident = declare(session)
    assert activity.unchecked(session, NOON + DAY, NOON - HOUR) == []
    assert activity.unchecked(session, NOON + DAY, NOON) == [incident]
    activity.check_again(session, incident.id, NOON + 2 * DAY)
    assert activity.unchecked(session, NOON + DAY, NOON) == []
    assert activity.unchecked(session, NOON + 2 * DAY, NOON + DAY) == [incident]
    incidents.change(session, incident.id, status=Status.RESOLVED)
    assert activity.unchecked(session, NOON + 2 * DAY, NOON + DAY) == []


def test_threads_are_counted_as_they_are_recorded(session: Session) -> None:
    incident = declare(session)
    for number in (1, 2, 3):
        reply = said(f"2.{number}", number, thread_id="1.1", deleted=number == 3)
        timeline.add(session, incident.id, reply)
    timeline.add(session, incident.id, said("1.1", 0))
    assert threads.recorded(session, incident.id, "C1") == {"1.1": Seen(2, "2.2")}
