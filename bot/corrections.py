"""Corrections: what people change in the timeline. What was said stays; the draft tells what they say."""

from datetime import datetime

from bot import hours, render
from bot.domain.asker import Asker
from bot.domain.clock_words import Span, read_time
from bot.domain.errors import NoSuchEntry, NothingLeft
from bot.domain.markup import plain, referenced
from bot.domain.posting import Deed, for_incident
from bot.domain.timeline import SPOKEN, Kind, TimelineEvent
from bot.environment import Bot
from storage import corrections, entries, outbox, people
from storage.corrections import Correction
from storage.engine import Session

# The text of other deeds is what was set: the status, the severity, who has a role.
WORDED = SPOKEN | {Kind.NOTE, Kind.IMPACT, Kind.UPDATE}


def find(session: Session, event_id: int) -> tuple[int, TimelineEvent]:
    """An entry as it is now, and the incident that it is of."""
    found = entries.by_id(session, event_id)
    if found is None or found[1].deleted:
        raise NoSuchEntry
    return found


def correct(
    session: Session, bot: Bot, asker: Asker, event_id: int, written: tuple[str | None, str]
) -> TimelineEvent:
    """Change the text of an entry and when it happened; `written` has both as typed.

    What is as it was is left alone: no text, or an empty time.
    """
    incident_id, event = find(session, event_id)
    text, time = written
    changed = Correction(
        event_id,
        asker.person,
        text=_new_text(session, event, text),
        happened_at=_new_time(session, bot, asker, event, time),
    )
    if changed.text is None and changed.happened_at is None:
        return event
    corrections.add(session, changed, asker.at)
    _show(session, incident_id, event, asker.at)
    return find(session, event_id)[1]


def hide(session: Session, asker: Asker, event_id: int, *, hidden: bool) -> TimelineEvent:
    """Take an entry out of the timeline, or show it again."""
    incident_id, event = find(session, event_id)
    if event.hidden is not hidden:
        corrections.add(session, Correction(event_id, asker.person, hidden=hidden), asker.at)
        _show(session, incident_id, event, asker.at)
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
    session: Session, bot: Bot, asker: Asker, event: TimelineEvent, written: str
) -> datetime | None:
    if not written.strip():
        return None
    zone = hours.typed_zone(session, bot, asker.person, written)
    near = Span(since=event.happened_at, until=event.happened_at, now=asker.at)
    at = read_time(written, near=near, zone=zone)
    return None if at == event.happened_at else at


def _show(session: Session, incident_id: int, event: TimelineEvent, at: datetime) -> None:
    """The card shows the last impact."""
    if event.kind is Kind.IMPACT:
        outbox.put(session, for_incident(incident_id, Deed.CARD), at)
