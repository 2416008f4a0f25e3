"""A year of monthly figures as a picture: four rows of bars, with the numbers on them.

Bars of too few to say are drawn in outline. Drawn as the timeline is: with the bundled fonts alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.monthly import FEW, GOAL_KEPT, GOAL_WRITTEN, Monthly, Share
from bot.rendering import render
from bot.rendering.fonts import FAMILY
from bot.rendering.timeline_chart import WIDTH, rasterised

_LEFT, _RIGHT = 40, 1160
_TOP, _ROW, _BARS = 110, 200, 110  # where the rows begin, how high one is, and its bars
_HOUR = 3_600


@dataclass(frozen=True, kw_only=True, slots=True)
class Bar:
    """One month of a row: `height` in the picture's units; `few` when it is of too few to say."""

    x: float
    height: float
    label: str
    month: str
    few: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """One figure over the months; `goal` is how high its goal is, 0 where it has none."""

    name: str
    colour: str
    top: int
    bars: Sequence[Bar]
    goal: float = 0


def svg(months: Sequence[Monthly]) -> str:
    """The picture of some months, oldest first."""
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
        described=described(months),
        rows=rows,
        family=FAMILY,
        width=WIDTH,
        height=_TOP + len(rows) * _ROW + 20,
        left=_LEFT,
        right=_RIGHT,
        bars=_BARS,
        thick=min(step * 0.6, 60),
        few=FEW,
    )


def png(months: Sequence[Monthly]) -> bytes:
    """The picture as PNG, the same bytes on every machine."""
    return rasterised(svg(months))


def described(months: Sequence[Monthly]) -> str:
    """What the picture shows, in words: every number that is drawn."""
    shown = {
        name: ", ".join(
            f"{each.month} {label}" for each, (_, label, _) in zip(months, values, strict=True)
        )
        for name, _, values, _, _ in _figures(months)
    }
    return render.line("figures_alt", months=months, **shown)


_Value = tuple[float, str, bool]  # how much, how it is said, whether it is of too few
_Drawn = tuple[str, str, list[_Value], float, int]


def _figures(months: Sequence[Monthly]) -> list[_Drawn]:
    """Name, colour, values, what the highest bar stands for, and the goal in percent."""
    resolve = [_resolve(each) for each in months]
    many = [(float(each.incidents), str(each.incidents), False) for each in months]
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
        ("incidents", "#b42318", many, _most(many), 0),
    ]


def _share(share: Share) -> _Value:
    if not share.whole:
        return 0, "none", True
    part = 100 * share.part / share.whole
    return part, f"{share.part} of {share.whole}", share.percent is None


def _resolve(month: Monthly) -> _Value:
    spread = month.spans["ttr"]
    if spread.median is None:
        return 0, "few" if spread.n else "none", True
    return spread.median / _HOUR, render.duration_of(int(spread.median)), False


def _most(values: Sequence[_Value]) -> float:
    return max(value for value, _, _ in values) or 1


def _bars(
    months: Sequence[Monthly], values: Sequence[_Value], step: float, most: float
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
