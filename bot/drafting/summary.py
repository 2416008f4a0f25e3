"""The summary: what failed, for whom, why, and what mitigated it, in sentences that say what people said."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.domain.draft import ImpactFigure, ImpactKind, Statement
from bot.domain.key_times import Moment, Moments
from bot.domain.timeline import EventKind
from bot.drafting import summary_sentences, wording
from bot.drafting.components import find_outages
from bot.drafting.cues.senses import Sense
from bot.drafting.prose.cleaning import clean, remove_links
from bot.drafting.prose.grammar import describe_step, has_verb
from bot.drafting.reading.component_posts import parse_component_post
from bot.drafting.reading.lines import Line, make_statement, quote, take_distinct
from bot.drafting.recovery_course import find_change, find_recovery_claim, find_recovery_course
from bot.drafting.roles.model import Scores
from bot.drafting.roles.reading import read_roles
from bot.drafting.roles.role import Role

_MAX_SENTENCE_LENGTH = 220  # characters of a sentence
_MAX_SENTENCES = 4
_IMPACT_ORDER = (
    ImpactKind.USERS,
    ImpactKind.REQUESTS,
    ImpactKind.ERRORS,
)  # the one people ask about first
_AFTER_DETECTION = timedelta(hours=1)  # in which the failure is described
_BEFORE_MITIGATION = timedelta(minutes=15)  # in which the step is decided
_MIN_WORDS = 3  # words that describe a failure
_LIKELY = -50  # hundredths of log-odds: odds of about 2 to 3
_CUE = 50  # hundredths of log-odds that a rule adds which sees trouble
_STEP_ROLES = {Role.STEP_BEGUN, Role.STEP_DONE, Role.DECISION}
_DESCRIPTIONS = {Role.SYMPTOM, Role.REPORT, Role.ALERT, Role.IMPACT, Role.FINDING, Role.RELAPSE}
_TROUBLE_ROLES = (Role.SYMPTOM, Role.REPORT, Role.ALERT)
_DANGLING = re.compile(r"\W*(?:that|this|it|these|those|they|timing)\b", re.IGNORECASE)
_SPECIFIC = re.compile(r"\d|\w[-_/]\w")
_TOKEN = re.compile(r"[\w/-]+")


def summarize(
    lines: Sequence[Line],
    moments: Moments,
    impact: Sequence[ImpactFigure],
    cause: Sequence[Statement],
    names: Collection[str] = (),
) -> tuple[Statement, ...]:
    """Return up to four sentences; gaps are left out here and become open questions."""
    by_id = {line.id: line for line in lines}
    statements = (
        *_what_failed(lines, moments, cause, names),
        *_who_was_affected(impact),
        *_cause(cause, by_id),
        *_what_helped(lines, by_id, moments, cause, names),
    )
    return take_distinct(statements, _MAX_SENTENCES)


def find_title(
    lines: Sequence[Line], moments: Moments, cause: Sequence[Statement], names: Collection[str]
) -> str:
    """Return what failed, as the title of an incident that nobody declared; empty if unknown."""
    failure = next(_what_failed(lines, moments, cause, names), None)
    return failure.text.removesuffix(".") if failure else ""


def _what_failed(
    lines: Sequence[Line], moments: Moments, cause: Sequence[Statement], names: Collection[str]
) -> Iterator[Statement]:
    """Yield the title of the declaration, or else the clearest description of the failure."""
    declared = next((line for line in lines if line.event.kind is EventKind.DECLARED), None)
    if declared and declared.prose:
        yield _sentence(declared, declared.prose)
    elif found := _find_trouble(lines, moments, cause):
        yield _sentence(found[0], summary_sentences.trouble_sentence(clean(found[1], names)))


def _find_trouble(
    lines: Sequence[Line], moments: Moments, cause: Sequence[Statement]
) -> tuple[Line, str] | None:
    """Return the clause that says what failed: of the first sign, or else soon after it."""
    if not moments.detected:
        return None
    start, known = moments.detected.at, {message for each in cause for message in each.evidence}
    clauses = [
        (
            line.id in moments.detected.evidence,
            max(scores[role] for role in _TROUBLE_ROLES) + _CUE * _has_problem(line, clause),
            -position,
            clause,
        )
        for position, line, clause, scores in _read_clauses(lines)
        if timedelta() <= line.event.happened_at - start <= _AFTER_DETECTION
        and line.id not in known
        and _describes(line, clause, scores)
    ]
    if not clauses:
        return None
    _, _, position, clause = max(clauses)
    return lines[-position], clause


def _has_problem(line: Line, clause: str) -> bool:
    return any(cue.clause == clause for cue in line.find_all(Sense.PROBLEM))


def _describes(line: Line, clause: str, scores: Scores) -> bool:
    """Return whether a clause can say what failed: a sentence about trouble, not a question or a link."""
    is_no_statement = clause.rstrip(" )").endswith("?") or "](" in clause or "://" in clause
    if is_no_statement or len(clause.split()) < _MIN_WORDS or not has_verb(clause):
        return False
    role = max(scores, key=scores.__getitem__)
    is_trouble = role in _DESCRIPTIONS and scores[role] > _LIKELY
    return is_trouble or (_has_problem(line, clause) and not _DANGLING.match(clause))


def _who_was_affected(impact: Sequence[ImpactFigure]) -> Iterator[Statement]:
    for kind in _IMPACT_ORDER:
        for figure in impact:
            if figure.kind is kind:
                text = summary_sentences.impact_sentence(figure.text)
                yield Statement(text=text, evidence=figure.evidence, written=figure.written)
                return


def _cause(cause: Sequence[Statement], by_id: Mapping[str, Line]) -> Iterator[Statement]:
    for statement in cause[:1]:
        source = " ".join(
            by_id[message].prose for message in statement.evidence if message in by_id
        )
        text = summary_sentences.cause_sentence(
            quote(remove_links(statement.text), _MAX_SENTENCE_LENGTH), source
        )
        yield replace(statement, text=text)


def _what_helped(
    lines: Sequence[Line],
    by_id: Mapping[str, Line],
    moments: Moments,
    cause: Sequence[Statement],
    names: Collection[str],
) -> Iterator[Statement]:
    """Yield the step that helped, or else the statement of recovery."""
    if step := _find_step(lines, moments, cause, names):
        line, text = step
        yield Statement(text=summary_sentences.fix_sentence(text), evidence=(line.id,))
        return
    recovery = _line_of_moment(by_id, moments.restored)
    if recovery and parse_component_post(recovery):
        ends = tuple(outage.end.id for outage in find_outages(lines) if outage.end)
        yield Statement(text=wording.ALL_WORKING, evidence=ends or (recovery.id,))
        return
    claim = find_recovery_claim(recovery, after_step=True) if recovery else None
    if recovery and (claim or recovery.prose):
        yield _sentence(recovery, clean(claim.clause if claim else recovery.prose, names))


def _find_step(
    lines: Sequence[Line], moments: Moments, cause: Sequence[Statement], names: Collection[str]
) -> tuple[Line, str] | None:
    """Return the message that names the step which helped, and the step as in "by rolling back 4.2".

    Of several messages about the last steps, it's the one that names what the cause names.
    """
    over = moments.restored or moments.resolved
    if not moments.mitigating or not over:
        return None
    start = moments.mitigating.at - _BEFORE_MITIGATION
    about_cause = {word for statement in cause[:1] for word in _find_specific(statement.text)}
    steps = [
        (
            len(about_cause & _find_specific(text)),
            line.id in moments.mitigating.evidence,
            position,
            text,
        )
        for position, line, text in _steps(lines, names, (start, over.at))
    ]
    if not steps:
        return None
    _, _, position, text = max(steps)
    return lines[position], quote(text, _MAX_SENTENCE_LENGTH)


def _find_specific(text: str) -> set[str]:
    """Return the figures and identifiers in a text, which say what a step is about."""
    return {word for word in _TOKEN.findall(text) if _SPECIFIC.search(word)}


def _steps(
    lines: Sequence[Line], names: Collection[str], period: tuple[datetime, datetime]
) -> Iterator[tuple[int, Line, str]]:
    """Yield the steps in a period and after the last relapse, as phrases that fit after "by"."""
    relapse = find_recovery_course(lines).relapse
    for position, line, clause, scores in _read_clauses(lines):
        is_in_period = period[0] <= line.event.happened_at <= period[1]
        if position <= relapse or not line.is_by_person or not is_in_period:
            continue
        role, change = max(scores, key=scores.__getitem__), find_change(line)
        if role in _STEP_ROLES or (change is not None and change.clause == clause):
            text = describe_step(clean(clause, names), is_decision=role is Role.DECISION)
            if text:
                yield position, line, text


def _read_clauses(lines: Sequence[Line]) -> Iterator[tuple[int, Line, str, Scores]]:
    """Yield each clause with its line's position, its line, and its scores."""
    for position, (line, roles) in enumerate(zip(lines, read_roles(lines), strict=True)):
        for clause, scores in zip(line.clauses, roles, strict=True):
            yield position, line, clause, scores


def _line_of_moment(by_id: Mapping[str, Line], moment: Moment | None) -> Line | None:
    return (
        next((by_id[message] for message in moment.evidence if message in by_id), None)
        if moment
        else None
    )


def _sentence(line: Line, text: str) -> Statement:
    return Statement(
        text=wording.as_sentence(quote(remove_links(text), _MAX_SENTENCE_LENGTH)),
        evidence=make_statement(line).evidence,
    )
