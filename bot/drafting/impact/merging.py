"""Merge figures of the same thing that people gave at different times."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property

from bot.domain.draft import ImpactFigure, ImpactKind
from bot.drafting.impact.measures import HARM

TYPED = 10**6  # the score of a figure entered by command
_MAX_FIGURES = 12
_MAX_READ = 200  # figures; no conversation has more
_WORD = re.compile(r"[a-z][\w-]{3,}")
# Words in any sentence with a figure: two sentences that share only these need not mean the same.
_GENERAL_WORDS = (
    "about after again almost also around average been climbing count counted currently figure "
    "figures final firing first from have just least more morning nearly number only over peak "
    "peaked percent production rate rates record requests rising roughly seeing since some still "
    "than that their them then there they this today tonight total traffic until users were what "
    "when with"
)
_GENERAL = frozenset(_GENERAL_WORDS.split())
_TIMES = re.compile(r"(?P<ms>ms)|(?P<s>s(?:ec\w*)?)|(?P<min>min\w*)|(?P<h>h\w*)")


@dataclass(frozen=True, kw_only=True)
class Found:
    """A figure somebody gave. `score` is how likely it's impact, `about` tells what it counts.

    A correction replaces earlier figures of its measure. If it isn't `is_harm`, it counts only if there
    are such figures. With `instead_of`, it's a number without a measure that replaces this value.
    """

    figure: ImpactFigure
    score: int = 0
    about: str = ""
    is_correction: bool = False
    is_harm: bool = True
    instead_of: float | None = None

    @cached_property
    def measure(self) -> tuple[ImpactKind, str]:
        unit = self.figure.unit or ""
        time = _TIMES.fullmatch(unit)
        return self.figure.kind, time.lastgroup or "" if time else unit.rstrip("s")

    @cached_property
    def names(self) -> set[str]:
        words = {*_WORD.findall(self.about.casefold())} - _GENERAL - {self.figure.unit}
        return {word for word in words if not HARM.fullmatch(word)}


def merge(found: Iterable[Found]) -> tuple[ImpactFigure, ...]:
    """Return the figures to show, in order of their first mention.

    Of several figures of the same thing, the last one typed counts, else the worst; a correction
    replaces what it corrects. Harm without a number counts only if no figure of its kind is known.
    """
    kept: list[Found] = []
    for each in found:
        _add(kept, each)
        if len(kept) > _MAX_READ:
            break
    counted = {each.figure.kind for each in kept if each.figure.value is not None}
    shown = [
        each
        for each in kept
        if each.figure.value is not None or each.score == TYPED or each.figure.kind not in counted
    ]
    best = sorted(shown, key=lambda each: -each.score)[:_MAX_FIGURES]
    return tuple(each.figure for each in shown if each in best)


def _add(kept: list[Found], new: Found) -> None:
    if new.instead_of is not None:
        _correct(kept, new)
        return
    if not new.is_harm and not any(_is_corrected(each, new) for each in kept):
        return
    if new.is_correction:
        kept[:] = [each for each in kept if not _is_corrected(each, new)]
    rival = next((each for each in kept if _is_same_thing(each, new)), None)
    if rival is None:
        kept.append(new)
    elif new.score == TYPED or (rival.score < TYPED and _is_worse(new.figure, rival.figure)):
        kept[kept.index(rival)] = new


def _correct(kept: list[Found], new: Found) -> None:
    """Put a number without a measure in the place of the one that it corrects."""
    for place, old in enumerate(kept):
        if old.figure.value == new.instead_of and old.score < TYPED:
            evidence = old.figure.evidence + new.figure.evidence
            kind, unit = old.figure.kind, old.figure.unit
            figure = replace(new.figure, kind=kind, unit=unit, evidence=evidence)
            kept[place] = replace(old, figure=figure)


def _is_corrected(old: Found, new: Found) -> bool:
    is_earlier = old.figure.evidence != new.figure.evidence
    return is_earlier and old.measure == new.measure and old.score < TYPED


def _is_same_thing(one: Found, other: Found) -> bool:
    """Return whether two figures name the same thing, or one of them names nothing."""
    if one.figure.kind is other.figure.kind and one.figure.value == other.figure.value:
        return one.figure.value is not None or TYPED not in {one.score, other.score}
    first, second = one.names, other.names
    return one.measure == other.measure and (bool(first & second) or not (first and second))


def _is_worse(one: ImpactFigure, other: ImpactFigure) -> bool:
    first, second = one.value or 0, other.value or 0
    return first < second if (one.kind, one.unit) == (ImpactKind.SLA, "%") else first > second
