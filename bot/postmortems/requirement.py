"""Does it need a postmortem: the policy's answer, and what people decide: to ask for one, or to skip it.

Each decision is kept with who made it, when and why; the last one counts, and none takes another away.
"""

from dataclasses import replace

from bot.config.context import Bot
from bot.config.policy import Policy
from bot.domain.actor import Actor
from bot.domain.draft import Draft
from bot.domain.errors import NoReason
from bot.domain.incident import Incident
from bot.domain.job import JobKind
from bot.domain.markup import plain, referenced
from bot.domain.requirement import Beside, Decision, Hours, Thresholds
from bot.domain.timeline import Kind, Record
from bot.drafting.requirement_rules import judged
from bot.incidents import lifecycle
from bot.library import library
from bot.reminders import postmortem_deadlines
from bot.timeline import history_reading, recording
from storage import postmortems, requirement_decisions
from storage.engine.store import Session
from storage.people import has_outsiders, names


def thresholds(policy: Policy) -> Thresholds:
    """The policy's thresholds, with the hours in which its team works."""
    hours = Hours(
        zone=policy.zone,
        days=frozenset(day.number for day in policy.working_days),
        start=policy.working_hours.start,
        end=policy.working_hours.end,
    )
    return Thresholds(**dict(policy.postmortem.needed_when), hours=hours)


def with_need(record: Record, draft: Draft, policy: Policy, beside: Beside | None = None) -> Draft:
    """The draft with the policy's answer; without `beside`, of the record alone, as offline."""
    return judged(record, draft, thresholds(policy), beside)


def beside(session: Session, bot: Bot, incident: Incident) -> Beside:
    """What the answer depends on beside the record; people by display name.

    Where outsiders read the draft in the channel, it names no other incident.
    """
    is_shared = has_outsiders(session, incident.channel_id)
    return Beside(
        earlier=() if is_shared else tuple(library.earlier(session, bot, incident)),
        asked=_named(session, requirement_decisions.asked(session, incident.id)),
        waived=waived(session, incident),
    )


def waived(session: Session, incident: Incident) -> Decision | None:
    """Who decided that there be no postmortem, by display name; None when that is not so (any more)."""
    return _named(session, requirement_decisions.waived(session, incident.id))


def skip(session: Session, bot: Bot, actor: Actor, because: str) -> Incident:
    """Decide that there is to be no postmortem. The reason is required, and the channel is told.

    Also where the policy asks for one, and also when it is drafted: the draft stays.
    """
    incident = lifecycle.here(session, bot, actor)
    if not because.strip():
        raise NoReason(command=bot.policy.command)
    _decide(session, incident, actor, because, wanted=False)
    return incident


def ask(session: Session, bot: Bot, actor: Actor, why: str) -> tuple[Incident, bool]:
    """Ask for a postmortem, whatever the policy says: that is a reason, and ends a skip.

    Also says whether it is being drafted now: when the incident is over and there is no draft yet.
    """
    incident = lifecycle.here(session, bot, actor)
    _decide(session, incident, actor, why, wanted=True)
    drafting = incident.status.is_over and postmortems.latest(session, incident.id) is None
    if drafting:
        history_reading.request_draft(session, incident.id, actor.at)
    postmortem_deadlines.plan(session, bot, incident, actor.at)
    return incident, drafting


def _decide(
    session: Session, incident: Incident, actor: Actor, because: str, *, wanted: bool
) -> None:
    """Keep a decision, record it in the timeline, and tell the channel in one line."""
    clean = plain(because, names(session, referenced(because)))
    deed = f"deed-{actor.request_id}"
    decision = Decision(wanted=wanted, by=actor.person, at=actor.at, because=clean, deed=deed)
    requirement_decisions.add(session, incident.id, decision)
    kind = Kind.ASKED if wanted else Kind.SKIPPED
    recording.record_action(session, incident, actor, kind, text=because)
    lifecycle.say(session, incident, JobKind.NOTICE, actor, event=deed)


def _named(session: Session, decision: Decision | None) -> Decision | None:
    if decision is None:
        return None
    return replace(decision, by=names(session, [decision.by]).get(decision.by, decision.by))
