"""The weekly figures: what was promised, and what was done of it. Of teams, never of people."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import date, datetime, timedelta

from bot.domain.action_item import ActionItem

_WEEK = timedelta(days=7)
NO_SEVERITY = ""  # of an incident that was given none
_COUNTED = ("opened", "done", "open", "fell_due", "kept", "overdue")


@dataclass(frozen=True, kw_only=True, slots=True)
class Week:
    """The seven days before `until`; `today` is that day where the digest is read."""

    until: datetime
    today: date

    @property
    def start(self) -> datetime:
        return self.until - _WEEK

    @property
    def first(self) -> date:
        return self.today - _WEEK


@dataclass(frozen=True, kw_only=True, slots=True)
class Tally:
    """What was counted of the items of one severity's incidents.

    `oldest` is when the oldest open item was opened; None when none is open.
    """

    severity: str
    opened: int
    done: int
    open: int
    fell_due: int
    kept: int
    overdue: int
    oldest: datetime | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Figures:
    """One week's figures, of the seven days before they were counted.

    `fell_due` counts the items whose date was in the week, `kept` those of them that are done;
    `oldest` is the age of the oldest open item, in days. `by_severity` has the counts again, by the
    severity of the items' incidents; it is empty for figures of before it was counted.
    """

    opened: int
    done: int
    open: int
    fell_due: int
    kept: int
    overdue: int
    oldest: int
    by_severity: Mapping[str, Mapping[str, int]] = field(default_factory=dict)

    @property
    def is_silent(self) -> bool:
        """Whether there is nothing to say."""
        return not (self.opened or self.done or self.open)

    @property
    def share_kept(self) -> int | None:
        """Done of what fell due, in percent; None when nothing did."""
        return round(100 * self.kept / self.fell_due) if self.fell_due else None

    def as_dict(self) -> dict[str, object]:
        return asdict(self)


@dataclass(frozen=True, kw_only=True, slots=True)
class Late:
    """What is past its date: the longest overdue items, each with its incident's key, how many more
    there are, and how many private incidents have such items: those are not shown."""

    items: tuple[tuple[ActionItem, str], ...] = ()
    more: int = 0
    private: int = 0


def figures(tallies: Iterable[Tally], until: datetime) -> Figures:
    """Put together what was counted for each severity, worst first."""
    tallies = sorted(tallies, key=lambda each: each.severity or "~")
    ages = [(until - each.oldest).days for each in tallies if each.oldest]
    by_severity = {each.severity: _counts(each) for each in tallies if any(_counts(each).values())}
    total = {name: sum(getattr(each, name) for each in tallies) for name in _COUNTED}
    return Figures(**total, oldest=max(ages, default=0), by_severity=by_severity)


def week_of(day: date) -> str:
    """Name a week as ISO 8601 does: 2026-W11."""
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02d}"


def _counts(tally: Tally) -> dict[str, int]:
    return {name: getattr(tally, name) for name in _COUNTED}
