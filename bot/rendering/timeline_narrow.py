"""The timeline picture for phones: time runs down, with one line per entry."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.domain.draft import Draft
from bot.rendering.timeline_labels import Lettering, words
from bot.rendering.timeline_lanes import LANES, Entry, LaneKind
from bot.rendering.timeline_phases import KeyTime, Phase, find_key_times, find_phases

WIDTH = 370
TEXT = 14  # font size
LEFT, TEXT_LEFT = 22, 88  # of the times, and of the labels
RIGHT = WIDTH - 8
_BOLD = Lettering(any_script=True, size=TEXT, is_bold=True)
_LINE, _KEY_TIME, _DAY = 25, 32, 30  # heights
_BETWEEN = 14  # between a key time's label and its phase
_PAUSES = 160  # height shared by the pauses between lines, by their length
_LONGEST_PAUSE = 28
_MAX_ENTRIES = 40


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """A line of the picture: an entry, a key time with the phase it begins, or a day."""

    y: float
    at: datetime
    entry: Entry | None = None
    key_time: KeyTime | None = None
    day: date | None = None
    label: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Strip:
    """A phase as a strip along the left edge."""

    y: float
    height: float
    colour: str


@dataclass(frozen=True, kw_only=True, slots=True)
class LegendItem:
    """A lane's shape and name."""

    x: float
    y: float
    kind: LaneKind
    name: str


def choose_entries(entries: Sequence[Entry]) -> list[Entry]:
    """Return the entries to show, in order of time: at most 40, the most important ones.

    Among equally important ones, they're spread over the whole time.
    """
    chosen: list[Entry] = []
    for rank in sorted({entry.rank for entry in entries}, reverse=True):
        alike = [entry for entry in entries if entry.label and entry.rank == rank]
        count = min(len(alike), _MAX_ENTRIES - len(chosen))
        chosen += [alike[number * len(alike) // count] for number in range(count)]
    return sorted(chosen, key=lambda entry: entry.at)


def draw_legend(entries: Sequence[Entry], top: float) -> list[LegendItem]:
    """Return the lanes that have entries, in as many lines as they take."""
    x, y, items = float(LEFT - 6), top, []
    for kind in LANES:
        if any(entry.lane is kind for entry in entries):
            name = words()[kind.name]
            width = 18 + _BOLD.width(name)
            if x + width > RIGHT:
                x, y = LEFT - 6, y + _LINE
            items.append(LegendItem(x=round(x, 1), y=y, kind=kind, name=name))
            x += width + 16
    return items


def draw_lines(draft: Draft, entries: Sequence[Entry], top: float) -> list[Line]:
    """Return the lines in order of time, further apart where more time is between them."""
    key_times = find_key_times(draft, with_day=False)
    phases = {phase.begins: phase for phase in find_phases(key_times)}
    items: list[tuple[datetime, KeyTime | Entry]] = [
        *((key_time.at, key_time) for key_time in key_times),
        *((entry.at, entry) for entry in entries),
    ]
    items.sort(key=lambda item: item[0])
    several_days = len({at.date() for at, _ in items}) > 1
    span = (items[-1][0] - items[0][0] if items else timedelta()) or timedelta(minutes=1)
    lines, y, before = [], top, None
    for at, item in items:
        y += min(_LONGEST_PAUSE, (at - before) / span * _PAUSES) if before else 0
        if several_days and (before is None or before.date() != at.date()):
            lines.append(Line(y=round(y, 1), at=at, day=at.date()))
            y += _DAY
        lines.append(_line(at, item, round(y, 1), phases))
        y += _KEY_TIME if isinstance(item, KeyTime) else _LINE
        before = at
    return lines


def _line(at: datetime, item: KeyTime | Entry, y: float, phases: dict[str, Phase]) -> Line:
    if isinstance(item, Entry):
        lettering = Lettering(any_script=True, size=TEXT)
        return Line(y=y, at=at, entry=item, label=lettering.fit(item.label, RIGHT - TEXT_LEFT))
    room = RIGHT - LEFT - _BOLD.width(item.label) - _BETWEEN
    texts = phases[item.name].texts if item.name in phases else ("",)
    label = next(text for text in texts if _BOLD.width(text) <= room)
    return Line(y=y, at=at, key_time=item, label=label)


def draw_strips(draft: Draft, lines: Sequence[Line]) -> Iterator[Strip]:
    """Yield each phase's strip, from the line of its beginning to the line of its end."""
    tops = {line.key_time.name: line.y for line in lines if line.key_time}
    for phase in find_phases(find_key_times(draft, with_day=False)):
        top = tops[phase.begins]
        yield Strip(y=top, height=round(tops[phase.ends] - top, 1), colour=phase.colour)


def find_bottom(lines: Sequence[Line], top: float) -> float:
    """Return where the lines end."""
    return lines[-1].y + _KEY_TIME if lines else top
