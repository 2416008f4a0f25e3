"""The rules for who took it, who looked, and who named the cause.

A rule's docstring says why it should hold in a team that nobody here has met.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import timedelta

from bot.domain.draft import Basis, Moment
from bot.domain.timeline import Kind
from bot.drafting.causes import best_cause
from bot.drafting.cue_search import Hit
from bot.drafting.cue_senses import Sense
from bot.drafting.cues import LAUGHTER
from bot.drafting.moment_rule import after, has, moment_at, moment_of, read_off, reporters
from bot.drafting.reading import Line
from bot.drafting.recovery_course import chronicle

_WORDS = 3  # an answer has that many; fewer is an exclamation
_WORK = {Sense.FINDING, Sense.CAUSE, Sense.REASON, Sense.BEGUN, Sense.DONE}
_LOOK = re.compile(r"\b(?:look|check|investigat|dig|debug)", re.IGNORECASE)
# Who says so has the same trouble, and has not taken it.
_ECHO = re.compile(
    r"\W*(?:yep|yes|yup|yeah|same|me too|\+1|also|here too|not just)\b", re.IGNORECASE
)
# Who takes it in so many words outweighs who spoke first, and "looking" what was seen, within this.
_PATIENCE = timedelta(minutes=12)
_ACKNOWLEDGES = re.compile(r"\backnowledge[sd]\b", re.IGNORECASE)  # told of somebody by a log
_FOUND = re.compile(
    r"\b(?:found|identified|discovered|reali[sz]ed|figured|pinpointed)\b", re.IGNORECASE
)


def lead_taken(lines: Sequence[Line], _: Mapping[str, Moment]) -> Moment | None:
    """Somebody was made lead: from then on it is in somebody's hands."""
    roles = (line for line in lines if line.event.kind is Kind.ROLE)
    lead = next((line for line in roles if line.event.detail.startswith("lead")), None)
    return moment_at(lead, Basis.MARKED) if lead else None


def first_taken(lines: Sequence[Line], found: Mapping[str, Moment]) -> Moment | None:
    """The first answer, or the lead's appointment when that came sooner.

    A command outweighs words only about what it says; naming a lead does not say when work began.
    """
    ways = (rule(lines, found) for rule in (lead_taken, chronicled_answer, first_answer))
    return min((way for way in ways if way), key=lambda moment: moment.at, default=None)


def chronicled_answer(lines: Sequence[Line], found: Mapping[str, Moment]) -> Moment | None:
    """A chronicler tells of all in one voice: the first entry in which somebody is on it."""
    if not chronicle(lines):
        return None
    taken = (line for line in after(lines, found.get("detected")) if line.firm(Sense.TAKEN))
    return next((read_off(line) for line in taken), None)


def first_answer(lines: Sequence[Line], found: Mapping[str, Moment]) -> Moment | None:
    """Somebody other than who gave the sign says that they take it, or answers and then works on it.

    A status page speaks with one voice and answers nobody.
    """
    ignored = reporters(lines, found)
    others = [
        line
        for line in lines
        if line.by_person and (line.author not in ignored or _ACKNOWLEDGES.search(line.prose))
    ]
    working = {line.author for line in others if line.senses() & _WORK}
    there = list(after(others, found.get("detected")))
    said = next((line for line in there if line.firm(Sense.TAKEN)), None)
    spoke = next((line for line in there if line.author in working and _answers(line)), None)
    if said and spoke and said.event.happened_at - spoke.event.happened_at <= _PATIENCE:
        return read_off(said)
    first = spoke or said
    return read_off(first) if first else None


def _answers(line: Line) -> bool:
    """Whether a message may be an answer: some words, no echo, no laughter."""
    several = len(line.prose.split()) >= _WORDS
    told = line.event.kind is Kind.MESSAGE and not _ECHO.match(line.prose)
    return told and several and not LAUGHTER.search(line.prose)


def page_look(lines: Sequence[Line], _: Mapping[str, Moment]) -> Moment | None:
    """A page may begin with "Identified" and say in the text that it still investigates."""
    looks = (line for line in lines if line.phase and line.firm(Sense.LOOKING))
    return next((read_off(line) for line in looks), None)


def first_look(lines: Sequence[Line], found: Mapping[str, Moment]) -> Moment | None:
    """The first word of looking, or the first observation by somebody other than who reported.

    Whoever took it says next what they see, in words that nobody can foresee.
    """
    there = [line for line in after(lines, found.get("detected")) if line.by_person]
    told = next((line for line in there if any(_looks(hit) for hit in line.hits)), None)
    seen = None if chronicle(lines) else _first_seen(there, lines, found)
    if told and seen and told.event.happened_at - seen.event.happened_at <= _PATIENCE:
        return read_off(told)
    first = min((line for line in (told, seen) if line), key=there.index, default=None)
    return read_off(first) if first else None


def _first_seen(
    there: Sequence[Line], lines: Sequence[Line], found: Mapping[str, Moment]
) -> Line | None:
    """The first line that tells what somebody sees who did not report it, or goes on after taking it.

    A note is entered later and tells of others than its author.
    """
    taken, ignored = found.get("acknowledged"), reporters(lines, found)
    taker = next((each.author for each in lines if taken and each.id in taken.evidence), None)
    for line in there:
        observed = has(line, Sense.FINDING) and line.author not in ignored
        goes_on = line.author == taker and _goes_on(line, taken)
        if (observed or goes_on) and line.event.kind is not Kind.NOTE:
            return line
    return None


def _goes_on(line: Line, taken: Moment | None) -> bool:
    """Whether a line follows the taking and says something; "here. which one?" only asks."""
    later = taken is not None and line.event.happened_at > taken.at
    return later and len(line.prose.split()) >= _WORDS and not line.prose.rstrip().endswith("?")


def cause_named(lines: Sequence[Line], found: Mapping[str, Moment]) -> Moment | None:
    """The firmest statement of a cause before it was over: what is said later only retells it.

    One that was named before a fix that did not hold gives way to one that was named afterwards.
    """
    restored = found.get("restored")
    if "detected" not in found:
        return None
    best = best_cause(lines, restored.at if restored else None)
    if not best:
        return None
    line, hit = best
    # "the certificate expired at 7:00" tells when it happened, "at 7:30 we found" when it was known.
    return moment_of(line, hit) if _FOUND.search(hit.clause) else read_off(line)


def _looks(hit: Hit) -> bool:
    """Whether a clause tells of looking; "on it" alone is taken, not yet looked at."""
    taken = hit.sense is Sense.TAKEN and _LOOK.search(hit.clause) is not None
    return not hit.asked and (taken or hit.sense is Sense.LOOKING)
