"""Impact figures: numbers with a clear measure, in sentences that tell of harm."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

from bot.domain.draft import ImpactFigure, ImpactKind
from bot.domain.timeline import EventKind
from bot.drafting.impact.exclusions import is_elsewhere, is_no_figure, is_no_harm
from bot.drafting.impact.measures import HAS_WORDS, MEASURES, MONEY, WORDED, Measure
from bot.drafting.impact.merging import TYPED, Found, merge
from bot.drafting.impact.quantities import CODE, HAS_NUMBER, Quantity, find_quantities
from bot.drafting.reading.alerts import AlarmState
from bot.drafting.reading.lines import SPEECH_KINDS, Line, quote
from bot.drafting.roles.model import Scores
from bot.drafting.roles.reading import read_roles
from bot.drafting.roles.role import Role

_MIN_SCORE = -150  # odds of 2 to 9
_UNDECIDED = 0  # no role is more likely than not: the sentence says too little to tell
_HARM = (Role.IMPACT, Role.SYMPTOM, Role.REPORT, Role.ALERT)
_NO_HARM = (Role.RECOVERY, Role.ALL_CLEAR, Role.DISMISSED)
_KINDS = tuple(ImpactKind)  # the first is what people ask about first
_READ_KINDS = SPEECH_KINDS - {EventKind.IMPACT} | {EventKind.DECLARED}
_CORRECTION = re.compile(
    r"\b(?:(?P<plain>correction|scratch that|i meant|not \d|make that)|actually|more like)\b",
    re.IGNORECASE,
)
_NOW = re.compile(r"\b(?:now|it's)(?: at)?(?: about| around| roughly)? ?~?$", re.IGNORECASE)
_NOT = re.compile(r"\bnot ~?$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Measured:
    """A number with its measure; `value` is what counts of it."""

    quantity: Quantity
    measure: Measure
    value: int | float
    unit: str
    is_harm: bool


def find_figures(lines: Sequence[Line]) -> tuple[ImpactFigure, ...]:
    """Return the figures in order, those entered by command first."""
    return merge(chain(_find_typed(lines), _find_stated(lines)))


def _find_typed(lines: Sequence[Line]) -> Iterator[Found]:
    """Yield impact entered by command. Without a figure that we can read, it's its text."""
    for line in lines:
        if line.event.kind is EventKind.IMPACT and line.text:
            found = [each for clause in line.clauses for each in _read(clause, line, None)]
            kind = next(
                (kind for kind in ImpactKind if kind == line.event.detail), ImpactKind.USERS
            )
            yield from found or [
                Found(figure=_quote(line, line.prose or line.text, kind), score=TYPED)
            ]


def _find_stated(lines: Sequence[Line]) -> Iterator[Found]:
    for line, roles in zip(lines, read_roles(lines), strict=True):
        if line.event.kind in _READ_KINDS and line.alarm is not AlarmState.ENDED:
            for clause, scores in zip(line.clauses, roles, strict=True):
                found = tuple(_read(clause, line, scores))
                yield from found if found and not is_elsewhere(clause) else ()


def _read(clause: str, line: Line, scores: Scores | None) -> Iterator[Found]:
    """Yield what a clause states. Without scores, it was entered as the impact and needs none."""
    correction = _CORRECTION.search(clause)
    is_plain = correction is not None and correction["plain"] is not None
    if not (is_plain or _is_harm(scores, is_clear=True)):
        return
    quantities = list(find_quantities(clause)) if HAS_NUMBER.search(clause) else []
    measured = [
        each
        for quantity in quantities
        if (each := _measure(quantity, clause, scores)) and (is_plain or each.is_harm)
    ]
    # The sentence is quoted once; its other figures quote their part of it.
    lead = min(measured, key=lambda each: _KINDS.index(each.measure.kind), default=None)
    for each in measured:
        text = clause if each is lead else each.quantity.text
        now = each.measure.before and _NOW.search(each.quantity.before)
        yield Found(
            figure=_quote(line, text, each.measure.kind, each.value, each.unit),
            score=TYPED if scores is None else scores[Role.IMPACT],
            about=each.quantity.text,
            is_correction=bool(now or correction),
            is_harm=each.is_harm,
        )
    if not measured and scores is not None:
        yield from _correct(quantities, clause, line)
        yield from _read_words(clause, line, scores)


def _measure(quantity: Quantity, clause: str, scores: Scores | None) -> _Measured | None:
    """Return a number with the first measure that fits."""
    for measure in () if is_no_harm(quantity) else (MONEY,) if quantity.currency else MEASURES:
        match = measure.find(quantity, clause)
        value = round(100 - quantity.value, 4) if measure.is_rest else quantity.value
        if match and value > 0 and not is_no_figure(quantity, measure, clause):
            unit = measure.unit or match["noun"].lower() or quantity.currency
            unit = unit.upper() if measure.kind is ImpactKind.REVENUE else unit
            is_harm = _is_harm(scores, is_clear=measure.is_clear)
            return _Measured(quantity, measure, value, unit, is_harm)
    return None


def _is_harm(scores: Scores | None, *, is_clear: bool) -> bool:
    """Return whether the reader takes a sentence for impact, or, of a clear measure, isn't against it."""
    if scores is None or (is_clear and max(scores.values()) < _UNDECIDED):
        return True
    against = max(scores[role] for role in _NO_HARM)
    if is_clear:
        return max(scores[role] for role in _HARM) > against
    return scores[Role.IMPACT] > max(_MIN_SCORE, against)


def _correct(quantities: Sequence[Quantity], clause: str, line: Line) -> Iterator[Found]:
    """Yield a correction without a noun: "it's 4,200, not 1,200"."""
    old = next((each.value for each in quantities if _NOT.search(each.before)), None)
    new = next((each.value for each in quantities if each.value != old), None)
    if old and new:
        yield Found(figure=_quote(line, clause, ImpactKind.USERS, new), instead_of=old)


def _read_words(clause: str, line: Line, scores: Scores) -> Iterator[Found]:
    """Yield harm without a number, such as "all regions are down"."""
    is_likely = line.is_by_person and HAS_WORDS.search(clause)
    text = CODE.sub(" ", clause) if is_likely else ""
    kind = next((kind for kind, says in WORDED if text and says(text)), None)
    if kind and _is_harm(scores, is_clear=True):
        yield Found(figure=_quote(line, clause, kind), score=scores[Role.IMPACT])


def _quote(
    line: Line, text: str, kind: ImpactKind, value: float | None = None, unit: str | None = None
) -> ImpactFigure:
    return ImpactFigure(text=quote(text), kind=kind, value=value, unit=unit, evidence=(line.id,))
