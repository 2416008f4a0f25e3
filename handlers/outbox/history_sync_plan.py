"""What a history sync reads, and how far it has come."""

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
    """The range of a sync, and its progress: everything newer than `before` has been compared.

    It reads back to `since`, then the `pending` threads; in the first of them, replies up to `after`
    have been compared. Threads with replies after `reread` are read even if their reply count is
    unchanged, to find missed edits. `settled` and `proven` are Slack's times of its newest and its
    first response; without `proven`, finishing proves nothing.

    `doubtful` are recorded messages that a page lacked, each with its thread; Slack is asked for each
    one by itself. `standing` counts those that still exist.
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

    def with_doubtful(self, missing: Iterable[TimelineEvent]) -> "SyncProgress":
        """Return the progress with messages whose deletion must be confirmed before the next read."""
        doubtful = tuple(f"{event.message_id}/{event.thread_id or ''}" for event in missing)
        return replace(self, doubtful=doubtful, standing=0)

    def as_progress(self) -> dict[str, str]:
        """Return it as text, for a job's progress."""
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

    def resume_from(self, progress: Mapping[str, str]) -> "SyncProgress":
        """Return the progress stored by an earlier attempt, or itself if there's none."""
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


def plan_full_sync(bot: Bot, incident: Incident) -> SyncProgress:
    """Plan to compare the whole channel with every reply."""
    since, began = incident.declared_at - lifecycle.FETCHED_HISTORY, bot.now()
    return SyncProgress(began=began, since=since, reread=since, proven=began)


def plan_changed_threads(bot: Bot, incident: Incident) -> SyncProgress:
    """Plan to compare the whole channel, but only threads whose reply counts differ from the record."""
    whole = plan_full_sync(bot, incident)
    return replace(whole, reread=whole.began)


def plan_after_gap(bot: Bot, incident: Incident) -> SyncProgress:
    """Plan to compare the whole channel, and threads that changed or had replies in the last day."""
    whole = plan_full_sync(bot, incident)
    return replace(whole, reread=whole.began - STILL_EDITED)


def plan_since_last(bot: Bot, incident: Incident) -> SyncProgress:
    """Plan to compare messages since the last comparison."""
    whole = plan_full_sync(bot, incident)
    with bot.store.begin() as session:
        proven = stored.comparison(session, incident.id).proven_until
    since = max(whole.since, proven) if proven else whole.since
    return replace(whole, since=since, reread=whole.began)


def plan_unread_threads(bot: Bot, incident: Incident, since: datetime) -> SyncProgress:
    """Plan to read recorded threads not read since a time, for missed edits and deletions."""
    with bot.store.begin() as session:
        done = thread_sync.load(session, incident.id, since)
        pending = sorted(timeline.threads(session, incident.id) - done.keys())
    return SyncProgress(
        began=since, since=since, reread=since, is_paged=True, pending=tuple(pending)
    )
