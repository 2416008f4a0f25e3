"""Messages with figures: the weekly digest, the monthly report, and their schedule."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bot.config.policy import Weekday
from bot.domain.monthly import MonthlyFigures, Share, Spread
from bot.domain.weekly_digest import OverdueItems, Week
from bot.rendering import monthly_chart, render
from bot.reports.digest_schedule import DigestSchedule
from bot.reports.weekly_digest import Digest
from handlers.views import report_layouts as layouts
from tests.messages.facts import ANA, COMMAND, LINK, NOON, TODAY, Facts, figures
from tests.messages.shown import Shown, message

PLAN = DigestSchedule(day=Weekday.MONDAY, hour=9, zone=ZoneInfo("Europe/Lisbon"))
CHOSEN = DigestSchedule(day=Weekday.FRIDAY, hour=8, zone=ZoneInfo("UTC"), by=ANA)
OFF = DigestSchedule(day=Weekday.FRIDAY, hour=8, zone=ZoneInfo("UTC"), on=False, by=ANA)
COUNTS = {"opened": 2, "done": 3, "open": 4, "fell_due": 5, "kept": 3, "overdue": 1}
FULL = MonthlyFigures(
    month="2026-03",
    kept=Share(8, 14),
    written=Share(5, 6),
    skipped=1,
    to_final=Spread(12, 4.5, 9.0),
    repeats=Share(1, 12),
    spans={name: Spread(12, 720.0, 5_400.0) for name in ("ttd", "tta", "ttm", "ttr")},
    severities={"P0": 1, "P1": 4, "": 7},
)
BARE = MonthlyFigures(
    month="2026-02",
    kept=Share(1, 2),
    written=Share(0, 1),
    skipped=0,
    to_final=Spread(0),
    repeats=Share(0, 1),
    spans={"ttd": Spread(6, 60.0), "tta": Spread(1), "ttm": Spread(0), "ttr": Spread(1)},
    severities={"P2": 1},
)


def messages(facts: Facts) -> Iterator[tuple[str, Shown]]:
    for name, digest_ in _digests(facts):
        rendered = render.message("digest", made=digest_, now=digest_.now, before=digest_.before)
        yield name, message(rendered, layouts.weekly(rendered, digest_))
    for name, months in (("monthly", [BARE, FULL]), ("monthly first", [BARE])):
        rendered = render.message("monthly", **layouts.get_monthly_facts(months))
        yield name, message(rendered, layouts.monthly(rendered))
    for name, plan in (("changed", CHOSEN), ("changed off", OFF), ("intro", PLAN)):
        template = f"digest_{name.split()[0]}"
        rendered = render.message(
            template, plan=plan, monthly=True, command=COMMAND, names=facts.names
        )
        yield f"digest {name}", message(rendered, layouts.digest_schedule(rendered))


def lines() -> dict[str, str]:
    """Answers about figures, by the block's name."""
    return {"figures_alt": monthly_chart.describe([BARE, FULL])}


def _digests(facts: Facts) -> Iterator[tuple[str, Digest]]:
    key = facts.incident().key
    items = tuple((item, key) for item in facts.items(5))
    by_severity = {"P1": COUNTS, "": COUNTS}
    now, before = figures(by_severity=by_severity), figures(done=7)
    this_week = Week(until=NOON, today=TODAY)
    weeks = tuple(
        (this_week.first - timedelta(weeks=12 - week), figures(done=week)) for week in range(1, 12)
    )
    late = OverdueItems(items=items, more=3, private=1)
    dated: dict[str, Any] = {"week": this_week, "today": TODAY}
    yield (
        "digest",
        Digest(
            now=now,
            before=before,
            weeks=(*weeks, (this_week.first, now)),
            late=late,
            links=dict.fromkeys((item.id for item, _ in items), LINK),
            finals=((facts.over(), LINK), *[(facts.bare(), None)] * 11),
            **dated,
        ),
    )
    for name, small in {
        "first": figures(fell_due=0, open=2, done=1),
        "of one item": figures(fell_due=1, kept=1, open=0, done=1, overdue=0),
    }.items():
        bare: dict[str, Any] = {"before": None, "late": OverdueItems(), "links": {}, "finals": ()}
        yield (
            f"digest {name}",
            Digest(now=small, weeks=((this_week.first, small),), **bare, **dated),
        )
