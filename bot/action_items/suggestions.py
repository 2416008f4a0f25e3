"""Suggested action items: by the draft, or by who marks a message. Each is made once, and counts when it is accepted."""

from datetime import datetime

from bot.action_items import items
from bot.domain.action_item import ActionItem, ItemState
from bot.domain.draft import ActionSuggestion
from bot.domain.incident import Incident
from bot.domain.markup import plain, referenced
from bot.domain.quotes import is_part_of
from bot.domain.timeline import Marked, Record, TimelineEvent
from bot.drafting.action_items import marked_item
from bot.timeline import erasure
from storage import action_items as stored
from storage import marks, people, timeline
from storage.engine.store import Session
from storage.erasure import undecided_items


def suggest(
    session: Session, incident: Incident, suggestions: tuple[ActionSuggestion, ...], at: datetime
) -> list[ActionItem]:
    """Keep what the draft suggests, once: a message that was taken up already stays as it is."""
    known = {item.evidence for item in stored.of_incident(session, incident.id)}
    new = [said for said in suggestions if said.item_id is None and said.evidence[0] not in known]
    by = incident.declared_by
    return [_suggest(session, incident, said, said.owner or by, at) for said in new]


def follow_mark(session: Session, incident: Incident, marked: Marked) -> None:
    """Suggest what a marked message asks for; drop that when no mark is left and nobody took it.

    A message that is not recorded yet is left to the draft, which finds the mark on it.
    """
    item = _of_message(session, incident, marked.message_id)
    if marked.removed:
        if item and item.state is ItemState.SUGGESTED and not _is_marked(session, incident, marked):
            _decide(session, item, marked, ItemState.DROPPED)
    elif item is None:
        said = marked_item(_record_of(session, incident, marked.message_id))
        if said is not None:
            _suggest(session, incident, said, marked.person, marked.at)
    elif item.state is ItemState.DROPPED:  # somebody wants it after all
        _decide(session, item, marked, ItemState.SUGGESTED)


def _suggest(
    session: Session, incident: Incident, said: ActionSuggestion, by: str, at: datetime
) -> ActionItem:
    item = stored.add(
        session,
        incident_id=incident.id,
        text=said.text,
        state=ItemState.SUGGESTED,
        owner=said.owner,
        due=said.due,
        priority=said.priority,
        evidence=said.evidence[0],
        created_by=by,
        created_at=at,
    )
    items.ask(session, item, at, new=True)
    return item


def _decide(session: Session, item: ActionItem, marked: Marked, state: ItemState) -> None:
    item = stored.change(session, item.id, by=marked.person, at=marked.at, state=state)
    items.show(session, item, marked.at)


def _of_message(session: Session, incident: Incident, message_id: str) -> ActionItem | None:
    items = stored.of_incident(session, incident.id)
    return next((item for item in items if item.evidence == message_id), None)


def _is_marked(session: Session, incident: Incident, marked: Marked) -> bool:
    there = marks.marked(session, incident.channel_id or "", [marked.message_id])
    return any(mark is marked.mark for _, _, mark in there)


def _record_of(session: Session, incident: Incident, message_id: str) -> Record:
    """The record of one message: what somebody said, with the names that occur in it."""
    found = timeline.by_ids(session, incident.channel_id or "", [message_id]).values()
    ids = [id_ for event in found for id_ in (event.author, *referenced(event.text))]
    return Record(
        incident=incident,
        events=tuple(found),
        people=people.names(session, ids),
        outsiders=people.outsiders(session, ids),
    )


def follow_edits(
    session: Session, incident: Incident, found: tuple[ActionSuggestion, ...], at: datetime
) -> None:
    """Let suggestions that nobody took say what their message says since it was edited.

    `found` is what is suggested now. One that is not among it, and says what its message no longer says,
    is withdrawn.
    """
    texts = {each.evidence[0]: each.text for each in found}
    edited = (each for each in timeline.of_incident(session, incident.id) if each.edited)
    for event in edited:
        for item_id in undecided_items(session, incident.id, event.message_id):
            _follow_edit(session, item_id, event, texts.get(event.message_id), at)


def _follow_edit(
    session: Session, item_id: int, event: TimelineEvent, text: str | None, at: datetime
) -> None:
    item = stored.by_id(session, item_id)
    if item is None or is_part_of(item.text, plain(event.text, {})):
        return
    if text is None or item.state is not ItemState.SUGGESTED:
        erasure.withdraw(session, [item.id], at)
    elif text != item.text:
        items.show(session, stored.change(session, item.id, by="", at=at, text=text), at)


def from_marks(session: Session, incident: Incident) -> tuple[ActionSuggestion, ...]:
    """What the messages that are marked as action items suggest now."""
    evidence = [item.evidence for item in stored.of_incident(session, incident.id)]
    found = (marked_item(_record_of(session, incident, each)) for each in evidence if each)
    return tuple(each for each in found if each is not None)
