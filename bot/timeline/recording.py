"""Recording: a message or a deed becomes a timeline event of the incident in its channel."""

from dataclasses import replace
from datetime import datetime, timedelta

from bot.domain.actor import Actor
from bot.domain.incident import Incident
from bot.domain.job import Job, JobKind, for_incident, person_lane
from bot.domain.timeline import Deletion, Kind, Marked, Source, TimelineEvent, stamp_of
from bot.redaction import redact
from bot.timeline import app_updates, erasure
from storage import incidents, marks, outbox, people, timeline, timeline_counts
from storage.engine.store import Session
from storage.erasure import copies, find, hold

NEWLY_JOINED = timedelta(minutes=10)  # who joined before has read for themselves


def record(session: Session, event: TimelineEvent, at: datetime) -> bool:
    """Record what a message says, secrets removed; True when the message was not known before.

    Words of a message come in any order and more than once: the first, an edit, the deletion. Each
    finds its place, and the record is the same in the end. Other channels' messages are not ours, but
    for those that an incident was declared from.
    """
    incident_id = incidents.id_of_channel(session, event.channel_id)
    if incident_id is None:
        return _follow_evidence(session, event, at)
    if event.kind is Kind.LEFT and not _matters(session, incident_id, event.author):
        return False
    if event.kind is Kind.JOINED:
        meet(session, event.author, event.happened_at)
    clean = _clean(event)
    original = app_updates.original_of(clean)
    is_new = _is_new(session, incident_id, original)
    if is_new and original is clean:
        _greet(session, incident_id, clean, at)
        _part(session, incident_id, clean, at)
        return True
    known = timeline.find(session, clean.channel_id, clean.message_id, clean.client_id)
    if known is not None:
        _follow(session, known, clean, at)
    return is_new


def _is_new(session: Session, incident_id: int, event: TimelineEvent) -> bool:
    if event.deleted:
        hold(session, incident_id)  # before the message itself, as commands do
    return timeline.add(session, incident_id, event)


def _matters(session: Session, incident_id: int, person: str) -> bool:
    """Whether it matters that somebody left: of a private channel, whose words they read no more."""
    private = incidents.by_id(session, incident_id).private
    return private and not incidents.has_left(session, incident_id, person)


def bring(session: Session, incident: Incident, said: TimelineEvent) -> None:
    """Record a message of another channel as evidence of an incident.

    One that is in another incident's record stays there, and is recorded here under an id of ours.
    One that was deleted since, or that somebody had forgotten, is not brought back.
    """
    clean = _clean(said)
    known = timeline.find(session, said.channel_id, said.message_id)
    if known is not None and known.deletion in {Deletion.REPORTED, Deletion.FORGOTTEN}:
        return
    if not timeline.add(session, incident.id, clean):
        copied = f"deed-{incident.key}-{clean.message_id}"
        timeline.add(session, incident.id, replace(clean, message_id=copied))


def note_departure(session: Session, incident: Incident, person: str, at: datetime) -> None:
    """Record that somebody isn't in a private incident's channel, where Slack didn't tell us that."""
    if incidents.has_left(session, incident.id, person):
        return
    last = timeline.latest(session, incident.id, 1)
    # After all that they said there, by Slack's clock.
    when = max([at, *(event.happened_at for event in last)])
    left = TimelineEvent(
        message_id=f"left-{person}-{stamp_of(when)}",
        channel_id=incident.channel_id or "",
        author=person,
        text="",
        happened_at=when,
        kind=Kind.LEFT,
    )
    timeline.add(session, incident.id, left)


def _follow_evidence(session: Session, told: TimelineEvent, at: datetime) -> bool:
    """What is edited or deleted elsewhere is so in the record as well, where it was brought there."""
    if told.deleted or told.version:
        look = find if told.deleted else timeline.find
        known = look(session, told.channel_id, told.message_id)
        if known is not None:
            _follow(session, known, _clean(told), at)
    return False


def record_command(session: Session, event: TimelineEvent, at: datetime) -> None:
    """Record a message that told the bot what to do: what it did is in the record, this is no talk.

    The same message comes as one that somebody said too, before or after.
    """
    if not record(session, replace(event, kind=Kind.COMMAND), at):
        timeline.be_command(session, event.channel_id, event.message_id)


def is_news(known: TimelineEvent | None, told: TimelineEvent) -> bool:
    """Whether the record would be another after this was told."""
    if known is None:
        return True
    if known.deleted:
        return _comes_back(known, told)
    return (known.version, known.text) != (told.version, _clean(told).text)


def _comes_back(known: TimelineEvent, told: TimelineEvent) -> bool:
    """Whether Slack's history shows a message again that we erased because it was missing there."""
    is_shown = told.source is Source.FETCHED and not told.deleted
    return known.deletion is Deletion.MISSING and is_shown


def _follow(session: Session, known: TimelineEvent, told: TimelineEvent, at: datetime) -> None:
    """Bring a known message up to date; what was deleted stays so, unless it was only missing."""
    if known.source is Source.FETCHED and told.source is Source.HEARD and not told.version:
        timeline.heard(session, known.id)
    if told.deleted and told.message_id == known.message_id:
        erasure.erase(session, known, Deletion.REPORTED, at)
    elif _comes_back(known, told):
        restore = app_updates if known.kind is Kind.ALERT else erasure
        restore.take_back(session, known, told, at)
    elif not (told.deleted or known.deleted):
        follow = app_updates.follow if known.kind is Kind.ALERT else _follow_text
        follow(session, known, told, at)


def _follow_text(session: Session, known: TimelineEvent, told: TimelineEvent, at: datetime) -> None:
    if told.version > known.version or _corrects(told, known):
        for each in (known, *copies(session, known)):
            timeline.revise(session, each, told, at)
            if told.text != each.text:
                erasure.follow_edit(session, each, at)
    elif told.version < known.version and told.text != known.text:
        timeline.keep_earlier(session, known.id, told, at)


def _corrects(told: TimelineEvent, known: TimelineEvent) -> bool:
    """Whether Slack's history has another text for the version that we know."""
    fetched = told.source is Source.FETCHED
    return fetched and told.version == known.version and told.text != known.text


def meet(session: Session, person: str, at: datetime) -> None:
    """Ask for the name and zone of somebody who is new: times that they type are in their zone."""
    if people.find(session, person) is None:
        job = Job(kind=JobKind.MEET, lane=person_lane(person), about={"person": person})
        outbox.put(session, job, at)


def _greet(session: Session, incident_id: int, event: TimelineEvent, at: datetime) -> None:
    """Offer to who joins a running incident to be caught up: once, and not to who declared it."""
    if event.kind is not Kind.JOINED:
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
        outbox.put(session, job, at)


def _part(session: Session, incident_id: int, event: TimelineEvent, at: datetime) -> None:
    """Have what somebody had handed over once they left a private incident's channel."""
    if event.kind is Kind.LEFT:
        outbox.put(session, for_incident(incident_id, JobKind.DEPARTED, {"of": event.author}), at)


def mark(session: Session, channel_id: str, marked: Marked) -> bool:
    """Keep what a person says a message is, or that they take it back."""
    if incidents.id_of_channel(session, channel_id) is None:
        return False
    return marks.mark(session, channel_id, marked)


def record_action(  # noqa: PLR0913 - what a deed is made of
    session: Session,
    incident: Incident,
    actor: Actor,
    kind: Kind,
    *,
    text: str = "",
    detail: str = "",
    happened_at: datetime | None = None,
) -> None:
    """Record what somebody did through the bot."""
    event = TimelineEvent(
        message_id=f"deed-{actor.request_id}",
        channel_id=incident.channel_id or "",
        author=actor.person,
        text=text,
        detail=detail,
        happened_at=happened_at or actor.at,
        kind=kind,
        source=Source.COMMAND,
    )
    timeline.add(session, incident.id, _clean(event))


def _clean(event: TimelineEvent) -> TimelineEvent:
    clean, _ = redact(event.text)
    return replace(event, text=clean)
