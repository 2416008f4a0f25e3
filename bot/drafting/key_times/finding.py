"""Find the eight key times, from start to resolution.

Each has a list of rules, firmest first. The first one that finds something wins.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise

from bot.domain.incident import Status
from bot.domain.key_times import FORMULAS, Durations, Moment, Moments
from bot.domain.timeline import EventKind, Mark
from bot.drafting.key_times import end_rules, response_rules, start_rules
from bot.drafting.key_times.rule import Rule, mark_rule, status_page_rule, status_rule
from bot.drafting.reading.lines import Line
from bot.drafting.reading.status_pages import Phase

# In the order of evaluation: a rule may use the moments found before it.
RULES: Mapping[str, tuple[Rule, ...]] = {
    "detected": (
        mark_rule(Mark.DETECTION),
        start_rules.told_sign,
        start_rules.chronicled_sign,
        start_rules.answered_sign,
        start_rules.first_sign,
    ),
    "acknowledged": (response_rules.first_taken,),
    "investigating": (
        status_rule(Status.INVESTIGATING),
        status_page_rule(Phase.INVESTIGATING),
        response_rules.page_look,
        response_rules.first_look,
    ),
    "restored": (
        mark_rule(Mark.RESTORED),
        end_rules.told_span,
        end_rules.page_well,
        end_rules.components_well,
        end_rules.came_back,
        end_rules.fix_out,
        end_rules.page_over,
    ),
    "identified": (
        mark_rule(Mark.ROOT_CAUSE),
        status_rule(Status.IDENTIFIED),
        status_page_rule(Phase.IDENTIFIED),
        response_rules.cause_named,
    ),
    "started": (
        mark_rule(Mark.STARTED),
        start_rules.typed_beginning,
        start_rules.told_beginning,
        start_rules.chronicled_beginning,
        start_rules.answered_beginning,
        start_rules.cause_dated,
    ),
    "resolved": (
        status_rule(Status.RESOLVED),
        status_page_rule(Phase.RESOLVED),
        end_rules.said_over,
        end_rules.last_post,
        end_rules.likely_over,
    ),
    "mitigating": (
        end_rules.page_step,
        end_rules.step_after_cause,
        end_rules.last_step,
        end_rules.only_step,
    ),
}
_SEQUENCE = ("started", "detected", "mitigating", "restored", "resolved")


# For these, a note with its own time takes precedence over other messages; not for the start.
_NOTES_FIRST = frozenset({"identified", "mitigating", "resolved"})


def find_moments(lines: Sequence[Line], set_moments: Mapping[str, Moment]) -> Moments:
    """Find the key times that people didn't set themselves; those they set stay."""
    notes = [line for line in lines if line.event.kind is EventKind.NOTE]
    moments = dict(set_moments)
    for name, candidates in RULES.items():
        if name in set_moments:
            continue
        for rule in candidates:
            moment = (notes and name in _NOTES_FIRST and rule(notes, moments)) or rule(
                lines, moments
            )
            if moment:
                moments[name] = replace(moment, rule=rule.__name__)
                break
    return apply_set_moments(Moments(**moments), set_moments)


def apply_set_moments(found: Moments, set_moments: Mapping[str, Moment]) -> Moments:
    """Replace found moments by those people set; found ones that contradict them become unknown."""
    wrong = {
        name
        for name, moment in found.named()
        if moment
        and any(_contradict((name, moment), set_moment) for set_moment in set_moments.items())
    }
    return replace(found, **(dict.fromkeys(wrong) | dict(set_moments)))


def _contradict(found: tuple[str, Moment], set_moment: tuple[str, Moment]) -> bool:
    """Return whether two moments are in the wrong order."""
    pair = sorted((found, set_moment), key=lambda named: named[1].at)
    names = [name for name, _ in pair]
    if not set(names) <= set(_SEQUENCE) or pair[0][1].at == pair[1][1].at:
        return False
    return _SEQUENCE.index(names[0]) > _SEQUENCE.index(names[1])


def compute_durations(moments: Moments) -> Durations:
    """Return durations between moments; None if one is unknown or they're in the wrong order."""
    at = {name: moment.at for name, moment in moments.named() if moment}
    return Durations(**{name: _duration(at, formula) for name, formula in FORMULAS.items()})


def find_contradictions(moments: Moments) -> Iterator[tuple[str, str]]:
    """Yield neighboring known moments in the wrong order, as (earlier, later).

    Only those whose order is a matter of logic: work may begin before anybody mentions it.
    """
    named = dict(moments.named())
    known_moments = [(name, moment) for name in _SEQUENCE if (moment := named[name])]
    for (earlier, first), (later, second) in pairwise(known_moments):
        if second.at < first.at:
            yield earlier, later


def _duration(at: Mapping[str, datetime], formula: str) -> timedelta | None:
    later, earlier = (at.get(name) for name in formula.split(" - "))
    return later - earlier if later and earlier and later >= earlier else None
