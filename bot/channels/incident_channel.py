"""An incident's channel: a new one, an existing one, or one assigned to the incident later."""

from bot.channels import channel_changes
from bot.config.context import Bot
from bot.domain.actor import Actor
from bot.domain.errors import ChannelHasIncident, HasChannel, NeedsPrivateChannel
from bot.domain.incident import Incident, Severity
from bot.domain.job import JobKind
from bot.domain.markup import MarkupText
from bot.incidents import incident_jobs, lifecycle
from storage import incidents as stored
from storage import refusals, timeline
from storage.channel_states import ChannelState
from storage.engine.store import Session


def adopt(
    session: Session,
    bot: Bot,
    actor: Actor,
    channel: tuple[str, bool],
    declaration: tuple[Severity | None, str],
) -> Incident:
    """Declare an incident in an existing channel, whose history is fetched too.

    `channel` is its name and whether it's private; `declaration` the severity and title.
    """
    _require_no_incident(session, bot, actor)
    name, private = channel
    severity, title = declaration
    incident = lifecycle.add(session, actor, title or name, severity)
    incident = stored.change(
        session, incident.id, channel_id=actor.channel_id, channel_name=name, private=private
    )
    _enqueue_introduction(session, incident, actor)
    incident_jobs.enqueue(session, incident, JobKind.FETCH, actor)
    return incident


def assign_channel(session: Session, bot: Bot, actor: Actor, channel: tuple[str, bool]) -> Incident:
    """Assign the actor's channel to an incident whose own couldn't be created.

    Jobs that failed for lack of a channel are retried.
    """
    incident = lifecycle.require_incident(session, bot, actor)
    if incident.channel_id is not None:
        raise HasChannel(key=incident.key, channel=MarkupText(f"<#{incident.channel_id}>"))
    _require_no_incident(session, bot, actor)
    name, private = channel
    if incident.private and not private:
        raise NeedsPrivateChannel(key=incident.key)
    stored.change(session, incident.id, channel_id=actor.channel_id)
    channel_changes.apply(session, incident.id, ChannelState(name=name, private=private), actor.at)
    refusals.resume(session, incident.id, actor.at)
    adopted = stored.by_id(session, incident.id)
    enqueue_welcome(session, adopted, actor)
    incident_jobs.enqueue(session, adopted, JobKind.FETCH, actor)
    return adopted


def enqueue_welcome(session: Session, incident: Incident, actor: Actor) -> None:
    """Enqueue the jobs for a new channel: the invitations first, then the card and notices."""
    incident_jobs.enqueue(session, incident, JobKind.INVITE, actor)
    _enqueue_introduction(session, incident, actor)
    for event in timeline.from_elsewhere(session, incident.id):
        incident_jobs.enqueue(session, incident, JobKind.NOTICE, actor, event=event.message_id)


def _enqueue_introduction(session: Session, incident: Incident, actor: Actor) -> None:
    kinds = [JobKind.CARD, JobKind.TOPIC, JobKind.PIN, JobKind.BOOKMARK]
    if not incident.private:
        kinds.append(JobKind.ANNOUNCEMENT)
    for kind in kinds:
        incident_jobs.enqueue(session, incident, kind, actor)


def _require_no_incident(session: Session, bot: Bot, actor: Actor) -> None:
    incident = stored.by_channel(session, actor.channel_id)
    if incident is not None:
        raise ChannelHasIncident(key=incident.key, command=bot.policy.command)
