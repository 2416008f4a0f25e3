"""Use cases of an incident: declare, change, resolve, reopen, cancel.

`bot.channels.incident_channel` has those of its channel. Each takes the open transaction, changes
rows, records the action and enqueues jobs. None commits or calls Slack.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from bot.config.context import Bot
from bot.domain.actor import Actor
from bot.domain.errors import (
    AlreadyResolved,
    AlreadySet,
    IncidentGone,
    NoIncidentHere,
    NotAChoice,
    NotOver,
    NotYourIncident,
)
from bot.domain.incident import Incident, Severity, Status
from bot.domain.job import JobKind
from bot.domain.markup import find_references, to_plain_text
from bot.domain.review import PostmortemState, ReviewStep, StepTaken
from bot.domain.timeline import EventKind, TimelineEvent
from bot.domain.typed_times import Span
from bot.incidents import check_ins, incident_jobs
from bot.incidents.channel_name import make_channel_name
from bot.incidents.message_title import find_title
from bot.people import home_tab
from bot.people.permissions import RestrictedAction, require_permission
from bot.rendering import text_filters
from bot.timeline import history_reading, recording
from storage import incidents, people, requirement_decisions, reviews
from storage.engine.store import Session

DEFAULT_TITLE = "Unnamed incident"
FETCHED_HISTORY = timedelta(days=7)  # how far back the history of an adopted channel is fetched
MAX_TITLE_LENGTH = 200  # fits in a header block with key and severity
SETTABLE_STATUSES = (Status.INVESTIGATING, Status.IDENTIFIED, Status.MONITORING)


def declare(  # noqa: PLR0913 - the parts of a declaration
    session: Session,
    actor: Actor,
    title: str,
    severity: Severity | None,
    evidence: TimelineEvent | None = None,
    *,
    private: bool = False,
) -> Incident:
    """Declare an incident and enqueue the job that creates its channel.

    `evidence` is the message that it was declared from, if any. A private incident isn't announced
    outside its channel.
    """
    incident = add(session, actor, title, severity, private=private)
    if evidence is not None:
        recording.record_evidence(session, incident, evidence)
    incident_jobs.enqueue(session, incident, JobKind.OPEN_CHANNEL, actor)
    return incident


def require_incident(session: Session, bot: Bot, actor: Actor) -> Incident:
    """Return the incident that the actor names, else that of their channel, locked.

    Raises NoIncidentHere if there is none.
    """
    incident = find_incident(session, actor)
    if incident is None:
        raise NoIncidentHere(command=bot.policy.command)
    return incident


def find_incident(session: Session, actor: Actor) -> Incident | None:
    """Return the same incident, or None if there is none."""
    if actor.incident_id is not None:
        return incidents.find_locked(session, actor.incident_id)
    return incidents.by_channel(session, actor.channel_id, lock=True)


def switch_to_incident(session: Session, actor: Actor, incident_id: int) -> Actor:
    """Return the actor as if they were in the incident's channel: a form has none, a DM another.

    If the incident has no channel, their own is kept.
    """
    incident = incidents.find(session, incident_id)
    if incident is None:
        raise IncidentGone
    channel = incident.channel_id or actor.channel_id
    return replace(actor, channel_id=channel, incident_id=incident.id)


def switch_to_key(session: Session, actor: Actor, key: str) -> Actor:
    """Return the actor as if they were in the channel of an incident that they name from elsewhere.

    Only its responders may do that, and nobody for a private incident, whose content stays in its
    channel. Until it has a channel, every member may; for a private one, only whoever declared it.
    Raises NotYourIncident.
    """
    incident = incidents.by_key(session, key)
    is_here = incident is not None and incident.channel_id == actor.channel_id
    if incident is None or not (is_here or _may_reach(session, incident, actor)):
        raise NotYourIncident(key=key)
    return switch_to_incident(session, actor, incident.id)


def _may_reach(session: Session, incident: Incident, actor: Actor) -> bool:
    if people.is_outsider(session, actor.person):
        return False
    if incident.channel_id is None:
        return not incident.private or incident.declared_by == actor.person
    if incident.private:
        return False
    return incidents.is_responder(session, incident.id, actor.person)


def require_open_incident(session: Session, bot: Bot, actor: Actor) -> Incident:
    """Return the incident of this channel. Raises AlreadyResolved if it's resolved or cancelled."""
    incident = require_incident(session, bot, actor)
    if incident.status.is_over:
        raise AlreadyResolved(key=incident.key, status=incident.status, command=bot.policy.command)
    return incident


def require_closed_incident(session: Session, bot: Bot, actor: Actor) -> Incident:
    """Return the incident of this channel. Raises NotOver unless it's resolved or cancelled."""
    incident = require_incident(session, bot, actor)
    if not incident.status.is_over:
        raise NotOver(key=incident.key, status=incident.status)
    return incident


def set_severity(session: Session, bot: Bot, actor: Actor, severity: Severity) -> Incident:
    incident = require_open_incident(session, bot, actor)
    require_permission(session, bot, actor, incident, RestrictedAction.SEVERITY)
    if incident.severity is severity:
        raise AlreadySet(key=incident.key, what="severity", value=severity)
    incident = incidents.change(session, incident.id, severity=severity)
    recording.record_action(
        session, incident, actor, EventKind.SEVERITY, text=severity, detail=severity
    )
    incident_jobs.enqueue_change_notice(session, incident, actor)
    incident_jobs.enqueue(session, incident, JobKind.TOPIC, actor)
    return incident


def set_status(session: Session, bot: Bot, actor: Actor, name: str) -> Incident:
    incident = require_open_incident(session, bot, actor)
    status = parse_settable_status(name)
    if incident.status is status:
        raise AlreadySet(key=incident.key, what="status", value=status)
    incident = incidents.change(session, incident.id, status=status)
    recording.record_action(session, incident, actor, EventKind.STATUS, text=status, detail=status)
    incident_jobs.enqueue_change_notice(session, incident, actor)
    return incident


def parse_settable_status(name: str) -> Status:
    """Return the status with this name, if people may set it. Raises NotAChoice."""
    status = next((status for status in SETTABLE_STATUSES if status == name.lower()), None)
    if status is None:
        raise NotAChoice(
            given=text_filters.quoted(name, {}, 100),
            what="status",
            choices=", ".join(SETTABLE_STATUSES),
        )
    return status


def resolve(session: Session, bot: Bot, actor: Actor, note: str) -> Incident:
    """Resolve the incident and draft its postmortem, unless somebody decided to skip it."""
    incident = require_open_incident(session, bot, actor)
    require_permission(session, bot, actor, incident, RestrictedAction.RESOLVE)
    clean = to_plain_text(note, people.names(session, find_references(note)))
    incident = incidents.change(
        session,
        incident.id,
        status=Status.RESOLVED,
        resolved_at=actor.at,
        resolution=clean,
        update_due_at=None,
    )
    recording.record_action(
        session, incident, actor, EventKind.RESOLVED, text=note, detail=Status.RESOLVED
    )
    skipped = requirement_decisions.find_waiver(session, incident.id) is not None
    incident_jobs.enqueue_change_notice(session, incident, actor, drafts=not skipped)
    incident_jobs.close_lead_request(session, incident, actor)
    check_ins.close_questions(session, incident, actor.at)
    if not skipped:
        history_reading.request_draft(session, incident.id, actor.at)
    return incident


def reopen(session: Session, bot: Bot, actor: Actor, reason: str) -> Incident:
    incident = require_closed_incident(session, bot, actor)
    require_permission(session, bot, actor, incident, RestrictedAction.RESOLVE)
    status = Status.INVESTIGATING
    incident = incidents.change(
        session, incident.id, status=status, resolved_at=None, resolution=""
    )
    recording.record_action(
        session, incident, actor, EventKind.REOPENED, text=reason, detail=status
    )
    incident_jobs.enqueue_change_notice(session, incident, actor)
    _reopen_final(session, incident, actor)
    return incident


def _reopen_final(session: Session, incident: Incident, actor: Actor) -> None:
    """Move a final postmortem back to draft, because it doesn't cover what happens from now on."""
    review = reviews.of_incident(session, incident.id)
    if review.state is PostmortemState.FINAL and review.last:
        version = review.last.version
        step_taken = StepTaken(
            step=ReviewStep.REOPENED, by=actor.person, at=actor.at, version=version
        )
        reviews.add(session, incident.id, step_taken)
        incident_jobs.enqueue(session, incident, JobKind.COMPOSE, actor)


def cancel(session: Session, bot: Bot, actor: Actor, reason: str) -> Incident:
    """Cancel an incident that turned out not to be one: no postmortem is drafted."""
    incident = require_open_incident(session, bot, actor)
    require_permission(session, bot, actor, incident, RestrictedAction.RESOLVE)
    status = Status.CANCELLED
    incident = incidents.change(
        session, incident.id, status=status, resolved_at=actor.at, update_due_at=None
    )
    recording.record_action(
        session, incident, actor, EventKind.CANCELLED, text=reason, detail=status
    )
    incident_jobs.enqueue_change_notice(session, incident, actor)
    incident_jobs.close_lead_request(session, incident, actor)
    check_ins.close_questions(session, incident, actor.at)
    return incident


def span_of(incident: Incident, now: datetime) -> Span:
    """Return the span that a typed time belongs to: from declaration to resolution, or to now."""
    return Span(since=incident.declared_at, until=incident.resolved_at or now, now=now)


def record_impact(session: Session, bot: Bot, actor: Actor, text: str) -> Incident:
    """Record who or what was affected, and show it on the card.

    Works after the incident is over too.
    """
    incident = require_incident(session, bot, actor)
    recording.record_action(session, incident, actor, EventKind.IMPACT, text=text)
    incident_jobs.enqueue(session, incident, JobKind.CARD, actor)
    return incident


def add(
    session: Session, actor: Actor, title: str, severity: Severity | None, *, private: bool = False
) -> Incident:
    """Store a new incident without a channel, and record that it was declared."""
    # Of several pasted lines, one is the title.
    names = people.names(session, find_references(title))
    line = find_title(title, names) if "\n" in title.strip() else to_plain_text(title, names)
    clean = " ".join(line.split())[:MAX_TITLE_LENGTH]
    key = incidents.next_key(session, actor.at.year)
    incident = incidents.add(
        session,
        key=key,
        title=clean or DEFAULT_TITLE,
        severity=severity,
        status=Status.DECLARED,
        private=private,
        channel_name=make_channel_name(key, clean),
        declared_by=actor.person,
        declared_at=actor.at,
    )
    recording.record_action(
        session, incident, actor, EventKind.DECLARED, text=title, detail=severity or ""
    )
    home_tab.refresh(session, actor.person, actor.at)
    return incident
