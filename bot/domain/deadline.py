"""By when a postmortem is begun, in review, and final; and what of that has been done."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain.review import Review, State, Step


class Milestone(StrEnum):
    """How far a postmortem is to be by a time."""

    START = "start"
    DRAFT = "draft"
    FINAL = "final"


@dataclass(frozen=True, kw_only=True, slots=True)
class Deadline:
    """A nudge about a postmortem that is not so far at `due_at`, for one person."""

    id: int
    incident_id: int
    step: Milestone
    person: str
    due_at: datetime


def is_met(step: Milestone, *, written: bool, review: Review) -> bool:
    """Whether a postmortem is so far. `written` is whether a person has written anything in it.

    What was sent to review once was in time, also when it was returned.
    """
    if review.state is State.FINAL:
        return True
    sent = any(each.step is Step.SUBMITTED for each in review.steps)
    match step:
        case Milestone.START:
            return written or sent
        case Milestone.DRAFT:
            return sent
    return False


def author(review: Review, writers: list[tuple[datetime, str]]) -> str | None:
    """Whose it is: who sent it to review last, else who wrote in it last."""
    return review.author or (max(writers)[1] if writers else None)
