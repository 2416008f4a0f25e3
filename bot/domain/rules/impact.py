"""Figures of the impact: numbers that somebody gave beside a word for what they count."""

import re
from collections.abc import Iterator, Sequence

from bot.domain.draft import ImpactFigure, ImpactKind
from bot.domain.rules.reading import Line, quote
from bot.domain.timeline import Kind

_NUMBER = r"(?<![\w.:/-])(?P<value>\d{1,3}(?:,\d{3})+|\d+(?:\.\d+)?)(?P<scale>[kKmM](?![A-Za-z]))?"
_DIGIT = re.compile(r"\d")
_LOSS = r"(?:lost|los[st]|missing|deleted|corrupt\w*|wiped|gone)"
_TROUBLE = (
    r"(?:fail\w*|errors?|drop\w*|affected|impact\w*|stuck|lost|blocked|rejected|timed out|5xx)"
)


def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(text, re.IGNORECASE)


# Kind, the unit to print (None: the word itself), the number with its word, and what else the clause
# must say. A number alone never counts: in any team's talk most numbers are ports, counts and versions.
_RULES: tuple[tuple[ImpactKind, str | None, re.Pattern[str], re.Pattern[str] | None], ...] = (
    (
        ImpactKind.REVENUE,
        None,
        _pattern(
            r"(?P<unit>[$\u20ac\u00a3]) ?(?P<value>\d{1,3}(?:,\d{3})+|\d+(?:\.\d+)?)"
            r"(?P<scale>[kKmM](?![A-Za-z]))?"
        ),
        _pattern(
            r"\b(?:revenue|lost|loss|cost|refund\w*|sales|orders?|transactions?|estimat\w*)\b"
        ),
    ),
    (
        ImpactKind.USERS,
        None,
        _pattern(
            rf"{_NUMBER}\+?(?: \w+)? (?P<unit>users?|customers?|accounts?|people|clients?|tenants?|"
            r"merchants?|subscribers?|visitors?|teams?|organi[sz]ations?)\b"
        ),
        None,
    ),
    (
        ImpactKind.REQUESTS,
        None,
        _pattern(
            rf"{_NUMBER}(?: \w+)? (?P<unit>requests?|calls?|transactions?|payments?|orders?|jobs?|"
            r"messages?|builds?|prs|pull requests|checkouts?|logins?|launches|uploads?|queries)\b"
        ),
        _pattern(rf"\b{_TROUBLE}\b"),
    ),
    (
        ImpactKind.SLA,
        "%",
        _pattern(r"(?<![\w.])(?P<value>99\.\d+)(?P<scale>) ?%"),
        _pattern(r"\b(?:sla|slo|uptime|availability)\b"),
    ),
    (
        ImpactKind.ERRORS,
        "%",
        _pattern(rf"{_NUMBER} ?%"),
        _pattern(
            r"\b(?:errors?|fail\w*|5xx|5\d\ds?|success\w*|traffic|requests?|users?|customers?)\b"
        ),
    ),
    (
        ImpactKind.ERRORS,
        None,
        _pattern(rf"{_NUMBER}(?: \w+)? (?P<unit>errors?|failures?|exceptions?|5xxs?|timeouts?)\b"),
        None,
    ),
    (
        ImpactKind.TICKETS,
        None,
        _pattern(rf"{_NUMBER}(?: \w+)? (?P<unit>tickets?|complaints?|support requests?)\b"),
        None,
    ),
    (
        ImpactKind.REGIONS,
        None,
        _pattern(rf"{_NUMBER}(?: \w+)? (?P<unit>regions?|zones?|data ?cent(?:er|re)s?)\b"),
        _pattern(rf"\b(?:{_TROUBLE}|down|unavailable|degraded)\b"),
    ),
    (
        ImpactKind.DATA,
        None,
        _pattern(
            rf"{_NUMBER}(?: \w+)? ?(?P<unit>rows?|records?|files?|documents?|events?|[gt]b)\b"
        ),
        _pattern(rf"\b{_LOSS}\b"),
    ),
    (
        ImpactKind.DURATION,
        None,
        _pattern(rf"{_NUMBER} ?(?P<unit>min(?:ute)?s?|hours?|hrs?)\b(?! ago)"),
        _pattern(r"\b(?:downtime|outage|unavailable|were down|was down|of diminished)\b"),
    ),
)
_CORRECTED = _pattern(
    r"\b(?:actually|correction|scratch that|i meant|not \d|more like|make that)\b"
)
_MOST = 30


def figures(lines: Sequence[Line]) -> tuple[ImpactFigure, ...]:
    """The figures in order, those entered by command first; a corrected one gives way."""
    found: list[ImpactFigure] = []
    for line in lines:
        said = [(clause, figure) for clause in line.clauses for figure in _in(clause, line)]
        for clause, figure in said:
            _take(found, figure, corrects=_CORRECTED.search(clause) is not None)
        if line.event.kind is Kind.IMPACT and line.text and not said:
            found.append(_entered(line))
        if len(found) > _MOST:
            break
    typed = {line.id for line in lines if line.event.kind is Kind.IMPACT}
    found.sort(key=lambda each: not typed.intersection(each.evidence))
    return tuple(found)


def _in(clause: str, line: Line) -> Iterator[ImpactFigure]:
    if clause.endswith("?") or not _DIGIT.search(clause):
        return
    taken: set[int] = set()
    for kind, unit, pattern, also in _RULES:
        if also and not also.search(clause):
            continue
        for match in pattern.finditer(clause):
            if match.start("value") in taken:
                continue
            taken.add(match.start("value"))
            yield ImpactFigure(
                text=quote(clause),
                kind=kind,
                value=_value(match),
                unit=unit or match["unit"].lower(),
                evidence=(line.id,),
            )


def _take(found: list[ImpactFigure], figure: ImpactFigure, *, corrects: bool) -> None:
    """Add a figure once; a correction first takes away what was said of the same measure."""
    if corrects:
        found[:] = [each for each in found if not _same_measure(each, figure)]
    if not any(_same(each, figure) for each in found):
        found.append(figure)


def _value(match: re.Match[str]) -> int | float:
    number = float(match["value"].replace(",", ""))
    number *= {"k": 1_000, "m": 1_000_000}.get((match["scale"] or "").lower(), 1)
    return int(number) if number.is_integer() else number


def _entered(line: Line) -> ImpactFigure:
    """What a person entered as impact without a figure that we can read: their words, no number."""
    named = next((kind for kind in ImpactKind if kind == line.event.detail), ImpactKind.USERS)
    return ImpactFigure(
        text=quote(line.prose or line.text), kind=named, value=None, unit=None, evidence=(line.id,)
    )


def _same_measure(one: ImpactFigure, other: ImpactFigure) -> bool:
    return (one.kind, one.unit) == (other.kind, other.unit)


def _same(one: ImpactFigure, other: ImpactFigure) -> bool:
    return _same_measure(one, other) and one.value == other.value
