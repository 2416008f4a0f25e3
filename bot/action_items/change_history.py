"""What became of an action item: who changed what, and who was told of it when."""

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
}  # when it was done says its state


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """A change that somebody made (`what` and `value`), or a nudge to a person (`step`)."""

    at: datetime
    person: str
    what: str = ""
    value: str = ""
    step: str = ""


def of(session: Session, item: ActionItem) -> list[Entry]:
    """Everything in order, from when it was written down."""
    changed = [
        Entry(at=each.at, person=each.by, what=each.what, value=each.value)
        for each in action_items.changes(session, item.id)
        if each.what in _SHOWN and (each.value or each.what != "snoozed_until")
    ]
    told = [
        Entry(at=each.sent_at or each.due_at, person=each.owner, step=each.step or "due")
        for each in reminders.sent(session, item.id)
    ]
    made = Entry(at=item.created_at, person=item.created_by, what="made")
    return [made, *sorted(changed + told, key=lambda entry: entry.at)]
