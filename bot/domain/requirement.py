"""Does an incident need a postmortem? What a team's policy asks for, what was found, what was decided.

The policy answers with reasons, and people have the last word: one may ask for a postmortem that no
rule asks for, and one may say that there will be none, and why. Both are kept.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo

from bot.domain.incident import Severity
from bot.domain.library_page import Traits

_MONDAY_TO_FRIDAY = frozenset(range(5))


@dataclass(frozen=True, kw_only=True, slots=True)
class Hours:
    """When a team works: `days` as `date.weekday()` counts, from `start` until `end` o'clock."""

    zone: tzinfo = UTC
    days: frozenset[int] = _MONDAY_TO_FRIDAY
    start: int = 9
    end: int = 18

    def hold(self, at: datetime) -> bool:
        there = at.astimezone(self.zone)
        return there.weekday() in self.days and self.start <= there.hour < self.end


@dataclass(frozen=True, kw_only=True, slots=True)
class Thresholds:
    """From where on an incident needs a postmortem. None, 0 and False switch a rule off.

    `minutes` are those in which users were affected; `revenue` is in whatever currency was said;
    `slo_target` is a percentage below which a said availability breaches the objective.
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
    hours: Hours = field(default_factory=Hours)


@dataclass(frozen=True, kw_only=True, slots=True)
class Decision:
    """What a person decided: that there be a postmortem, or that there be none (`wanted` False).

    `by` is a Slack user id as stored, a display name in a draft; `deed` the id of the timeline event.
    """

    wanted: bool
    by: str
    at: datetime
    because: str
    deed: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Earlier:
    """An incident from before this one, as far as a repeat is told by it."""

    key: str
    title: str
    declared_at: datetime
    services: tuple[str, ...] = ()
    traits: Traits = field(default_factory=Traits)
    link: str | None = None
    open_items: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Beside:
    """What is known beside the record: incidents from before, and the last decision of each kind.

    `waived` is None when somebody has asked for a postmortem since.
    """

    earlier: tuple[Earlier, ...] = ()
    asked: Decision | None = None
    waived: Decision | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Reason:
    """Why one is needed: the rule, what it found against which threshold, and the messages for it."""

    rule: str
    text: str
    found: float | str
    threshold: float | str | None
    evidence: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Unknown:
    """What a rule could not tell, as the record does not say it."""

    rule: str
    text: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Need:
    """The policy's answer. `waived` is what people decided instead; it takes no reason away.

    `not_found` is what an author has to look up, beside what the rules could not tell (`unknown`).
    """

    reasons: tuple[Reason, ...] = ()
    unknown: tuple[Unknown, ...] = ()
    not_found: tuple[Unknown, ...] = ()
    waived: Decision | None = None

    @property
    def untold(self) -> tuple[Unknown, ...]:
        """All that could not be told from the channel."""
        return (*self.not_found, *self.unknown)

    @property
    def needed(self) -> bool:
        return bool(self.reasons)
