"""Data retention: delete records of old sent messages, a batch at a time."""

from datetime import datetime, timedelta

from bot.config.context import Bot
from storage import outbox_retention, settings
from storage.engine.store import Session

BATCH = 500  # rows in one transaction, because people wait for it
EVERY = timedelta(hours=1)
_PRUNED = "outbox.pruned_at"


def prune(session: Session, bot: Bot, at: datetime) -> int:
    """Delete a batch of old outbox rows, then pause for an hour if none are left. Posts nothing."""
    days = bot.policy.retention.sent_messages
    if days and _is_due(session, at):
        count = outbox_retention.prune(session, at - timedelta(days=days), BATCH)
        if count < BATCH:
            settings.save(session, _PRUNED, at.isoformat())
    return 0


def is_remembered(bot: Bot, sent_at: datetime, at: datetime) -> bool:
    """Return whether all records from a given time are still kept."""
    days = bot.policy.retention.sent_messages
    return not days or at - sent_at < timedelta(days=days)


def _is_due(session: Session, at: datetime) -> bool:
    last = settings.get(session, _PRUNED)
    # Also due if the clock was set back.
    return last is None or abs(at - datetime.fromisoformat(last)) >= EVERY
