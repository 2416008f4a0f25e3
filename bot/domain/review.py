"""The review of a postmortem: draft, in review, final; each step with who took it, when and why."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Step(StrEnum):
    """What somebody did."""

    SUBMITTED = "submitted"
    APPROVED = "approved"
    RETURNED = "returned"
    FINAL = "final"
    REOPENED = "reopened"
    DECIDED = "decided"  # something was, in the review; the postmortem stands as before


class State(StrEnum):
    """How a postmortem stands."""

    DRAFT = "draft"
    IN_REVIEW = "in review"
    FINAL = "final"


_LEADS_TO = {
    Step.SUBMITTED: State.IN_REVIEW,
    Step.APPROVED: State.IN_REVIEW,
    Step.RETURNED: State.DRAFT,
    Step.FINAL: State.FINAL,
    Step.REOPENED: State.DRAFT,
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Taken:
    """A step that was taken, of the version that was there then.

    `by` is a user id as it is stored, and a name for readers in a draft.
    """

    step: Step
    by: str
    at: datetime
    version: int
    because: str = ""


@dataclass(frozen=True, slots=True)
class Review:
    """All steps of a postmortem, in order. None is ever taken away."""

    steps: tuple[Taken, ...] = ()

    @property
    def state(self) -> State:
        return _LEADS_TO[self.last.step] if self.last else State.DRAFT

    @property
    def decisions(self) -> tuple[Taken, ...]:
        """What was decided in the review, in order."""
        return tuple(each for each in self.steps if each.step is Step.DECIDED)

    @property
    def author(self) -> str | None:
        """Who sent it to review last."""
        return self.submitted.by if self.submitted else None

    @property
    def reviewers(self) -> tuple[str, ...]:
        """Everybody who approved or returned it, once each, in order."""
        found = [each.by for each in self.steps if each.step in {Step.APPROVED, Step.RETURNED}]
        return tuple(dict.fromkeys(found))

    @property
    def approvals(self) -> tuple[Taken, ...]:
        """The approvals since it was sent to review last."""
        since = self.steps.index(self.submitted) if self.submitted else len(self.steps)
        return tuple(each for each in self.steps[since:] if each.step is Step.APPROVED)

    @property
    def by_author_alone(self) -> bool:
        """Whether nobody but its author approved it."""
        return bool(self.approvals) and all(each.by == self.author for each in self.approvals)

    @property
    def last(self) -> Taken | None:
        """The last step that led to another state, or stayed in it."""
        led = [each for each in self.steps if each.step in _LEADS_TO]
        return led[-1] if led else None

    @property
    def submitted(self) -> Taken | None:
        """When it was sent to review last."""
        sent = [each for each in self.steps if each.step is Step.SUBMITTED]
        return sent[-1] if sent else None
