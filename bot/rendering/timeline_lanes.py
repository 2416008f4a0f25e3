"""The lanes of the timeline picture: which rows they show, and where labels have room."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.domain.draft import Draft, RowKind, TimelineRow
from bot.rendering.timeline_axis import LEFT, WIDTH, Axis
from bot.rendering.timeline_labels import Lettering, words, write_label

ROW_HEIGHT = 27
_STRIP = 22  # height of the strip for marks without a label
_PADDING = 10  # above and below a lane's content
_MIN_HEIGHT = 48
_MAX_ROWS = 4  # of labels, in a lane
_MARK = 16  # from the middle of a mark to its label
_APART = 24  # between a label and the next mark
_USEFUL = 240  # a label's room; with less, there's none
_WISHED = 430  # room for the label of what matters
_LEFT_END, _RIGHT_END = LEFT - 10, WIDTH - 14


@dataclass(frozen=True, kw_only=True, slots=True)
class LaneKind:
    """A lane's name in the words, and its look: each has its own color and shape."""

    name: str
    colour: str
    shape: str
    kinds: frozenset[RowKind]


LANES = (
    LaneKind(name="alerts", colour="#b42318", shape="triangle", kinds=frozenset({RowKind.ALERT})),
    LaneKind(name="reports", colour="#8a5300", shape="cross", kinds=frozenset({RowKind.REPORT})),
    LaneKind(
        name="findings",
        colour="#6941c6",
        shape="square",
        kinds=frozenset({RowKind.FINDING, RowKind.NOTE}),
    ),
    LaneKind(
        name="actions",
        colour="#175cd3",
        shape="diamond",
        kinds=frozenset({RowKind.ACTION, RowKind.DECISION}),
    ),
    LaneKind(
        name="updates",
        colour="#027a48",
        shape="circle",
        kinds=frozenset({RowKind.COMMUNICATION, RowKind.STATUS}),
    ),
)
_IMPORTANT = frozenset({RowKind.DECISION, RowKind.STATUS, RowKind.ALERT})


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """A row of the timeline with its full label; `rank` is higher for what matters more."""

    at: datetime
    lane: LaneKind
    label: str
    rank: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Mark:
    """An entry's mark in its lane; `label` is empty if there was no room."""

    x: float
    y: float
    label: str = ""
    label_x: float = 0
    anchor: str = "start"
    width: float = 0  # of the label


@dataclass(frozen=True, kw_only=True, slots=True)
class Lane:
    """A lane with marks, from `top` to `bottom`."""

    name: str
    kind: LaneKind
    marks: Sequence[Mark]
    top: int
    bottom: int


@dataclass(frozen=True, kw_only=True, slots=True)
class _Slot:
    """An entry's room in a row of labels: its mark and label are between `left` and `right`."""

    entry: Entry
    x: float
    width: float  # of the full label
    is_leftward: bool
    room: float  # for the label

    @property
    def left(self) -> float:
        return self.x - _MARK - (self.room if self.is_leftward else -4)

    @property
    def right(self) -> float:
        return self.x + _MARK + (self.room if not self.is_leftward else -4)


def find_rows(draft: Draft) -> tuple[TimelineRow, ...]:
    """Return the rows up to the end of the incident, since later ones would compress the picture.

    Rows without an author, such as silences, aren't drawn: the gap shows them.
    """
    ends = [moment.at for moment in (draft.moments.restored, draft.moments.resolved) if moment]
    last = max(ends, default=None)
    return tuple(row for row in draft.timeline if row.author and (last is None or row.at <= last))


def make_entries(draft: Draft, rows: Sequence[TimelineRow], lettering: Lettering) -> list[Entry]:
    """Return an entry for each row, in order of time."""
    names = [participant.name for participant in draft.participants if participant.name]
    decisive = set(_find_decisive_messages(draft))
    lanes = {kind: lane for lane in LANES for kind in lane.kinds}
    entries = [
        Entry(
            at=row.at,
            lane=lanes[row.kind],
            label=label,
            rank=_rank(row, decisive, is_minor="?" in label or _assigns_role(row, names)),
        )
        for row in rows
        for label in (write_label(row, names, lettering),)
    ]
    return sorted(entries, key=lambda entry: entry.at)


def _find_decisive_messages(draft: Draft) -> Iterator[str]:
    """Yield the messages that the root cause and the times of cause, mitigation and end rest on."""
    for statement in draft.root_cause:
        yield from statement.evidence
    for moment in (draft.moments.identified, draft.moments.restored, draft.moments.resolved):
        yield from moment.evidence if moment else ()


def _rank(row: TimelineRow, decisive: set[str], *, is_minor: bool) -> int:
    """Return how much a row matters: what's decisive most, then decisions, changes and alerts.

    Questions and roles matter less, since they only prepare what happens.
    """
    if not decisive.isdisjoint(row.evidence):
        return 3
    return (2 if row.kind in _IMPORTANT else 1) - is_minor


def _assigns_role(row: TimelineRow, names: Sequence[str]) -> bool:
    """Return whether a row says who has a role: "Lead: Olu Adeyemi"."""
    return row.kind is RowKind.STATUS and row.text.partition(": ")[2].startswith(tuple(names))


def draw_lanes(
    entries: Sequence[Entry], axis: Axis, lettering: Lettering, top: int
) -> Iterator[Lane]:
    """Yield the lanes that have entries, below each other from `top`."""
    for kind in LANES:
        own = [entry for entry in entries if entry.lane is kind]
        if not own:
            continue
        rows, unlabeled = _find_room(own, axis, lettering)
        first = top + _PADDING + (_STRIP if unlabeled else 0)
        height = max(first + len(rows) * ROW_HEIGHT + _PADDING - top, _MIN_HEIGHT)
        marks = [Mark(x=axis.x(entry.at), y=top + _PADDING + _STRIP / 2) for entry in unlabeled]
        for number, row in enumerate(rows):
            y = first + number * ROW_HEIGHT + ROW_HEIGHT / 2
            marks += [_mark(slot, y, lettering) for slot in _widen(row)]
        yield Lane(name=words()[kind.name], kind=kind, marks=marks, top=top, bottom=top + height)
        top += height


def _find_room(
    entries: Sequence[Entry], axis: Axis, lettering: Lettering
) -> tuple[list[list[_Slot]], list[Entry]]:
    """Distribute entries over rows, the important ones first; return those without room too."""
    rows: list[list[_Slot]] = [[] for _ in range(_MAX_ROWS)]
    unlabeled = []
    for entry in sorted(entries, key=lambda entry: -entry.rank):
        wished = _WISHED if entry.rank > 1 else _USEFUL
        slot = _Slot(
            entry=entry,
            x=axis.x(entry.at),
            width=lettering.width(entry.label),
            is_leftward=False,
            room=wished,
        )
        if not entry.label or not _put_where_it_fits(slot, rows):
            unlabeled.append(entry)
    return [row for row in rows if row], unlabeled


def _put_where_it_fits(slot: _Slot, rows: Sequence[list[_Slot]]) -> bool:
    """Put the slot into the first row with all the room it wants, else where it has most."""
    wanted = min(slot.width, slot.room)
    best: tuple[float, list[_Slot], bool] = (min(slot.width, _USEFUL) - 0.1, [], False)
    for is_leftward in (False, True):
        for row in rows:
            room = _free_room(slot.x, row, is_leftward=is_leftward)
            if min(room, wanted) > best[0]:
                best = (min(room, wanted), row, is_leftward)
    room, row, is_leftward = best
    if not any(row is each for each in rows):
        return False
    row.append(replace(slot, is_leftward=is_leftward, room=room))
    return True


def _free_room(x: float, row: Sequence[_Slot], *, is_leftward: bool) -> float:
    """Return the room for a label beside a mark at `x`; negative if the mark itself has none."""
    own_left, own_right = x - _MARK + 4, x + _MARK - 4
    if any(slot.left - _APART < own_right and own_left < slot.right + _APART for slot in row):
        return -1
    if is_leftward:
        ends = (slot.right + _APART for slot in row if slot.x < x)
        return x - _MARK - max(ends, default=_LEFT_END)
    starts = (slot.left - _APART for slot in row if slot.x > x)
    return min(starts, default=_RIGHT_END) - x - _MARK


def _widen(row: Sequence[_Slot]) -> list[_Slot]:
    """Give labels the room that nobody else in their row takes, from left to right."""
    slots = sorted(row, key=lambda slot: slot.x)
    for number, slot in enumerate(slots):
        others = [other for other in slots if other is not slot]
        free = _free_room(slot.x, others, is_leftward=slot.is_leftward)
        slots[number] = replace(slot, room=min(slot.width, max(slot.room, free)))
    return slots


def _mark(slot: _Slot, y: float, lettering: Lettering) -> Mark:
    label = lettering.fit(slot.entry.label, slot.room)
    return Mark(
        x=slot.x,
        y=y,
        label=label,
        width=round(lettering.width(label), 1),
        label_x=round(slot.x - _MARK if slot.is_leftward else slot.x + _MARK, 1),
        anchor="end" if slot.is_leftward else "start",
    )
