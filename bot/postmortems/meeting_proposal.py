"""Propose a review meeting: who is invited, who facilitates, and the time that suits most."""

from datetime import timedelta

from bot.config.context import Bot
from bot.domain import meeting as planning
from bot.domain.actor import Actor
from bot.domain.incident import Incident
from bot.domain.meeting import Invitee, Meeting, MeetingState
from bot.domain.timeline import EventKind
from bot.people import permissions
from bot.people.reachability import is_reachable
from bot.people.working_hours import zone_and_rules
from storage import action_items, meetings, people, postmortems, timeline
from storage.engine.store import Session

MIN_NOTICE = timedelta(hours=2)  # so that people know about it in time
# Being the author of these doesn't make somebody a participant.
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


def propose(session: Session, bot: Bot, actor: Actor, incident: Incident) -> Meeting:
    """Propose the time that suits most, and a facilitator who didn't respond, if there is one."""
    participants, minutes = find_participants(session, incident), bot.policy.meeting.length
    drafted = postmortems.first_drafted(session, incident.id) or actor.at
    ended = incident.resolved_at or drafted
    earliest = max(drafted + planning.AFTER_DRAFT, actor.at + MIN_NOTICE)
    span = (earliest, ended + planning.AFTER_END)
    invitees = [_invitee(session, bot, person) for person in participants]
    return Meeting(
        incident_id=incident.id,
        state=MeetingState.PROPOSED,
        starts_at=planning.find_best_start(invitees, span, minutes),
        minutes=minutes,
        facilitator=_find_facilitator(session, bot, incident, participants),
        participants=tuple(participants),
    )


def find_participants(session: Session, incident: Incident) -> list[str]:
    """Return the ids of everybody who responded.

    These are people who wrote or did something, have a role, or own an action item. Apps, outsiders
    and people who left are excluded. People who aren't known yet count as present.
    """
    people_ids = {incident.declared_by: None}
    for event in timeline.of_incident(session, incident.id):
        if event.kind not in _PASSIVE_KINDS:
            people_ids[event.author] = None
    people_ids |= dict.fromkeys(role.person for role in incident.roles)
    items = action_items.of_incident(session, incident.id)
    people_ids |= dict.fromkeys(
        item.owner for item in items if item.owner and item.state != "dropped"
    )
    return [
        person
        for person in people_ids
        if _is_id(person) and is_reachable(session, incident, person)
    ]


def find_available(session: Session, bot: Bot, meeting: Meeting) -> list[str]:
    """Return the invitees for whom the whole meeting is within their working hours."""
    invitees = {person: _invitee(session, bot, person) for person in meeting.invited}
    return planning.find_available(invitees, meeting.starts_at, meeting.minutes)


def _invitee(session: Session, bot: Bot, person: str) -> Invitee:
    return Invitee(*zone_and_rules(session, bot, person))


def _find_facilitator(
    session: Session, bot: Bot, incident: Incident, responders: list[str]
) -> str | None:
    """Return somebody who didn't respond: a configured facilitator, else a member of the channel.

    Of several, it's the one who has facilitated the fewest meetings. A private incident's
    facilitator must be in its channel.
    """
    joined = [
        event.author
        for event in timeline.of_incident(session, incident.id)
        if event.kind is EventKind.JOINED
    ]
    facilitated = meetings.count_facilitated(session)
    for pool in ([] if incident.private else _list_facilitators(session, bot), joined):
        candidates = [
            person
            for person in dict.fromkeys(pool)
            if person not in responders
            and people.find(session, person)
            and is_reachable(session, incident, person)
        ]
        if candidates:
            return min(candidates, key=lambda person: facilitated.get(person, 0))
    return None


def _list_facilitators(session: Session, bot: Bot) -> list[str]:
    facilitators: list[str] = []
    for name in bot.policy.meeting.facilitators:
        is_group = name in bot.policy.meeting.groups
        facilitators += permissions.group_members(session, name) if is_group else [name]
    return facilitators


def _is_id(person: str) -> bool:
    return person[:1] in {"U", "W"} and person.isalnum() and person.isupper()
