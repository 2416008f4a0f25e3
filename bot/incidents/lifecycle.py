"""Use cases of an incident: declare, change, resolve, reopen, cancel. Its channel: `incident_channels`.

Each takes the open transaction, changes rows, records the deed and writes what is to be said into
the outbox; none of them commits, and none calls Slack.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from bot.config.context import Bot
from bot.domain.actor import Actor
from bot.domain.channel_name import channel_name
from bot.domain.errors import (
    AlreadyResolved,
    AlreadySo,
    IncidentGone,
    NoIncidentHere,
    NotAChoice,
    NotOver,
    NotYourIncident,
)
from bot.domain.incident import Incident, Severity, Status
from bot.domain.job import JobKind, for_incident
from bot.domain.markup import plain, referenced
from bot.domain.review import State, Step, Taken
from bot.domain.timeline import Kind, TimelineEvent
from bot.domain.titles import title_of
from bot.domain.typed_times import Span
from bot.incidents import check_ins
from bot.people import home_tab_refresh
from bot.people.permissions import Act, require
from bot.rendering import render
from bot.timeline import history_reading, recording
from storage import incidents, outbox, people, requirement_decisions, reviews
from storage.engine.store import Session

UNNAMED = "Unnamed incident"
HISTORY = timedelta(days=7)  # how far back an adopted channel is read
LONGEST_TITLE = 200  # fits a header block beside key and severity
SETTABLE = (Status.INVESTIGATING, Status.IDENTIFIED, Status.MONITORING)


def declare(  # noqa: PLR0913 - what a declaration is made of
    session: Session,
    actor: Actor,
    title: str,
    severity: Severity | None,
    evidence: TimelineEvent | None = None,
    *,
    private: bool = False,
) -> Incident:
    """Open an incident; its channel is made by the outbox, and the rest follows from there.

    `evidence` is the message that it is declared from, if it is. A private incident is told to
    nobody outside its channel.
    """
    incident = add(session, actor, title, severity, private=private)
    if evidence is not None:
        recording.bring(session, incident, evidence)
    say(session, incident, JobKind.OPEN_CHANNEL, actor)
    return incident


def here(session: Session, bot: Bot, actor: Actor) -> Incident:
    """Find the incident that the asker means, else that of their channel, to be changed by nobody else."""
    incident = meant(session, actor)
    if incident is None:
        raise NoIncidentHere(command=bot.policy.command)
    return incident


def meant(session: Session, actor: Actor) -> Incident | None:
    """Find the same incident; None where there is none."""
    if actor.incident_id is not None:
        return incidents.held(session, actor.incident_id)
    return incidents.by_channel(session, actor.channel_id, lock=True)


def at_home(session: Session, actor: Actor, incident_id: int) -> Actor:
    """The asker as if they stood in the incident's channel: a form has none, and a DM another.

    An incident without a channel leaves them where they are.
    """
    incident = incidents.find(session, incident_id)
    if incident is None:
        raise IncidentGone
    channel = incident.channel_id or actor.channel_id
    return replace(actor, channel_id=channel, incident_id=incident.id)


def named(session: Session, actor: Actor, key: str) -> Actor:
    """The asker as if they stood in the channel of the incident that they name from elsewhere.

    Only who takes part in it may, and in a private one nobody: what it says does not leave its channel.
    While it has no channel everybody may, but in a private one only whoever declared it.
    """
    incident = incidents.by_key(session, key)
    there = incident is not None and incident.channel_id == actor.channel_id
    if incident is None or not (there or _is_reached(session, incident, actor)):
        raise NotYourIncident(key=key)
    return at_home(session, actor, incident.id)


def _is_reached(session: Session, incident: Incident, actor: Actor) -> bool:
    if people.is_outsider(session, actor.person):
        return False
    if incident.channel_id is None:
        return not incident.private or incident.declared_by == actor.person
    if incident.private:
        return False
    return incidents.takes_part(session, incident.id, actor.person)


def running(session: Session, bot: Bot, actor: Actor) -> Incident:
    """Find the incident of this channel, which must not be over."""
    incident = here(session, bot, actor)
    if incident.status.is_over:
        raise AlreadyResolved(key=incident.key, status=incident.status, command=bot.policy.command)
    return incident


def over(session: Session, bot: Bot, actor: Actor) -> Incident:
    """Find the incident of this channel, which must be over."""
    incident = here(session, bot, actor)
    if not incident.status.is_over:
        raise NotOver(key=incident.key, status=incident.status)
    return incident


def set_severity(session: Session, bot: Bot, actor: Actor, severity: Severity) -> Incident:
    incident = running(session, bot, actor)
    require(session, bot, actor, incident, Act.SEVERITY)
    if incident.severity is severity:
        raise AlreadySo(key=incident.key, what="severity", value=severity)
    incident = incidents.change(session, incident.id, severity=severity)
    recording.record_action(session, incident, actor, Kind.SEVERITY, text=severity, detail=severity)
    tell(session, incident, actor)
    say(session, incident, JobKind.TOPIC, actor)
    return incident


def set_status(session: Session, bot: Bot, actor: Actor, written: str) -> Incident:
    incident = running(session, bot, actor)
    status = settable(written)
    if incident.status is status:
        raise AlreadySo(key=incident.key, what="status", value=status)
    incident = incidents.change(session, incident.id, status=status)
    recording.record_action(session, incident, actor, Kind.STATUS, text=status, detail=status)
    tell(session, incident, actor)
    return incident


def settable(written: str) -> Status:
    """The status of that name, of those that people set."""
    status = next((status for status in SETTABLE if status == written.lower()), None)
    if status is None:
        raise NotAChoice(
            given=render.quoted(written, {}, 100), what="status", choices=", ".join(SETTABLE)
        )
    return status


def resolve(session: Session, bot: Bot, actor: Actor, note: str) -> Incident:
    """End the incident and ask for its postmortem, unless somebody decided that there be none."""
    incident = running(session, bot, actor)
    require(session, bot, actor, incident, Act.RESOLVE)
    clean = plain(note, people.names(session, referenced(note)))
    incident = incidents.change(
        session,
        incident.id,
        status=Status.RESOLVED,
        resolved_at=actor.at,
        resolution=clean,
        update_due_at=None,
    )
    recording.record_action(
        session, incident, actor, Kind.RESOLVED, text=note, detail=Status.RESOLVED
    )
    skipped = requirement_decisions.waived(session, incident.id) is not None
    tell(session, incident, actor, drafts=not skipped)
    answer_lead_wanted(session, incident, actor)
    check_ins.answer(session, incident, actor.at)
    if not skipped:
        history_reading.request_draft(session, incident.id, actor.at)
    return incident


def reopen(session: Session, bot: Bot, actor: Actor, why: str) -> Incident:
    incident = over(session, bot, actor)
    require(session, bot, actor, incident, Act.RESOLVE)
    status = Status.INVESTIGATING
    incident = incidents.change(
        session, incident.id, status=status, resolved_at=None, resolution=""
    )
    recording.record_action(session, incident, actor, Kind.REOPENED, text=why, detail=status)
    tell(session, incident, actor)
    _reopen_final(session, incident, actor)
    return incident


def _reopen_final(session: Session, incident: Incident, actor: Actor) -> None:
    """What goes on is not told to its end: a final postmortem is a draft again."""
    review = reviews.of_incident(session, incident.id)
    if review.state is State.FINAL and review.last:
        version = review.last.version
        taken = Taken(step=Step.REOPENED, by=actor.person, at=actor.at, version=version)
        reviews.add(session, incident.id, taken)
        say(session, incident, JobKind.COMPOSE, actor)


def cancel(session: Session, bot: Bot, actor: Actor, why: str) -> Incident:
    """End it as not an incident: no postmortem is drafted."""
    incident = running(session, bot, actor)
    require(session, bot, actor, incident, Act.RESOLVE)
    status = Status.CANCELLED
    incident = incidents.change(
        session, incident.id, status=status, resolved_at=actor.at, update_due_at=None
    )
    recording.record_action(session, incident, actor, Kind.CANCELLED, text=why, detail=status)
    tell(session, incident, actor)
    answer_lead_wanted(session, incident, actor)
    check_ins.answer(session, incident, actor.at)
    return incident


def span_of(incident: Incident, now: datetime) -> Span:
    """What a time that is typed about an incident is near to: its declaration to its end, or to now."""
    return Span(since=incident.declared_at, until=incident.resolved_at or now, now=now)


def note_impact(session: Session, bot: Bot, actor: Actor, text: str) -> Incident:
    """Record who or what was affected, and show it on the card; also when the incident is over."""
    incident = here(session, bot, actor)
    recording.record_action(session, incident, actor, Kind.IMPACT, text=text)
    say(session, incident, JobKind.CARD, actor)
    return incident


def say(session: Session, incident: Incident, kind: JobKind, actor: Actor, **about: object) -> int:
    """Write one thing to do in the incident's channel into the outbox."""
    return outbox.put(session, for_incident(incident.id, kind, about), actor.at)


def tell(session: Session, incident: Incident, actor: Actor, **about: object) -> None:
    """Let the channel know what changed: one line, and the card as it is now; and people's Home tabs."""
    home_tab_refresh.refresh_participants(session, incident, actor.at)
    say(session, incident, JobKind.NOTICE, actor, event=f"deed-{actor.request_id}", **about)
    say(session, incident, JobKind.CARD, actor)
    if not incident.private:
        say(session, incident, JobKind.ANNOUNCEMENT, actor)


def answer_lead_wanted(session: Session, incident: Incident, actor: Actor) -> None:
    """Let the question who leads, if it was asked, say what came of it, without its button."""
    asked = outbox.newest(session, incident.id, JobKind.LEAD_WANTED)
    if asked is not None:
        outbox.put(session, for_incident(incident.id, JobKind.LEAD_FOUND, answers=asked), actor.at)


def add(
    session: Session, actor: Actor, title: str, severity: Severity | None, *, private: bool = False
) -> Incident:
    """Store a new incident without a channel, and record that it was declared."""
    # Of several lines, as somebody pastes them, one is the title.
    names = people.names(session, referenced(title))
    line = title_of(title, names) if "\n" in title.strip() else plain(title, names)
    clean = " ".join(line.split())[:LONGEST_TITLE]
    key = incidents.next_key(session, actor.at.year)
    incident = incidents.add(
        session,
        key=key,
        title=clean or UNNAMED,
        severity=severity,
        status=Status.DECLARED,
        private=private,
        channel_name=channel_name(key, clean),
        declared_by=actor.person,
        declared_at=actor.at,
    )
    recording.record_action(
        session, incident, actor, Kind.DECLARED, text=title, detail=severity or ""
    )
    home_tab_refresh.refresh(session, actor.person, actor.at)
    return incident
