"""Corrections of the timeline. They change the draft only; the original messages are kept."""

from datetime import datetime

from bot.config.context import Bot
from bot.domain.actor import Actor
from bot.domain.errors import NoSuchEntry, NothingLeft
from bot.domain.job import JobKind, make_incident_job
from bot.domain.markup import find_references, mrkdwn, to_plain_text
from bot.domain.timeline import SPOKEN_KINDS, EventKind, TimelineEvent
from bot.domain.typed_times import Span, parse_time
from bot.people import working_hours
from storage import corrections, outbox, people, timeline_entries
from storage.corrections import Correction
from storage.engine.store import Session

# The text of other actions is the value that was set: the status, the severity, the role.
CORRECTABLE_KINDS = SPOKEN_KINDS | {EventKind.NOTE, EventKind.IMPACT, EventKind.UPDATE}


def find(session: Session, event_id: int) -> tuple[int, TimelineEvent]:
    """Return the incident id and the current state of an entry. Raises NoSuchEntry."""
    entry = timeline_entries.by_id(session, event_id)
    if entry is None or entry[1].deleted:
        raise NoSuchEntry
    return entry


def correct(
    session: Session, bot: Bot, actor: Actor, event_id: int, changes: tuple[str | None, str]
) -> TimelineEvent:
    """Change the text of an entry and when it happened; `changes` has both as typed.

    None as text and an empty time leave them unchanged. Raises NothingLeft for an empty text.
    """
    incident_id, event = find(session, event_id)
    text, time = changes
    changed = Correction(
        event_id,
        actor.person,
        text=_new_text(session, event, text),
        happened_at=_new_time(session, bot, actor, event, time),
    )
    if changed.text is None and changed.happened_at is None:
        return event
    corrections.add(session, changed, actor.at)
    _enqueue_card_update(session, incident_id, event, actor.at)
    return find(session, event_id)[1]


def hide(session: Session, actor: Actor, event_id: int, *, hidden: bool) -> TimelineEvent:
    """Remove an entry from the timeline, or show it again."""
    incident_id, event = find(session, event_id)
    if event.hidden is not hidden:
        corrections.add(session, Correction(event_id, actor.person, hidden=hidden), actor.at)
        _enqueue_card_update(session, incident_id, event, actor.at)
    return find(session, event_id)[1]


def text_of(session: Session, event: TimelineEvent) -> str:
    """Return the text of an entry as plain text, for reading and editing."""
    return to_plain_text(event.text, people.names(session, find_references(event.text)))


def _new_text(session: Session, event: TimelineEvent, typed: str | None) -> str | None:
    if typed is None or event.kind not in CORRECTABLE_KINDS:
        return None
    clean = typed.strip()
    if not clean:
        raise NothingLeft
    return None if clean == text_of(session, event).strip() else mrkdwn(clean)


def _new_time(
    session: Session, bot: Bot, actor: Actor, event: TimelineEvent, typed: str
) -> datetime | None:
    if not typed.strip():
        return None
    zone = working_hours.typed_zone(session, bot, actor.person, typed)
    near = Span(since=event.happened_at, until=event.happened_at, now=actor.at)
    at = parse_time(typed, near=near, zone=zone)
    return None if at == event.happened_at else at


def _enqueue_card_update(
    session: Session, incident_id: int, event: TimelineEvent, at: datetime
) -> None:
    """Update the card if needed: it shows the last impact."""
    if event.kind is EventKind.IMPACT:
        outbox.enqueue(session, make_incident_job(incident_id, JobKind.CARD), at)
