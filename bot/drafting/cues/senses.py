"""The senses that a clause can have in an incident, and the form of a cue for one."""

from dataclasses import dataclass
from enum import StrEnum


class Sense(StrEnum):
    """The role of a clause in the incident's story."""

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
    """A pattern for one sense; `why` explains why it should hold for any team.

    A pattern starts at the start of a word, is in lower case, and stays within one clause.
    """

    name: str
    sense: Sense
    pattern: str
    why: str


def cue(name: str, sense: Sense, pattern: str, why: str) -> Cue:
    return Cue(name, sense, pattern, why)
