"""Table definitions. Rows never leave `storage`; the query modules turn them into domain values."""

from storage.tables.base import Table
from storage.tables.following import (
    ActionItemRow,
    ActionItemUpdateRow,
    BallotRow,
    DeadlineRow,
    DecisionRow,
    MeetingRow,
    PostmortemRow,
    ReminderRow,
    ReviewRow,
    SectionRow,
    TicketRow,
    VoteRow,
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
from storage.tables.library import LibraryRow
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
    "BallotRow",
    "CorrectionRow",
    "CounterRow",
    "DeadlineRow",
    "DecisionRow",
    "DeliveryRow",
    "DigestRow",
    "IncidentRow",
    "LibraryRow",
    "MarkRow",
    "MeetingRow",
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
    "VoteRow",
]
