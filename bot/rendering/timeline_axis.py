"""The horizontal time axis of the timeline picture."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.draft import Draft, TimelineRow
from bot.rendering.timeline_labels import Lettering, name_clock, short_day

LEFT, RIGHT = 190, 1160  # start and end of the axis
WIDTH = 1200  # of the whole picture
TEXT = 20  # font size
_BETWEEN = 42  # between two times on the axis
_DAY = timedelta(days=1)
_LETTERING = Lettering(any_script=False, size=TEXT)
# At most three times the one before, so that there's always more than one on the axis.
_STEPS = tuple(
    timedelta(minutes=minutes) for minutes in (1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720)
) + tuple(timedelta(days=days) for days in (1, 2, 4, 7, 14, 30, 90, 180, 365, 730, 1825))


@dataclass(frozen=True, kw_only=True, slots=True)
class Tick:
    """A round time on the axis; `day` is empty unless a day begins or changes there."""

    x: float
    label: str
    day: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Axis:
    """A time axis, which maps times to x coordinates."""

    start: datetime
    end: datetime
    has_several_days: bool

    def x(self, at: datetime) -> float:
        share = (at - self.start) / (self.end - self.start)
        return round(LEFT + share * (RIGHT - LEFT), 1)

    def ticks(self) -> Iterator[Tick]:
        """Yield round times, as many as there's room for, with the day where it changes."""
        step = self._step()
        midnight = self.start.replace(hour=0, minute=0, second=0, microsecond=0)
        at, day = midnight + step * -((midnight - self.start) // step), None
        while at <= self.end:
            label = self._label(at, step)
            is_new_day = self.has_several_days and step < _DAY and at.date() != day
            if self.x(at) + _LETTERING.width(label) / 2 < WIDTH:
                yield Tick(x=self.x(at), label=label, day=short_day(at) if is_new_day else "")
            day, at = at.date(), at + step

    def _step(self) -> timedelta:
        """Return the shortest step whose labels don't run into each other."""
        span = self.end - self.start
        return next(
            (
                step
                for step in _STEPS
                if step / span * (RIGHT - LEFT)
                >= _LETTERING.width(self._label(self.end, step)) + _BETWEEN
            ),
            span / 3,
        )

    def _label(self, at: datetime, step: timedelta) -> str:
        if step < _DAY:
            return name_clock(at, with_day=False)
        return f"{short_day(at)} {at.year}" if self.start.year != self.end.year else short_day(at)


def make_axis(draft: Draft, rows: Sequence[TimelineRow]) -> Axis | None:
    """Return an axis for all key times and rows, with some room at both ends; None without any."""
    times = [moment.at for _, moment in draft.moments.named() if moment]
    times += [row.at for row in rows]
    if not times:
        return None
    start, end = min(times), max(times)
    room = max((end - start) / 50, timedelta(seconds=30))
    return Axis(start=start - room, end=end + room, has_several_days=start.date() != end.date())
