"""Impact figures: numbers next to a word for what they count."""

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal

from bot.domain.draft import ImpactFigure, ImpactKind
from bot.domain.timeline import EventKind
from bot.drafting.reading.lines import Line, quote

_SCALE = r"(?P<scale>[kKmMbB](?![A-Za-z])| ?(?:thousand|million|billion)\b)?"
_NUMBER = (
    rf"(?<![\w.:/-])(?P<value>\d{{1,3}}(?:,\d{{3}}){{1,5}}|\d{{1,15}}(?:\.\d{{1,15}})?){_SCALE}"
)
_DIGIT = re.compile(r"\d")
_LOSS = r"(?:lost|los[st]|missing|deleted|corrupt\w*|wiped|gone)"
_EXPOSED = r"(?:exposed|leaked|accessed|breached|readable|downloaded|e-?mails?|personal|pii|names?)"
_TROUBLE = (
    r"(?:fail\w*|errors?|drop\w*|affected|impact\w*|stuck|lost|blocked|rejected|timed out|5xx|queue[ds]?|backlog|"
    r"pending|delayed|waiting|unprocessed|undelivered|missed|doubled?|duplicated?|twice|held|not (?:sent|delivered|processed))"
)


def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(text, re.IGNORECASE)


# Kind, unit to print (None: the word itself), number with its word, and what else the clause must
# contain. A number alone never counts: in any conversation, most numbers are ports, counts and
# versions.
_RULES: tuple[tuple[ImpactKind, str | None, re.Pattern[str], re.Pattern[str] | None], ...] = (
    (
        ImpactKind.REVENUE,
        None,
        _pattern(
            rf"(?P<unit>[$\u20ac\u00a3]) ?(?P<value>\d{{1,3}}(?:,\d{{3}}){{1,5}}|\d{{1,15}}(?:\.\d{{1,15}})?){_SCALE}"
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
            r"merchants?|subscribers?|visitors?|teams?|organi[sz]ations?|students?|patients?|players?|guests?|passengers?|"
            r"drivers?|employees|devices|households?|stores|shops|branches|hotels|workspaces|callers)\b"
        ),
        None,
    ),
    (
        ImpactKind.REQUESTS,
        None,
        _pattern(
            rf"{_NUMBER}(?: \w+)? (?P<unit>requests?|calls?|transactions?|payments?|orders?|jobs?|"
            r"messages?|builds?|prs|pull requests|checkouts?|logins?|launches|uploads?|queries|attempts|pushes|notifications|e-?mails|updates|results|"
            r"bookings|reservations|sessions|tasks|runs|transfers|deliveries|shipments|invoices)\b"
        ),
        _pattern(rf"\b{_TROUBLE}\b"),
    ),
    (
        ImpactKind.REQUESTS,
        None,
        _pattern(rf"{_NUMBER} (?P<unit>queued|stuck|undelivered|unprocessed|backlogged)\b"),
        None,
    ),
    (
        ImpactKind.REVENUE,
        "%",
        _pattern(rf"{_NUMBER} ?%"),
        _pattern(
            r"\b(?:conv|conversions?|sales|revenue|orders?|bookings?|sign-?ups?|gmv)\b(?=.{0,300}\b(?:down|drop\w*|fell|lower|lost|less|behind)\b)|"
            r"\b(?:down|drop\w*|fell|lower|lost|less)\b(?=.{0,300}\b(?:conv|conversions?|sales|revenue|orders?|bookings?|sign-?ups?|gmv)\b)"
        ),
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
        _pattern(rf"\b(?:{_LOSS}|{_EXPOSED})\b"),
    ),
    (
        ImpactKind.DURATION,
        None,
        _pattern(rf"{_NUMBER} ?(?P<unit>min(?:ute)?s?|hours?|hrs?)\b(?! ago)"),
        _pattern(
            r"\b(?:downtime|outage|unavailable|were down|was down|of diminished|delay(?:ed|s)?|latency)\b"
        ),
    ),
)
# A currency after the number, by its code: "61,000 EUR".
_CURRENCY_RULE = (
    ImpactKind.REVENUE,
    None,
    _pattern(rf"{_NUMBER} ?(?P<unit>USD|EUR|GBP|CHF|JPY|CAD|AUD|INR|SEK|NOK|DKK|PLN)\b"),
    None,
)
# A figure after such a word is a limit, not a measure of what happened.
_LIMIT_BEFORE = _pattern(
    r"(?:limit|threshold|target|slo|budget|quota|above|over|below|under|exceed\w*|at least|at most|>=?|<=?)"
    r"(?: of| is| was| at|:)? ?$"
)
_LIMIT_AFTER = _pattern(r"(?: rate)? (?:limit|quota|cap|maximum|threshold)\b|-(?:min|hour|day)")
_STATUS_CODES = frozenset(
    {"400", "401", "403", "404", "408", "409", "429", "500", "502", "503", "504"}
)
# A rate that's falling, or back to normal, measures the recovery.
_RECOVERING = _pattern(
    r"\b(?:down to|falling|dropping|decreasing|recover\w*|back (?:to|at|under|below)|normal|baseline|only)\b|\bsuccess\b.*\b(?:climbing|rising)\b|^\W*(?:RESOLVED|OK)\b"
)
# A question that only asks for confirmation still states its figure.
_TAG_QUESTION = _pattern(r"[,.]? ?(?:is )?(?:that |that'?s )?(?:right|correct|ok|yes|no)\?$")
# For these rates, the lowest value shows how bad it was.
_HIGHER_IS_BETTER = _pattern(r"\b(?:success\w*|availability|uptime|delivered|completion)\b")
# Words in any clause about a rate: two clauses that share only these need not mean the same rate.
_GENERAL_WORDS = frozenset(
    {"about", "affected", "almost", "around", "average", "climbing", "currently", "down", "error"}
    | {
        "errors",
        "failed",
        "failing",
        "failure",
        "failures",
        "firing",
        "from",
        "have",
        "just",
        "more",
    }
    | {"nearly", "over", "peak", "peaked", "percent", "production", "rate", "rates", "requests"}
    | {"rising", "seeing", "some", "still", "than", "that", "their", "there", "this", "traffic"}
    | {"users", "with"}
)
_NAMING_WORD = re.compile(r"[a-z][\w-]{3,}")
_CORRECTION = _pattern(
    r"\b(?:actually|correction|scratch that|i meant|not \d|more like|make that)\b"
)
_SCALES = {"k": 1_000, "t": 1_000, "m": 1_000_000, "b": 1_000_000_000}
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
            _add_figure(figures, figure, corrects=_CORRECTION.search(clause) is not None)
        if line.event.kind is EventKind.IMPACT and line.text and not in_line:
            figures.append(_figure_without_number(line))
        if len(figures) > _MAX_FIGURES:
            break
    return tuple(figures)


def _find_in_clause(clause: str, line: Line) -> Iterator[ImpactFigure]:
    if not _DIGIT.search(clause) or (clause.endswith("?") and not _TAG_QUESTION.search(clause)):
        return
    taken_positions: set[int] = set()
    for kind, unit, pattern, context in (*_RULES, _CURRENCY_RULE):
        if context and not context.search(clause):
            continue
        for match in pattern.finditer(clause):
            if match.start("value") in taken_positions or _is_no_measure(kind, clause, match):
                continue
            taken_positions.add(match.start("value"))
            yield ImpactFigure(
                text=quote(clause),
                kind=kind,
                value=_parse_value(match),
                unit=unit or _format_unit(kind, match["unit"]),
                evidence=(line.id,),
            )


def _is_no_measure(kind: ImpactKind, clause: str, match: re.Match[str]) -> bool:
    """Return whether a figure is zero, a limit, a status code, or a rate during recovery."""
    is_count = kind in {ImpactKind.ERRORS, ImpactKind.REQUESTS}
    if not float(match["value"].replace(",", "")) or (is_count and match["value"] in _STATUS_CODES):
        return True
    if _LIMIT_AFTER.match(clause, match.end()):
        return True
    if kind is not ImpactKind.ERRORS:
        return False
    return bool(_LIMIT_BEFORE.search(clause[: match.start("value")]) or _RECOVERING.search(clause))


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
    return first < second if _HIGHER_IS_BETTER.search(one.text) else first > second


def _is_same_rate(one: ImpactFigure, other: ImpactFigure) -> bool:
    """Return whether two figures are the same rate at different times.

    That's so if they name the same thing, or if either names nothing.
    """
    if not _is_same_measure(one, other) or one.kind is not ImpactKind.ERRORS:
        return False
    first, second = _naming_words(one.text), _naming_words(other.text)
    return bool(first & second) or not (first and second)


def _naming_words(text: str) -> set[str]:
    return set(_NAMING_WORD.findall(text.casefold())) - _GENERAL_WORDS


def _format_unit(kind: ImpactKind, word: str) -> str:
    return word.upper() if kind is ImpactKind.REVENUE else word.lower()


def _parse_value(match: re.Match[str]) -> int | float:
    """Return the intended number. Computed as a decimal, or 4.1M wouldn't be exactly 4,100,000."""
    number = Decimal(match["value"].replace(",", ""))
    number *= _SCALES.get((match["scale"] or "").strip().lower()[:1], 1)
    return int(number) if number == number.to_integral_value() else float(number)


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
