"""Facts for templates besides the draft itself, looked up and sorted from it.

Templates word the facts; here it's decided which rows, figures and lessons belong together.
"""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from bot.domain.draft import (
    ActionSuggestion,
    Draft,
    ImpactFigure,
    ImpactKind,
    RowKind,
    Statement,
    TimelineRow,
)
from bot.domain.key_times import FORMULAS, Moment
from bot.domain.markup import MarkupText
from bot.drafting import wording
from bot.rendering import citations
from bot.rendering.incident_period import find_incident_period

# Who is affected by each kind of figure. A failed request is seen by a user; an error rate is
# measured by a machine.
IMPACT_GROUPS = {
    "user": (
        *(ImpactKind.USERS, ImpactKind.REQUESTS, ImpactKind.REGIONS),
        *(ImpactKind.DURATION, ImpactKind.LATENCY),
    ),
    "business": (*(ImpactKind.REVENUE, ImpactKind.SLA, ImpactKind.TICKETS, ImpactKind.REPUTATION),),
    "technical": (
        *(ImpactKind.ERRORS, ImpactKind.DATA, ImpactKind.SERVICES, ImpactKind.DOWNSTREAM),
    ),
}
_ENDING = ("mitigating", "restored", "resolved")
_UPDATE_ROWS = frozenset({RowKind.COMMUNICATION, RowKind.STATUS})


def _word_pattern(text: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{text})\b", re.IGNORECASE)


# A lesson belongs to the first of these that it matches, else to "other".
_LESSONS = {
    "communication": _word_pattern(
        r"communicat\w*|customers?|status ?page|announc\w*|stakeholders?|support team|told|inform\w*"
    ),
    "process": _word_pattern(
        r"process\w*|runbooks?|playbooks?|checklists?|reviews?|on-?call|procedures?|polic(?:y|ies)|"
        r"hand-?overs?|escalat\w*|training|drills?|approvals?|documentation|docs"
    ),
    "technical": _word_pattern(
        r"alert\w*|monitor\w*|metrics?|dashboards?|tests?|testing|deploy\w*|rollbacks?|config\w*|"
        r"database\w*|quer(?:y|ies)|timeouts?|retr(?:y|ies)|limits?|pools?|caches?|queues?|cpu|"
        r"memory|disks?|servers?|networks?|dns|tls|certificates?|migrations?|code|api|staging|canary"
    ),
}
# Why a fault wasn't caught before it caused a failure, and why a failure wasn't noticed.
_UNCAUGHT = _word_pattern(
    r"(?:not|n't|never|nobody|no one) (?:\w+ )?(?:caught|catch|tested|reviewed|checked)|untested|"
    r"(?:no|without|missing|lacked?) (?:\w+ ){0,2}(?:tests?|reviews?|canary|staging|checks?|validation)|"
    r"(?:nobody|no one) (?:could (?:see|notice|spot)|saw|noticed|spotted)|(?:in|on|by) staging|"
    r"slipped through|test coverage|tests? (?:did|do|does) ?n[o']t"
)
_UNSEEN = _word_pattern(
    r"alert\w*|alarms?|monitor\w*|dashboards?|unnoticed|noticed|not (?:see|seen)|paged|silent(?:ly)?"
)


@dataclass(frozen=True, slots=True)
class KeyTime:
    """A moment with the rows of the timeline that it rests on."""

    name: str
    moment: Moment
    rows: tuple[TimelineRow, ...]


def build_facts(draft: Draft, *, on_page: bool = False) -> dict[str, Any]:
    """Return all facts that a template can use, by name. The built-in sections show how.

    `on_page` is for the Markdown of the HTML page; see `bot.rendering.citations`.
    """
    moments = dict(draft.moments.named())
    review_statements = (*draft.contributing_factors, *draft.went_poorly, *draft.lessons)
    return {
        "draft": draft,
        "written": {section.name: section for section in draft.sections},
        "moments": moments,
        "span": find_incident_period(draft),
        "durations": dict(draft.durations.named()),
        "formulas": FORMULAS,
        "questions": wording.find_questions(len(draft.cause_candidates)),
        "parts": wording.PART_NAMES,
        "several_days": len({row.at.date() for row in draft.timeline}) > 1,
        "links": [MarkupText(f"<{reference.url}>") for reference in draft.references],
        "figures": {kind.value: _figures_of(draft, [kind]) for kind in ImpactKind},
        "impact_on": {name: _figures_of(draft, kinds) for name, kinds in IMPACT_GROUPS.items()},
        "first_sign": _evidence_rows(draft, draft.moments.detected),
        "ending": [
            KeyTime(name, moment, _evidence_rows(draft, moment))
            for name in _ENDING
            if (moment := moments[name])
        ],
        "told": [row for row in draft.timeline if row.kind in _UPDATE_ROWS],
        "uncaught": _matching(_UNCAUGHT, review_statements),
        "unseen": _matching(_UNSEEN, review_statements),
        "lessons_on": _lessons(draft.lessons),
        "urgent_first": sorted(draft.action_items, key=_sort_key),
        **citations.build_facts(draft, on_page=on_page),
    }


def _figures_of(draft: Draft, kinds: Collection[ImpactKind]) -> list[ImpactFigure]:
    return [figure for figure in draft.impact if figure.kind in kinds]


def _evidence_rows(draft: Draft, moment: Moment | None) -> tuple[TimelineRow, ...]:
    """Return the rows that are evidence of a moment, without silences."""
    evidence = set(moment.evidence) if moment else set()
    spoken_rows = (row for row in draft.timeline if not row.is_silence)
    return tuple(row for row in spoken_rows if not evidence.isdisjoint(row.evidence))


def _matching(words: re.Pattern[str], statements: Iterable[Statement]) -> list[Statement]:
    matching = {
        statement.text: statement for statement in statements if words.search(statement.text)
    }
    return list(matching.values())


def _lessons(lessons: Iterable[Statement]) -> dict[str, list[Statement]]:
    sorted_: dict[str, list[Statement]] = {name: [] for name in (*_LESSONS, "other")}
    for lesson in lessons:
        subject = next((name for name, words in _LESSONS.items() if words.search(lesson.text)), "")
        sorted_[subject or "other"].append(lesson)
    return sorted_


def _sort_key(item: ActionSuggestion) -> str:
    """Return a sort key. Items without a priority come last, in their original order."""
    return item.priority or "P9"
