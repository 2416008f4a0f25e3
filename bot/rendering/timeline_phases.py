"""The phases of an incident in the timeline picture, and the key times between them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import pairwise, product

from bot.domain.draft import Draft
from bot.domain.durations import format_duration
from bot.rendering.timeline_axis import LEFT, TEXT, WIDTH, Axis
from bot.rendering.timeline_labels import Lettering, name_clock, round_span, words

BOLD = Lettering(any_script=False, size=TEXT, is_bold=True)
# A phase's color by the key time that begins it, and those that end it: without one of them next, it's
# unknown how long the phase was.
_PHASES = {
    "started": ("#fde2df", {"detected"}),
    "detected": ("#fdf0d5", {"identified", "mitigating", "restored", "resolved"}),
    "identified": ("#dbe8fd", {"restored", "resolved"}),
    "mitigating": ("#dbe8fd", {"restored", "resolved"}),
    "restored": ("#d9f2e4", {"resolved"}),
}
# Which are left out first if there's no room for all labels: the last ones.
_BY_IMPORTANCE = ("resolved", "restored", "identified", "mitigating", "detected", "started")
_MAX_ROWS = 3
_FLAG = 7  # between a line and its label
_APART = 14  # between two labels
_PADDING = 8  # of a phase's text


@dataclass(frozen=True, kw_only=True, slots=True)
class KeyTime:
    """A key time; `row` is its label's row from the top, and the label starts or ends (`anchor`) at `x`."""

    name: str
    at: datetime
    label: str
    x: float = 0
    row: int = 0
    anchor: str = "start"

    @property
    def label_x(self) -> float:
        return self.x + _FLAG if self.anchor == "start" else self.x - _FLAG

    @property
    def extent(self) -> tuple[float, float]:
        """Return the left and right end of the label."""
        width = BOLD.width(self.label)
        return (
            (self.label_x, self.label_x + width)
            if self.anchor == "start"
            else (self.label_x - width, self.label_x)
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Phase:
    """The time from a key time to the next. Its texts are from the longest to none."""

    begins: str
    ends: str
    start: datetime
    end: datetime
    colour: str
    texts: Sequence[str]


@dataclass(frozen=True, kw_only=True, slots=True)
class Bar:
    """A phase on the axis, with the text that fits."""

    x: float
    width: float
    label: str
    colour: str


def find_key_times(draft: Draft, *, with_day: bool) -> list[KeyTime]:
    """Return the known key times between phases, in order of time.

    The start of the fix is one of them only if the time when the cause was found is unknown.
    """
    moments = dict(draft.moments.named())
    moments["mitigating"] = None if moments["identified"] else moments["mitigating"]
    known = [
        KeyTime(
            name=name,
            at=moment.at,
            label=f"{words()[name]} {name_clock(moment.at, with_day=with_day)}",
        )
        for name, moment in moments.items()
        if moment and name in _BY_IMPORTANCE
    ]
    return sorted(known, key=lambda key_time: key_time.at)


def find_phases(key_times: Sequence[KeyTime]) -> Iterator[Phase]:
    """Yield the phases that have a known start and end and take any time."""
    for first, then in pairwise(key_times):
        colour, ends = _PHASES.get(first.name, ("", set()))
        if then.name in ends and then.at > first.at:
            name = words()[f"phase {first.name}"]
            span = format_duration(round_span(then.at - first.at))
            yield Phase(
                begins=first.name,
                ends=then.name,
                start=first.at,
                end=then.at,
                colour=colour,
                texts=(f"{name} {span}", name, span, ""),
            )


def draw_bars(phases: Sequence[Phase], axis: Axis) -> Iterator[Bar]:
    for phase in phases:
        x, width = axis.x(phase.start), axis.x(phase.end) - axis.x(phase.start)
        fitting = (text for text in phase.texts if BOLD.width(text) <= width - 2 * _PADDING)
        yield Bar(x=x, width=round(width, 1), label=next(fitting, ""), colour=phase.colour)


def place_key_times(key_times: Sequence[KeyTime], axis: Axis) -> list[KeyTime]:
    """Return the key times with their labels in as few rows as possible.

    If they don't fit into three rows, the less important ones are left out.
    """
    ranked = sorted(key_times, key=lambda key_time: _BY_IMPORTANCE.index(key_time.name))
    ranked = [replace(key_time, x=axis.x(key_time.at)) for key_time in ranked]
    for count, rows in product(range(len(ranked), 0, -1), range(1, _MAX_ROWS + 1)):
        if placed := _arrange(ranked[:count], [], rows):
            return placed
    return []


def _arrange(waiting: Sequence[KeyTime], placed: list[KeyTime], rows: int) -> list[KeyTime] | None:
    """Place the labels one after another, taking back what leaves no room for the rest."""
    if not waiting:
        return placed
    first, *rest = waiting
    for row, anchor in product(range(rows - 1, -1, -1), ("start", "end")):
        candidate = replace(first, row=row, anchor=anchor)
        is_free = _is_inside(candidate) and not any(_collide(candidate, each) for each in placed)
        if is_free and (done := _arrange(rest, [*placed, candidate], rows)):
            return done
    return None


def _is_inside(key_time: KeyTime) -> bool:
    left, right = key_time.extent
    return left >= LEFT - 60 and right <= WIDTH - 12


def _collide(one: KeyTime, other: KeyTime) -> bool:
    """Return whether two labels overlap, or the line below one runs through the other."""
    (left, right), (other_left, other_right) = one.extent, other.extent
    if one.row == other.row:
        return left < other_right + _APART and other_left < right + _APART
    upper, lower = (one, other) if one.row < other.row else (other, one)
    lower_left, lower_right = lower.extent
    return lower_left - _FLAG / 2 < upper.x < lower_right + _FLAG / 2
