"""The history of an action item: its changes, and the reminders and escalations sent about it."""

from dataclasses import dataclass
from datetime import datetime

from bot.domain.action_item import ActionItem
from storage import action_items, reminders
from storage.engine.store import Session

# `done_at` isn't needed: the state change says it.
_SHOWN = {"state", "owner", "due", "priority", "snoozed_until", "because"}


@dataclass(frozen=True, kw_only=True, slots=True)
class HistoryEntry:
    """A change (`what` and `value`), or a reminder or escalation sent to a person (`step`)."""

    at: datetime
    person: str
    what: str = ""
    value: str = ""
    step: str = ""


def load(session: Session, item: ActionItem) -> list[HistoryEntry]:
    """Return the history of an item from its creation on, oldest first."""
    changes = [
        HistoryEntry(at=change.at, person=change.by, what=change.field, value=change.value)
        for change in action_items.changes(session, item.id)
        if change.field in _SHOWN and (change.value or change.field != "snoozed_until")
    ]
    reminders_sent = [
        HistoryEntry(
            at=reminder.sent_at or reminder.due_at,
            person=reminder.owner,
            step=reminder.step or "due",
        )
        for reminder in reminders.list_sent(session, item.id)
    ]
    creation = HistoryEntry(at=item.created_at, person=item.created_by, what="made")
    return [creation, *sorted(changes + reminders_sent, key=lambda entry: entry.at)]
