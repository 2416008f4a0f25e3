"""Rules for acknowledgement, investigation and identification of the cause.

A rule's docstring says why it should hold for any team.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import timedelta

from bot.domain.key_times import Basis, Moment
from bot.domain.timeline import EventKind
from bot.drafting.cues.search import CueMatch
from bot.drafting.cues.senses import Sense
from bot.drafting.cues.table import LAUGHTER
from bot.drafting.key_times.rule import (
    find_reporters,
    has_sense,
    lines_after,
    make_line_moment,
    make_moment,
    make_spoken_moment,
)
from bot.drafting.reading.lines import Line
from bot.drafting.recovery_course import is_written_afterwards
from bot.drafting.root_cause.decision import find_identification

_MIN_WORDS = 3  # minimum words of an answer; fewer are an exclamation
_WORK = {Sense.FINDING, Sense.CAUSE, Sense.REASON, Sense.BEGUN, Sense.DONE}
_LOOKING = re.compile(r"\b(?:look|check|investigat|dig|debug)", re.IGNORECASE)
# People who say this have the same problem, but haven't taken it on.
_SAME_PROBLEM = re.compile(
    r"\W*(?:yep|yes|yup|yeah|same|me too|\+1|also|here too|not just)\b", re.IGNORECASE
)
# Within this time, an explicit "I'm on it" takes precedence over the first reply, and "looking"
# over an observation.
_EXPLICIT_WITHIN = timedelta(minutes=12)
_ACKNOWLEDGES = re.compile(r"\backnowledge[sd]\b", re.IGNORECASE)  # a log says this about somebody
_FOUND = re.compile(
    r"\b(?:found|identified|discovered|reali[sz]ed|figured|pinpointed)\b", re.IGNORECASE
)


def lead_taken(lines: Sequence[Line], _: Mapping[str, Moment]) -> Moment | None:
    """Somebody was made lead, and is in charge from then on."""
    roles = (line for line in lines if line.event.kind is EventKind.ROLE)
    lead = next((line for line in roles if line.event.detail.startswith("lead")), None)
    return make_moment(lead, Basis.MARKED) if lead else None


def first_taken(lines: Sequence[Line], moments: Mapping[str, Moment]) -> Moment | None:
    """The first response, or the assignment of a lead if that came sooner.

    A command takes precedence only for what it states, and assigning a lead doesn't say when work
    began.
    """
    candidates = (rule(lines, moments) for rule in (lead_taken, chronicled_answer, first_answer))
    return min(
        (moment for moment in candidates if moment), key=lambda moment: moment.at, default=None
    )


def chronicled_answer(lines: Sequence[Line], moments: Mapping[str, Moment]) -> Moment | None:
    """A log written afterwards has one author: the first entry in which somebody is on it."""
    if not is_written_afterwards(lines):
        return None
    taken = (
        line for line in lines_after(lines, moments.get("detected")) if line.find_firm(Sense.TAKEN)
    )
    return next((make_line_moment(line) for line in taken), None)


def first_answer(lines: Sequence[Line], moments: Mapping[str, Moment]) -> Moment | None:
    """Somebody other than the reporter takes it on, or replies and then works on it.

    A status page has one author and replies to nobody.
    """
    ignored = find_reporters(lines, moments)
    others = [
        line
        for line in lines
        if line.is_by_person and (line.author not in ignored or _ACKNOWLEDGES.search(line.prose))
    ]
    working = {line.author for line in others if line.senses() & _WORK}
    responses = list(lines_after(others, moments.get("detected")))
    explicit = next((line for line in responses if line.find_firm(Sense.TAKEN)), None)
    reply = next((line for line in responses if line.author in working and _is_answer(line)), None)
    if (
        explicit
        and reply
        and explicit.event.happened_at - reply.event.happened_at <= _EXPLICIT_WITHIN
    ):
        return make_line_moment(explicit)
    first = reply or explicit
    return make_line_moment(first) if first else None


def _is_answer(line: Line) -> bool:
    """Return whether a message may be a response: several words, no echo, no laughter."""
    has_several_words = len(line.prose.split()) >= _MIN_WORDS
    is_message = line.event.kind is EventKind.MESSAGE and not _SAME_PROBLEM.match(line.prose)
    return is_message and has_several_words and not LAUGHTER.search(line.prose)


def page_look(lines: Sequence[Line], _: Mapping[str, Moment]) -> Moment | None:
    """A status page may start with "Identified" and still say that it's investigating."""
    looks = (line for line in lines if line.phase and line.find_firm(Sense.LOOKING))
    return next((make_line_moment(line) for line in looks), None)


def first_look(lines: Sequence[Line], moments: Mapping[str, Moment]) -> Moment | None:
    """The first mention of looking, or the first observation by somebody other than the reporter.

    Whoever took it on next says what they see, in words that no rule can foresee.
    """
    candidates = [line for line in lines_after(lines, moments.get("detected")) if line.is_by_person]
    look = next((line for line in candidates if any(_is_looking(cue) for cue in line.cues)), None)
    observation = (
        None if is_written_afterwards(lines) else _first_observation(candidates, lines, moments)
    )
    if (
        look
        and observation
        and look.event.happened_at - observation.event.happened_at <= _EXPLICIT_WITHIN
    ):
        return make_line_moment(look)
    first = min((line for line in (look, observation) if line), key=candidates.index, default=None)
    return make_line_moment(first) if first else None


def _first_observation(
    candidates: Sequence[Line], lines: Sequence[Line], moments: Mapping[str, Moment]
) -> Line | None:
    """Return the first observation by anyone but the reporter, or the responder's next line.

    Notes don't count: they're entered later and are about people other than their author.
    """
    acknowledged, ignored = moments.get("acknowledged"), find_reporters(lines, moments)
    taker = next(
        (
            line_by_id.author
            for line_by_id in lines
            if acknowledged and line_by_id.id in acknowledged.evidence
        ),
        None,
    )
    for line in candidates:
        is_observation = has_sense(line, Sense.FINDING) and line.author not in ignored
        continues = line.author == taker and _is_continuation(line, acknowledged)
        if (is_observation or continues) and line.event.kind is not EventKind.NOTE:
            return line
    return None


def _is_continuation(line: Line, acknowledged: Moment | None) -> bool:
    """Return whether a line follows the acknowledgement and says something.

    "here. which one?" only asks.
    """
    is_later = acknowledged is not None and line.event.happened_at > acknowledged.at
    return (
        is_later and len(line.prose.split()) >= _MIN_WORDS and not line.prose.rstrip().endswith("?")
    )


def cause_named(lines: Sequence[Line], moments: Mapping[str, Moment]) -> Moment | None:
    """The first statement of the cause that the draft names."""
    identification = find_identification(lines) if "detected" in moments else None
    if not identification:
        return None
    line, clause = identification
    # "The certificate expired at 7:00" says when it happened, "at 7:30 we found" when it was known.
    return make_spoken_moment(line, clause) if _FOUND.search(clause) else make_line_moment(line)


def _is_looking(cue: CueMatch) -> bool:
    """Return whether a clause is about looking; "on it" alone only acknowledges."""
    is_taken = cue.sense is Sense.TAKEN and _LOOKING.search(cue.clause) is not None
    return not cue.is_question and (is_taken or cue.sense is Sense.LOOKING)
