"""Share the draft with the invitees of a review meeting beforehand."""

from datetime import datetime, timedelta

from bot.config.context import Bot
from bot.domain.job import Job, JobKind, person_lane
from bot.domain.meeting import Meeting, find_share_time
from bot.domain.reminder_ladder import is_working_time
from bot.people.working_hours import zone_and_rules
from storage import meetings, outbox
from storage.engine.store import Session

MAX_LEAD_TIME = timedelta(days=15)  # a working day before a meeting is at most that long ago


def enqueue_drafts(session: Session, bot: Bot, at: datetime) -> int:
    """Send the draft to invitees, a day before and in their working hours.

    Return how many got it.
    """
    count = 0
    for meeting in meetings.list_upcoming(session, at, at + MAX_LEAD_TIME):
        for person in meeting.invited:
            is_shared = person in meeting.shared_with
            if not is_shared and may_be_shared(session, bot, meeting, person, at):
                meetings.save_shared(session, meeting.incident_id, person, shared=True)
                outbox.enqueue(session, _draft_job(person, meeting), at)
                count += 1
    return count


def may_be_shared(session: Session, bot: Bot, meeting: Meeting, person: str, at: datetime) -> bool:
    """Return whether a person should have the draft by now, and is in their working hours."""
    zone, rules = zone_and_rules(session, bot, person)
    is_due = at >= find_share_time(meeting.starts_at, zone, rules)
    return is_due and is_working_time(at, zone, rules)


def _draft_job(person: str, meeting: Meeting) -> Job:
    return Job(
        kind=JobKind.MEETING_DRAFT,
        lane=person_lane(person),
        incident_id=meeting.incident_id,
        about={"person": person, "starts": meeting.starts_at.isoformat()},
    )
