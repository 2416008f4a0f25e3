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

FORGETTING = "Everybody forgets. What matters is what would have reminded them, or made it unnecessary to remember."
OMISSION = "It tells what a person did not do, and not why that made sense at the time, or what did not help them."
HINDSIGHT = "It judges by what is known now. What matters is what could be seen then."
CHARACTER = (
    "It judges a person. Nobody can mend that, and nobody will tell what happened next time."
)
SLIP = "A slip is where the analysis begins. What matters is why one slip could do so much."
AT_FAULT = "It looks for who is at fault. A cause is something in the system that can be changed."
PACE = "It measures people. What matters is what they had to wait for, to find, or to understand."
RANKING = "It ranks people or teams. Incidents follow from systems, and counting them by person hides that."
REPROACH = "It is a reproach in the form of a question."

POSSIBLE = "What in the system made this possible, and what would have stopped it?"
THEN = "What could be seen at that moment, and what would have made it visible?"
EASY_WRONG = "What made this easy to get wrong, and what would have caught it?"
SUPPORT = "What would have made the right thing the easy one?"
