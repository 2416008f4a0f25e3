"""Monthly figures of incidents and action items, never of people.

Each figure has a reproducible formula and the number of cases. With too few cases there is no
figure: a median of three is an anecdote.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, datetime, time, timedelta, tzinfo
from statistics import median

from bot.domain.key_times import FORMULAS
from bot.domain.similarity import is_similar

MIN_CASES = 5  # below this, there is no share and no median
MIN_CASES_FOR_P90 = 10  # below this, the 90th percentile would be the maximum
GOAL_KEPT, GOAL_WRITTEN = 70, 90  # percent
GOAL_DAYS = 5  # working days from resolution to the final postmortem
REPEATED_WITHIN = timedelta(days=30)
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Month:
    """A calendar month in the readers' time zone."""

    first: date
    zone: tzinfo

    @property
    def name(self) -> str:
        """Return the name in ISO 8601: 2026-10."""
        return f"{self.first:%Y-%m}"

    @property
    def after(self) -> date:
        """Return the first day of the next month."""
        return (self.first + 31 * _DAY).replace(day=1)

    @property
    def start(self) -> datetime:
        return datetime.combine(self.first, time(), self.zone)

    @property
    def end(self) -> datetime:
        """Return the end, exclusive."""
        return datetime.combine(self.after, time(), self.zone)

    def contains(self, at: datetime | None) -> bool:
        return at is not None and self.start <= at < self.end

    def before(self) -> "Month":
        return Month((self.first - _DAY).replace(day=1), self.zone)


@dataclass(frozen=True, kw_only=True, slots=True)
class CountedIncident:
    """An incident that wasn't cancelled, with the data for figures.

    `needed` is whether the configuration or a person requires a postmortem, and `skipped` whether
    somebody decided to skip it. `final_at` is None unless the postmortem is final. `spans` are in
    seconds, by name.
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
    """A share: `part` of `whole`."""

    part: int
    whole: int

    @property
    def percent(self) -> int | None:
        """Return the share in percent; None if there are too few cases."""
        return round(100 * self.part / self.whole) if self.whole >= MIN_CASES else None


@dataclass(frozen=True, slots=True)
class Spread:
    """The median and the 90th percentile of `n` values; None if there are too few."""

    n: int
    median: float | None = None
    ninth: float | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class MonthlyFigures:
    """The figures of one month.

    - `kept`: of the items due in the month, those done by its end.
    - `written`: of the incidents resolved in the month that require a postmortem, those with a
      final one by now; `skipped` is how many were skipped.
    - `to_final`: working days from resolution to the final postmortem, if final in the month.
    - `repeats`: of the incidents declared in the month, those within 30 days of a similar one.
    - `spans`: durations in seconds, named as in the draft, of incidents resolved in the month.
    - `severities`: incidents declared in the month, by severity.
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
        """Return whether there is nothing to report."""
        resolved = any(spread.n for spread in self.spans.values()) or self.written.whole
        return not (self.incidents or self.kept.whole or self.to_final.n or resolved)

    def as_dict(self) -> dict[str, object]:
        return asdict(self)


def compute_month(
    month: Month, kept: Share, incidents: Sequence[CountedIncident], working_days: frozenset[int]
) -> MonthlyFigures:
    """Compute a month's figures.

    `incidents` must start early enough to recognize the month's first repeats. `working_days` count
    from Monday as 0.
    """
    declared = [incident for incident in incidents if month.contains(incident.declared_at)]
    resolved = [incident for incident in incidents if month.contains(incident.resolved_at)]
    needed = [incident for incident in resolved if incident.needed]
    near = [
        incident for incident in incidents if month.start - incident.declared_at <= REPEATED_WITHIN
    ]
    repeats = [incident for incident in declared if _is_repeat(incident, near)]
    return MonthlyFigures(
        month=month.name,
        kept=kept,
        written=Share(sum(incident.final_at is not None for incident in needed), len(needed)),
        skipped=sum(incident.skipped for incident in needed),
        to_final=compute_spread(_days_to_final(month, incidents, working_days)),
        repeats=Share(len(repeats), len(declared)),
        spans={name: compute_spread(_known_durations(resolved, name)) for name in FORMULAS},
        severities=dict(sorted(Counter(incident.severity or "" for incident in declared).items())),
    )


def compute_spread(values: Iterable[float]) -> Spread:
    """Return the median, and the 90th percentile by nearest rank.

    That is the smallest value that at least nine of ten values don't exceed.
    """
    ordered = sorted(values)
    n = len(ordered)
    return Spread(
        n,
        float(median(ordered)) if n >= MIN_CASES else None,
        float(ordered[-(-9 * n // 10) - 1]) if n >= MIN_CASES_FOR_P90 else None,
    )


def working_days_between(first: date, last: date, working_days: frozenset[int]) -> int:
    """Return the number of working days after the first date, up to and including the last."""
    days = (first + number * _DAY for number in range(1, (last - first).days + 1))
    return sum(day.weekday() in working_days for day in days)


def _known_durations(incidents: Iterable[CountedIncident], name: str) -> list[int]:
    return [span for incident in incidents if (span := incident.spans.get(name)) is not None]


def _days_to_final(
    month: Month, incidents: Iterable[CountedIncident], working_days: frozenset[int]
) -> list[int]:
    return [
        working_days_between(
            _local_date(incident.resolved_at, month),
            _local_date(incident.final_at, month),
            working_days,
        )
        for incident in incidents
        if incident.resolved_at and incident.final_at and month.contains(incident.final_at)
    ]


def _local_date(at: datetime, month: Month) -> date:
    return at.astimezone(month.zone).date()


def _is_repeat(incident: CountedIncident, incidents: Iterable[CountedIncident]) -> bool:
    return any(
        (other.declared_at, other.id) < (incident.declared_at, incident.id)
        and incident.declared_at - other.declared_at <= REPEATED_WITHIN
        and is_similar(incident, other)
        for other in incidents
    )
