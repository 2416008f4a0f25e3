"""Evaluate the rules for an incident, and add the result to its draft."""

from collections.abc import Sequence
from dataclasses import replace

from bot.domain.draft import Draft
from bot.domain.requirement import Reason, Requirement, RequirementContext, Thresholds, UnknownRule
from bot.domain.timeline import Record
from bot.drafting.library.similar_incidents import rank_similar
from bot.drafting.library.traits import find_traits_with_causes
from bot.drafting.requirement.rules import RULES, Case, make_unknown_rule


def evaluate(
    record: Record, draft: Draft, thresholds: Thresholds, context: RequirementContext | None = None
) -> Requirement:
    """Decide whether the configuration requires a postmortem, with all reasons and open points."""
    case = Case(record.shown(), draft, context or RequirementContext())
    findings = [rule(case, thresholds) for rule in RULES]
    unknown_rules = tuple(finding for finding in findings if isinstance(finding, UnknownRule))
    return Requirement(
        reasons=tuple(finding for finding in findings if isinstance(finding, Reason)),
        unknown=unknown_rules,
        not_found=_not_found(draft, unknown_rules),
        waived=case.context.waived,
    )


# Facts that an author must look up if the draft lacks them, each with the rule that reports them too.
_AUTHOR_FACTS = {
    "started": "",
    "detected": "out_of_hours",
    "root_cause": "",
    "impact": "users",
}


def _not_found(draft: Draft, unknown_rules: Sequence[UnknownRule]) -> tuple[UnknownRule, ...]:
    """Return facts missing from the draft that no rule asks for already."""
    asked_rules = {unknown_rule.rule for unknown_rule in unknown_rules}
    missing = draft.completeness.missing
    names = (
        name for name, rule in _AUTHOR_FACTS.items() if name in missing and rule not in asked_rules
    )
    return tuple(make_unknown_rule(name) for name in names)


def draft_with_requirement(
    record: Record, draft: Draft, thresholds: Thresholds, context: RequirementContext | None = None
) -> Draft:
    """Return the draft with that decision and with similar past incidents."""
    similar = rank_similar(
        record.incident,
        find_traits_with_causes(record, draft),
        (context or RequirementContext()).past_incidents,
    )
    return replace(draft, need=evaluate(record, draft, thresholds, context), related=similar)
