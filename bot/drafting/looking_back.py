"""Contributing factors, and what went well or poorly, in people's own words and from the record."""

from collections.abc import Iterator, Sequence
from datetime import timedelta

from bot.domain.draft import Statement
from bot.domain.key_times import Moments, combine_evidence
from bot.domain.timeline import Mark
from bot.drafting import wording
from bot.drafting.cues.senses import Sense
from bot.drafting.labels import remove_heading
from bot.drafting.prose.antecedents import with_antecedent
from bot.drafting.prose.cleaning import clean
from bot.drafting.prose.grammar import describe_attempt
from bot.drafting.reading.lines import Line, make_statement, quote, take_distinct
from bot.drafting.recovery_course import find_changes, find_first_mention, find_recovery_course
from bot.drafting.root_cause.stated import is_about_person
from bot.drafting.silences import find_longest_silence, find_longest_without_update

_MAX_STATEMENTS = 8  # statements per section: more would be a second timeline
_FEW_WORDS = 8
_QUICK_RESPONSE = timedelta(minutes=5)  # an acknowledgement within this is worth mentioning


def find_review_sections(
    lines: Sequence[Line], moments: Moments
) -> dict[str, tuple[Statement, ...]]:
    """Return the sections that look back, by their names in the draft."""
    return {
        "contributing_factors": _section(lines, Mark.CONTRIBUTING_FACTOR, Sense.FACTOR),
        "went_well": _find_went_well(lines, moments),
        "went_poorly": _find_went_poorly(lines, moments),
        "lucky": _section(lines, Mark.LUCKY, Sense.LUCKY),
        "lessons": take_distinct(_clause_statements(lines, Sense.LESSON), _MAX_STATEMENTS),
    }


def _find_went_well(lines: Sequence[Line], moments: Moments) -> tuple[Statement, ...]:
    """Return what people praised, and a quick acknowledgement, which the record shows by itself."""
    praised = _section(lines, Mark.WENT_WELL, Sense.WELL)
    return take_distinct((*praised, *_quick_acknowledgement(moments)), _MAX_STATEMENTS)


def _find_went_poorly(lines: Sequence[Line], moments: Moments) -> tuple[Statement, ...]:
    """Return what people regretted, and what the record shows itself: a failed fix, silences."""
    regretted = _section(lines, Mark.WENT_POORLY, Sense.POORLY)
    derived = (*_failed_steps(lines, moments), *_silence_statements(lines, moments))
    return take_distinct((*regretted, *derived), _MAX_STATEMENTS)


def _failed_steps(lines: Sequence[Line], moments: Moments) -> Iterator[Statement]:
    """Yield the step that was followed by more trouble, which shows that it didn't help."""
    relapse = find_recovery_course(lines).relapse
    if not moments.detected or relapse < 0:
        return
    detected_at = moments.detected.at
    changes = [
        change
        for change in find_changes(lines, -1, relapse - 1)
        if change[1].event.happened_at >= detected_at
    ]
    line, cue = find_first_mention(changes) if changes else (None, None)
    if line and cue and (step := describe_attempt(clean(cue.clause))):
        evidence = (line.id, lines[relapse].id)
        yield Statement(text=wording.failed_step(quote(step)), evidence=evidence)


def _section(lines: Sequence[Line], mark: Mark, sense: Sense) -> tuple[Statement, ...]:
    rest = [line for line in lines if mark not in line.event.marks]  # included whole
    return take_distinct(
        (*marked_statements(lines, mark), *_clause_statements(rest, sense)), _MAX_STATEMENTS
    )


def marked_statements(lines: Sequence[Line], mark: Mark) -> tuple[Statement, ...]:
    return take_distinct(
        (make_statement(line) for line in lines if mark in line.event.marks), _MAX_STATEMENTS
    )


def _clause_statements(lines: Sequence[Line], sense: Sense) -> Iterator[Statement]:
    for line in lines:
        for cue in line.find_all(sense):
            if not cue.is_question and not is_about_person(cue.clause):
                place = line.clauses.index(cue.clause)
                clauses = with_antecedent(line.clauses, place, _FEW_WORDS)
                about_system = clauses if not is_about_person(clauses[0]) else [cue.clause]
                said = [clean(remove_heading(clause)) for clause in about_system]
                yield make_statement(line, wording.as_sentence(wording.join_sentences(said)))


def _quick_acknowledgement(moments: Moments) -> Iterator[Statement]:
    detected, acknowledged = moments.detected, moments.acknowledged
    if (
        detected
        and acknowledged
        and timedelta() <= acknowledged.at - detected.at <= _QUICK_RESPONSE
    ):
        yield Statement(
            text=wording.acknowledged_within(acknowledged.at - detected.at),
            evidence=combine_evidence(detected, acknowledged),
        )


def _silence_statements(lines: Sequence[Line], moments: Moments) -> Iterator[Statement]:
    """Yield the longest silence, and the longest time between updates if any were given."""
    silence = find_longest_silence(lines, moments)
    without_update = find_longest_without_update(lines, moments)
    if silence:
        yield Statement(text=wording.silent_for(silence.span), evidence=silence.evidence)
    if without_update and not (silence and without_update.evidence == silence.evidence):
        yield Statement(
            text=wording.no_update_for(without_update.span), evidence=without_update.evidence
        )
