"""The review meeting of a postmortem: propose, agree, move, cancel; share the draft beforehand."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from bot.config.context import Bot
from bot.domain import meeting as planning
from bot.domain.actor import Actor
from bot.domain.errors import (
    AgreedAlready,
    MeetingChanged,
    NoMeeting,
    NoPostmortemRequired,
    NotAMeetingTime,
)
from bot.domain.incident import Incident
from bot.domain.job import Job, JobKind, make_incident_job, person_lane
from bot.domain.meeting import Invitee, Meeting, MeetingState
from bot.domain.reminder_ladder import is_working_time
from bot.domain.timeline import EventKind
from bot.incidents import lifecycle
from bot.people import permissions
from bot.people.outsiders import refuse_role
from bot.people.working_hours import is_reachable, reminder_rules, zone_of
from bot.postmortems import drafts, requirement
from bot.timeline import recording
from storage import action_items, meetings, outbox, people
from storage import postmortems as stored
from storage import timeline as events
from storage.engine.store import Session

SOONEST = timedelta(hours=2)  # earlier, people wouldn't know about it in time
LOOKED_AHEAD = timedelta(
    days=15
)  # a day before a meeting is in a working week that long ago at most
LATEST = timedelta(days=366)  # anything later is a typo
_PASSIVE_KINDS = frozenset(
    {
        EventKind.ALERT,
        EventKind.JOINED,
        EventKind.LEFT,
        EventKind.TOPIC,
        EventKind.REVIEW,
        EventKind.DROPPED,
        EventKind.FORGOTTEN,
    }
)
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

    `seen` is the `sequence` of the meeting that they saw when they chose; None if they saw none.
    """

    starts_at: datetime
    minutes: int
    facilitator: str | None
    seen: int | None = None


def propose(session: Session, bot: Bot, actor: Actor) -> tuple[Meeting, bool]:
    """Propose a meeting if none is upcoming. Return the meeting, and whether it's new."""
    incident = _require_reviewable(session, bot, actor)
    there = meetings.of_incident(session, incident.id)
    if there is not None and _is_upcoming(there, actor.at):
        return there, False
    made = _make_proposal(session, bot, actor, incident)
    return _store(session, actor, incident, made), True


def agree(session: Session, bot: Bot, actor: Actor, seen: int | None = None) -> Meeting:
    """Agree to the proposed time; from then on there's a calendar file.

    Raises NoMeeting, MeetingChanged or AgreedAlready.
    """
    incident = _require_reviewable(session, bot, actor)
    there = _require_upcoming(session, bot, incident, actor.at, seen)
    if there.state is MeetingState.SET:
        raise AgreedAlready(key=incident.key)
    agreed = replace(there, state=MeetingState.SET)
    return _store(session, actor, incident, agreed, there)


def move(session: Session, bot: Bot, actor: Actor, wanted: MeetingChoice) -> Meeting:
    """Set the time, length or facilitator of the meeting, creating it if needed.

    Raises NotAMeetingTime for a time that is past or more than `MAX_DELAY` away, and MeetingChanged.
    """
    incident = _require_reviewable(session, bot, actor)
    if not actor.at < wanted.starts_at < actor.at + LATEST:
        raise NotAMeetingTime
    if wanted.facilitator:
        permissions.refuse_application(session, wanted.facilitator)
        refuse_role(session, wanted.facilitator)
    there = meetings.of_incident(session, incident.id)
    _require_unchanged(incident, there, wanted.seen)
    moved = Meeting(
        incident_id=incident.id,
        state=MeetingState.SET,
        starts_at=wanted.starts_at.astimezone(UTC),
        minutes=wanted.minutes,
        facilitator=wanted.facilitator,
        participants=tuple(find_participants(session, incident)),
    )
    return _store(session, actor, incident, moved, there)


def cancel(session: Session, bot: Bot, actor: Actor) -> Meeting:
    """Cancel the meeting. Another calendar file removes it from calendars."""
    incident = lifecycle.require_incident(session, bot, actor)
    there = _require_upcoming(session, bot, incident, actor.at, None)
    gone = replace(there, state=MeetingState.CANCELLED)
    return _store(session, actor, incident, gone, there)


def replace_facilitator(
    session: Session, incident: Incident, person: str, by: str | None, at: datetime
) -> bool:
    """Replace a person as facilitator of the upcoming meeting. Return whether it was theirs."""
    there = meetings.of_incident(session, incident.id)
    if there is None or there.facilitator != person or not _is_upcoming(there, at):
        return False
    kept = meetings.save(session, replace(there, facilitator=by))
    outbox.enqueue(session, _in_thread(session, incident, JobKind.MEETING, {}), at)
    if kept.state is MeetingState.SET:
        about = {"sequence": str(kept.sequence)}
        outbox.enqueue(session, _in_thread(session, incident, JobKind.MEETING_FILE, about), at)
    return True


def current(session: Session, bot: Bot, actor: Actor) -> tuple[Incident, Meeting]:
    """Return the incident and the initial values of a form: the upcoming meeting, or a proposal."""
    incident = _require_reviewable(session, bot, actor)
    there = meetings.of_incident(session, incident.id)
    if there is None or not _is_upcoming(there, actor.at):
        made = _make_proposal(session, bot, actor, incident)
        return incident, replace(made, sequence=there.sequence if there else -1)
    return incident, there


def find_participants(session: Session, incident: Incident) -> list[str]:
    """Return the ids of everybody who responded.

    These are people who wrote or did something, have a role, or own an action item. Apps, outsiders
    and people who left are excluded. People who aren't known yet count as present.
    """
    found = {incident.declared_by: None}
    for event in events.of_incident(session, incident.id):
        if event.kind not in _PASSIVE_KINDS:
            found[event.author] = None
    found |= dict.fromkeys(role.person for role in incident.roles)
    items = action_items.of_incident(session, incident.id)
    found |= dict.fromkeys(item.owner for item in items if item.owner and item.state != "dropped")
    return [each for each in found if _is_id(each) and is_reachable(session, incident, each)]


def find_available(session: Session, bot: Bot, meeting: Meeting) -> list[str]:
    """Return the invitees for whom the whole meeting is within their working hours."""
    who = {each: _invited(session, bot, each) for each in meeting.invited}
    return planning.find_available(who, meeting.starts_at, meeting.minutes)


def enqueue_drafts(session: Session, bot: Bot, at: datetime) -> int:
    """Send the draft to invitees, a day before and in their working hours.

    Return how many got it.
    """
    told = 0
    for meeting in meetings.list_upcoming(session, at, at + LOOKED_AHEAD):
        for person in meeting.invited:
            if person not in meeting.shared_with and may_be_shared(
                session, bot, meeting, person, at
            ):
                meetings.save_shared(session, meeting.incident_id, person, shared=True)
                outbox.enqueue(session, _draft_for(person, meeting), at)
                told += 1
    return told


def may_be_shared(session: Session, bot: Bot, meeting: Meeting, person: str, at: datetime) -> bool:
    """Return whether a person should have the draft by now, and is in their working hours."""
    zone, rules = zone_of(session, bot, person), reminder_rules(session, bot, person)
    due = at >= planning.find_share_time(meeting.starts_at, zone, rules)
    return due and is_working_time(at, zone, rules)


def _require_reviewable(session: Session, bot: Bot, actor: Actor) -> Incident:
    """Return the incident of this channel. Its postmortem must exist and not be final."""
    incident = lifecycle.require_incident(session, bot, actor)
    if requirement.find_waiver(session, incident):
        raise NoPostmortemRequired(key=incident.key, command=bot.policy.command)
    drafts.latest(session, incident)
    drafts.require_not_final(session, bot, incident)
    return incident


def _require_upcoming(
    session: Session, bot: Bot, incident: Incident, at: datetime, seen: int | None
) -> Meeting:
    """Return the upcoming meeting.

    Raises NoMeeting or MeetingChanged, since a button may be old.
    """
    there = meetings.of_incident(session, incident.id)
    if there is None or not _is_upcoming(there, at):
        raise NoMeeting(key=incident.key, command=bot.policy.command)
    _require_unchanged(incident, there, seen)
    return there


def _is_upcoming(meeting: Meeting, at: datetime) -> bool:
    return meeting.state is not MeetingState.CANCELLED and meeting.ends_at > at


def _require_unchanged(incident: Incident, there: Meeting | None, seen: int | None) -> None:
    if seen is not None and seen != (there.sequence if there else -1):
        raise MeetingChanged(key=incident.key)


def _make_proposal(session: Session, bot: Bot, actor: Actor, incident: Incident) -> Meeting:
    """Propose the time that suits most, and a facilitator who didn't respond, if there is one."""
    who, minutes = find_participants(session, incident), bot.policy.meeting.length
    drafted = stored.first_drafted(session, incident.id) or actor.at
    ended = incident.resolved_at or drafted
    earliest = max(drafted + planning.AFTER_DRAFT, actor.at + SOONEST)
    span = (earliest, ended + planning.AFTER_END)
    invited = [_invited(session, bot, each) for each in who]
    return Meeting(
        incident_id=incident.id,
        state=MeetingState.PROPOSED,
        starts_at=planning.find_best_start(invited, span, minutes),
        minutes=minutes,
        facilitator=_facilitator(session, bot, incident, who),
        participants=tuple(who),
    )


def _invited(session: Session, bot: Bot, person: str) -> Invitee:
    return Invitee(zone_of(session, bot, person), reminder_rules(session, bot, person))


def _facilitator(
    session: Session, bot: Bot, incident: Incident, responded: list[str]
) -> str | None:
    """Return somebody who didn't respond: a configured facilitator, else a member of the channel.

    Of several, it's the one who has facilitated the fewest meetings. A private incident's
    facilitator must be in its channel.
    """
    joined = [
        each.author
        for each in events.of_incident(session, incident.id)
        if each.kind is EventKind.JOINED
    ]
    led = meetings.count_facilitated(session)
    for pool in ([] if incident.private else _list_facilitators(session, bot), joined):
        free = [each for each in dict.fromkeys(pool) if each not in responded]
        met = [each for each in free if people.find(session, each)]
        known = [each for each in met if is_reachable(session, incident, each)]
        if known:
            return min(known, key=lambda each: led.get(each, 0))
    return None


def _list_facilitators(session: Session, bot: Bot) -> list[str]:
    found: list[str] = []
    for each in bot.policy.meeting.facilitators:
        group = each in bot.policy.meeting.groups
        found += permissions.members(session, each) if group else [each]
    return found


def _store(
    session: Session,
    actor: Actor,
    incident: Incident,
    wanted: Meeting,
    before: Meeting | None = None,
) -> Meeting:
    """Store and record a change, update the meeting's message, and post decisions in its thread."""
    kept = meetings.save(session, wanted)
    outbox.enqueue(session, _in_thread(session, incident, JobKind.MEETING, {}), actor.at)
    was = before.state if before else MeetingState.CANCELLED
    told = _NOTICE_NAMES.get((was, kept.state), "meeting proposed")
    when = f"{kept.starts_at:%Y-%m-%d %H:%M} UTC, {kept.minutes} minutes"
    recording.record_action(session, incident, actor, EventKind.REVIEW, text=when, detail=told)
    if kept.state is not MeetingState.PROPOSED:
        about = {"event": f"deed-{actor.request_id}"}
        outbox.enqueue(session, _in_thread(session, incident, JobKind.NOTICE, about), actor.at)
    if MeetingState.SET in {was, kept.state}:
        about = {"sequence": str(kept.sequence)}
        outbox.enqueue(
            session, _in_thread(session, incident, JobKind.MEETING_FILE, about), actor.at
        )
    return kept


def _in_thread(session: Session, incident: Incident, kind: JobKind, about: dict[str, str]) -> Job:
    thread = outbox.find_last_id(session, incident.id, JobKind.SUMMARY)
    return make_incident_job(incident.id, kind, about, answers=thread)


def _draft_for(person: str, meeting: Meeting) -> Job:
    return Job(
        kind=JobKind.MEETING_DRAFT,
        lane=person_lane(person),
        incident_id=meeting.incident_id,
        about={"person": person, "starts": meeting.starts_at.isoformat()},
    )


def _is_id(person: str) -> bool:
    return person[:1] in {"U", "W"} and person.isalnum() and person.isupper()
