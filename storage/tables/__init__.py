"""The tables. Rows never leave `storage`; the query modules turn them into domain values."""

from storage.tables.base import Table
from storage.tables.following import (
    ActionItemRow,
    ActionItemUpdateRow,
    DeadlineRow,
    DecisionRow,
    PostmortemRow,
    ReminderRow,
    ReviewRow,
    SectionRow,
    TicketRow,
)
from storage.tables.incidents import (
    CorrectionRow,
    IncidentRow,
    MarkRow,
    RevisionRow,
    RoleRow,
    ThreadRow,
    TimelineEventRow,
)
from storage.tables.running import (
    CounterRow,
    DeliveryRow,
    DigestRow,
    OutboxRow,
    PersonRow,
    SettingRow,
)

__all__ = [
    "ActionItemRow",
    "ActionItemUpdateRow",
    "CorrectionRow",
    "CounterRow",
    "DeadlineRow",
    "DecisionRow",
    "DeliveryRow",
    "DigestRow",
    "IncidentRow",
    "MarkRow",
    "OutboxRow",
    "PersonRow",
    "PostmortemRow",
    "ReminderRow",
    "ReviewRow",
    "RevisionRow",
    "RoleRow",
    "SectionRow",
    "SettingRow",
    "Table",
    "ThreadRow",
    "TicketRow",
    "TimelineEventRow",
]
