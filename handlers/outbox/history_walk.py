"""What a comparison of a channel with its record reads, and how far it has come."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.config.context import Bot
from bot.domain.incident import Incident
from bot.domain.timeline import TimelineEvent
from bot.incidents import lifecycle
from storage import incidents as stored
from storage import thread_sync, timeline

STILL_EDITED = timedelta(days=1)  # older replies are seldom edited; the draft sees those too


@dataclass(frozen=True, kw_only=True)
class SyncProgress:
    """How far a comparison has come: begun at a time, all that is newer than `before` compared.

    It goes back to `since`, then reads the `pending` threads; of the first of them, replies up to
    `after` are compared. Threads in which somebody answered after `reread` are read again though no
    reply came or went, for edits that nobody told us of. `settled` and `proven` are Slack's times of
    its newest and its first answer; without `proven`, finishing proves nothing.

    `doubtful` are recorded messages that a page lacked, each with its thread: Slack is asked for each
    alone. So many of them were `standing` after all.
    """

    began: datetime
    since: datetime
    reread: datetime
    before: str | None = None
    is_paged: bool = False
    pending: tuple[str, ...] = ()
    after: str | None = None
    doubtful: tuple[str, ...] = ()
    standing: int = 0
    settled: datetime | None = None
    proven: datetime | None = None
    page_size: int = 0
    calls: int = 0

    @property
    def is_done(self) -> bool:
        return self.is_paged and not self.pending and not self.doubtful

    def doubting(self, missing: Iterable[TimelineEvent]) -> "SyncProgress":
        """Have these messages confirmed to be gone, before anything else is read."""
        doubtful = tuple(f"{event.message_id}/{event.thread_id or ''}" for event in missing)
        return replace(self, doubtful=doubtful, standing=0)

    def as_progress(self) -> dict[str, str]:
        """Write it down for the next try."""
        return {
            "began": self.began.isoformat(),
            "before": self.before or "",
            "paged": "yes" if self.is_paged else "",
            "pending": " ".join(self.pending),
            "after": self.after or "",
            "doubtful": " ".join(self.doubtful),
            "standing": str(self.standing),
            "settled": (self.settled or self.since).isoformat(),
            "proven": self.proven.isoformat() if self.proven else "",
            "page_size": str(self.page_size),
            "calls": str(self.calls),
        }

    def resumed(self, progress: Mapping[str, str]) -> "SyncProgress":
        """Go on where an earlier try came to."""
        began = datetime.fromisoformat(progress.get("began") or self.began.isoformat())
        if not progress.get("calls"):
            return replace(self, began=began)
        return replace(
            self,
            began=began,
            before=progress["before"] or None,
            is_paged=bool(progress["paged"]),
            pending=tuple(progress["pending"].split()),
            after=progress["after"] or None,
            doubtful=tuple(progress["doubtful"].split()),
            standing=int(progress["standing"]),
            settled=datetime.fromisoformat(progress["settled"]),
            proven=datetime.fromisoformat(progress["proven"]) if progress["proven"] else None,
            page_size=int(progress["page_size"]),
            calls=int(progress["calls"]),
        )


def whole_walk(bot: Bot, incident: Incident) -> SyncProgress:
    """Compare all that belongs to an incident, every reply too."""
    since, began = incident.declared_at - lifecycle.FETCHED_HISTORY, bot.now()
    return SyncProgress(began=began, since=since, reread=since, proven=began)


def walk_of_changes(bot: Bot, incident: Incident) -> SyncProgress:
    """Compare the whole channel, but only threads whose replies differ from the record."""
    whole = whole_walk(bot, incident)
    return replace(whole, reread=whole.began)


def walk_after_gap(bot: Bot, incident: Incident) -> SyncProgress:
    """Compare all, and of the threads those that have changed or in which people still talked."""
    whole = whole_walk(bot, incident)
    return replace(whole, reread=whole.began - STILL_EDITED)


def walk_to_proven(bot: Bot, incident: Incident) -> SyncProgress:
    """Compare only what was said since the last comparison."""
    whole = whole_walk(bot, incident)
    with bot.store.begin() as session:
        proven = stored.comparison(session, incident.id).proven_until
    since = max(whole.since, proven) if proven else whole.since
    return replace(whole, since=since, reread=whole.began)


def walk_of_threads(bot: Bot, incident: Incident, since: datetime) -> SyncProgress:
    """Read the recorded threads that were not read since a time, for missed edits and deletions."""
    with bot.store.begin() as session:
        done = thread_sync.load(session, incident.id, since)
        pending = sorted(timeline.threads(session, incident.id) - done.keys())
    return SyncProgress(
        began=since, since=since, reread=since, is_paged=True, pending=tuple(pending)
    )
