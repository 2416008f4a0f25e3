"""A channel's history against what is recorded: what was missed is added, what changed is followed."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.domain.incident import Incident
from bot.domain.job import Job, JobKind, for_incident
from bot.domain.timeline import SPOKEN, Deletion, Mark, Marked, TimelineEvent, stamp_of
from bot.timeline import erasure, recording
from storage import app_updates, channel_states, incidents, marks, outbox, people
from storage import timeline as stored
from storage.engine.store import Session
from storage.erasure import find

LATE_NOTES = timedelta(days=1)  # so long after the end people still add what they know
ON_ITS_WAY = timedelta(minutes=1)  # at most, a message to us
OFTEN = timedelta(minutes=5)  # between looks at a channel where an incident runs

Marks = frozenset[tuple[str, Mark]]  # who, as what


@dataclass(frozen=True, kw_only=True, slots=True)
class Stretch:
    """What Slack holds of a stretch of a channel, or of one thread of it, in any order.

    From `since` on, and before `until`. What was said or marked while it was read may be missing
    from it: nothing follows from an absence after `settled`. `marks` are those of each message
    whose reactions Slack lists in full.
    """

    since: datetime
    until: datetime
    settled: datetime
    events: Sequence[TimelineEvent]
    marks: Mapping[str, Marks] = field(default_factory=dict)
    thread_id: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Tally:
    """What a comparison changed: messages that were added, and texts that were taken out.

    Those added are `late` when they cannot be on their way to us any more.
    """

    added: int = 0
    late: int = 0
    deleted: int = 0

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(
            added=self.added + other.added,
            late=self.late + other.late,
            deleted=self.deleted + other.deleted,
        )


def ask(session: Session, at: datetime) -> int:
    """Have every channel compared where something may have been missed; say how many.

    Of all incidents it is looked at whether their channels are private now, renamed or archived.
    """
    if channel_states.any_incident(session):
        outbox.put(session, Job(kind=JobKind.CHANNELS, lane="channels"), at)
    found = incidents.listened(session, at - LATE_NOTES)
    for incident in found:
        outbox.put(session, for_incident(incident.id, JobKind.FETCH), at)
    return len(found)


def ask_often(session: Session, at: datetime) -> int:
    """Look at what is new where an incident runs: a connection can be silent and seem well."""
    found = [incident for incident in incidents.not_over(session) if incident.channel_id]
    stale = [incident for incident in found if _is_stale(session, incident, at)]
    for incident in stale:
        outbox.put(session, for_incident(incident.id, JobKind.FETCH, {"new": True}), at)
    return len(stale)


def news(session: Session, incident: Incident, stretch: Stretch) -> list[TimelineEvent]:
    """What a stretch tells that is not recorded, or not so."""
    ids = [event.message_id for event in stretch.events]
    known = stored.by_ids(session, incident.channel_id or "", ids)
    known |= app_updates.newest(session, incident.id)
    told = [
        event for event in stretch.events if recording.is_news(known.get(event.message_id), event)
    ]
    # In one order always: two that compare the same channel do not wait for each other in a ring.
    return sorted(told, key=lambda event: event.message_id)


def add(session: Session, told: Iterable[TimelineEvent], at: datetime) -> Tally:
    """Record what was missed."""
    new = [event for event in told if recording.record(session, event, at)]
    said = [event for event in new if event.kind in SPOKEN]
    late = [event for event in said if event.happened_at < at - ON_ITS_WAY]
    return Tally(added=len(said), late=len(late))


def missing(session: Session, incident: Incident, stretch: Stretch) -> list[TimelineEvent]:
    """The recorded messages that a stretch lacks, oldest first: probably deleted, to be confirmed."""
    there = {event.message_id for event in stretch.events}
    there |= {event.client_id for event in stretch.events if event.client_id}
    until = min(stretch.until, stretch.settled)
    known = stored.between(session, incident.id, stretch.since, until, stretch.thread_id)
    lacking = [event for event in known if there.isdisjoint({event.message_id, event.client_id})]
    return sorted(lacking, key=lambda event: event.message_id)


def erase_missing(session: Session, channel_id: str, message_id: str, at: datetime) -> bool:
    """Honour a deletion that nobody reported to us; False if it has been reported meanwhile."""
    known = find(session, channel_id, message_id)
    if known is None or known.deleted:
        return False
    erasure.erase(session, known, Deletion.MISSING, at)
    return True


def follow_marks(
    session: Session, incident: Incident, stretch: Stretch, granted: Collection[Mark] = ()
) -> None:
    """Add the marks that were missed, and take off those that were taken back.

    Of people who are not known as members only those count that outsiders are `granted`.
    """
    channel = incident.channel_id or ""
    known = marks.marked(session, channel, list(stretch.marks), by_form=False)
    seen = {(ts, *each) for ts, marks in stretch.marks.items() for each in marks}
    members = {who for _, who, _ in seen if people.is_member(session, who)}
    there = {each for each in seen if each in known or each[1] in members or each[2] in granted}
    for message_id, person, mark in sorted(known ^ there):
        marked = Marked(
            message_id=message_id,
            person=person,
            mark=mark,
            version=stamp_of(stretch.settled),
            at=stretch.settled,
            removed=(message_id, person, mark) in known,
        )
        marks.mark(session, channel, marked)


def _is_stale(session: Session, incident: Incident, at: datetime) -> bool:
    readings = (for_incident(incident.id, kind) for kind in (JobKind.FETCH, JobKind.READ_HISTORY))
    if any(outbox.is_waiting(session, reading.lane) for reading in readings):
        return False  # a look now would step aside, at each tick
    compared_at = incidents.comparison(session, incident.id).compared_at or incident.declared_at
    return abs(at - compared_at) >= OFTEN
