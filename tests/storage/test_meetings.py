"""Stored review meetings, on both databases."""

from dataclasses import replace
from datetime import timedelta

from bot.domain.meeting import Meeting, MeetingState
from storage import meetings
from storage.engine.store import Session
from tests.storage.conftest import NOON, declare

DAY = timedelta(days=1)


def propose(session: Session, number: int = 1) -> Meeting:
    meeting = Meeting(
        incident_id=declare(session, number).id,
        state=MeetingState.PROPOSED,
        starts_at=NOON + number * DAY,
        minutes=50,
        facilitator="U9",
        participants=("U1", "U2"),
    )
    return meetings.save(session, meeting)


def test_a_meeting_is_read_back_as_stored(session: Session) -> None:
    meeting, other = propose(session), propose(session, 2)
    session.expire_all()
    assert meetings.of_incident(session, meeting.incident_id) == meeting
    assert meetings.of_incident(session, other.incident_id) == other
    assert meetings.of_incident(session, 99) is None


def test_each_change_increments_the_sequence_number(session: Session) -> None:
    meeting = propose(session)
    agreed = meetings.save(session, replace(meeting, state=MeetingState.SET, facilitator=None))
    assert agreed == replace(meeting, state=MeetingState.SET, facilitator=None, sequence=1)
    session.expire_all()
    assert meetings.of_incident(session, meeting.incident_id) == agreed
    assert meetings.save(session, agreed).sequence == 2


def test_the_draft_is_shared_again_only_when_the_meeting_moves(session: Session) -> None:
    meeting = propose(session)
    for person in ("U1", "U2"):
        meetings.save_shared(session, meeting.incident_id, person, shared=True)
    meetings.save_shared(session, meeting.incident_id, "U1", shared=True)
    session.expire_all()
    stored = meetings.of_incident(session, meeting.incident_id)
    assert stored is not None
    assert sorted(stored.shared_with) == ["U1", "U2"]
    meetings.save_shared(session, meeting.incident_id, "U1", shared=False)
    assert meetings.save(session, replace(stored, minutes=30)).shared_with == ("U2",)
    assert meetings.save(session, replace(stored, starts_at=NOON)).shared_with == ()


def test_changing_a_meeting_keeps_its_message(session: Session) -> None:
    meeting = propose(session)
    meetings.save_message(session, meeting.incident_id, "1773144000.000100")
    assert meetings.save(session, meeting).message_ts == "1773144000.000100"


def test_upcoming_meetings_are_scheduled_ones_in_the_given_range(session: Session) -> None:
    first, second, third = (propose(session, number) for number in (1, 2, 3))
    agreed = [
        meetings.save(session, replace(meeting, state=MeetingState.SET))
        for meeting in (second, first)
    ]
    assert meetings.list_upcoming(session, NOON, NOON + 5 * DAY) == agreed[::-1]
    assert meetings.list_upcoming(session, NOON + DAY, NOON + 5 * DAY) == agreed[:1]
    assert meetings.list_upcoming(session, NOON, NOON + DAY) == agreed[1:]
    assert third not in meetings.list_upcoming(session, NOON, NOON + 5 * DAY)
    assert meetings.count_facilitated(session) == {"U9": 2}
