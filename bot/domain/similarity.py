"""Whether two incidents are much the same, and by what: names that both have, counted and said.

What a title says is broken counts, not how: "checkout is down" and "checkout errors" are the same thing
broken twice. Words that any incident's title may have say nothing about it. Of the rest no single trait is
enough: a service fails in many ways, and an alert fires for many reasons. A wrong likeness is worse than none.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol

from bot.domain import wording
from bot.domain.incident import Incident
from bot.domain.library_page import Traits
from bot.domain.requirement import Earlier

ENOUGH = 4  # points, from where on two incidents are much the same
_TITLE, _ERROR, _ALERT, _SERVICE, _MODE, _CAUSE, _COMMON = 4, 3, 3, 2, 2, 2, 1
_OTHERWISE = -3  # both failed in a way that has a name, and not in the same
_NAMED = 2  # of a kind, that a reason names

_WORD = re.compile(r"\w+")
# Words of any incident's title: they say that something is broken, not what.
_ANY_TITLE = re.compile(
    r"an?|and|are|at|by|for|from|in|into|is|it|its|of|on|or|our|the|to|was|were|with|we|again|still|very|not|"
    r"down|fail|failed|failing|failure|broken|break|slow|errors?|issues?|problems?|incidents?|outages?|working|"
    r"unavailable|unnamed|prod|production|services?|p[0-4]|sev-?[0-5]"
)
# More of them: whom it hit, how much and when, which is no service either.
_NO_SUBJECT = re.compile(
    r"customers?|users?|people|cannot|cant|can|nobody|some|all|many|few|most|page|site|website|app|api|high|low|"
    r"rate|latency|response|time|spike|increased|elevated|degraded|degradation|partial|full|after|during|since|"
    r"deploy|deployment|release|region|request|timeout|cpu|memory|disk|usage|alert|warning|critical|traffic|load|"
    r"see|seeing|get|getting|wrong|missing|late|has|have|new|old|data|server|cluster|node|host|[a-z]{2}|\d.*"
)
# Errors that any program may throw: they tell two incidents apart no more than the word "error".
_ANY_ERROR = re.compile(
    r"(?:HTTP \d{3}|(?:Timeout|Connection|Runtime|Value|Type|Key|IO|OS|NullPointer|IllegalState|"
    r"IllegalArgument|Internal|InternalServer|Request|Http|Service|Socket|Read|Connect|Gateway)*"
    r"(?:Error|Exception|Timeout|Unavailable)|ECONNREFUSED|ECONNRESET|ETIMEDOUT|EPIPE)",
    re.IGNORECASE,
)
_ALIKE = 0.6  # the share of words that two titles have in common when they tell of the same thing
_CAUSES_ALIKE = 0.5
_PLURAL = 4  # letters; "dns" and "aws" are no plurals
_SHARED = 2  # words, unless the titles are the same ones
_CAUSE_WORDS = 3


@dataclass(frozen=True, slots=True)
class Likeness:
    """How many points speak for it, and what they are for, in words. `by_title` is that the titles do."""

    points: int
    reasons: tuple[str, ...]
    by_title: bool = False

    @property
    def enough(self) -> bool:
        return self.points >= ENOUGH


def likeness(one: Incident, traits: Traits, other: Earlier) -> Likeness:
    """Compare an incident of these traits with one of before."""
    titles = alike(one, other)
    found = [(_TITLE, wording.same("title", []))] if titles else []
    pair = _Pair(one.title, traits, other, titles)
    found += [each for rule in _RULES if (each := rule(pair))]
    points = sum(each for each, _ in found)
    modes = {*traits.modes}, {*other.traits.modes}
    if all(modes) and modes[0].isdisjoint(modes[1]):
        points += _OTHERWISE
    return Likeness(points, tuple(why for _, why in found), by_title=titles)


class Broken(Protocol):
    """An incident, as far as likeness is told by it."""

    @property
    def title(self) -> str: ...

    @property
    def services(self) -> tuple[str, ...]: ...


def alike(one: Broken, other: Broken) -> bool:
    """Whether they share a service, or all words of their titles, or most words and at least two."""
    if set(one.services) & set(other.services):
        return True
    first, second = _words(one.title), _words(other.title)
    both = first & second
    most = len(both) >= _SHARED and len(both) / len(first | second) >= _ALIKE
    return bool(both) and (first == second or most)


def subjects(title: str) -> set[str]:
    """What a title names as broken: services mostly."""
    return {word for word in _words(title) if not _NO_SUBJECT.fullmatch(word)}


def is_common(error: str) -> bool:
    """Whether an error is one that any program may have."""
    return _ANY_ERROR.fullmatch(error) is not None


@dataclass(frozen=True, slots=True)
class _Pair:
    """Two incidents beside each other."""

    title: str
    traits: Traits
    then: Earlier
    titles_alike: bool


_Found = tuple[int, str] | None  # the points for what both have, and the reason


def _service(pair: _Pair) -> _Found:
    """A service that both name; of a word that is in both titles nobody knows whether it is one."""
    first, second = subjects(pair.title), subjects(pair.then.title)
    named = {*pair.traits.services, *pair.then.traits.services}
    both = (first | {*pair.traits.services}) & (second | {*pair.then.traits.services})
    if both & named:
        return _SERVICE, wording.same("service", sorted(both & named)[:_NAMED])
    if not both or pair.titles_alike:
        return None
    return _COMMON, wording.same("word", sorted(both)[:_NAMED])


def _error(pair: _Pair) -> _Found:
    both = _both(pair.traits.errors, pair.then.traits.errors)
    own = [each for each in both if not is_common(each)]
    points = _ERROR + len(own[:_NAMED]) - 1 if own else _COMMON
    return (points, wording.same("error", (own or both)[:_NAMED])) if both else None


def _alert(pair: _Pair) -> _Found:
    both = _both(pair.traits.alerts, pair.then.traits.alerts)
    points = _ALERT if any(subjects(each) for each in both) else _COMMON
    return (points, wording.same("alert", both[:_NAMED])) if both else None


def _mode(pair: _Pair) -> _Found:
    both = _both(pair.traits.modes, pair.then.traits.modes)
    return (_MODE, wording.same("failure", both[:_NAMED])) if both else None


def _cause(pair: _Pair) -> _Found:
    ours, theirs = (_words(" ".join(each.causes)) for each in (pair.traits, pair.then.traits))
    both = ours & theirs
    same = len(both) >= _CAUSE_WORDS and len(both) / len(ours | theirs) >= _CAUSES_ALIKE
    return (_CAUSE, wording.same("cause", [])) if same else None


_RULES = (_service, _error, _alert, _mode, _cause)


def _both(first: tuple[str, ...], second: tuple[str, ...]) -> list[str]:
    """Those of the first that are among the second, whatever their case."""
    known = {each.casefold() for each in second}
    return [each for each in first if each.casefold() in known]


@lru_cache(maxsize=4_096)
def _words(title: str) -> frozenset[str]:
    """A title's words without those of any title, one form for singular and plural."""
    words = (_singular(word) for word in _WORD.findall(title.casefold()))
    return frozenset(word for word in words if not _ANY_TITLE.fullmatch(word))


def _singular(word: str) -> str:
    plural = len(word) >= _PLURAL and word.endswith("s") and not word.endswith("ss")
    return word[:-1] if plural else word
