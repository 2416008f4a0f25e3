"""Rules for the start and for detection.

A rule's docstring says why it should hold for any team.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from bot.domain.key_times import Basis, Moment
from bot.domain.timeline import EventKind
from bot.drafting.cues.senses import Sense
from bot.drafting.key_times.rule import has_sense, make_line_moment, make_moment
from bot.drafting.key_times.spoken_times import (
    has_clock_time,
    parse_bare_time,
    parse_beginning,
    parse_said_time,
)
from bot.drafting.reading.alerts import AlarmState
from bot.drafting.reading.lines import Line
from bot.drafting.recovery_course import is_written_afterwards
from bot.drafting.root_cause.decision import find_root_cause

_SIGN = re.compile(
    (
        r"\b(?:alert\w*|alarm\w*|firing|fired|paged?|pager|notic\w+|notif\w+|report\w*|tickets?"
        r"|complain\w*|first (?:sign|call|e?-?mail))\b"
    ),
    re.IGNORECASE,
)
_SIGNALLED = re.compile(
    (
        r"\b(?:alerts?|alarms?|pages?|pager|paged|tickets?|reports?|complaints?|monitoring|notified"
        r"|reported|noticed|first (?:\w+ )?(?:contact|call|customer))\b[^.!?]{0,40}?\b(?:at|as of) "
    ),
    re.IGNORECASE,
)
# Words that make "since 14:02" the start of something good, or of somebody's work.
_NOT_TROUBLE = re.compile(
    (
        r"\b(?:normal\w*|again|fine|ok|okay|stable|healthy|green|recover\w*|restored|fixed|working"
        r"|works|good|up|quiet|resolved|looking|on (?:it|call|this)|investigating"
        r"|back)(?: \w+){0,2}? since\b"
    ),
    re.IGNORECASE,
)
# A changing rate with a clock time is trouble, whatever it's the rate of.
_RATE_CHANGED = re.compile(
    (
        r"\b(?:dropp(?:ed|ing)|fall(?:ing|s)?|fell|spik(?:ed|ing)|climb(?:ed|ing)|jump(?:ed|ing)"
        r"|flat ?lined) (?:since|from|at|around|just after)\b"
    ),
    re.IGNORECASE,
)
# "It started" is about the incident, unless it says what.
_IT_STARTED = re.compile(
    (
        r"\b(?:it|this|that|(?:the )?(?:problems?|issues?|incident|outage|trouble|impact|errors?"
        r"|failures?)) (?:all |first |really |actually )?(?:start(?:ed|s)|began|begins|begun"
        r"|broke)\b(?! (?:up|to|working|over|on|the)\b)"
    ),
    re.IGNORECASE,
)
_ASKS_WHEN = re.compile(
    (
        r"\b(?:since when|when (?:did|has) (?:it|this|that|the \w+)(?: \w+)? (?:start|begin|break"
        r"|fail|happen)|what time did)\b"
    ),
    re.IGNORECASE,
)
_BEGINS = re.compile(r"\b(?:start\w*|beg[ai]ns?|began|first|goes|went)\b", re.IGNORECASE)
_WORD = re.compile(r"[\w-]{4,}")
_DIGIT = re.compile(r"\d")
_SAME_PROBLEM = re.compile(r"\W*(?:same|me too|\+1|yep|here too)\b", re.IGNORECASE)
_EXCHANGE = timedelta(minutes=15)  # between two messages of one exchange
_UNNOTICED = timedelta(hours=2)  # a log that goes on for this long is about work, so somebody knew
_MAX_ANSWERS = 4  # messages within which a question is answered
_MIN_SHARED_WORDS = 3  # common words that mean two messages are about the same thing


def first_sign(lines: Sequence[Line], _: Mapping[str, Moment]) -> Moment | None:
    """The first alert, the first mention of trouble, or the declaration, whichever came first.

    A note entered afterwards says what nobody knew at its time, unless it's about a sign.
    """
    return next((make_line_moment(line) for line in lines if _is_sign(line)), None)


def chronicled_sign(lines: Sequence[Line], _: Mapping[str, Moment]) -> Moment | None:
    """A log written afterwards first describes the failure, and then who or what noticed it."""
    if not is_written_afterwards(lines):
        return None
    noticed = (
        line for line in lines if line.alarm is AlarmState.RAISED or _SIGN.search(line.prose)
    )
    sign, first = next((make_line_moment(line) for line in noticed), None), first_sign(lines, {})
    unnoticed = sign and first and sign.at - first.at > _UNNOTICED
    return None if unnoticed else sign


def answered_sign(lines: Sequence[Line], _: Mapping[str, Moment]) -> Moment | None:
    """If nobody mentioned trouble before the response, the message responded to was the sign.

    People describe trouble in endless ways, but the response, "looking", is always much the same. A
    report may take several messages, and the first of them is the sign.
    """
    spoken = [line for line in lines if line.is_by_person and line.event.kind is EventKind.MESSAGE]
    response = next((position for position, line in enumerate(spoken) if _is_response(line)), None)
    if response is None or not any(_is_sign(line) or line.find_firm(Sense.OVER) for line in lines):
        return None
    sign = _reported_before(spoken, response)
    first = first_sign(lines, {})
    late = first is None or first.at > spoken[response].event.happened_at
    return make_line_moment(sign) if sign and late else None


def _reported_before(spoken: Sequence[Line], response: int) -> Line | None:
    """Return the first message of the same exchange by the last person before the response."""
    exchange: list[Line] = []
    next_line = spoken[response]
    for line in reversed(spoken[:response]):
        if next_line.event.happened_at - line.event.happened_at > _EXCHANGE:
            break
        next_line = line
        exchange.append(line)
    others = [line for line in exchange if line.author != spoken[response].author]
    reports = [line for line in others if not _SAME_PROBLEM.match(line.prose)]
    reporter = next((line.author for line in reports), "")
    return next((line for line in reversed(exchange) if line.author == reporter), None)


def told_sign(lines: Sequence[Line], moments: Mapping[str, Moment]) -> Moment | None:
    """Somebody gives the time of a signal before the first sign: "we were paged at 3:05 UTC"."""
    first = first_sign(lines, moments)
    for line in lines if first else ():
        for clause in line.clauses:
            at = _SIGNALLED.search(clause) and parse_said_time(clause, line.said_at)
            if first and at and at < first.at and not clause.endswith("?"):
                return make_moment(line, Basis.REPORTED, at)
    return None


def typed_beginning(lines: Sequence[Line], moments: Mapping[str, Moment]) -> Moment | None:
    """A note with its own time before detection: about trouble, or about what the cause names.

    Whoever enters a time afterwards has looked it up. A note about a change is the start only if
    the cause is about the same thing, because many changes are noted only as suspects.
    """
    detected, cause = moments.get("detected"), _cause_text(lines, moments)
    for line in lines if detected else ():
        is_early = detected and line.event.happened_at <= detected.at
        if line.event.kind is not EventKind.NOTE or not is_early or _SIGN.search(line.text):
            continue
        is_start = has_sense(line, Sense.PROBLEM) or _IT_STARTED.search(line.text)
        if is_start or _is_same_topic(line.text, cause):
            return make_line_moment(line)
    return None


def chronicled_beginning(lines: Sequence[Line], moments: Mapping[str, Moment]) -> Moment | None:
    """What a log written afterwards says about the failure before detection was looked up."""
    detected = moments.get("detected")
    if not detected or not is_written_afterwards(lines):
        return None
    earlier_lines = (
        line for line in lines if line.event.happened_at < detected.at and line.is_by_person
    )
    return next(
        (make_line_moment(line) for line in earlier_lines if line.find_firm(Sense.PROBLEM)), None
    )


def told_beginning(lines: Sequence[Line], moments: Mapping[str, Moment]) -> Moment | None:
    """Somebody says since when: a clock time or duration, next to a word for a start or trouble.

    A clock time was looked up and takes precedence over "20 minutes ago"; if repeated, it was
    corrected. Nothing starts after its first sign.
    """
    beginnings = [
        beginning
        for line in lines
        for beginning in _stated_beginnings(line)
        if _is_before_sign(beginning[1].at, moments)
    ]
    by_clock = [moment for clock, moment in beginnings if clock]
    all_moments = [moment for _, moment in beginnings]
    return by_clock[-1] if by_clock else next(iter(all_moments), None)


def answered_beginning(lines: Sequence[Line], moments: Mapping[str, Moment]) -> Moment | None:
    """The answer to "when did it start?", soon after the question: "around 14:02"."""
    for position, line in enumerate(lines):
        if not (line.prose.endswith("?") and _ASKS_WHEN.search(line.prose)):
            continue
        for answer in lines[position + 1 : position + 1 + _MAX_ANSWERS]:
            at = parse_bare_time(answer.prose, answer.said_at)
            if at and answer.author != line.author and _is_before_sign(at, moments):
                return make_moment(answer, Basis.REPORTED, at)
    return None


def cause_dated(lines: Sequence[Line], moments: Mapping[str, Moment]) -> Moment | None:
    """Whoever names the cause says when it took effect: "at 14:04 the new limit was rolled out"."""
    cause_lines = _cause_lines(lines, moments)
    for line in cause_lines:
        for clause in line.clauses:
            at = parse_said_time(clause, line.said_at)
            if at and _is_before_sign(at, moments):
                return make_moment(line, Basis.REPORTED, at)
    return None


def _is_sign(line: Line) -> bool:
    if line.event.kind is EventKind.DECLARED or line.alarm is AlarmState.RAISED or line.phase:
        return True
    if line.event.kind is EventKind.NOTE:
        return _SIGN.search(line.text) is not None
    if line.alarm or line.event.kind is EventKind.ALERT:
        return False
    return any(not cue.is_negated for cue in line.find_all(Sense.PROBLEM))


def _is_response(line: Line) -> bool:
    senses = (Sense.TAKEN, Sense.LOOKING)
    return any(not cue.is_question for sense in senses for cue in line.find_all(sense))


def _stated_beginnings(line: Line) -> Iterator[tuple[bool, Moment]]:
    """Yield the starts in a line, each with whether it's a clock time."""
    problem_clauses = {cue.clause for cue in line.find_all(Sense.PROBLEM) if not cue.is_question}
    recovery_clauses = {cue.clause for cue in line.find_all(Sense.RECOVERY)}
    for clause in line.clauses:
        is_trouble = clause in problem_clauses or (
            (_RATE_CHANGED.search(clause) or _IT_STARTED.search(clause))
            and not clause.endswith("?")
        )
        if not is_trouble or clause in recovery_clauses or _NOT_TROUBLE.search(clause):
            continue
        if at := parse_beginning(clause, line.said_at):
            yield has_clock_time(clause), make_moment(line, Basis.REPORTED, at)


def _is_before_sign(at: datetime, moments: Mapping[str, Moment]) -> bool:
    detected = moments.get("detected")
    return detected is None or at <= detected.at


def _cause_text(lines: Sequence[Line], moments: Mapping[str, Moment]) -> str:
    """Return the text of the messages that name the cause."""
    return " ".join(line.prose for line in _cause_lines(lines, moments))


def _cause_lines(lines: Sequence[Line], moments: Mapping[str, Moment]) -> list[Line]:
    """Return the lines that the identification and the root cause are based on, if they have text."""
    identified = moments.get("identified")
    if not identified:
        return []
    causes = (message for cause in find_root_cause(lines) for message in cause.evidence)
    named = {*identified.evidence, *causes}
    return [line for line in lines if line.id in named and line.clauses]


def _is_same_topic(one: str, other: str) -> bool:
    """Return whether two texts are about the same thing.

    They share a word with a digit in it, or several other words.
    """
    shared = _words(one) & _words(other)
    return any(_DIGIT.search(word) for word in shared) or len(shared) >= _MIN_SHARED_WORDS


def _words(text: str) -> set[str]:
    return {word.casefold() for word in _WORD.findall(text)}
