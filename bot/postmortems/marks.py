"""Marks: what a person says that a message is, and what follows from that."""

from dataclasses import replace

from bot.action_items import suggestions
from bot.config.context import Bot
from bot.domain.actor import Actor
from bot.domain.errors import NotSaid
from bot.domain.incident import Incident
from bot.domain.job import Job, JobKind, person_lane
from bot.domain.timeline import SPOKEN, Mark, Marked, TimelineEvent, stamp_of
from bot.incidents import lifecycle
from bot.timeline import corrections, recording
from storage import incidents as stored
from storage import marks as stored_marks
from storage import outbox
from storage import timeline as events
from storage.engine.store import Session


def follow(session: Session, channel_id: str, marked: Marked) -> None:
    """Keep a mark, or that it was taken back; who puts one sees that it counts.

    What was known already changes nothing and is not answered again.
    """
    incident = stored.by_channel(session, channel_id)
    if incident is None or not recording.mark(session, channel_id, marked):
        return
    if marked.mark is Mark.ACTION_ITEM:
        suggestions.follow_mark(session, incident, marked)
    if not marked.removed:
        outbox.put(session, _receipt(incident, marked), marked.at)


def reach(session: Session, bot: Bot, actor: Actor, said: TimelineEvent | None) -> TimelineEvent:
    """Find the message that somebody points at, recorded now if it was not before."""
    lifecycle.here(session, bot, actor)
    if said is None or said.kind not in SPOKEN:
        raise NotSaid
    recording.meet(session, actor.person, actor.at)  # a time that they type is in their zone
    recording.record(session, said, actor.at)
    found = events.find(session, said.channel_id, said.message_id, said.client_id)
    if found is None or found.deleted:
        raise NotSaid
    return found


def put(session: Session, bot: Bot, actor: Actor, event_id: int, said: tuple[Mark, str]) -> None:
    """Mark a message with a form: as what, and when it happened where that is another time."""
    mark, time = said
    _, event = corrections.find(session, event_id)
    corrections.correct(session, bot, actor, event_id, (None, time))
    follow(session, event.channel_id, _by_form(event, actor, mark))


def take_back(session: Session, actor: Actor, event_id: int) -> None:
    """Take off all marks that somebody put on a message with the form."""
    _, event = corrections.find(session, event_id)
    for mark in sorted(own(session, event, actor.person)):
        follow(session, event.channel_id, replace(_by_form(event, actor, mark), removed=True))


def own(session: Session, event: TimelineEvent, person: str) -> set[Mark]:
    """The marks that somebody put on a message with the form."""
    there = stored_marks.marked(session, event.channel_id, [event.message_id], by_form=True)
    return {mark for _, who, mark in there if who == person}


def _by_form(event: TimelineEvent, actor: Actor, mark: Mark) -> Marked:
    return Marked(
        message_id=event.message_id,
        person=actor.person,
        mark=mark,
        version=stamp_of(actor.at),
        at=actor.at,
        by_form=True,
    )


def _receipt(incident: Incident, marked: Marked) -> Job:
    about = {"message": marked.message_id, "person": marked.person, "mark": marked.mark}
    return Job(
        kind=JobKind.RECEIPT,
        lane=person_lane(marked.person),  # nobody else waits for it
        incident_id=incident.id,
        about=about | {"form": marked.by_form},
    )
