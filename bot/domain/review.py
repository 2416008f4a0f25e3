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
        return tuple(each for each in self.steps if each.step is ReviewStep.DECIDED)

    @property
    def author(self) -> str | None:
        """Return who last submitted it for review."""
        return self.submitted.by if self.submitted else None

    @property
    def reviewers(self) -> tuple[str, ...]:
        """Return everybody who approved it or requested changes, without duplicates, in order."""
        found = [
            each.by
            for each in self.steps
            if each.step in {ReviewStep.APPROVED, ReviewStep.RETURNED}
        ]
        return tuple(dict.fromkeys(found))

    @property
    def approvals(self) -> tuple[StepTaken, ...]:
        """Return the approvals since it was last submitted."""
        since = self.steps.index(self.submitted) if self.submitted else len(self.steps)
        return tuple(each for each in self.steps[since:] if each.step is ReviewStep.APPROVED)

    @property
    def by_author_alone(self) -> bool:
        """Return whether it was approved by its author only."""
        return bool(self.approvals) and all(each.by == self.author for each in self.approvals)

    @property
    def last(self) -> StepTaken | None:
        """Return the last step that sets a state, even if the state didn't change."""
        led = [each for each in self.steps if each.step in _LEADS_TO]
        return led[-1] if led else None

    @property
    def submitted(self) -> StepTaken | None:
        """Return the last submission."""
        sent = [each for each in self.steps if each.step is ReviewStep.SUBMITTED]
        return sent[-1] if sent else None
