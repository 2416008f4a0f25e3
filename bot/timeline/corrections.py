"""Corrections: what people change in the timeline. What was said stays; the draft tells what they say."""

from datetime import datetime

from bot.config.context import Bot
from bot.domain.actor import Actor
from bot.domain.errors import NoSuchEntry, NothingLeft
from bot.domain.job import JobKind, for_incident
from bot.domain.markup import plain, referenced
from bot.domain.timeline import SPOKEN, Kind, TimelineEvent
from bot.domain.typed_times import Span, read_time
from bot.people import working_hours
from bot.rendering import render
from storage import corrections, outbox, people, timeline_entries
from storage.corrections import Correction
from storage.engine.store import Session

# The text of other deeds is what was set: the status, the severity, who has a role.
WORDED = SPOKEN | {Kind.NOTE, Kind.IMPACT, Kind.UPDATE}


def find(session: Session, event_id: int) -> tuple[int, TimelineEvent]:
    """An entry as it is now, and the incident that it is of."""
    found = timeline_entries.by_id(session, event_id)
    if found is None or found[1].deleted:
        raise NoSuchEntry
    return found


def correct(
    session: Session, bot: Bot, actor: Actor, event_id: int, written: tuple[str | None, str]
) -> TimelineEvent:
    """Change the text of an entry and when it happened; `written` has both as typed.

    What is as it was is left alone: no text, or an empty time.
    """
    incident_id, event = find(session, event_id)
    text, time = written
    changed = Correction(
        event_id,
        actor.person,
        text=_new_text(session, event, text),
        happened_at=_new_time(session, bot, actor, event, time),
    )
    if changed.text is None and changed.happened_at is None:
        return event
    corrections.add(session, changed, actor.at)
    _show(session, incident_id, event, actor.at)
    return find(session, event_id)[1]


def hide(session: Session, actor: Actor, event_id: int, *, hidden: bool) -> TimelineEvent:
    """Take an entry out of the timeline, or show it again."""
    incident_id, event = find(session, event_id)
    if event.hidden is not hidden:
        corrections.add(session, Correction(event_id, actor.person, hidden=hidden), actor.at)
        _show(session, incident_id, event, actor.at)
    return find(session, event_id)[1]


def text_of(session: Session, event: TimelineEvent) -> str:
    """What an entry says, as people read and write it."""
    return plain(event.text, people.names(session, referenced(event.text)))


def _new_text(session: Session, event: TimelineEvent, written: str | None) -> str | None:
    if written is None or event.kind not in WORDED:
        return None
    clean = written.strip()
    if not clean:
        raise NothingLeft
    return None if clean == text_of(session, event).strip() else render.mrkdwn(clean)


def _new_time(
    session: Session, bot: Bot, actor: Actor, event: TimelineEvent, written: str
) -> datetime | None:
    if not written.strip():
        return None
    zone = working_hours.typed_zone(session, bot, actor.person, written)
    near = Span(since=event.happened_at, until=event.happened_at, now=actor.at)
    at = read_time(written, near=near, zone=zone)
    return None if at == event.happened_at else at


def _show(session: Session, incident_id: int, event: TimelineEvent, at: datetime) -> None:
    """The card shows the last impact."""
    if event.kind is Kind.IMPACT:
        outbox.put(session, for_incident(incident_id, JobKind.CARD), at)
