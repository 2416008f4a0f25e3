"""The start, end and duration of an incident, for documents."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from bot.domain.draft import Draft


@dataclass(frozen=True, kw_only=True, slots=True)
class IncidentPeriod:
    """Both ends with the names of their key times, or "declared"; `end` is None if it isn't over.

    `length` is None if the incident isn't over, its end is unknown, or the times are contradictory.
    """

    start_name: str
    start: datetime
    end_name: str
    end: datetime | None
    is_ongoing: bool

    @property
    def days(self) -> tuple[date, ...]:
        """Return the day it began, in UTC, and the day it ended if that was later."""
        first = self.start.astimezone(UTC).date()
        last = self.end.astimezone(UTC).date() if self.end else first
        return (first, last) if last > first else (first,)

    @property
    def length(self) -> timedelta | None:
        return self.end - self.start if self.end and self.end >= self.start else None


def find_incident_period(draft: Draft) -> IncidentPeriod:
    """Return both ends of an incident, from the most reliable key times."""
    moments = draft.moments
    start = moments.started or moments.detected
    end = moments.resolved or moments.restored
    return IncidentPeriod(
        start_name=_known_name(("started", "detected"), draft) or "declared",
        start=start.at if start else draft.incident.declared_at,
        end_name=_known_name(("resolved", "restored"), draft),
        end=end.at if end else None,
        is_ongoing=end is None and not draft.incident.status.is_over,
    )


def _known_name(names: tuple[str, ...], draft: Draft) -> str:
    return next((name for name in names if getattr(draft.moments, name)), "")
