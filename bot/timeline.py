"""Recording: a message or a deed becomes a timeline event of the incident in its channel."""

from dataclasses import replace
from datetime import datetime

from bot.domain.asker import Asker
from bot.domain.incident import Incident
from bot.domain.posting import Deed, Posting, person_lane
from bot.domain.timeline import Kind, Mark, Source, TimelineEvent
from bot.redaction import redact
from storage import incidents, outbox, people, timeline
from storage.engine import Session


def record(session: Session, event: TimelineEvent) -> bool:
    """Record a message of an incident's channel, secrets removed; False when there is nothing to do.

    Messages of other channels are not ours, and a message that is recorded already stays as it is.
    """
    incident = incidents.by_channel(session, event.channel_id)
    if incident is None:
        return False
    if event.kind is Kind.JOINED:
        meet(session, event.author, event.happened_at)
    return timeline.add(session, incident.id, _clean(event))


def meet(session: Session, person: str, at: datetime) -> None:
    """Ask for the name and zone of somebody who is new: times that they type are in their zone."""
    if people.find(session, person) is None:
        posting = Posting(deed=Deed.MEET, lane=person_lane(person), about={"person": person})
        outbox.put(session, posting, at)


def follow_edit(session: Session, event: TimelineEvent, at: datetime) -> bool:
    """Give a message its new text; one that we never heard is recorded as it is now."""
    known = timeline.find(session, event.channel_id, event.message_id)
    if known is None:
        return record(session, event)
    clean = _clean(event)
    if known.deleted or known.text == clean.text:
        return False
    timeline.revise(session, known, clean.text, at)
    return True


def follow_deletion(session: Session, event: TimelineEvent) -> bool:
    """Take a deleted message's text away; of one that we never heard, only the line is kept."""
    known = timeline.find(session, event.channel_id, event.message_id)
    if known is None:
        return record(session, replace(event, text="", deleted=True))
    timeline.erase(session, known)
    return True


def mark(session: Session, asker: Asker, message_id: str, mark: Mark) -> bool:
    """Keep what a person says a message is."""
    if incidents.by_channel(session, asker.channel_id) is None:
        return False
    return timeline.mark(
        session, asker.channel_id, message_id, person=asker.person, mark=mark, at=asker.at
    )


def unmark(session: Session, asker: Asker, message_id: str, mark: Mark) -> bool:
    return timeline.unmark(session, asker.channel_id, message_id, asker.person, mark)


def deed(  # noqa: PLR0913 - what a deed is made of
    session: Session,
    incident: Incident,
    asker: Asker,
    kind: Kind,
    *,
    text: str = "",
    detail: str = "",
    happened_at: datetime | None = None,
) -> None:
    """Record what somebody did through the bot."""
    event = TimelineEvent(
        message_id=f"deed-{asker.request_id}",
        channel_id=incident.channel_id or "",
        author=asker.person,
        text=text,
        detail=detail,
        happened_at=happened_at or asker.at,
        kind=kind,
        source=Source.COMMAND,
    )
    timeline.add(session, incident.id, _clean(event))


def _clean(event: TimelineEvent) -> TimelineEvent:
    clean, _ = redact(event.text)
    return replace(event, text=clean)
