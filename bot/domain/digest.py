"""The weekly figures: what was promised, and what was done of it. Of teams, never of people."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta

from bot.domain.action_item import ActionItem, ItemState

_WEEK = timedelta(days=7)


@dataclass(frozen=True, kw_only=True, slots=True)
class Figures:
    """One week's figures, of the seven days before `until`.

    `fell_due` counts the items whose date was in the week, `kept` those of them that are done;
    `oldest` is the age of the oldest open item, in days.
    """

    opened: int
    done: int
    open: int
    fell_due: int
    kept: int
    overdue: int
    oldest: int

    @property
    def is_silent(self) -> bool:
        """Whether there is nothing to say."""
        return not (self.opened or self.done or self.open)

    @property
    def share_kept(self) -> int | None:
        """Done of what fell due, in percent; None when nothing did."""
        return round(100 * self.kept / self.fell_due) if self.fell_due else None

    def as_dict(self) -> dict[str, int]:
        return asdict(self)


def figures(items: Iterable[ActionItem], *, until: datetime, today: date) -> Figures:
    """Count the week that ends at `until`; `today` is that day where the digest is read."""
    items = list(items)
    start, first = until - _WEEK, today - _WEEK
    open_items = [item for item in items if item.state is ItemState.OPEN]
    due = [item for item in items if item.due and first <= item.due < today]
    ages = [(until - item.created_at).days for item in open_items]
    return Figures(
        opened=sum(start <= item.created_at < until for item in items),
        done=sum(
            bool(item.done_at) and start <= item.done_at < until for item in items if item.done_at
        ),
        open=len(open_items),
        fell_due=len(due),
        kept=sum(item.state is ItemState.DONE for item in due),
        overdue=sum(bool(item.due and item.due < today) for item in open_items),
        oldest=max(ages, default=0),
    )


def overdue(items: Iterable[ActionItem], today: date) -> list[ActionItem]:
    """The open items past their date, longest first."""
    late = [item for item in items if item.is_open and item.due and item.due < today]
    return sorted(late, key=lambda item: (item.due or today, item.id))


def week_of(day: date) -> str:
    """Name a week as ISO 8601 does: 2026-W11."""
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02d}"
