"""Record how applications update their own messages: each new state is an event with its own time."""

from dataclasses import replace
from datetime import datetime

from bot.domain.app_updates import StateChange, find_state_change, make_update_id
from bot.domain.timeline import EventKind, TimelineEvent
from bot.timeline import erasure
from storage import app_updates, timeline
from storage import erasure as stored
from storage.engine.store import Session


def original_of(message: TimelineEvent) -> TimelineEvent:
    """Return the message before it was updated; without words if what was seen is an update."""
    is_update = message.kind is EventKind.ALERT and message.version and not message.deleted
    return replace(message, text="", version="", edited=False) if is_update else message


def follow(session: Session, original: TimelineEvent, message: TimelineEvent, at: datetime) -> None:
    """Record a state of a known message, in every incident that has the message."""
    for copy in (original, *stored.copies(session, original)):
        states = [copy, *app_updates.updates_of(session, copy)]
        step = find_state_change(states, message, at)
        if step:
            _record_step(session, copy, message, step)


def restore(
    session: Session, original: TimelineEvent, message: TimelineEvent, at: datetime
) -> None:
    """Restore a message that is in Slack's history again."""
    erasure.restore(session, original, original_of(message), at)
    restored = replace(original, text=original_of(message).text, version="", deleted=False)
    follow(session, restored, message, at)


def _record_step(
    session: Session, original: TimelineEvent, message: TimelineEvent, step: StateChange
) -> None:
    if step.event_id is not None:
        happened_at = step.happened_at if step.version else None
        app_updates.set_words(session, step.event_id, step.text, step.version, happened_at)
        return
    event = replace(
        original,
        message_id=make_update_id(original.message_id, step.version),
        text=step.text,
        version=step.version,
        happened_at=step.happened_at,
        source=message.source,
        client_id=None,
    )
    if not timeline.add(session, stored.incident_of(session, original.id), event):
        _restore(session, original, event)


def _restore(session: Session, original: TimelineEvent, event: TimelineEvent) -> None:
    """Restore an update that was erased with its message."""
    for update in app_updates.updates_of(session, original, deleted=True):
        if update.message_id == event.message_id:
            timeline.restore(session, update, event)
