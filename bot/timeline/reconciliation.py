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
    active = incidents.list_with_active_channel(session, at - LATE_NOTES)
    for incident in active:
        outbox.enqueue(session, make_incident_job(incident.id, JobKind.FETCH), at)
    return len(active)


def enqueue_fetches(session: Session, at: datetime) -> int:
    """Enqueue fetches for running incidents every few minutes: connections can fail silently."""
    open_incidents = [incident for incident in incidents.list_open(session) if incident.channel_id]
    stale = [incident for incident in open_incidents if _is_stale(session, incident, at)]
    for incident in stale:
        outbox.enqueue(session, make_incident_job(incident.id, JobKind.FETCH, {"new": True}), at)
    return len(stale)


def find_changed(
    session: Session, incident: Incident, history: HistoryRange
) -> list[TimelineEvent]:
    """Return the messages that aren't recorded, or recorded differently, sorted by id."""
    ids = [event.message_id for event in history.events]
    recorded = stored.by_ids(session, incident.channel_id or "", ids)
    recorded |= app_updates.newest(session, incident.id)
    changed = [
        event
        for event in history.events
        if recording.is_new_or_changed(recorded.get(event.message_id), event)
    ]
    # Always in the same order, so that two processes comparing the same channel can't deadlock.
    return sorted(changed, key=lambda event: event.message_id)


def record_missed(
    session: Session, missed: Iterable[TimelineEvent], at: datetime
) -> ComparisonCounts:
    """Record missed messages, and return how many are new."""
    new = [event for event in missed if recording.record(session, event, at)]
    messages = [event for event in new if event.kind in SPOKEN_KINDS]
    late = [event for event in messages if event.happened_at < at - DELIVERY_TIME]
    return ComparisonCounts(added=len(messages), late=len(late))


def find_missing(
    session: Session, incident: Incident, history: HistoryRange
) -> list[TimelineEvent]:
    """Return the recorded messages missing from a time range, oldest first.

    They were probably deleted, which is still to be confirmed.
    """
    ids = {event.message_id for event in history.events}
    ids |= {event.client_id for event in history.events if event.client_id}
    until = min(history.until, history.settled)
    recorded = stored.between(session, incident.id, history.since, until, history.thread_id)
    missing = [event for event in recorded if ids.isdisjoint({event.message_id, event.client_id})]
    return sorted(missing, key=lambda event: event.message_id)


def erase_missing(session: Session, channel_id: str, message_id: str, at: datetime) -> bool:
    """Erase a message whose deletion wasn't reported. Return False if it has been erased by now."""
    recorded = find(session, channel_id, message_id)
    if recorded is None or recorded.deleted:
        return False
    erasure.erase(session, recorded, Deletion.MISSING, at)
    return True


def apply_marks(
    session: Session, incident: Incident, history: HistoryRange, granted: Collection[Mark] = ()
) -> None:
    """Add missed marks, and remove marks that were taken back.

    Marks by people who aren't known as members count only if they're `granted` to outsiders.
    """
    channel = incident.channel_id or ""
    recorded = marks.of_messages(session, channel, list(history.marks), by_form=False)
    slack_marks = {(ts, *pair) for ts, pairs in history.marks.items() for pair in pairs}
    members = {person for _, person, _ in slack_marks if people.is_member(session, person)}
    current = {
        key for key in slack_marks if key in recorded or key[1] in members or key[2] in granted
    }
    for message_id, person, mark in sorted(recorded ^ current):
        change = MarkChange(
            message_id=message_id,
            person=person,
            mark=mark,
            version=to_slack_ts(history.settled),
            at=history.settled,
            removed=(message_id, person, mark) in recorded,
        )
        marks.save(session, channel, change)


def _is_stale(session: Session, incident: Incident, at: datetime) -> bool:
    readings = (
        make_incident_job(incident.id, kind) for kind in (JobKind.FETCH, JobKind.READ_HISTORY)
    )
    if any(outbox.has_unfinished(session, reading.lane) for reading in readings):
        return False  # a comparison now would be put off, each time
    compared_at = incidents.comparison(session, incident.id).compared_at or incident.declared_at
    return abs(at - compared_at) >= FETCH_INTERVAL
