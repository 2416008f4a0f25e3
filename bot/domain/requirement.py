"""Whether an incident requires a postmortem: the configured rules, findings and decisions.

The rules give reasons, and people have the last word: somebody can require a postmortem without a
rule, or skip it and say why. Both decisions are stored.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo

from bot.domain.incident import Severity
from bot.domain.library_page import Traits

_MONDAY_TO_FRIDAY = frozenset(range(5))


@dataclass(frozen=True, kw_only=True, slots=True)
class WorkingWeek:
    """A team's working hours: `days` as in `date.weekday()`, hours from `start` until `end`."""

    zone: tzinfo = UTC
    days: frozenset[int] = _MONDAY_TO_FRIDAY
    start: int = 9
    end: int = 18

    def contains(self, at: datetime) -> bool:
        local_time = at.astimezone(self.zone)
        return local_time.weekday() in self.days and self.start <= local_time.hour < self.end


@dataclass(frozen=True, kw_only=True, slots=True)
class Thresholds:
    """Thresholds from which an incident requires a postmortem. None, 0 and False turn a rule off.

    `minutes` is how long users were affected; `revenue` is in any currency; `slo_target` is a
    percentage, and a stated availability below it breaches the objective.
    """

    severity: Severity | None = Severity.P1
    minutes: int = 30
    users: int = 100
    data_loss: bool = True
    security: bool = True
    revenue: float = 1
    out_of_hours: bool = True
    slo_breached: bool = True
    slo_target: float = 0
    near_miss: bool = True
    repeat_days: int = 30
    asked: bool = True
    hours: WorkingWeek = field(default_factory=WorkingWeek)


@dataclass(frozen=True, kw_only=True, slots=True)
class Decision:
    """A person's decision to require a postmortem, or to skip it (`wanted` is False).

    `by` is a Slack user id when stored, a display name in a draft. `event_id` is the
    timeline event's.
    """

    wanted: bool
    by: str
    at: datetime
    because: str
    event_id: str


@dataclass(frozen=True, kw_only=True, slots=True)
class PastIncident:
    """A past incident, with the data to recognize a repeat."""

    key: str
    title: str
    declared_at: datetime
    services: tuple[str, ...] = ()
    traits: Traits = field(default_factory=Traits)
    link: str | None = None
    open_items: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class RequirementContext:
    """Facts besides the record: past incidents, and the last decision of each kind.

    `waived` is None if somebody required a postmortem after that.
    """

    past_incidents: tuple[PastIncident, ...] = ()
    asked: Decision | None = None
    waived: Decision | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Reason:
    """Why a postmortem is required: the rule, the finding, the threshold, and the messages."""

    rule: str
    text: str
    found: float | str
    threshold: float | str | None
    evidence: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class UnknownRule:
    """A rule that couldn't be evaluated, because the record lacks the information."""

    rule: str
    text: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Requirement:
    """The result of the rules. `waived` is a person's decision to skip the postmortem; reasons stay.

    `not_found` are facts that an author must look up, in addition to `unknown`, those that rules need.
    """

    reasons: tuple[Reason, ...] = ()
    unknown: tuple[UnknownRule, ...] = ()
    not_found: tuple[UnknownRule, ...] = ()
    waived: Decision | None = None

    @property
    def untold(self) -> tuple[UnknownRule, ...]:
        """Return every fact that wasn't found in the channel."""
        return (*self.not_found, *self.unknown)

    @property
    def needed(self) -> bool:
        return bool(self.reasons)
