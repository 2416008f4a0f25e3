"""Whether a postmortem is required, by the configuration alone."""

from bot.config.policy import Policy
from bot.domain.draft import Draft
from bot.domain.requirement import RequirementContext, Thresholds, WorkingWeek
from bot.domain.timeline import Record
from bot.drafting.requirement.evaluation import draft_with_requirement


def thresholds(policy: Policy) -> Thresholds:
    """Return the configured thresholds, with the team's working hours."""
    hours = WorkingWeek(
        zone=policy.zone,
        days=policy.working_day_numbers,
        start=policy.working_hours.start,
        end=policy.working_hours.end,
    )
    return Thresholds(**dict(policy.postmortem.needed_when), hours=hours)


def add_requirement(
    record: Record, draft: Draft, policy: Policy, context: RequirementContext | None = None
) -> Draft:
    """Return the draft with the configuration's answer.

    Without `context`, it's from the record alone.
    """
    return draft_with_requirement(record, draft, thresholds(policy), context)
