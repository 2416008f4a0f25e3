"""An incident. Each has one channel."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

LEAD_ROLE = "lead"  # the role that every configuration has


class Severity(StrEnum):
    """The severity, worst first."""

    P0 = "P0"
    P1 = "P1"
    P2 = "P2"
    P3 = "P3"
    P4 = "P4"


class Status(StrEnum):
    """The status of the response."""

    DECLARED = "declared"
    INVESTIGATING = "investigating"
    IDENTIFIED = "identified"
    MONITORING = "monitoring"
    RESOLVED = "resolved"
    CANCELLED = "cancelled"

    @property
    def is_over(self) -> bool:
        return self in {Status.RESOLVED, Status.CANCELLED}


@dataclass(frozen=True, kw_only=True, slots=True)
class Role:
    """A role in the response. It's held by one person at a time."""

    name: str
    person: str
    since: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Incident:
    """One incident as stored.

    `id` is the row's; `key` (INC-2026-001) is the name that people use. `channel_id` is None until
    Slack has created the channel. `title` and `resolution` are plain text. People are Slack user
    ids. All times are aware UTC. `canvas_id` is an empty string if a canvas may exist whose id
    isn't known; then no other is created.
    """

    id: int
    key: str
    title: str
    severity: Severity | None
    status: Status
    channel_name: str
    declared_by: str
    declared_at: datetime
    channel_id: str | None = None
    services: tuple[str, ...] = ()
    private: bool = False
    resolved_at: datetime | None = None
    resolution: str = ""
    card_ts: str | None = None
    bookmark_id: str | None = None
    canvas_id: str | None = None
    update_due_at: datetime | None = None
    roles: tuple[Role, ...] = ()

    @property
    def lead(self) -> str | None:
        return self.holder(LEAD_ROLE)

    def holder(self, role: str) -> str | None:
        return next((held.person for held in self.roles if held.name == role), None)
