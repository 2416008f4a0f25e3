"""The form of a rule for blame, and reasons and questions that several rules share."""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from enum import StrEnum

from bot.blameless.person_reference import PersonReference


class PersonPosition(StrEnum):
    """Where the blamed person is named, relative to the match."""

    BEFORE = "before"
    OWNER = "owner"  # "Bob's": directly before, whatever comes before that
    AFTER = "after"
    NOWHERE = "nowhere"


_PERSON, _NAMED, _UNSURE = PersonReference.PERSON, PersonReference.NAMED, PersonReference.UNSURE
_SELF, _WE = PersonReference.SELF, PersonReference.WE
ANYBODY = frozenset({_PERSON, _NAMED, _UNSURE, _SELF, _WE})  # what only people do
OTHERS = frozenset({_PERSON, _NAMED, _UNSURE, _SELF})  # what "we" may say of a system's owners
CERTAIN = frozenset({_PERSON, _NAMED, _SELF})  # what systems do too
SURE = frozenset({_PERSON, _SELF})  # what systems do more often
NOBODY = frozenset({PersonReference.NOBODY})


@dataclass(frozen=True, slots=True)
class Rule:
    """One way to blame.

    `signs` are trigger words, separated by spaces; SIGN in the pattern stands for any of them.
    `blamed` are the kinds of persons whom the match must be about, and `position` is where they are
    named. A `deniable` rule doesn't apply after a denial ("no human error"), and an `excusable` one
    not before a reason in the system ("because the page had no link"). `better` is explained in
    `rules`.
    """

    name: str
    signs: str
    pattern: str
    better: str = ""
    position: PersonPosition = PersonPosition.BEFORE
    blamed: AbstractSet[PersonReference] = ANYBODY
    deniable: bool = False
    excusable: bool = False

    @property
    def why(self) -> str:
        """Why it's blame."""
        return KINDS[self.name][0]

    @property
    def question(self) -> str:
        """A question about the system, whose answer belongs there instead."""
        return KINDS[self.name][1]


# The words that follow, up to the end of the clause. `language` replaces REST in patterns by this.
REST = r"(?: +(?P<rest>[^.,;:!?()\u2026\u2013\u2014]{2,80}))?"

_OMISSION = "It says what somebody didn't do, but not why that made sense at the time."
_HINDSIGHT = "It judges in hindsight. Describe what people could see at the time."
_CHARACTER = "It judges a person. That fixes nothing, and people will share less next time."
_SLIP = "Start the analysis at the slip: find out why one slip could do so much damage."
_AT_FAULT = (
    "It looks for somebody to blame. A cause is something in the system that you can change."
)
_RANKING = (
    "It ranks people or teams. Incidents come from systems, and counting them per person "
    "hides that."
)
_REPROACH = "It's blame phrased as a question."
_FORGETTING = (
    "Everybody forgets things. Say what would have reminded them, or made remembering unnecessary."
)

_POSSIBLE = "What in the system made this possible, and what would have stopped it?"
_THEN = "What could people see at the time, and what would have made the problem visible?"
_EASY_WRONG = "What made this easy to get wrong, and what would have caught it?"
_SUPPORT = "What would have made the right thing easy to do?"
_REMINDER = "What would have reminded them, or made remembering unnecessary?"
_WAITING = "What did they have to wait for, find or work out?"

# Each kind of blame: why it's blame, and a question about the system.
KINDS = {
    "forgot": (_FORGETTING, _REMINDER),
    "left behind": (_OMISSION, _REMINDER),
    **dict.fromkeys(("missed", "ignored"), (_OMISSION, _THEN)),
    **dict.fromkeys(("neglected", "failed to", "did not", "nobody cared", "not following", "without", "passive blame"), (_OMISSION, _SUPPORT)),
    **dict.fromkeys(("should have", "if only"), (_HINDSIGHT, _THEN)),
    "why did nobody": (_REPROACH, _SUPPORT),
    "who did it": ("It looks for a person. Ask how it could happen.", _POSSIBLE),
    "human error": (_SLIP, "What in the system made this error possible, and what would have stopped it?"),
    "mistake": (_SLIP, _EASY_WRONG),
    **dict.fromkeys(("accidentally", "bad change", "broke"), (_SLIP, _POSSIBLE)),
    **dict.fromkeys(("caused by a person", "fault"), (_AT_FAULT, _POSSIBLE)),
    **dict.fromkeys(("character", "let down"), (_CHARACTER, _EASY_WRONG)),
    "too slow": ("It measures people. Describe what they had to wait for, find or work out.", _WAITING),
    "warned": (_AT_FAULT, "What made it look like the right thing to do at that moment?"),
    "no idea": (_CHARACTER, _THEN),
    "ranking": (_RANKING, "What do these incidents have in common?"),
    "telling people to be careful": (
        "Nobody can be careful all the time. Make the system safe when people aren't.",
        "What would make this safe for somebody who is tired and in a hurry?",
    ),
    "sarcasm": ("It's sarcasm. People who fear it share less next time.", _POSSIBLE),
}  # fmt: skip
