"""The eight moments: when it began, was seen, taken, understood, and over.

Each moment has a table of rules, firmest first; the first one that finds something wins.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise

from bot.domain.draft import FORMULAS, Durations, Moment, Moments
from bot.domain.incident import Status
from bot.domain.timeline import Kind, Mark
from bot.drafting import end_rules, response_rules, start_rules
from bot.drafting.moment_rule import Rule, deed, mark, posted
from bot.drafting.reading import Line
from bot.drafting.status_page_feed import Phase

# In the order in which they are found: a later one may lean on those before it.
RULES: Mapping[str, tuple[Rule, ...]] = {
    "detected": (
        mark(Mark.DETECTION),
        start_rules.told_sign,
        start_rules.chronicled_sign,
        start_rules.answered_sign,
        start_rules.first_sign,
    ),
    "acknowledged": (response_rules.first_taken,),
    "investigating": (
        deed(Status.INVESTIGATING),
        posted(Phase.INVESTIGATING),
        response_rules.page_look,
        response_rules.first_look,
    ),
    "restored": (
        mark(Mark.RESTORED),
        end_rules.told_span,
        end_rules.page_well,
        end_rules.came_back,
        end_rules.fix_out,
        end_rules.page_over,
    ),
    "identified": (
        mark(Mark.ROOT_CAUSE),
        deed(Status.IDENTIFIED),
        posted(Phase.IDENTIFIED),
        response_rules.cause_named,
    ),
    "started": (
        mark(Mark.STARTED),
        start_rules.typed_beginning,
        start_rules.told_beginning,
        start_rules.chronicled_beginning,
        start_rules.answered_beginning,
        start_rules.cause_dated,
    ),
    "resolved": (
        deed(Status.RESOLVED),
        posted(Phase.RESOLVED),
        end_rules.said_over,
        end_rules.last_post,
    ),
    "mitigating": (
        end_rules.page_step,
        end_rules.step_after_cause,
        end_rules.last_step,
        end_rules.only_step,
    ),
}
_SEQUENCE = ("started", "detected", "mitigating", "restored", "resolved")


# For these a note with its own time outweighs what was merely said; how it began is another matter.
_NOTED = frozenset({"identified", "mitigating", "resolved"})


def find_moments(lines: Sequence[Line], by_people: Mapping[str, Moment]) -> Moments:
    """Find the moments that people did not set themselves; those that they set stand."""
    notes = [line for line in lines if line.event.kind is Kind.NOTE]
    found = dict(by_people)
    for name, candidates in RULES.items():
        if name in by_people:
            continue
        for rule in candidates:
            moment = (notes and name in _NOTED and rule(notes, found)) or rule(lines, found)
            if moment:
                found[name] = replace(moment, rule=rule.__name__)
                break
    return overlaid(Moments(**found), by_people)


def overlaid(found: Moments, by_people: Mapping[str, Moment]) -> Moments:
    """The moments with those that people set; what was found and contradicts one of those is unknown."""
    wrong = {
        name
        for name, moment in found.named()
        if moment and any(_contradict((name, moment), each) for each in by_people.items())
    }
    return replace(found, **(dict.fromkeys(wrong) | dict(by_people)))


def _contradict(found: tuple[str, Moment], by_person: tuple[str, Moment]) -> bool:
    """Whether two moments stand the wrong way round."""
    pair = sorted((found, by_person), key=lambda named: named[1].at)
    names = [name for name, _ in pair]
    if not set(names) <= set(_SEQUENCE) or pair[0][1].at == pair[1][1].at:
        return False
    return _SEQUENCE.index(names[0]) > _SEQUENCE.index(names[1])


def durations(moments: Moments) -> Durations:
    """The spans between moments; None where an end is unknown or the two contradict each other."""
    at = {name: moment.at for name, moment in moments.named() if moment}
    return Durations(**{name: _span(at, formula) for name, formula in FORMULAS.items()})


def contradictions(moments: Moments) -> Iterator[tuple[str, str]]:
    """Neighbours among the known moments that stand the wrong way round, as (earlier, later).

    Only those whose order is a matter of logic: work may begin before anybody has said so.
    """
    named = dict(moments.named())
    known = [(name, moment) for name in _SEQUENCE if (moment := named[name])]
    for (earlier, first), (later, second) in pairwise(known):
        if second.at < first.at:
            yield earlier, later


def _span(at: Mapping[str, datetime], formula: str) -> timedelta | None:
    later, earlier = (at.get(name) for name in formula.split(" - "))
    return later - earlier if later and earlier and later >= earlier else None
