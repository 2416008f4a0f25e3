"""Table definitions. Rows never leave `storage`; the query modules turn them into domain values."""

from storage.tables.action_items import ActionItemRow, ActionItemUpdateRow, ReminderRow, TicketRow
from storage.tables.base import Table
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
from storage.tables.outbox import DeliveryRow, OutboxRow
from storage.tables.people import PersonRow
from storage.tables.postmortems import (
    DeadlineRow,
    DecisionRow,
    MeetingRow,
    ModelAnswerRow,
    PostmortemRow,
    ReviewRow,
    SectionRow,
)
from storage.tables.reports import BallotRow, DigestRow, VoteRow
from storage.tables.settings import CounterRow, SettingRow

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
    "ModelAnswerRow",
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
