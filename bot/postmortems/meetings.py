"""The review meeting of a postmortem: propose, accept, move, cancel."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from bot.config.context import Bot
from bot.domain.actor import Actor
from bot.domain.durations import format_duration
from bot.domain.errors import (
    AgreedAlready,
    MeetingChanged,
    NoMeeting,
    NoPostmortemRequired,
    NotAMeetingTime,
)
from bot.domain.incident import Incident
from bot.domain.job import JobKind
from bot.domain.meeting import Meeting, MeetingState
from bot.domain.timeline import EventKind
from bot.incidents import lifecycle
from bot.people import permissions
from bot.people.outsiders import refuse_role
from bot.postmortems import drafts, meeting_proposal, requirement, thread_jobs
from bot.timeline import recording
from storage import meetings
from storage.engine.store import Session

MAX_DELAY = timedelta(days=366)  # anything later is a typo
# What is posted in the thread, by the previous and the new state.
_NOTICE_NAMES = {
    (MeetingState.PROPOSED, MeetingState.SET): "meeting set",
    (MeetingState.SET, MeetingState.SET): "meeting moved",
    (MeetingState.CANCELLED, MeetingState.SET): "meeting set",
    (MeetingState.PROPOSED, MeetingState.CANCELLED): "meeting cancelled",
    (MeetingState.SET, MeetingState.CANCELLED): "meeting cancelled",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class MeetingChoice:
    """The choice of a person: `starts_at` is in the future, `facilitator` None means nobody yet.

    `seen_sequence` is the `sequence` of the meeting that they saw when they chose; None if they saw
    none.
    """

    starts_at: datetime
    minutes: int
    facilitator: str | None
    seen_sequence: int | None = None


def propose(session: Session, bot: Bot, actor: Actor) -> tuple[Meeting, bool]:
    """Propose a meeting if none is upcoming. Return the meeting, and whether it's new."""
    incident = _require_reviewable(session, bot, actor)
    meeting = meetings.of_incident(session, incident.id)
    if meeting is not None and _is_upcoming(meeting, actor.at):
        return meeting, False
    proposal = meeting_proposal.propose(session, bot, actor, incident)
    return _store(session, actor, incident, proposal), True


def agree(session: Session, bot: Bot, actor: Actor, seen_sequence: int | None = None) -> Meeting:
    """Agree to the proposed time; from then on there's a calendar file.

    Raises NoMeeting, MeetingChanged or AgreedAlready.
    """
    incident = _require_reviewable(session, bot, actor)
    meeting = _require_upcoming(session, bot, incident, actor.at, seen_sequence)
    if meeting.state is MeetingState.SET:
        raise AgreedAlready(key=incident.key)
    agreed = replace(meeting, state=MeetingState.SET)
    return _store(session, actor, incident, agreed, meeting)


def move(session: Session, bot: Bot, actor: Actor, choice: MeetingChoice) -> Meeting:
    """Set the time, length or facilitator of the meeting, creating it if needed.

    Raises NotAMeetingTime for a time that is past or more than `MAX_DELAY` away, and MeetingChanged.
    """
    incident = _require_reviewable(session, bot, actor)
    if not actor.at < choice.starts_at < actor.at + MAX_DELAY:
        raise NotAMeetingTime
    if choice.facilitator:
        permissions.refuse_application(session, choice.facilitator)
        refuse_role(session, choice.facilitator)
    meeting = meetings.of_incident(session, incident.id)
    _require_unchanged(incident, meeting, choice.seen_sequence)
    moved = Meeting(
        incident_id=incident.id,
        state=MeetingState.SET,
        starts_at=choice.starts_at.astimezone(UTC),
        minutes=choice.minutes,
        facilitator=choice.facilitator,
        participants=tuple(meeting_proposal.find_participants(session, incident)),
    )
    return _store(session, actor, incident, moved, meeting)


def cancel(session: Session, bot: Bot, actor: Actor) -> Meeting:
    """Cancel the meeting. Another calendar file removes it from calendars."""
    incident = lifecycle.require_incident(session, bot, actor)
    meeting = _require_upcoming(session, bot, incident, actor.at, None)
    cancelled = replace(meeting, state=MeetingState.CANCELLED)
    return _store(session, actor, incident, cancelled, meeting)


def replace_facilitator(
    session: Session, incident: Incident, person: str, replacement: str | None, at: datetime
) -> bool:
    """Replace a person as facilitator of the upcoming meeting. Return whether it was theirs."""
    meeting = meetings.of_incident(session, incident.id)
    if meeting is None or meeting.facilitator != person or not _is_upcoming(meeting, at):
        return False
    meeting = meetings.save(session, replace(meeting, facilitator=replacement))
    thread_jobs.enqueue(session, incident.id, JobKind.MEETING, at)
    if meeting.state is MeetingState.SET:
        _enqueue_calendar_file(session, meeting, at)
    return True


def current(session: Session, bot: Bot, actor: Actor) -> tuple[Incident, Meeting]:
    """Return the incident and the initial values of a form: the upcoming meeting, or a proposal."""
    incident = _require_reviewable(session, bot, actor)
    meeting = meetings.of_incident(session, incident.id)
    if meeting is None or not _is_upcoming(meeting, actor.at):
        proposal = meeting_proposal.propose(session, bot, actor, incident)
        return incident, replace(proposal, sequence=meeting.sequence if meeting else -1)
    return incident, meeting


def _require_reviewable(session: Session, bot: Bot, actor: Actor) -> Incident:
    """Return the incident of this channel. Its postmortem must exist and not be final."""
    incident = lifecycle.require_incident(session, bot, actor)
    if requirement.find_waiver(session, incident):
        raise NoPostmortemRequired(key=incident.key, command=bot.policy.command)
    drafts.latest(session, incident)
    drafts.require_not_final(session, bot, incident)
    return incident


def _require_upcoming(
    session: Session, bot: Bot, incident: Incident, at: datetime, seen_sequence: int | None
) -> Meeting:
    """Return the upcoming meeting.

    Raises NoMeeting or MeetingChanged, since a button may be old.
    """
    meeting = meetings.of_incident(session, incident.id)
    if meeting is None or not _is_upcoming(meeting, at):
        raise NoMeeting(key=incident.key, command=bot.policy.command)
    _require_unchanged(incident, meeting, seen_sequence)
    return meeting


def _is_upcoming(meeting: Meeting, at: datetime) -> bool:
    return meeting.state is not MeetingState.CANCELLED and meeting.ends_at > at


def _require_unchanged(
    incident: Incident, meeting: Meeting | None, seen_sequence: int | None
) -> None:
    if seen_sequence is not None and seen_sequence != (meeting.sequence if meeting else -1):
        raise MeetingChanged(key=incident.key)


def _store(
    session: Session,
    actor: Actor,
    incident: Incident,
    changed: Meeting,
    before: Meeting | None = None,
) -> Meeting:
    """Store and record a change, update the meeting's message, and post decisions in its thread."""
    meeting = meetings.save(session, changed)
    thread_jobs.enqueue(session, incident.id, JobKind.MEETING, actor.at)
    old_state = before.state if before else MeetingState.CANCELLED
    notice = _NOTICE_NAMES.get((old_state, meeting.state), "meeting proposed")
    length = timedelta(minutes=meeting.minutes)
    time = f"{meeting.starts_at:%Y-%m-%d %H:%M} UTC ({format_duration(length)})"
    recording.record_action(session, incident, actor, EventKind.REVIEW, text=time, detail=notice)
    if meeting.state is not MeetingState.PROPOSED:
        about = {"event": recording.action_id(actor)}
        thread_jobs.enqueue(session, incident.id, JobKind.NOTICE, actor.at, about)
    if MeetingState.SET in {old_state, meeting.state}:
        _enqueue_calendar_file(session, meeting, actor.at)
    return meeting


def _enqueue_calendar_file(session: Session, meeting: Meeting, at: datetime) -> None:
    about = {"sequence": str(meeting.sequence)}
    thread_jobs.enqueue(session, meeting.incident_id, JobKind.MEETING_FILE, at, about)
