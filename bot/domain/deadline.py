"""Deadlines to start, submit and finalize a postmortem, and whether they're met."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain.review import PostmortemState, Review, ReviewStep


class Milestone(StrEnum):
    """What must be done with a postmortem by a deadline."""

    START = "start"
    DRAFT = "draft"
    FINAL = "final"


@dataclass(frozen=True, kw_only=True, slots=True)
class Deadline:
    """A reminder for one person that a postmortem hasn't reached a milestone by `due_at`."""

    id: int
    incident_id: int
    step: Milestone
    person: str
    due_at: datetime


def is_met(step: Milestone, *, written: bool, review: Review) -> bool:
    """Return whether a milestone is reached; `written` is whether a person has written any section.

    A postmortem that was submitted once counts as submitted, even if changes were requested.
    """
    if review.state is PostmortemState.FINAL:
        return True
    is_submitted = any(taken.step is ReviewStep.SUBMITTED for taken in review.steps)
    match step:
        case Milestone.START:
            return written or is_submitted
        case Milestone.DRAFT:
            return is_submitted
    return False


def find_author(review: Review, writers: list[tuple[datetime, str]]) -> str | None:
    """Return the author: whoever submitted it last, else whoever wrote in it last."""
    return review.author or (max(writers)[1] if writers else None)
