"""Review meetings as they are kept, on both databases."""

from dataclasses import replace
from datetime import timedelta

from bot.domain.meeting import Meeting, MeetingState
from storage import meetings
from storage.engine.store import Session
from tests.storage.conftest import NOON, declare

DAY = timedelta(days=1)


def proposed(session: Session, number: int = 1) -> Meeting:
    made = Meeting(
        incident_id=declare(session, number).id,
        state=MeetingState.PROPOSED,
        starts_at=NOON + number * DAY,
        minutes=50,
        facilitator="U9",
        participants=("U1", "U2"),
    )
    return meetings.save(session, made)


def test_a_meeting_comes_back_as_it_was_kept(session: Session) -> None:
    made, other = proposed(session), proposed(session, 2)
    session.expire_all()
    assert meetings.of_incident(session, made.incident_id) == made
    assert meetings.of_incident(session, other.incident_id) == other
    assert meetings.of_incident(session, 99) is None


def test_each_change_has_the_next_number(session: Session) -> None:
    made = proposed(session)
    agreed = meetings.save(session, replace(made, state=MeetingState.SET, facilitator=None))
    assert agreed == replace(made, state=MeetingState.SET, facilitator=None, sequence=1)
    session.expire_all()
    assert meetings.of_incident(session, made.incident_id) == agreed
    assert meetings.save(session, agreed).sequence == 2


def test_who_was_sent_the_draft_is_sent_it_again_for_another_time_alone(session: Session) -> None:
    made = proposed(session)
    for person in ("U1", "U2"):
        meetings.save_shared(session, made.incident_id, person, shared=True)
    meetings.save_shared(session, made.incident_id, "U1", shared=True)
    session.expire_all()
    there = meetings.of_incident(session, made.incident_id)
    assert there is not None
    assert sorted(there.shared_with) == ["U1", "U2"]
    meetings.save_shared(session, made.incident_id, "U1", shared=False)
    assert meetings.save(session, replace(there, minutes=30)).shared_with == ("U2",)
    assert meetings.save(session, replace(there, starts_at=NOON)).shared_with == ()


def test_its_message_is_kept_through_changes(session: Session) -> None:
    made = proposed(session)
    meetings.save_message(session, made.incident_id, "1773144000.000100")
    assert meetings.save(session, made).message_ts == "1773144000.000100"


def test_those_that_are_agreed_on_and_to_come(session: Session) -> None:
    first, second, third = (proposed(session, number) for number in (1, 2, 3))
    agreed = [
        meetings.save(session, replace(each, state=MeetingState.SET)) for each in (second, first)
    ]
    assert meetings.list_upcoming(session, NOON, NOON + 5 * DAY) == agreed[::-1]
    assert meetings.list_upcoming(session, NOON + DAY, NOON + 5 * DAY) == agreed[:1]
    assert meetings.list_upcoming(session, NOON, NOON + DAY) == agreed[1:]
    assert third not in meetings.list_upcoming(session, NOON, NOON + 5 * DAY)
    assert meetings.count_facilitated(session) == {"U9": 2}
