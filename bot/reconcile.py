"""A channel's history against what is recorded: what was missed is added, what changed is followed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot import timeline
from bot.domain.incident import Incident
from bot.domain.timeline import Kind, TimelineEvent
from storage import incidents
from storage import timeline as stored
from storage.engine import Session


@dataclass(frozen=True, kw_only=True, slots=True)
class History:
    """What Slack's history held between `since` and `until`: thread replies too, in any order.

    What was said while it was read may be missing from it, so `until` lies before that. `whole` is
    False when a part of it could not be read.
    """

    since: datetime
    until: datetime
    events: Sequence[TimelineEvent]
    whole: bool = True


@dataclass(frozen=True, kw_only=True, slots=True)
class Tally:
    """What a comparison changed."""

    added: int = 0
    deleted: int = 0


def compare(session: Session, incident: Incident, history: History, at: datetime) -> Tally:
    """Bring the record in line with the history and note how complete it is."""
    added = 0
    for event in history.events:
        added += timeline.record(session, event, at)
    deleted = _erase_missing(session, incident, history) if history.whole else 0
    incidents.fetched(session, incident.id, late=added, gaps=0 if history.whole else 1)
    return Tally(added=added, deleted=deleted)


def _erase_missing(session: Session, incident: Incident, history: History) -> int:
    """Honour the deletions that nobody told us of."""
    there = {event.message_id for event in history.events}
    gone = [
        event
        for event in stored.of_incident(session, incident.id)
        if event.kind in {Kind.MESSAGE, Kind.ALERT}
        and history.since <= event.happened_at < history.until
        and event.message_id not in there
        and not event.deleted
    ]
    for event in gone:
        stored.erase(session, event)
    return len(gone)
