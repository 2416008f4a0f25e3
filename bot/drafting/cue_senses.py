"""What a clause can do in the story, and how a cue for it is written down."""

from dataclasses import dataclass
from enum import StrEnum


class Sense(StrEnum):
    """What a clause does in the story."""

    PROBLEM = "problem"
    FAILED = "failed"
    LOOKING = "looking"
    TAKEN = "taken"
    FINDING = "finding"
    CAUSE = "cause"
    REASON = "reason"
    BEGUN = "begun"
    DONE = "done"
    DECISION = "decision"
    RECOVERY = "recovery"
    CALM = "calm"
    FIXED = "fixed"
    OVER = "over"
    COMMUNICATION = "communication"
    FACTOR = "factor"
    WELL = "well"
    POORLY = "poorly"
    LUCKY = "lucky"
    LESSON = "lesson"


@dataclass(frozen=True, slots=True)
class Cue:
    """A pattern for one sense; `why` says why it holds in a team nobody here has met.

    The pattern stands at the beginning of a word, in lower case, within one clause.
    """

    name: str
    sense: Sense
    pattern: str
    why: str


def cue(name: str, sense: Sense, pattern: str, why: str) -> Cue:
    return Cue(name, sense, pattern, why)
