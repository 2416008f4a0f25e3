"""A chart of monthly figures: four rows of bars, with numbers on them.

Bars based on too few cases are only outlined. Like the timeline, it uses only the bundled fonts.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.monthly import GOAL_KEPT, GOAL_WRITTEN, MIN_CASES, MonthlyFigures, Share
from bot.rendering import render, text_filters
from bot.rendering.fonts import FAMILY
from bot.rendering.timeline_chart import WIDTH, rasterize

_LEFT, _RIGHT = 40, 1160
_TOP, _ROW, _BARS = 110, 200, 110  # top of the first row, height of a row, height of its bars
_HOUR = 3_600
_TOO_FEW = f"n < {MIN_CASES}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Bar:
    """A month in a row; `height` is in picture units, and `few` means too few cases."""

    x: float
    height: float
    label: str
    month: str
    few: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """One figure over the months; `goal` is the height of its goal line, 0 without a goal."""

    name: str
    colour: str
    top: int
    bars: Sequence[Bar]
    goal: float = 0


def svg(months: Sequence[MonthlyFigures]) -> str:
    """Return the chart as SVG; `months` are oldest first."""
    step = (_RIGHT - _LEFT) / len(months)
    rows = [
        Row(
            name=name,
            colour=colour,
            top=_TOP + number * _ROW,
            bars=_bars(months, values, step, most),
            goal=goal * _BARS / 100,
        )
        for number, (name, colour, values, most, goal) in enumerate(_figures(months))
    ]
    return render.page(
        "figures.svg.j2",
        months=months,
        described=describe(months),
        rows=rows,
        family=FAMILY,
        width=WIDTH,
        height=_TOP + len(rows) * _ROW + 20,
        left=_LEFT,
        right=_RIGHT,
        bars=_BARS,
        thick=min(step * 0.6, 60),
        few=MIN_CASES,
    )


def png(months: Sequence[MonthlyFigures]) -> bytes:
    """Return the chart as PNG, with the same bytes on every machine."""
    return rasterize(svg(months))


def describe(months: Sequence[MonthlyFigures]) -> str:
    """Return a text alternative for the chart, with every number in it."""
    shown = {
        name: [(month.month, label) for month, (_, label, _) in zip(months, values, strict=True)]
        for name, _, values, _, _ in _figures(months)
    }
    return render.line("figures_alt", months=months, too_few=_TOO_FEW, **shown)


_Value = tuple[float, str, bool]  # value, label, whether there are too few cases
_FigureRow = tuple[str, str, list[_Value], float, int]


def _figures(months: Sequence[MonthlyFigures]) -> list[_FigureRow]:
    """Return each figure's name, color, values, value of a full-height bar, and goal in percent."""
    resolve = [_resolve(month) for month in months]
    counts = [(float(month.incidents), str(month.incidents), False) for month in months]
    return [
        (
            "kept",
            "#027a48",
            [_share(m.kept) for m in months],
            100,
            GOAL_KEPT,
        ),
        (
            "written",
            "#175cd3",
            [_share(m.written) for m in months],
            100,
            GOAL_WRITTEN,
        ),
        ("resolve", "#b54708", resolve, _most(resolve), 0),
        ("incidents", "#b42318", counts, _most(counts), 0),
    ]


def _share(share: Share) -> _Value:
    if not share.whole:
        return 0, "none", True
    part = 100 * share.part / share.whole
    return part, f"{share.part} of {share.whole}", share.percent is None


def _resolve(month: MonthlyFigures) -> _Value:
    spread = month.spans["ttr"]
    if spread.median is None:
        return 0, _TOO_FEW if spread.n else "none", True
    return spread.median / _HOUR, text_filters.duration_of(int(spread.median)), False


def _most(values: Sequence[_Value]) -> float:
    return max(value for value, _, _ in values) or 1


def _bars(
    months: Sequence[MonthlyFigures], values: Sequence[_Value], step: float, most: float
) -> list[Bar]:
    return [
        Bar(
            x=round(_LEFT + (number + 0.5) * step, 1),
            height=round(value / most * _BARS, 1),
            label=label,
            month=month.month,
            few=few,
        )
        for number, (month, (value, label, few)) in enumerate(zip(months, values, strict=True))
    ]
