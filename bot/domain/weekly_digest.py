"""Weekly figures for action items of teams, never of people."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, fields
from datetime import date, datetime, timedelta

from bot.domain.action_item import ActionItem

_WEEK = timedelta(days=7)
MIN_ITEMS = 5  # fewer make no figures, only a sentence, and no percentage
NO_SEVERITY = ""  # for incidents without a severity


@dataclass(frozen=True, kw_only=True, slots=True)
class Week:
    """The seven days before `until`; `today` is its date in the readers' time zone."""

    until: datetime
    today: date

    @property
    def start(self) -> datetime:
        return self.until - _WEEK

    @property
    def first(self) -> date:
        return self.today - _WEEK

    @property
    def last(self) -> date:
        return self.today - timedelta(days=1)

    @property
    def is_calendar_week(self) -> bool:
        """Return whether it's Monday to Sunday, and not just seven days."""
        return self.first.weekday() == 0


@dataclass(frozen=True, kw_only=True, slots=True)
class ItemCounts:
    """Counts of action items in one week.

    `fell_due` counts the items due in the week, and `kept` those of them that are done.
    """

    opened: int
    done: int
    open: int
    fell_due: int
    kept: int
    overdue: int


_COUNTED = tuple(count.name for count in fields(ItemCounts))


@dataclass(frozen=True, kw_only=True, slots=True)
class SeverityCounts(ItemCounts):
    """Counts of the items of incidents with one severity.

    `oldest` is when the oldest open item was created; None if none is open.
    """

    severity: str
    oldest: datetime | None


@dataclass(frozen=True, kw_only=True, slots=True)
class WeeklyFigures(ItemCounts):
    """One week's figures, for the seven days before they were counted.

    `oldest` is the age of the oldest open item in days. `by_severity` has the counts by the
    severity of the items' incidents; it's empty for figures from before it was introduced.
    """

    oldest: int
    by_severity: Mapping[str, Mapping[str, int]] = field(default_factory=dict)

    @property
    def is_silent(self) -> bool:
        """Return whether there is nothing to report."""
        return not (self.opened or self.done or self.open)

    @property
    def is_small(self) -> bool:
        """Return whether there are too few items for figures."""
        return max(self.open + self.done, self.fell_due) < MIN_ITEMS

    @property
    def share_kept(self) -> int | None:
        """Return the items done of those due, in percent; None if too few were due."""
        return round(100 * self.kept / self.fell_due) if self.fell_due >= MIN_ITEMS else None

    def as_dict(self) -> dict[str, object]:
        return asdict(self)


@dataclass(frozen=True, kw_only=True, slots=True)
class OverdueItems:
    """The longest overdue items, each with its incident's key, and how many more there are.

    `private` is the number of private incidents with overdue items, which aren't listed.
    """

    items: tuple[tuple[ActionItem, str], ...] = ()
    more: int = 0
    private: int = 0


def combine_counts(counts_by_severity: Iterable[SeverityCounts], until: datetime) -> WeeklyFigures:
    """Combine the counts of each severity, worst first."""
    counts_by_severity = sorted(counts_by_severity, key=lambda counts: counts.severity or "~")
    ages = [(until - counts.oldest).days for counts in counts_by_severity if counts.oldest]
    by_severity = {
        counts.severity: _as_counts(counts)
        for counts in counts_by_severity
        if any(_as_counts(counts).values())
    }
    total = {name: sum(getattr(counts, name) for counts in counts_by_severity) for name in _COUNTED}
    return WeeklyFigures(**total, oldest=max(ages, default=0), by_severity=by_severity)


def week_name(day: date) -> str:
    """Return the week's name in ISO 8601: 2026-W11."""
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02d}"


def _as_counts(counts: SeverityCounts) -> dict[str, int]:
    return {name: getattr(counts, name) for name in _COUNTED}
