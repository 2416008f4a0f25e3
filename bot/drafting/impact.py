"""Impact figures: numbers next to a word for what they count."""

import re
from collections.abc import Iterator, Sequence

from bot.domain.draft import ImpactFigure, ImpactKind
from bot.domain.timeline import EventKind
from bot.drafting.impact_patterns import (
    CORRECTION,
    DIGIT,
    FIGURE_PATTERNS,
    GENERAL_WORDS,
    HIGHER_IS_BETTER,
    LIMIT_AFTER,
    LIMIT_BEFORE,
    NAMING_WORD,
    RECOVERING,
    STATUS_CODES,
    TAG_QUESTION,
)
from bot.drafting.numbers import parse_number
from bot.drafting.reading.lines import Line, quote

_MAX_FIGURES = 30


def find_figures(lines: Sequence[Line]) -> tuple[ImpactFigure, ...]:
    """Return the figures in order, those entered by command first; a corrected figure is dropped.

    If a rate is mentioned repeatedly, its highest value counts, since that's how bad it was.
    """
    typed_lines = {line.id for line in lines if line.event.kind is EventKind.IMPACT}
    figures: list[ImpactFigure] = []
    for line in (
        sorted(lines, key=lambda line: line.id not in typed_lines) if typed_lines else lines
    ):
        in_line = [
            (clause, figure) for clause in line.clauses for figure in _find_in_clause(clause, line)
        ]
        for clause, figure in in_line:
            _add_figure(figures, figure, corrects=CORRECTION.search(clause) is not None)
        if line.event.kind is EventKind.IMPACT and line.text and not in_line:
            figures.append(_figure_without_number(line))
        if len(figures) > _MAX_FIGURES:
            break
    return tuple(figures)


def _find_in_clause(clause: str, line: Line) -> Iterator[ImpactFigure]:
    if not DIGIT.search(clause) or (clause.endswith("?") and not TAG_QUESTION.search(clause)):
        return
    taken_positions: set[int] = set()
    for kind, unit, pattern, context in FIGURE_PATTERNS:
        if context and not context.search(clause):
            continue
        for match in pattern.finditer(clause):
            if match.start("value") in taken_positions or _is_no_measure(kind, clause, match):
                continue
            taken_positions.add(match.start("value"))
            yield ImpactFigure(
                text=quote(clause),
                kind=kind,
                value=parse_number(match),
                unit=unit or _format_unit(kind, match["unit"]),
                evidence=(line.id,),
            )


def _is_no_measure(kind: ImpactKind, clause: str, match: re.Match[str]) -> bool:
    """Return whether a figure is zero, a limit, a status code, or a rate during recovery."""
    is_count = kind in {ImpactKind.ERRORS, ImpactKind.REQUESTS}
    if not float(match["value"].replace(",", "")) or (is_count and match["value"] in STATUS_CODES):
        return True
    if LIMIT_AFTER.match(clause, match.end()):
        return True
    if kind is not ImpactKind.ERRORS:
        return False
    return bool(LIMIT_BEFORE.search(clause[: match.start("value")]) or RECOVERING.search(clause))


def _add_figure(figures: list[ImpactFigure], figure: ImpactFigure, *, corrects: bool) -> None:
    """Add a figure once; a correction first removes figures of the same measure."""
    if corrects:
        figures[:] = [
            known
            for known in figures
            if not _is_same_measure(known, figure) or known.value == figure.value
        ]
    if any(_is_same_figure(known, figure) for known in figures):
        return
    position = next((n for n, known in enumerate(figures) if _is_same_rate(known, figure)), None)
    if position is None:
        figures.append(figure)
    elif _is_worse(figure, figures[position]):
        figures[position] = figure


def _is_worse(one: ImpactFigure, other: ImpactFigure) -> bool:
    first, second = one.value or 0, other.value or 0
    return first < second if HIGHER_IS_BETTER.search(one.text) else first > second


def _is_same_rate(one: ImpactFigure, other: ImpactFigure) -> bool:
    """Return whether two figures are the same rate at different times.

    That's so if they name the same thing, or if either names nothing.
    """
    if not _is_same_measure(one, other) or one.kind is not ImpactKind.ERRORS:
        return False
    first, second = _naming_words(one.text), _naming_words(other.text)
    return bool(first & second) or not (first and second)


def _naming_words(text: str) -> set[str]:
    return set(NAMING_WORD.findall(text.casefold())) - GENERAL_WORDS


def _format_unit(kind: ImpactKind, word: str) -> str:
    return word.upper() if kind is ImpactKind.REVENUE else word.lower()


def _figure_without_number(line: Line) -> ImpactFigure:
    """Return an impact entered without a figure we can read: its text, without a number."""
    named = next((kind for kind in ImpactKind if kind == line.event.detail), ImpactKind.USERS)
    return ImpactFigure(
        text=quote(line.prose or line.text), kind=named, value=None, unit=None, evidence=(line.id,)
    )


def _is_same_measure(one: ImpactFigure, other: ImpactFigure) -> bool:
    return (one.kind, one.unit) == (other.kind, other.unit)


def _is_same_figure(one: ImpactFigure, other: ImpactFigure) -> bool:
    return _is_same_measure(one, other) and one.value == other.value
