"""An action item: follow-up with an owner, a due date and a priority."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


class Priority(StrEnum):
    """How soon: P0 before the next on-call rotation, P1 this sprint, P2 this quarter, then later."""

    P0 = "P0"
    P1 = "P1"
    P2 = "P2"
    P3 = "P3"
    P4 = "P4"


class ItemState(StrEnum):
    """Suggested by the draft, accepted by a person, then done, or dropped with a reason."""

    SUGGESTED = "suggested"
    OPEN = "open"
    DONE = "done"
    DROPPED = "dropped"


@dataclass(frozen=True, kw_only=True, slots=True)
class ActionItem:
    """One action item. `text` is plain, not Slack's. `owner` is a Slack user id; `due` is a day where the owner lives.

    `evidence` is the id of the message it was taken from, None when it was typed. `snoozed_until`
    keeps reminders away until then. `dropped_because` is why it is not done, empty for a suggestion
    that nobody took up.
    """

    id: int
    incident_id: int
    text: str
    state: ItemState
    created_by: str
    created_at: datetime
    owner: str | None = None
    due: date | None = None
    priority: Priority | None = None
    evidence: str | None = None
    done_at: datetime | None = None
    done_by: str | None = None
    thread_ts: str | None = None
    snoozed_until: datetime | None = None
    dropped_because: str = ""

    @property
    def is_open(self) -> bool:
        return self.state is ItemState.OPEN

    @property
    def is_over(self) -> bool:
        """Whether nothing is to be done about it any more: it is done, or will not be."""
        return self.state in {ItemState.DONE, ItemState.DROPPED}
