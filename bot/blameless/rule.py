"""The form of a rule for blame, and reasons and questions that several rules share."""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from enum import StrEnum

from bot.blameless.people_in_text import CERTAIN, PersonReference


class PersonPosition(StrEnum):
    """Where the blamed person is named, relative to the match."""

    BEFORE = "before"
    AFTER = "after"
    NOWHERE = "nowhere"


@dataclass(frozen=True, slots=True)
class Rule:
    """One kind of blame.

    `signs` are trigger words, separated by spaces. `blamed` are the kinds of persons whom the match
    must be about, and `position` is where they are named. A `deniable` rule doesn't apply after a
    denial ("no human error"). The fields for people are explained in `rules`.
    """

    name: str
    signs: str
    pattern: str
    why: str
    question: str
    better: str = ""
    position: PersonPosition = PersonPosition.BEFORE
    blamed: AbstractSet[PersonReference] = CERTAIN
    deniable: bool = False


# The words that follow, up to the end of the clause. `language` replaces REST in patterns by this.
REST = r"(?: +(?P<rest>[^.,;:!?()\u2026\u2013\u2014]{2,80}))?"

FORGETTING = (
    "Everybody forgets things. Say what would have reminded them, or made remembering unnecessary."
)
OMISSION = "It says what somebody didn't do, but not why that made sense at the time."
HINDSIGHT = "It judges in hindsight. Describe what people could see at the time."
CHARACTER = "It judges a person. That fixes nothing, and people will share less next time."
SLIP = "Start the analysis at the slip: find out why one slip could do so much damage."
AT_FAULT = "It looks for somebody to blame. A cause is something in the system that you can change."
PACE = "It measures people. Describe what they had to wait for, find or work out."
RANKING = "It ranks people or teams. Incidents come from systems, and counting them per person hides that."
REPROACH = "It's blame phrased as a question."

POSSIBLE = "What in the system made this possible, and what would have stopped it?"
THEN = "What could people see at the time, and what would have made the problem visible?"
EASY_WRONG = "What made this easy to get wrong, and what would have caught it?"
SUPPORT = "What would have made the right thing easy to do?"
