"""An action item: follow-up with an owner, a due date and a priority."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


class Priority(StrEnum):
    """P0 before the next on-call rotation, P1 this sprint, P2 this quarter, P3 and P4 later."""

    P0 = "P0"
    P1 = "P1"
    P2 = "P2"
    P3 = "P3"
    P4 = "P4"


class ItemState(StrEnum):
    """The life of an item: suggested, open (accepted by a person), then done, or dropped.

    Suggestions come from the draft or from a mark. Dropping an open item requires a reason.
    """

    SUGGESTED = "suggested"
    OPEN = "open"
    DONE = "done"
    DROPPED = "dropped"


@dataclass(frozen=True, kw_only=True, slots=True)
class ActionItem:
    """One action item. `text` is plain text.

    `owner` is a Slack user id, and `due` is a date in the owner's time zone. `evidence` is the id
    of the message that it comes from, None if it was typed in. There are no reminders until
    `snoozed_until`. `dropped_because` is the reason for dropping it, empty for a suggestion that
    nobody accepted.
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
    def state_name(self) -> str:
        """Return the state as people call it."""
        if self.state is ItemState.DROPPED:
            return "won't do" if self.dropped_because else "dismissed"
        return self.state.value

    @property
    def is_over(self) -> bool:
        """Return whether nothing is left to do: it's done or dropped."""
        return self.state in {ItemState.DONE, ItemState.DROPPED}
