"""Compare a channel's history with the record, and add or update what differs."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.domain.incident import Incident
from bot.domain.job import Job, JobKind, make_incident_job
from bot.domain.timeline import SPOKEN_KINDS, Deletion, Mark, MarkChange, TimelineEvent, to_slack_ts
from bot.timeline import erasure, recording
from storage import app_updates, channel_states, incidents, marks, outbox, people
from storage import timeline as stored
from storage.engine.store import Session
from storage.erasure import find

LATE_NOTES = timedelta(days=1)  # how long after the incident people still add what they know
DELIVERY_TIME = timedelta(minutes=1)  # the longest delay of an event from Slack
FETCH_INTERVAL = timedelta(minutes=5)  # interval of comparisons for a running incident

MarkSet = frozenset[tuple[str, Mark]]  # who marked it, and as what


@dataclass(frozen=True, kw_only=True, slots=True)
class HistoryRange:
    """Slack's history of a time range in a channel, or in one of its threads, in any order.

    The range includes `since` and excludes `until`. Messages and marks added during the request may
    be missing, so an absence after `settled` proves nothing. `marks` has an entry only for messages
    whose reactions Slack lists in full.
    """

    since: datetime
    until: datetime
    settled: datetime
    events: Sequence[TimelineEvent]
    marks: Mapping[str, MarkSet] = field(default_factory=dict)
    thread_id: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class ComparisonCounts:
    """The numbers of messages that a comparison added and erased.

    `late` counts the added ones whose events can't be on their way anymore.
    """

    added: int = 0
    late: int = 0
    deleted: int = 0

    def __add__(self, other: "ComparisonCounts") -> "ComparisonCounts":
        return ComparisonCounts(
            added=self.added + other.added,
            late=self.late + other.late,
            deleted=self.deleted + other.deleted,
        )


def enqueue_comparisons(session: Session, at: datetime) -> int:
    """Enqueue a comparison for each channel that may have missed messages. Return their number.

    Also enqueue a check of all incidents' channels: whether they were made private, renamed or
    archived.
    """
    if channel_states.has_incident(session):
        outbox.enqueue(session, Job(kind=JobKind.CHANNELS, lane="channels"), at)
    found = incidents.list_with_active_channel(session, at - LATE_NOTES)
    for incident in found:
        outbox.enqueue(session, make_incident_job(incident.id, JobKind.FETCH), at)
    return len(found)


def enqueue_fetches(session: Session, at: datetime) -> int:
    """Enqueue fetches for running incidents every few minutes: connections can fail silently."""
    found = [incident for incident in incidents.list_open(session) if incident.channel_id]
    stale = [incident for incident in found if _is_stale(session, incident, at)]
    for incident in stale:
        outbox.enqueue(session, make_incident_job(incident.id, JobKind.FETCH, {"new": True}), at)
    return len(stale)


def find_changed(
    session: Session, incident: Incident, stretch: HistoryRange
) -> list[TimelineEvent]:
    """Return the messages that aren't recorded, or recorded differently, sorted by id."""
    ids = [event.message_id for event in stretch.events]
    known = stored.by_ids(session, incident.channel_id or "", ids)
    known |= app_updates.newest(session, incident.id)
    told = [
        event
        for event in stretch.events
        if recording.is_new_or_changed(known.get(event.message_id), event)
    ]
    # Always in the same order, so that two processes comparing the same channel can't deadlock.
    return sorted(told, key=lambda event: event.message_id)


def record_missed(
    session: Session, told: Iterable[TimelineEvent], at: datetime
) -> ComparisonCounts:
    """Record missed messages, and return how many are new."""
    new = [event for event in told if recording.record(session, event, at)]
    said = [event for event in new if event.kind in SPOKEN_KINDS]
    late = [event for event in said if event.happened_at < at - DELIVERY_TIME]
    return ComparisonCounts(added=len(said), late=len(late))


def find_missing(
    session: Session, incident: Incident, stretch: HistoryRange
) -> list[TimelineEvent]:
    """Return the recorded messages missing from a time range, oldest first.

    They were probably deleted, which is still to be confirmed.
    """
    there = {event.message_id for event in stretch.events}
    there |= {event.client_id for event in stretch.events if event.client_id}
    until = min(stretch.until, stretch.settled)
    known = stored.between(session, incident.id, stretch.since, until, stretch.thread_id)
    lacking = [event for event in known if there.isdisjoint({event.message_id, event.client_id})]
    return sorted(lacking, key=lambda event: event.message_id)


def erase_missing(session: Session, channel_id: str, message_id: str, at: datetime) -> bool:
    """Erase a message whose deletion wasn't reported. Return False if it has been erased by now."""
    known = find(session, channel_id, message_id)
    if known is None or known.deleted:
        return False
    erasure.erase(session, known, Deletion.MISSING, at)
    return True


def apply_marks(
    session: Session, incident: Incident, stretch: HistoryRange, granted: Collection[Mark] = ()
) -> None:
    """Add missed marks, and remove marks that were taken back.

    Marks by people who aren't known as members count only if they're `granted` to outsiders.
    """
    channel = incident.channel_id or ""
    known = marks.of_messages(session, channel, list(stretch.marks), by_form=False)
    seen = {(ts, *each) for ts, marks in stretch.marks.items() for each in marks}
    members = {who for _, who, _ in seen if people.is_member(session, who)}
    there = {each for each in seen if each in known or each[1] in members or each[2] in granted}
    for message_id, person, mark in sorted(known ^ there):
        marked = MarkChange(
            message_id=message_id,
            person=person,
            mark=mark,
            version=to_slack_ts(stretch.settled),
            at=stretch.settled,
            removed=(message_id, person, mark) in known,
        )
        marks.save(session, channel, marked)


def _is_stale(session: Session, incident: Incident, at: datetime) -> bool:
    readings = (
        make_incident_job(incident.id, kind) for kind in (JobKind.FETCH, JobKind.READ_HISTORY)
    )
    if any(outbox.has_unfinished(session, reading.lane) for reading in readings):
        return False  # a look now would step aside, at each tick
    compared_at = incidents.comparison(session, incident.id).compared_at or incident.declared_at
    return abs(at - compared_at) >= FETCH_INTERVAL
