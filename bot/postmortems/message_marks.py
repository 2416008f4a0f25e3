"""Marks: people tag messages, for example as a decision, by emoji or form."""

from dataclasses import replace

from bot.action_items import suggestions
from bot.config.context import Bot
from bot.domain.actor import Actor
from bot.domain.errors import NotAMessage
from bot.domain.incident import Incident
from bot.domain.job import Job, JobKind, person_lane
from bot.domain.timeline import SPOKEN_KINDS, Mark, MarkChange, TimelineEvent, to_slack_ts
from bot.incidents import lifecycle
from bot.timeline import corrections, recording
from storage import incidents as stored
from storage import marks as stored_marks
from storage import outbox
from storage import timeline as events
from storage.engine.store import Session


def apply_change(session: Session, channel_id: str, change: MarkChange) -> None:
    """Store a mark or its removal, and confirm an added mark to the person.

    A mark that is already known changes nothing and isn't confirmed again.
    """
    incident = stored.by_channel(session, channel_id)
    if incident is None or not recording.record_mark(session, channel_id, change):
        return
    if change.mark is Mark.ACTION_ITEM:
        suggestions.apply_mark(session, incident, change)
    if not change.removed:
        outbox.enqueue(session, _receipt(incident, change), change.at)


def find_or_record(
    session: Session, bot: Bot, actor: Actor, message: TimelineEvent | None
) -> TimelineEvent:
    """Return the message that somebody points at, recording it now if it wasn't yet.

    Raises NotAMessage.
    """
    lifecycle.require_incident(session, bot, actor)
    if message is None or message.kind not in SPOKEN_KINDS:
        raise NotAMessage
    # Times that they type are in their zone.
    recording.enqueue_person_lookup(session, actor.person, actor.at)
    recording.record(session, message, actor.at)
    event = events.find(session, message.channel_id, message.message_id, message.client_id)
    if event is None or event.deleted:
        raise NotAMessage
    return event


def add(session: Session, bot: Bot, actor: Actor, event_id: int, choice: tuple[Mark, str]) -> None:
    """Mark a message with the form.

    `choice` is the mark, and the time it happened if that differs.
    """
    mark, time = choice
    _, event = corrections.find(session, event_id)
    corrections.correct(session, bot, actor, event_id, (None, time))
    apply_change(session, event.channel_id, _by_form(event, actor, mark))


def remove_own(session: Session, actor: Actor, event_id: int) -> None:
    """Remove all marks that the actor put on a message with the form."""
    _, event = corrections.find(session, event_id)
    for mark in sorted(list_own(session, event, actor.person)):
        apply_change(session, event.channel_id, replace(_by_form(event, actor, mark), removed=True))


def list_own(session: Session, event: TimelineEvent, person: str) -> set[Mark]:
    """Return the marks that a person put on a message with the form."""
    own_marks = stored_marks.of_messages(
        session, event.channel_id, [event.message_id], by_form=True
    )
    return {mark for _, marked_by, mark in own_marks if marked_by == person}


def _by_form(event: TimelineEvent, actor: Actor, mark: Mark) -> MarkChange:
    return MarkChange(
        message_id=event.message_id,
        person=actor.person,
        mark=mark,
        version=to_slack_ts(actor.at),
        at=actor.at,
        by_form=True,
    )


def _receipt(incident: Incident, change: MarkChange) -> Job:
    about = {"message": change.message_id, "person": change.person, "mark": change.mark}
    return Job(
        kind=JobKind.RECEIPT,
        lane=person_lane(change.person),  # so that it doesn't wait for other jobs
        incident_id=incident.id,
        about=about | {"form": change.by_form},
    )
