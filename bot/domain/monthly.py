"""A month's figures: values in, figures out. Of incidents and promises, never of people.

Each figure has a formula that anybody can do again and the number of things that it was made from.
Of too few nothing is said: a median of three is an anecdote.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, datetime, time, timedelta, tzinfo
from statistics import median

from bot.domain.draft import FORMULAS
from bot.domain.similarity import alike

FEW = 5  # of fewer, no share and no median is said
FEW_FOR_NINTH = 10  # of fewer, the 90th percentile is the largest but one
GOAL_KEPT, GOAL_WRITTEN = 70, 90  # percent
GOAL_DAYS = 5  # working days from the resolution to the final postmortem
REPEATED_WITHIN = timedelta(days=30)
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Month:
    """A month of the calendar, where its figures are read."""

    first: date
    zone: tzinfo

    @property
    def name(self) -> str:
        """As ISO 8601 writes it: 2026-10."""
        return f"{self.first:%Y-%m}"

    @property
    def after(self) -> date:
        """The first day of the next month."""
        return (self.first + 31 * _DAY).replace(day=1)

    @property
    def start(self) -> datetime:
        return datetime.combine(self.first, time(), self.zone)

    @property
    def end(self) -> datetime:
        """When it is over; this moment is not in it."""
        return datetime.combine(self.after, time(), self.zone)

    def holds(self, at: datetime | None) -> bool:
        return at is not None and self.start <= at < self.end

    def before(self) -> "Month":
        return Month((self.first - _DAY).replace(day=1), self.zone)


@dataclass(frozen=True, kw_only=True, slots=True)
class Handled:
    """An incident that was none in the end is not among these; the others, as figures see them.

    `needed` is whether the policy, or somebody, asks for a postmortem; `skipped` that somebody decided
    against one; `final_at` is None while the postmortem is not final. `spans` are in seconds, by name.
    """

    id: int
    title: str
    severity: str | None
    declared_at: datetime
    resolved_at: datetime | None = None
    services: tuple[str, ...] = ()
    needed: bool = False
    skipped: bool = False
    final_at: datetime | None = None
    spans: Mapping[str, int | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Share:
    """So many of so many."""

    part: int
    whole: int

    @property
    def percent(self) -> int | None:
        """None when there are too few to say."""
        return round(100 * self.part / self.whole) if self.whole >= FEW else None


@dataclass(frozen=True, slots=True)
class Spread:
    """The middle of `n` values, and what nine of ten do not exceed; None when there are too few."""

    n: int
    median: float | None = None
    ninth: float | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Monthly:
    """The figures of one month.

    - `kept`: done by the end of the month, of the items whose date was in it.
    - `written`: with a postmortem that is final by now, of the incidents resolved in the month that
      need one; `skipped` of them were decided against.
    - `to_final`: working days from the resolution to the final postmortem, of those made final in it.
    - `repeats`: declared at most 30 days after one that is much the same, of those declared in it.
    - `spans`: seconds, by the names of the draft's durations, of the incidents resolved in it.
    - `severities`: incidents declared in it.
    """

    month: str
    kept: Share
    written: Share
    skipped: int
    to_final: Spread
    repeats: Share
    spans: Mapping[str, Spread]
    severities: Mapping[str, int]

    @property
    def incidents(self) -> int:
        return sum(self.severities.values())

    @property
    def is_silent(self) -> bool:
        """Whether there is nothing to say."""
        resolved = any(each.n for each in self.spans.values()) or self.written.whole
        return not (self.incidents or self.kept.whole or self.to_final.n or resolved)

    def as_dict(self) -> dict[str, object]:
        return asdict(self)


def monthly(
    month: Month, kept: Share, incidents: Sequence[Handled], working_days: frozenset[int]
) -> Monthly:
    """Count a month. `incidents` begin early enough for a repeat of the month's first to be seen;
    `working_days` count from Monday as 0."""
    declared = [each for each in incidents if month.holds(each.declared_at)]
    resolved = [each for each in incidents if month.holds(each.resolved_at)]
    needed = [each for each in resolved if each.needed]
    near = [each for each in incidents if month.start - each.declared_at <= REPEATED_WITHIN]
    again = [each for each in declared if _repeats(each, near)]
    return Monthly(
        month=month.name,
        kept=kept,
        written=Share(sum(each.final_at is not None for each in needed), len(needed)),
        skipped=sum(each.skipped for each in needed),
        to_final=spread(_days_to_final(month, incidents, working_days)),
        repeats=Share(len(again), len(declared)),
        spans={name: spread(_known(resolved, name)) for name in FORMULAS},
        severities=dict(sorted(Counter(each.severity or "" for each in declared).items())),
    )


def spread(values: Iterable[float]) -> Spread:
    """The median, and by the nearest rank the 90th percentile: the smallest value that is not below
    nine of ten."""
    ordered = sorted(values)
    n = len(ordered)
    return Spread(
        n,
        float(median(ordered)) if n >= FEW else None,
        float(ordered[-(-9 * n // 10) - 1]) if n >= FEW_FOR_NINTH else None,
    )


def working_days_between(first: date, last: date, working_days: frozenset[int]) -> int:
    """How many working days there are after one day, up to and with another."""
    days = (first + number * _DAY for number in range(1, (last - first).days + 1))
    return sum(day.weekday() in working_days for day in days)


def _known(incidents: Iterable[Handled], name: str) -> list[int]:
    return [span for each in incidents if (span := each.spans.get(name)) is not None]


def _days_to_final(
    month: Month, incidents: Iterable[Handled], working_days: frozenset[int]
) -> list[int]:
    return [
        working_days_between(
            _day(each.resolved_at, month), _day(each.final_at, month), working_days
        )
        for each in incidents
        if each.resolved_at and each.final_at and month.holds(each.final_at)
    ]


def _day(at: datetime, month: Month) -> date:
    return at.astimezone(month.zone).date()


def _repeats(one: Handled, incidents: Iterable[Handled]) -> bool:
    return any(
        (other.declared_at, other.id) < (one.declared_at, one.id)
        and one.declared_at - other.declared_at <= REPEATED_WITHIN
        and alike(one, other)
        for other in incidents
    )
