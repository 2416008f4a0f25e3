"""Whether two incidents are similar, and why: points for names that both contain.

In titles, it matters what is broken, not how: "checkout is down" and "checkout errors" are the same
thing broken twice. Words common in any title don't count. Otherwise, no single trait is enough: a
service fails in many ways, and an alert fires for many reasons. A false match is worse than none.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol

from bot.domain.incident import Incident
from bot.domain.library_page import Traits
from bot.domain.requirement import PastIncident

ENOUGH = 4  # points from which two incidents are similar
_TITLE, _ERROR, _ALERT, _SERVICE, _MODE, _CAUSE, _COMMON = 4, 3, 3, 2, 2, 2, 1
_DIFFERENT_MODES = -3  # both have named failure modes, but different ones
_MAX_NAMES = 2  # names of a kind in a reason

_WORD = re.compile(r"\w+")
# Words common in incident titles, which say that something is broken, but not what.
_ANY_TITLE = re.compile(
    r"an?|and|are|at|by|for|from|in|into|is|it|its|of|on|or|our|the|to|was|were|with|we|again|still|very|not|"
    r"down|fail|failed|failing|failure|broken|break|slow|errors?|issues?|problems?|incidents?|outages?|working|"
    r"unavailable|unnamed|prod|production|services?|p[0-4]|sev-?[0-5]"
)
# More of them: who was affected, how much and when. They aren't services either.
_NO_SUBJECT = re.compile(
    r"customers?|users?|people|cannot|cant|can|nobody|some|all|many|few|most|page|site|website|app|api|high|low|"
    r"rate|latency|response|time|spike|increased|elevated|degraded|degradation|partial|full|after|during|since|"
    r"deploy|deployment|release|region|request|timeout|cpu|memory|disk|usage|alert|warning|critical|traffic|load|"
    r"see|seeing|get|getting|wrong|missing|late|has|have|new|old|data|server|cluster|node|host|[a-z]{2}|\d.*"
)
# Errors that any program may raise. They identify an incident no better than the word "error".
_ANY_ERROR = re.compile(
    r"(?:HTTP \d{3}|(?:Timeout|Connection|Runtime|Value|Type|Key|IO|OS|NullPointer|IllegalState|"
    r"IllegalArgument|Internal|InternalServer|Request|Http|Service|Socket|Read|Connect|Gateway)*"
    r"(?:Error|Exception|Timeout|Unavailable)|ECONNREFUSED|ECONNRESET|ETIMEDOUT|EPIPE)",
    re.IGNORECASE,
)
_TITLE_OVERLAP = 0.6  # the share of common words from which two titles are about the same thing
_CAUSE_OVERLAP = 0.5
_MIN_PLURAL_LENGTH = 4  # letters; "dns" and "aws" aren't plurals
_MIN_SHARED_WORDS = 2  # words, unless the titles have the same ones
_MIN_SHARED_CAUSE_WORDS = 3
# The reasons as people read them, followed by the names that both incidents share.
_SHARED_TRAITS = {
    "title": "similar title",
    "service": "same service",
    "word": "the title names",
    "error": "same error",
    "alert": "same alert",
    "failure": "same failure mode:",
    "cause": "similar description of the cause",
}


@dataclass(frozen=True, slots=True)
class Similarity:
    """The points for a similarity, and the reasons in words.

    `is_by_title` is whether the titles match.
    """

    points: int
    reasons: tuple[str, ...]
    is_by_title: bool = False

    @property
    def is_enough(self) -> bool:
        return self.points >= ENOUGH


def compare_incidents(incident: Incident, traits: Traits, past: PastIncident) -> Similarity:
    """Compare an incident, with its traits, to a past one."""
    titles = is_similar(incident, past)
    matches = [(_TITLE, _shared_trait("title", []))] if titles else []
    pair = _Comparison(incident.title, traits, past, titles)
    matches += [match for rule in _RULES if (match := rule(pair))]
    points = sum(match for match, _ in matches)
    modes = {*traits.modes}, {*past.traits.modes}
    if all(modes) and modes[0].isdisjoint(modes[1]):
        points += _DIFFERENT_MODES
    return Similarity(points, tuple(why for _, why in matches), is_by_title=titles)


class ComparableIncident(Protocol):
    """The parts of an incident needed to compare titles and services."""

    @property
    def title(self) -> str: ...

    @property
    def services(self) -> tuple[str, ...]: ...


def is_similar(first: ComparableIncident, second: ComparableIncident) -> bool:
    """Return whether two incidents have a service in common, or similar titles.

    Titles are similar if they have the same words, or if most of the words and at least two are
    shared.
    """
    if set(first.services) & set(second.services):
        return True
    first_words, second_words = _words(first.title), _words(second.title)
    shared = first_words & second_words
    is_most = (
        len(shared) >= _MIN_SHARED_WORDS
        and len(shared) / len(first_words | second_words) >= _TITLE_OVERLAP
    )
    return bool(shared) and (first_words == second_words or is_most)


def find_subjects(title: str) -> set[str]:
    """Return what a title names as broken, usually services."""
    return {word for word in _words(title) if not _NO_SUBJECT.fullmatch(word)}


def is_common(error: str) -> bool:
    """Return whether any program may raise this error."""
    return _ANY_ERROR.fullmatch(error) is not None


@dataclass(frozen=True, slots=True)
class _Comparison:
    """Two incidents to compare."""

    title: str
    traits: Traits
    then: PastIncident
    has_similar_titles: bool


_Points = tuple[int, str] | None  # the points for what both have, and the reason


def _compare_services(pair: _Comparison) -> _Points:
    """Compare services. A word in both titles may not be a service, so it gets only one point."""
    first, second = find_subjects(pair.title), find_subjects(pair.then.title)
    named = {*pair.traits.services, *pair.then.traits.services}
    shared = (first | {*pair.traits.services}) & (second | {*pair.then.traits.services})
    if shared & named:
        return _SERVICE, _shared_trait("service", sorted(shared & named)[:_MAX_NAMES])
    if not shared or pair.has_similar_titles:
        return None
    return _COMMON, _shared_trait("word", sorted(shared)[:_MAX_NAMES])


def _compare_errors(pair: _Comparison) -> _Points:
    shared = _shared(pair.traits.errors, pair.then.traits.errors)
    distinctive = [error for error in shared if not is_common(error)]
    points = _ERROR + len(distinctive[:_MAX_NAMES]) - 1 if distinctive else _COMMON
    return (
        (points, _shared_trait("error", (distinctive or shared)[:_MAX_NAMES])) if shared else None
    )


def _compare_alerts(pair: _Comparison) -> _Points:
    shared = _shared(pair.traits.alerts, pair.then.traits.alerts)
    points = _ALERT if any(find_subjects(alert) for alert in shared) else _COMMON
    return (points, _shared_trait("alert", shared[:_MAX_NAMES])) if shared else None


def _compare_failure_modes(pair: _Comparison) -> _Points:
    shared = _shared(pair.traits.modes, pair.then.traits.modes)
    return (_MODE, _shared_trait("failure", shared[:_MAX_NAMES])) if shared else None


def _compare_causes(pair: _Comparison) -> _Points:
    first_words, second_words = (
        _words(" ".join(traits.causes)) for traits in (pair.traits, pair.then.traits)
    )
    shared = first_words & second_words
    is_same = (
        len(shared) >= _MIN_SHARED_CAUSE_WORDS
        and len(shared) / len(first_words | second_words) >= _CAUSE_OVERLAP
    )
    return (_CAUSE, _shared_trait("cause", [])) if is_same else None


def _shared_trait(kind: str, names: Sequence[str]) -> str:
    """Return what two incidents have in common, with its names if there are any."""
    return " ".join([_SHARED_TRAITS[kind], " and ".join(names)]).strip()


_RULES = (
    _compare_services,
    _compare_errors,
    _compare_alerts,
    _compare_failure_modes,
    _compare_causes,
)


def _shared(first: tuple[str, ...], second: tuple[str, ...]) -> list[str]:
    """Return the entries of the first that are in the second, ignoring case."""
    second_entries = {entry.casefold() for entry in second}
    return [entry for entry in first if entry.casefold() in second_entries]


@lru_cache(maxsize=4_096)
def _words(title: str) -> frozenset[str]:
    """Return a title's significant words, in singular."""
    words = (_singular(word) for word in _WORD.findall(title.casefold()))
    return frozenset(word for word in words if not _ANY_TITLE.fullmatch(word))


def _singular(word: str) -> str:
    plural = len(word) >= _MIN_PLURAL_LENGTH and word.endswith("s") and not word.endswith("ss")
    return word[:-1] if plural else word
