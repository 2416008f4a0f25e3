"""The history of an action item: its changes, and the reminders and escalations sent about it."""

from dataclasses import dataclass
from datetime import datetime

from bot.domain.action_item import ActionItem
from storage import action_items, reminders
from storage.engine.store import Session

_SHOWN = {
    "state",
    "owner",
    "due",
    "priority",
    "snoozed_until",
    "because",
}  # `done_at` isn't needed: the state change says it


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
    changed = [
        HistoryEntry(at=each.at, person=each.by, what=each.field, value=each.value)
        for each in action_items.changes(session, item.id)
        if each.field in _SHOWN and (each.value or each.field != "snoozed_until")
    ]
    told = [
        HistoryEntry(at=each.sent_at or each.due_at, person=each.owner, step=each.step or "due")
        for each in reminders.list_sent(session, item.id)
    ]
    made = HistoryEntry(at=item.created_at, person=item.created_by, what="made")
    return [made, *sorted(changed + told, key=lambda entry: entry.at)]
