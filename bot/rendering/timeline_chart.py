"""The timeline as a picture: phases on top, lanes for alerts, findings, actions and communication.

Drawn at 1200 units wide with type of 20 and more, because Slack shows it about 500 wide.
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
from bot.domain.styles import without_styles
from bot.drafting.status_page_feed import headless
from bot.rendering import render
from bot.rendering.fonts import FAMILY, files, typeface

WIDTH = 1200
ZOOM = 1.5  # of the PNG: it is looked at closely, on phones too
_LEFT, _RIGHT = 190, 1170  # where the time axis begins and ends
_TOP, _PHASE_HEIGHT = 120, 44
_TEXT, _LABEL = 20, 26  # type size of a label, height of its row
_ROWS = 3  # rows of labels in a lane
_LETTERS = 30  # of a label, at most
_TICKS = 9  # at most so many times on the axis
_STRIP = 26  # the strip of a lane where marks without a label stand
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
    timedelta(minutes=each)
    for each in (1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720, 1440, 2880, 10080, 43200, 525600)
)
_ADDRESS = re.compile(r"https?://\S+")


@dataclass(frozen=True, kw_only=True, slots=True)
class Axis:
    """From times to places."""

    start: datetime
    end: datetime

    def x(self, at: datetime) -> float:
        share = (at - self.start) / (self.end - self.start)
        return round(_LEFT + share * (_RIGHT - _LEFT), 1)

    def ticks(self) -> list[dict[str, object]]:
        """At most nine round times, with the date where the day changes."""
        span = self.end - self.start
        step = next((each for each in _STEPS if span / each <= _TICKS), span)
        midnight = self.start.replace(hour=0, minute=0, second=0, microsecond=0)
        at = midnight + step * -((midnight - self.start) // step)
        found, day = [], None
        while at <= self.end:
            found.append({"x": self.x(at), "clock": f"{at:%H:%M}", "day": _day(at, day)})
            day, at = at.date(), at + step
        return found


@dataclass(frozen=True, kw_only=True, slots=True)
class Lane:
    """One kind of thing that happened, from `top` to `bottom`."""

    name: str
    colour: str
    shape: str
    marks: Sequence["Mark"]
    top: int
    bottom: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Mark:
    """A row's place in its lane; `label` is empty where there was no room."""

    x: float
    y: float
    label: str = ""
    label_x: float = 0
    anchor: str = "start"


def svg(draft: Draft, *, any_script: bool = False) -> str:
    """The picture as SVG; `any_script` when what shows it has fonts for every script."""
    rows = _shown(draft)
    axis = _axis(draft, rows)
    lanes = list(_lanes(rows, axis, any_script=any_script)) if axis else []
    bottom = max((lane.bottom for lane in lanes), default=_TOP)
    return render.page(
        "timeline.svg.j2",
        draft=draft,
        title=_drawable(
            f"{draft.incident.key}: {draft.incident.title}", 62, any_script, "timeline"
        ),
        described=described(draft),
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
    """The picture as PNG, 1800 wide."""
    return rasterised(svg(draft))


def rasterised(drawing: str) -> bytes:
    """An SVG as PNG, half as large again, from the bundled fonts alone: the same on every machine."""
    return _drawn(drawing, ZOOM)


@lru_cache(maxsize=16)  # a text is changed more often than what its picture shows
def _drawn(drawing: str, zoom: float) -> bytes:
    drawn: bytes = bytes(
        resvg_py.svg_to_bytes(
            svg_string=drawing,
            zoom=zoom,
            skip_system_fonts=True,
            font_files=files(),
            font_family=FAMILY,
            background="white",
        )
    )
    return drawn


def described(draft: Draft) -> str:
    """The picture's content in a sentence or two, from the template of its text."""
    text = render.page(
        "timeline.txt.html.j2",
        draft=draft,
        spans={name: span for name, span in draft.durations.named() if span is not None},
    )
    return " ".join(text.split())


def _shown(draft: Draft) -> tuple[TimelineRow, ...]:
    """The rows up to the end of the incident: a word the day after must not squeeze the hours before.

    A silence is not drawn: the gap shows it.
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
    """The bar on top: from each known moment to the next one; a phase without width is left out."""
    moments = dict(draft.moments.named())
    ends = [(moment.at, "", "") for moment in (moments["resolved"],) if moment]
    known = [
        (moment.at, label, colour)
        for name, label, colour in _PHASES
        if (moment := moments[name] or (moments["mitigating"] if name == "identified" else None))
    ]
    known = sorted(known, key=lambda phase: phase[0]) + ends
    for (at, label, colour), (until, *_) in pairwise(known):
        if until > at:
            x, width = axis.x(at), axis.x(until) - axis.x(at)
            text = f"{label} {render.duration(until - at)}"
            room = width - 16
            texts = (text, label, "")
            fitting = next(t for t in texts if typeface(bold=True).width(t, _TEXT) <= room or not t)
            yield {"x": x, "width": round(width, 1), "label": fitting, "colour": colour}


def _lanes(rows: Sequence[TimelineRow], axis: Axis, *, any_script: bool) -> Iterator[Lane]:
    top = _TOP + _PHASE_HEIGHT + 22
    for name, colour, shape, kinds in _LANES:
        own = [row for row in rows if row.kind in kinds]
        labels = {id(row): _label(row, any_script=any_script) for row in own}
        marks = list(_placed(own, labels, axis, top))
        used = max((mark.y for mark in marks), default=top)
        bottom = max(round(used) + _STRIP, top + 2 * _LABEL)
        yield Lane(name=name, colour=colour, shape=shape, marks=marks, top=top, bottom=bottom)
        top = bottom


def _label(row: TimelineRow, *, any_script: bool) -> str:
    instead = f"{render.clock(row.at)}, see the table"
    return _drawable(headless(without_styles(row.text)), _LETTERS, any_script, instead)


def _placed(
    rows: Sequence[TimelineRow], labels: dict[int, str], axis: Axis, top: int
) -> Iterator[Mark]:
    """Each row's mark: with its label on the first free row of the lane, else alone in the strip."""
    taken: list[float] = [0.0] * _ROWS
    for row in sorted(rows, key=lambda each: each.at):
        x = axis.x(row.at)
        label = labels.get(id(row), "")
        width = typeface().width(label, _TEXT)
        leftward = x + 16 + width > WIDTH - 8
        start = x - 16 - width if leftward else x - 10
        free = next((at for at, end in enumerate(taken) if end <= start), None)
        if not label or free is None or start < _LEFT - 20:
            yield Mark(x=x, y=top + 14)
            continue
        taken[free] = x + 10 if leftward else x + 28 + width
        yield Mark(
            x=x,
            y=top + _STRIP + 12 + free * _LABEL,
            label=label,
            label_x=round(x - 16 if leftward else x + 16, 1),
            anchor="end" if leftward else "start",
        )


def _drawable(text: str, letters: int, any_script: bool, instead: str) -> str:  # noqa: FBT001
    """The text on one line, cut at a word; `instead` where our fonts lack its script.

    Emoji are left out: they say nothing that the words beside them do not. Text of a script that the
    fonts lack would come out as boxes.
    """
    plain = "".join(each for each in text if unicodedata.category(each) not in {"So", "Cn", "Co"})
    plain = " ".join(_ADDRESS.sub("(link)", plain).replace("\ufe0f", "").split())
    if len(plain) > letters:
        plain = plain[: letters - 1].rsplit(" ", 1)[0].rstrip(" ,.;:/-") + "…"
    return plain if plain and (any_script or typeface().covers(plain)) else instead
