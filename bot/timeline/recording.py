"""Recording: turn a message or an action into a timeline event of its channel's incident."""

from dataclasses import replace
from datetime import datetime, timedelta

from bot.domain.actor import Actor
from bot.domain.incident import Incident
from bot.domain.job import Job, JobKind, make_incident_job, person_lane
from bot.domain.timeline import Deletion, EventKind, MarkChange, Source, TimelineEvent, to_slack_ts
from bot.redaction import redact
from bot.timeline import app_updates, erasure
from storage import incidents, marks, outbox, people, timeline, timeline_counts
from storage.engine.store import Session
from storage.erasure import copies, find, lock_incident

NEWLY_JOINED = timedelta(minutes=10)  # people who joined earlier have read the channel by now


def record(session: Session, event: TimelineEvent, at: datetime) -> bool:
    """Record a message, edit or deletion, without secrets. Return True if the message is new.

    Slack may deliver the events of a message in any order and repeatedly; the resulting record is
    the same. Messages in other channels are ignored, except those that an incident was declared
    from.
    """
    incident_id = incidents.id_of_channel(session, event.channel_id)
    if incident_id is None:
        return _update_evidence(session, event, at)
    if event.kind is EventKind.LEFT and not _is_relevant_departure(
        session, incident_id, event.author
    ):
        return False
    if event.kind is EventKind.JOINED:
        enqueue_person_lookup(session, event.author, event.happened_at)
    clean = _redact(event)
    original = app_updates.original_of(clean)
    is_new = _add_event(session, incident_id, original)
    if is_new and original is clean:
        _enqueue_catchup_offer(session, incident_id, clean, at)
        _enqueue_handover(session, incident_id, clean, at)
        return True
    recorded = timeline.find(session, clean.channel_id, clean.message_id, clean.client_id)
    if recorded is not None:
        _update(session, recorded, clean, at)
    return is_new


def _add_event(session: Session, incident_id: int, event: TimelineEvent) -> bool:
    if event.deleted:
        lock_incident(session, incident_id)  # locks the incident before the message, like commands
    return timeline.add(session, incident_id, event)


def _is_relevant_departure(session: Session, incident_id: int, person: str) -> bool:
    """Return whether a departure matters: the first one from a private incident's channel.

    That person can no longer read the incident's messages.
    """
    private = incidents.by_id(session, incident_id).private
    return private and not incidents.has_left(session, incident_id, person)


def record_evidence(session: Session, incident: Incident, message: TimelineEvent) -> None:
    """Record a message from another channel as evidence of an incident.

    If it's in another incident's record, that stays, and a copy with an id of ours is recorded
    here. A message that was deleted or forgotten is not recorded again.
    """
    clean = _redact(message)
    recorded = timeline.find(session, message.channel_id, message.message_id)
    if recorded is not None and recorded.deletion in {Deletion.REPORTED, Deletion.FORGOTTEN}:
        return
    if not timeline.add(session, incident.id, clean):
        copied = f"deed-{incident.key}-{clean.message_id}"
        timeline.add(session, incident.id, replace(clean, message_id=copied))


def record_departure(session: Session, incident: Incident, person: str, at: datetime) -> None:
    """Record that a person left a private incident's channel, if Slack didn't report it."""
    if incidents.has_left(session, incident.id, person):
        return
    last = timeline.latest(session, incident.id, 1)
    # After everything they wrote there, by Slack's clock.
    left_at = max([at, *(event.happened_at for event in last)])
    departure = TimelineEvent(
        message_id=f"left-{person}-{to_slack_ts(left_at)}",
        channel_id=incident.channel_id or "",
        author=person,
        text="",
        happened_at=left_at,
        kind=EventKind.LEFT,
    )
    timeline.add(session, incident.id, departure)


def _update_evidence(session: Session, message: TimelineEvent, at: datetime) -> bool:
    """Follow an edit or deletion of a message in another channel that was recorded as evidence."""
    if message.deleted or message.version:
        find_event = find if message.deleted else timeline.find
        recorded = find_event(session, message.channel_id, message.message_id)
        if recorded is not None:
            _update(session, recorded, _redact(message), at)
    return False


def record_command(session: Session, event: TimelineEvent, at: datetime) -> None:
    """Record a message that was a command to the bot.

    Its effect is recorded separately, so it isn't conversation. The same message also arrives as an
    ordinary one, before or after.
    """
    if not record(session, replace(event, kind=EventKind.COMMAND), at):
        timeline.mark_as_command(session, event.channel_id, event.message_id)


def is_new_or_changed(recorded: TimelineEvent | None, message: TimelineEvent) -> bool:
    """Return whether recording this message would change the record."""
    if recorded is None:
        return True
    if recorded.deleted:
        return _is_back(recorded, message)
    return (recorded.version, recorded.text) != (message.version, _redact(message).text)


def _is_back(recorded: TimelineEvent, message: TimelineEvent) -> bool:
    """Return whether a message erased as missing is in Slack's history again."""
    is_shown = message.source is Source.FETCHED and not message.deleted
    return recorded.deletion is Deletion.MISSING and is_shown


def _update(
    session: Session, recorded: TimelineEvent, message: TimelineEvent, at: datetime
) -> None:
    """Update a recorded message. Deleted messages stay deleted, unless they were only missing."""
    if recorded.source is Source.FETCHED and message.source is Source.HEARD and not message.version:
        timeline.mark_delivered(session, recorded.id)
    if message.deleted and message.message_id == recorded.message_id:
        erasure.erase(session, recorded, Deletion.REPORTED, at)
    elif _is_back(recorded, message):
        restorer = app_updates if recorded.kind is EventKind.ALERT else erasure
        restorer.restore(session, recorded, message, at)
    elif not (message.deleted or recorded.deleted):
        follow = app_updates.follow if recorded.kind is EventKind.ALERT else _update_text
        follow(session, recorded, message, at)


def _update_text(
    session: Session, recorded: TimelineEvent, message: TimelineEvent, at: datetime
) -> None:
    if message.version > recorded.version or _is_correction(message, recorded):
        for copy in (recorded, *copies(session, recorded)):
            timeline.revise(session, copy, message, at)
            if message.text != copy.text:
                erasure.apply_edit(session, copy, at)
    elif message.version < recorded.version and message.text != recorded.text:
        timeline.add_earlier_version(session, recorded.id, message, at)


def _is_correction(message: TimelineEvent, recorded: TimelineEvent) -> bool:
    """Return whether Slack's history has a different text for the recorded version."""
    fetched = message.source is Source.FETCHED
    return fetched and message.version == recorded.version and message.text != recorded.text


def enqueue_person_lookup(session: Session, person: str, at: datetime) -> None:
    """Enqueue a lookup of an unknown person's name and time zone.

    The zone is needed for times that they type.
    """
    if people.find(session, person) is None:
        job = Job(kind=JobKind.MEET, lane=person_lane(person), about={"person": person})
        outbox.enqueue(session, job, at)


def _enqueue_catchup_offer(
    session: Session, incident_id: int, event: TimelineEvent, at: datetime
) -> None:
    """Offer a catch-up to a person who joins a running incident, unless they declared it.

    Each person gets it once.
    """
    if event.kind is not EventKind.JOINED:
        return
    incident, person = incidents.by_id(session, incident_id), event.author
    late = event.source is not Source.HEARD or at - event.happened_at > NEWLY_JOINED
    if late or incident.status.is_over or person == incident.declared_by:
        return
    if timeline_counts.joined(session, incident_id, person) == 1:
        about = {"person": person}
        job = Job(
            kind=JobKind.GREETING, lane=person_lane(person), incident_id=incident_id, about=about
        )
        outbox.enqueue(session, job, at)


def _enqueue_handover(
    session: Session, incident_id: int, event: TimelineEvent, at: datetime
) -> None:
    """Enqueue the handover for a person who left a private incident's channel."""
    if event.kind is EventKind.LEFT:
        outbox.enqueue(
            session, make_incident_job(incident_id, JobKind.DEPARTED, {"of": event.author}), at
        )


def record_mark(session: Session, channel_id: str, change: MarkChange) -> bool:
    """Store a mark on a message, or its removal. Return whether that changed anything."""
    if incidents.id_of_channel(session, channel_id) is None:
        return False
    return marks.save(session, channel_id, change)


def record_action(  # noqa: PLR0913 - the parts of an action
    session: Session,
    incident: Incident,
    actor: Actor,
    kind: EventKind,
    *,
    text: str = "",
    detail: str = "",
    happened_at: datetime | None = None,
) -> None:
    """Record an action that a person took through the bot."""
    event = TimelineEvent(
        message_id=action_id(actor),
        channel_id=incident.channel_id or "",
        author=actor.person,
        text=text,
        detail=detail,
        happened_at=happened_at or actor.at,
        kind=kind,
        source=Source.COMMAND,
    )
    timeline.add(session, incident.id, _redact(event))


def action_id(actor: Actor) -> str:
    """Return the message id of the entry that `record_action` adds for a request."""
    return f"deed-{actor.request_id}"


def _redact(event: TimelineEvent) -> TimelineEvent:
    clean, _ = redact(event.text)
    return replace(event, text=clean)
