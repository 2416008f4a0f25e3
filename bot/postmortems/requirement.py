"""Whether a postmortem is required: the configuration's answer, and people's decisions.

People can require one or skip it. Each decision is stored with its author, time and reason. The
last one counts; none is deleted.
"""

from dataclasses import replace

from bot.config.context import Bot
from bot.domain.actor import Actor
from bot.domain.errors import NoReason
from bot.domain.incident import Incident
from bot.domain.job import JobKind
from bot.domain.markup import find_references, to_plain_text
from bot.domain.requirement import Decision, RequirementContext
from bot.domain.timeline import EventKind
from bot.incidents import incident_jobs, lifecycle
from bot.library import similar_incidents
from bot.reminders import postmortem_deadlines
from bot.timeline import history_reading, recording
from storage import postmortems, requirement_decisions
from storage.engine.store import Session
from storage.people import has_outsiders, names


def load_context(session: Session, bot: Bot, incident: Incident) -> RequirementContext:
    """Return what the answer depends on besides the record, with people by display name.

    If outsiders can read the draft in the channel, no other incidents are named.
    """
    is_shared = has_outsiders(session, incident.channel_id)
    return RequirementContext(
        past_incidents=()
        if is_shared
        else tuple(similar_incidents.find_past_incidents(session, bot, incident)),
        asked=_with_name(session, requirement_decisions.find_request(session, incident.id)),
        waived=find_waiver(session, incident),
    )


def find_waiver(session: Session, incident: Incident) -> Decision | None:
    """Return the decision to skip the postmortem, with a display name; None if it isn't skipped."""
    return _with_name(session, requirement_decisions.find_waiver(session, incident.id))


def skip(session: Session, bot: Bot, actor: Actor, reason: str) -> Incident:
    """Decide to skip the postmortem. The reason is required, and posted in the channel.

    This also works if the configuration requires one, or if it's drafted already: the draft stays.
    """
    incident = lifecycle.require_incident(session, bot, actor)
    if not reason.strip():
        raise NoReason(command=bot.policy.command)
    _decide(session, incident, actor, reason, is_required=False)
    return incident


def require(session: Session, bot: Bot, actor: Actor, reason: str) -> tuple[Incident, bool]:
    """Require a postmortem, whatever the configuration says, and undo a skip.

    Also return whether it's being drafted now: if the incident is over and there is no draft yet.
    """
    incident = lifecycle.require_incident(session, bot, actor)
    _decide(session, incident, actor, reason, is_required=True)
    drafting = incident.status.is_over and postmortems.latest(session, incident.id) is None
    if drafting:
        history_reading.request_draft(session, incident.id, actor.at)
    postmortem_deadlines.plan(session, bot, incident, actor.at)
    return incident, drafting


def _decide(
    session: Session, incident: Incident, actor: Actor, reason: str, *, is_required: bool
) -> None:
    """Store a decision, record it in the timeline, and post it in the channel."""
    clean = to_plain_text(reason, names(session, find_references(reason)))
    deed = recording.action_id(actor)
    decision = Decision(
        wanted=is_required, by=actor.person, at=actor.at, because=clean, event_id=deed
    )
    requirement_decisions.add(session, incident.id, decision)
    kind = EventKind.ASKED if is_required else EventKind.SKIPPED
    recording.record_action(session, incident, actor, kind, text=reason)
    incident_jobs.enqueue(session, incident, JobKind.NOTICE, actor, event=deed)


def _with_name(session: Session, decision: Decision | None) -> Decision | None:
    if decision is None:
        return None
    return replace(decision, by=names(session, [decision.by]).get(decision.by, decision.by))
