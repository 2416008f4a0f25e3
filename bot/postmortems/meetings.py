"""The review meeting of a postmortem: proposed, agreed on, moved, cancelled; the draft shared before it."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from bot.config.context import Bot
from bot.domain import meeting as planning
from bot.domain.actor import Actor
from bot.domain.errors import (
    AgreedAlready,
    MeetingChanged,
    NoMeeting,
    NotAMeetingTime,
    WithoutPostmortem,
)
from bot.domain.incident import Incident
from bot.domain.job import Job, JobKind, for_incident, person_lane
from bot.domain.meeting import Invited, Meeting, MeetingState
from bot.domain.reminder_ladder import is_working_time
from bot.domain.timeline import Kind
from bot.incidents import lifecycle
from bot.people import permissions
from bot.people.outsiders import refuse_role
from bot.people.working_hours import is_reachable, ladder, zone_of
from bot.postmortems import drafts, requirement
from bot.timeline import recording
from storage import action_items, meetings, outbox, people
from storage import postmortems as stored
from storage import timeline as events
from storage.engine.store import Session

SOONEST = timedelta(hours=2)  # before that, nobody would know of it
LOOKED_AHEAD = timedelta(
    days=15
)  # a day before a meeting is in a working week that long ago at most
LATEST = timedelta(days=366)  # whatever is later is a slip of the pen
_NO_RESPONSE = frozenset(
    {Kind.ALERT, Kind.JOINED, Kind.LEFT, Kind.TOPIC, Kind.REVIEW, Kind.DROPPED, Kind.FORGOTTEN}
)
# What is told in the thread, by the state that was and the one that is.
_TOLD = {
    (MeetingState.PROPOSED, MeetingState.SET): "meeting set",
    (MeetingState.SET, MeetingState.SET): "meeting moved",
    (MeetingState.CANCELLED, MeetingState.SET): "meeting set",
    (MeetingState.PROPOSED, MeetingState.CANCELLED): "meeting cancelled",
    (MeetingState.SET, MeetingState.CANCELLED): "meeting cancelled",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Wanted:
    """What somebody chose: `starts_at` is a moment to come, `facilitator` None is nobody yet.

    `seen` is the change that they saw when they chose; None where they saw none.
    """

    starts_at: datetime
    minutes: int
    facilitator: str | None
    seen: int | None = None


def propose(session: Session, bot: Bot, actor: Actor) -> tuple[Meeting, bool]:
    """Propose a meeting where none is to come; says what there is, and whether it is new."""
    incident = _reviewed(session, bot, actor)
    there = meetings.of_incident(session, incident.id)
    if there is not None and _is_to_come(there, actor.at):
        return there, False
    made = _proposal(session, bot, actor, incident)
    return _keep(session, actor, incident, made), True


def agree(session: Session, bot: Bot, actor: Actor, seen: int | None = None) -> Meeting:
    """Agree to the time that is proposed; from then on it is in calendars."""
    incident = _reviewed(session, bot, actor)
    there = _there(session, bot, incident, actor.at, seen)
    if there.state is MeetingState.SET:
        raise AgreedAlready(key=incident.key)
    agreed = replace(there, state=MeetingState.SET)
    return _keep(session, actor, incident, agreed, there)


def move(session: Session, bot: Bot, actor: Actor, wanted: Wanted) -> Meeting:
    """Set it to another time, length or facilitator; where there was none, it is made."""
    incident = _reviewed(session, bot, actor)
    if not actor.at < wanted.starts_at < actor.at + LATEST:
        raise NotAMeetingTime
    if wanted.facilitator:
        permissions.refuse_application(session, wanted.facilitator)
        refuse_role(session, wanted.facilitator)
    there = meetings.of_incident(session, incident.id)
    _same(incident, there, wanted.seen)
    moved = Meeting(
        incident_id=incident.id,
        state=MeetingState.SET,
        starts_at=wanted.starts_at.astimezone(UTC),
        minutes=wanted.minutes,
        facilitator=wanted.facilitator,
        participants=tuple(participants(session, incident)),
    )
    return _keep(session, actor, incident, moved, there)


def cancel(session: Session, bot: Bot, actor: Actor) -> Meeting:
    """Call it off. What was put into calendars is taken out of them by another file."""
    incident = lifecycle.here(session, bot, actor)
    there = _there(session, bot, incident, actor.at, None)
    gone = replace(there, state=MeetingState.CANCELLED)
    return _keep(session, actor, incident, gone, there)


def replace_facilitator(
    session: Session, incident: Incident, person: str, by: str | None, at: datetime
) -> bool:
    """Have the meeting to come facilitated by somebody else than a person; says whether it was theirs."""
    there = meetings.of_incident(session, incident.id)
    if there is None or there.facilitator != person or not _is_to_come(there, at):
        return False
    kept = meetings.keep(session, replace(there, facilitator=by))
    outbox.put(session, _in_thread(session, incident, JobKind.MEETING, {}), at)
    if kept.state is MeetingState.SET:
        about = {"sequence": str(kept.sequence)}
        outbox.put(session, _in_thread(session, incident, JobKind.MEETING_FILE, about), at)
    return True


def current(session: Session, bot: Bot, actor: Actor) -> tuple[Incident, Meeting]:
    """What a form about it begins with: the meeting that is to come, or what would be proposed."""
    incident = _reviewed(session, bot, actor)
    there = meetings.of_incident(session, incident.id)
    if there is None or not _is_to_come(there, actor.at):
        made = _proposal(session, bot, actor, incident)
        return incident, replace(made, sequence=there.sequence if there else -1)
    return incident, there


def participants(session: Session, incident: Incident) -> list[str]:
    """Everybody who responded: who wrote or did something, has a role, or owns an action item.

    Neither applications nor people who have left; who was not asked about yet counts as there.
    """
    found = {incident.declared_by: None}
    for event in events.of_incident(session, incident.id):
        if event.kind not in _NO_RESPONSE:
            found[event.author] = None
    found |= dict.fromkeys(role.person for role in incident.roles)
    items = action_items.of_incident(session, incident.id)
    found |= dict.fromkeys(item.owner for item in items if item.owner and item.state != "dropped")
    return [each for each in found if _is_id(each) and is_reachable(session, incident, each)]


def suited(session: Session, bot: Bot, meeting: Meeting) -> list[str]:
    """Those of the invited for whom the whole of it is in their working hours."""
    who = {each: _invited(session, bot, each) for each in meeting.invited}
    return planning.at_work(who, meeting.starts_at, meeting.minutes)


def share(session: Session, bot: Bot, at: datetime) -> int:
    """Send the draft, a day before, to each of the invited in their working hours; say to how many."""
    told = 0
    for meeting in meetings.to_come(session, at, at + LOOKED_AHEAD):
        for person in meeting.invited:
            if person not in meeting.shared_with and may_be_shared(
                session, bot, meeting, person, at
            ):
                meetings.share(session, meeting.incident_id, person, shared=True)
                outbox.put(session, _draft_for(person, meeting), at)
                told += 1
    return told


def may_be_shared(session: Session, bot: Bot, meeting: Meeting, person: str, at: datetime) -> bool:
    """Whether it is time that a person has the draft, and an hour to be interrupted."""
    zone, rules = zone_of(session, bot, person), ladder(session, bot, person)
    due = at >= planning.share_from(meeting.starts_at, zone, rules)
    return due and is_working_time(at, zone, rules)


def _reviewed(session: Session, bot: Bot, actor: Actor) -> Incident:
    """The incident of this channel, whose postmortem is there and not final."""
    incident = lifecycle.here(session, bot, actor)
    if requirement.waived(session, incident):
        raise WithoutPostmortem(key=incident.key, command=bot.policy.command)
    drafts.latest(session, incident)
    drafts.refuse_final(session, bot, incident)
    return incident


def _there(
    session: Session, bot: Bot, incident: Incident, at: datetime, seen: int | None
) -> Meeting:
    """The meeting that is to come, whatever an old button says."""
    there = meetings.of_incident(session, incident.id)
    if there is None or not _is_to_come(there, at):
        raise NoMeeting(key=incident.key, command=bot.policy.command)
    _same(incident, there, seen)
    return there


def _is_to_come(meeting: Meeting, at: datetime) -> bool:
    return meeting.state is not MeetingState.CANCELLED and meeting.ends_at > at


def _same(incident: Incident, there: Meeting | None, seen: int | None) -> None:
    if seen is not None and seen != (there.sequence if there else -1):
        raise MeetingChanged(key=incident.key)


def _proposal(session: Session, bot: Bot, actor: Actor, incident: Incident) -> Meeting:
    """At the hour that suits most, led by somebody who did not respond, if there is one."""
    who, minutes = participants(session, incident), bot.policy.meeting.length
    drafted = stored.first_drafted(session, incident.id) or actor.at
    ended = incident.resolved_at or drafted
    earliest = max(drafted + planning.AFTER_DRAFT, actor.at + SOONEST)
    span = (earliest, ended + planning.AFTER_END)
    invited = [_invited(session, bot, each) for each in who]
    return Meeting(
        incident_id=incident.id,
        state=MeetingState.PROPOSED,
        starts_at=planning.best_start(invited, span, minutes),
        minutes=minutes,
        facilitator=_facilitator(session, bot, incident, who),
        participants=tuple(who),
    )


def _invited(session: Session, bot: Bot, person: str) -> Invited:
    return Invited(zone_of(session, bot, person), ladder(session, bot, person))


def _facilitator(
    session: Session, bot: Bot, incident: Incident, responded: list[str]
) -> str | None:
    """Somebody who did not respond: of those whom the policy names, else of the channel's members.

    Of several, who has led the fewest. What is private stays with those who are in its channel.
    """
    joined = [
        each.author for each in events.of_incident(session, incident.id) if each.kind is Kind.JOINED
    ]
    led = meetings.facilitated(session)
    for pool in ([] if incident.private else _named(session, bot), joined):
        free = [each for each in dict.fromkeys(pool) if each not in responded]
        met = [each for each in free if people.find(session, each)]
        known = [each for each in met if is_reachable(session, incident, each)]
        if known:
            return min(known, key=lambda each: led.get(each, 0))
    return None


def _named(session: Session, bot: Bot) -> list[str]:
    found: list[str] = []
    for each in bot.policy.meeting.facilitators:
        group = each in bot.policy.meeting.groups
        found += permissions.members(session, each) if group else [each]
    return found


def _keep(
    session: Session,
    actor: Actor,
    incident: Incident,
    wanted: Meeting,
    before: Meeting | None = None,
) -> Meeting:
    """Keep a change, record it, show it in its message, and tell the thread what was decided."""
    kept = meetings.keep(session, wanted)
    outbox.put(session, _in_thread(session, incident, JobKind.MEETING, {}), actor.at)
    was = before.state if before else MeetingState.CANCELLED
    told = _TOLD.get((was, kept.state), "meeting proposed")
    when = f"{kept.starts_at:%Y-%m-%d %H:%M} UTC, {kept.minutes} minutes"
    recording.record_action(session, incident, actor, Kind.REVIEW, text=when, detail=told)
    if kept.state is not MeetingState.PROPOSED:
        about = {"event": f"deed-{actor.request_id}"}
        outbox.put(session, _in_thread(session, incident, JobKind.NOTICE, about), actor.at)
    if MeetingState.SET in {was, kept.state}:
        about = {"sequence": str(kept.sequence)}
        outbox.put(session, _in_thread(session, incident, JobKind.MEETING_FILE, about), actor.at)
    return kept


def _in_thread(session: Session, incident: Incident, kind: JobKind, about: dict[str, str]) -> Job:
    thread = outbox.newest(session, incident.id, JobKind.SUMMARY)
    return for_incident(incident.id, kind, about, answers=thread)


def _draft_for(person: str, meeting: Meeting) -> Job:
    return Job(
        kind=JobKind.MEETING_DRAFT,
        lane=person_lane(person),
        incident_id=meeting.incident_id,
        about={"person": person, "starts": meeting.starts_at.isoformat()},
    )


def _is_id(person: str) -> bool:
    return person[:1] in {"U", "W"} and person.isalnum() and person.isupper()
