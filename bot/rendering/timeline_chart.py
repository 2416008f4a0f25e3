"""The timeline as a picture: phases on top, lanes for alerts, findings, actions and updates.

It's 1200 units wide with a font size of at least 20, because Slack shows it about 500 pixels wide.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from itertools import pairwise

import resvg_py

from bot.domain.draft import Draft, RowKind, TimelineRow
from bot.domain.durations import format_duration
from bot.drafting.reading.status_pages import strip_phase
from bot.rendering import render
from bot.rendering.fonts import FAMILY, list_font_files, load_typeface
from bot.slack_text.styles import remove_styles

WIDTH = 1200
ZOOM = 1.5  # of the PNG, because people zoom in, on phones too
_LEFT, _RIGHT = 190, 1170  # start and end of the time axis
_TOP, _PHASE_HEIGHT = 120, 44
_TEXT, _LABEL = 20, 26  # font size of a label, height of its row
_ROWS = 3  # label rows in a lane
_LETTERS = 30  # the longest label
_TICKS = 9  # the most times on the axis
_STRIP = 26  # height of the strip for marks without a label
_LANES = (
    ("Alerts", "#b42318", "triangle", {RowKind.ALERT, RowKind.REPORT}),
    ("Findings", "#6941c6", "square", {RowKind.FINDING, RowKind.NOTE}),
    ("Actions", "#175cd3", "diamond", {RowKind.ACTION, RowKind.DECISION}),
    ("Updates", "#027a48", "circle", {RowKind.COMMUNICATION, RowKind.STATUS}),
)
_PHASES = (
    ("started", "Unnoticed", "#fde2df"),
    ("detected", "Diagnosis", "#fdf0d5"),
    ("identified", "Repair", "#dbe8fd"),
    ("restored", "Watching", "#d9f2e4"),
)
_STEPS = tuple(
    timedelta(minutes=minutes)
    for minutes in (1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720, 1440, 2880, 10080, 43200, 525600)
)
_ADDRESS = re.compile(r"https?://\S+")


@dataclass(frozen=True, kw_only=True, slots=True)
class Axis:
    """A time axis, which maps times to x coordinates."""

    start: datetime
    end: datetime

    def x(self, at: datetime) -> float:
        share = (at - self.start) / (self.end - self.start)
        return round(_LEFT + share * (_RIGHT - _LEFT), 1)

    def ticks(self) -> list[dict[str, object]]:
        """Return at most nine round times, with the date where the day changes."""
        span = self.end - self.start
        step = next((size for size in _STEPS if span / size <= _TICKS), span)
        midnight = self.start.replace(hour=0, minute=0, second=0, microsecond=0)
        at = midnight + step * -((midnight - self.start) // step)
        ticks, day = [], None
        while at <= self.end:
            ticks.append({"x": self.x(at), "clock": f"{at:%H:%M}", "day": _day(at, day)})
            day, at = at.date(), at + step
        return ticks


@dataclass(frozen=True, kw_only=True, slots=True)
class Lane:
    """A lane for one kind of event, from `top` to `bottom`."""

    name: str
    colour: str
    shape: str
    marks: Sequence["Mark"]
    top: int
    bottom: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Mark:
    """The position of a row's mark in its lane; `label` is empty if there was no space."""

    x: float
    y: float
    label: str = ""
    label_x: float = 0
    anchor: str = "start"


def svg(draft: Draft, *, any_script: bool = False) -> str:
    """Return the picture as SVG; `any_script` if the viewer has fonts for every script."""
    rows = _rows_to_draw(draft)
    axis = _axis(draft, rows)
    lanes = list(_lanes(rows, axis, any_script=any_script)) if axis else []
    bottom = max((lane.bottom for lane in lanes), default=_TOP)
    return render.page(
        "timeline.svg.j2",
        draft=draft,
        title=_fit_text(
            f"{draft.incident.key}: {draft.incident.title}", 62, any_script, "timeline"
        ),
        described=describe(draft),
        family=FAMILY,
        width=WIDTH,
        height=bottom + 84,
        bottom=bottom,
        left=_LEFT,
        top=_TOP,
        ticks=axis.ticks() if axis else [],
        several_days=len({row.at.date() for row in rows}) > 1,
        phases=list(_phases(draft, axis)) if axis else [],
        phase_height=_PHASE_HEIGHT,
        lanes=lanes,
        spans={name: span for name, span in draft.durations.named() if span is not None},
        shown=len(rows),
        labelled=sum(bool(mark.label) for lane in lanes for mark in lane.marks),
        total=sum(bool(row.author) for row in draft.timeline),
    )


def png(draft: Draft) -> bytes:
    """Return the picture as PNG, 1800 pixels wide."""
    return rasterize(svg(draft))


def rasterize(drawing: str) -> bytes:
    """Convert an SVG to a PNG of 1.5 times its size, with the same bytes on every machine.

    Only the bundled fonts are used.
    """
    return _rasterize(drawing, ZOOM)


@lru_cache(maxsize=16)  # text changes more often than the picture
def _rasterize(drawing: str, zoom: float) -> bytes:
    png_bytes: bytes = bytes(
        resvg_py.svg_to_bytes(
            svg_string=drawing,
            zoom=zoom,
            skip_system_fonts=True,
            font_files=list_font_files(),
            font_family=FAMILY,
            background="white",
        )
    )
    return png_bytes


def describe(draft: Draft) -> str:
    """Return a text alternative for the picture, in a sentence or two."""
    text = render.page(
        "timeline.txt.html.j2",
        draft=draft,
        spans={name: span for name, span in draft.durations.named() if span is not None},
    )
    return " ".join(text.split())


def _rows_to_draw(draft: Draft) -> tuple[TimelineRow, ...]:
    """Return the rows up to the end of the incident, since later ones would compress the chart.

    Rows without an author, such as silences, aren't drawn: the gap shows them.
    """
    ends = [moment.at for moment in (draft.moments.restored, draft.moments.resolved) if moment]
    last = max(ends, default=None)
    return tuple(row for row in draft.timeline if row.author and (last is None or row.at <= last))


def _axis(draft: Draft, rows: Sequence[TimelineRow]) -> Axis | None:
    times = [moment.at for _, moment in draft.moments.named() if moment]
    times += [row.at for row in rows]
    if not times:
        return None
    start, end = min(times), max(times)
    room = max((end - start) / 50, timedelta(seconds=30))
    return Axis(start=start - room, end=end + room)


def _day(at: datetime, before: object) -> str:
    return f"{at.day} {at:%b}" if before is None or at.date() != before else ""


def _phases(draft: Draft, axis: Axis) -> Iterator[dict[str, object]]:
    """Yield the bar on top, from each known moment to the next one.

    Phases without width are left out.
    """
    moments = dict(draft.moments.named())
    ends = [(moment.at, "", "") for moment in (moments["resolved"],) if moment]
    phases = [
        (moment.at, label, colour)
        for name, label, colour in _PHASES
        if (moment := moments[name] or (moments["mitigating"] if name == "identified" else None))
    ]
    phases = sorted(phases, key=lambda phase: phase[0]) + ends
    for (at, label, colour), (until, *_) in pairwise(phases):
        if until > at:
            x, width = axis.x(at), axis.x(until) - axis.x(at)
            text = f"{label} {format_duration(until - at)}"
            room = width - 16
            texts = (text, label, "")
            fitting = next(
                t for t in texts if load_typeface(bold=True).width(t, _TEXT) <= room or not t
            )
            yield {"x": x, "width": round(width, 1), "label": fitting, "colour": colour}


def _lanes(rows: Sequence[TimelineRow], axis: Axis, *, any_script: bool) -> Iterator[Lane]:
    top = _TOP + _PHASE_HEIGHT + 22
    for name, colour, shape, kinds in _LANES:
        own = [row for row in rows if row.kind in kinds]
        labels = {id(row): _label(row, any_script=any_script) for row in own}
        marks = list(_place_marks(own, labels, axis, top))
        used = max((mark.y for mark in marks), default=top)
        bottom = max(round(used) + _STRIP, top + 2 * _LABEL)
        yield Lane(name=name, colour=colour, shape=shape, marks=marks, top=top, bottom=bottom)
        top = bottom


def _label(row: TimelineRow, *, any_script: bool) -> str:
    instead = f"{render.clock(row.at)}, see the table"
    return _fit_text(strip_phase(remove_styles(row.text)), _LETTERS, any_script, instead)


def _place_marks(
    rows: Sequence[TimelineRow], labels: dict[int, str], axis: Axis, top: int
) -> Iterator[Mark]:
    """Yield each row's mark, labeled in the first free label row, else unlabeled in the strip."""
    row_ends: list[float] = [0.0] * _ROWS
    for row in sorted(rows, key=lambda timeline_row: timeline_row.at):
        x = axis.x(row.at)
        label = labels.get(id(row), "")
        width = load_typeface().width(label, _TEXT)
        leftward = x + 16 + width > WIDTH - 8
        start = x - 16 - width if leftward else x - 10
        free = next((at for at, end in enumerate(row_ends) if end <= start), None)
        if not label or free is None or start < _LEFT - 20:
            yield Mark(x=x, y=top + 14)
            continue
        row_ends[free] = x + 10 if leftward else x + 28 + width
        yield Mark(
            x=x,
            y=top + _STRIP + 12 + free * _LABEL,
            label=label,
            label_x=round(x - 16 if leftward else x + 16, 1),
            anchor="end" if leftward else "start",
        )


def _fit_text(text: str, letters: int, any_script: bool, instead: str) -> str:  # noqa: FBT001
    """Return text on one line, cut at a word, or `instead` if our fonts don't cover it.

    Emoji are removed because the words beside them say the same. Characters that the fonts lack
    would be drawn as boxes.
    """
    plain = "".join(
        character for character in text if unicodedata.category(character) not in {"So", "Cn", "Co"}
    )
    plain = " ".join(_ADDRESS.sub("(link)", plain).replace("\ufe0f", "").split())
    if len(plain) > letters:
        plain = plain[: letters - 1].rsplit(" ", 1)[0].rstrip(" ,.;:/-") + "…"
    return plain if plain and (any_script or load_typeface().covers(plain)) else instead
