"""The review of a postmortem: draft, in review, final.

Each step has its author, time and reason.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class ReviewStep(StrEnum):
    """A step of a review."""

    SUBMITTED = "submitted"
    APPROVED = "approved"
    RETURNED = "returned"
    FINAL = "final"
    REOPENED = "reopened"
    DECIDED = "decided"  # a decision made in the review; it doesn't change the state


class PostmortemState(StrEnum):
    """The state of a postmortem."""

    DRAFT = "draft"
    IN_REVIEW = "in review"
    FINAL = "final"


_LEADS_TO = {
    ReviewStep.SUBMITTED: PostmortemState.IN_REVIEW,
    ReviewStep.APPROVED: PostmortemState.IN_REVIEW,
    ReviewStep.RETURNED: PostmortemState.DRAFT,
    ReviewStep.FINAL: PostmortemState.FINAL,
    ReviewStep.REOPENED: PostmortemState.DRAFT,
}


@dataclass(frozen=True, kw_only=True, slots=True)
class StepTaken:
    """A step taken, and the version it refers to.

    `by` is a user id when stored, and a display name in a draft.
    """

    step: ReviewStep
    by: str
    at: datetime
    version: int
    because: str = ""


@dataclass(frozen=True, slots=True)
class Review:
    """All steps of a postmortem's review, in order. Steps are never removed."""

    steps: tuple[StepTaken, ...] = ()

    @property
    def state(self) -> PostmortemState:
        return _LEADS_TO[self.last.step] if self.last else PostmortemState.DRAFT

    @property
    def decisions(self) -> tuple[StepTaken, ...]:
        """Return the decisions made in the review, in order."""
        return tuple(step for step in self.steps if step.step is ReviewStep.DECIDED)

    @property
    def author(self) -> str | None:
        """Return who last submitted it for review."""
        return self.submitted.by if self.submitted else None

    @property
    def reviewers(self) -> tuple[str, ...]:
        """Return everybody who approved it or requested changes, without duplicates, in order."""
        people = [
            step.by
            for step in self.steps
            if step.step in {ReviewStep.APPROVED, ReviewStep.RETURNED}
        ]
        return tuple(dict.fromkeys(people))

    @property
    def approvals(self) -> tuple[StepTaken, ...]:
        """Return the approvals since it was last submitted."""
        since = self.steps.index(self.submitted) if self.submitted else len(self.steps)
        return tuple(step for step in self.steps[since:] if step.step is ReviewStep.APPROVED)

    @property
    def by_author_alone(self) -> bool:
        """Return whether it was approved by its author only."""
        return bool(self.approvals) and all(step.by == self.author for step in self.approvals)

    @property
    def last(self) -> StepTaken | None:
        """Return the last step that sets a state, even if the state didn't change."""
        steps = [step for step in self.steps if step.step in _LEADS_TO]
        return steps[-1] if steps else None

    @property
    def submitted(self) -> StepTaken | None:
        """Return the last submission."""
        submissions = [step for step in self.steps if step.step is ReviewStep.SUBMITTED]
        return submissions[-1] if submissions else None
