"""Action item suggestions, from the draft or from a marked message.

Each is created once, and becomes an action item when somebody accepts it.
"""

from datetime import datetime

from bot.action_items import item_jobs
from bot.domain.action_item import ActionItem, ItemState
from bot.domain.draft import ActionSuggestion
from bot.domain.incident import Incident
from bot.domain.markup import find_references, to_plain_text
from bot.domain.timeline import MarkChange, Record, TimelineEvent
from bot.drafting.action_items import suggest_from_mark
from bot.timeline import erasure
from bot.timeline.quotes import is_part_of
from storage import action_items as stored
from storage import marks, people, timeline
from storage.engine.store import Session
from storage.erasure import undecided_items


def add_from_draft(
    session: Session, incident: Incident, suggestions: tuple[ActionSuggestion, ...], at: datetime
) -> list[ActionItem]:
    """Store the draft's suggestions. Messages that already led to an item are skipped."""
    known_messages = {item.evidence for item in stored.of_incident(session, incident.id)}
    new = [
        suggestion
        for suggestion in suggestions
        if suggestion.item_id is None and suggestion.evidence[0] not in known_messages
    ]
    proposer = incident.declared_by
    return [
        _suggest(session, incident, suggestion, suggestion.owner or proposer, at)
        for suggestion in new
    ]


def apply_mark(session: Session, incident: Incident, change: MarkChange) -> None:
    """Suggest an item for a marked message, or drop the suggestion when the last mark is removed.

    A suggestion that was accepted isn't dropped. A message that isn't recorded yet is left to the
    draft, which finds the mark on it.
    """
    item = _find_by_message(session, incident, change.message_id)
    if change.removed:
        if item and item.state is ItemState.SUGGESTED and not _is_marked(session, incident, change):
            _set_state(session, item, change, ItemState.DROPPED)
    elif item is None:
        suggestion = suggest_from_mark(_load_record(session, incident, change.message_id))
        if suggestion is not None:
            _suggest(session, incident, suggestion, change.person, change.at)
    elif item.state is ItemState.DROPPED:  # marked again after it was dropped
        _set_state(session, item, change, ItemState.SUGGESTED)


def _suggest(
    session: Session, incident: Incident, suggestion: ActionSuggestion, proposer: str, at: datetime
) -> ActionItem:
    item = stored.add(
        session,
        incident_id=incident.id,
        text=suggestion.text,
        state=ItemState.SUGGESTED,
        owner=suggestion.owner,
        due=suggestion.due,
        priority=suggestion.priority,
        evidence=suggestion.evidence[0],
        created_by=proposer,
        created_at=at,
    )
    item_jobs.enqueue_thread_reply(session, item, at, new=True)
    return item


def _set_state(session: Session, item: ActionItem, change: MarkChange, state: ItemState) -> None:
    item = stored.change(session, item.id, by=change.person, at=change.at, state=state)
    item_jobs.enqueue_update(session, item, change.at)


def _find_by_message(session: Session, incident: Incident, message_id: str) -> ActionItem | None:
    items = stored.of_incident(session, incident.id)
    return next((item for item in items if item.evidence == message_id), None)


def _is_marked(session: Session, incident: Incident, change: MarkChange) -> bool:
    remaining = marks.of_messages(session, incident.channel_id or "", [change.message_id])
    return any(mark is change.mark for _, _, mark in remaining)


def _load_record(session: Session, incident: Incident, message_id: str) -> Record:
    """Return the record of one message, with the names that occur in it."""
    events = timeline.by_ids(session, incident.channel_id or "", [message_id]).values()
    ids = [id_ for event in events for id_ in (event.author, *find_references(event.text))]
    return Record(
        incident=incident,
        events=tuple(events),
        people=people.names(session, ids),
        outsiders=people.outsiders(session, ids),
    )


def apply_edits(
    session: Session, incident: Incident, current: tuple[ActionSuggestion, ...], at: datetime
) -> None:
    """Update suggestions that nobody has accepted after their messages were edited.

    `current` holds the current suggestions. A suggestion that isn't among them is withdrawn, if its
    text no longer occurs in its message.
    """
    texts = {suggestion.evidence[0]: suggestion.text for suggestion in current}
    edited = (event for event in timeline.of_incident(session, incident.id) if event.edited)
    for event in edited:
        for item_id in undecided_items(session, incident.id, event.message_id):
            _apply_edit(session, item_id, event, texts.get(event.message_id), at)


def _apply_edit(
    session: Session, item_id: int, event: TimelineEvent, text: str | None, at: datetime
) -> None:
    item = stored.by_id(session, item_id)
    if item is None or is_part_of(item.text, to_plain_text(event.text, {})):
        return
    if text is None or item.state is not ItemState.SUGGESTED:
        erasure.withdraw_suggestions(session, [item.id], at)
    elif text != item.text:
        item_jobs.enqueue_update(
            session, stored.change(session, item.id, by="", at=at, text=text), at
        )


def from_marks(session: Session, incident: Incident) -> tuple[ActionSuggestion, ...]:
    """Return the current suggestions from messages that are marked as action items."""
    evidence = [item.evidence for item in stored.of_incident(session, incident.id)]
    suggestions = (
        suggest_from_mark(_load_record(session, incident, message_id))
        for message_id in evidence
        if message_id
    )
    return tuple(suggestion for suggestion in suggestions if suggestion is not None)
