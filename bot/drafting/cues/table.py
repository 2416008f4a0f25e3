"""Cues: a table of small patterns for what people say during incidents, each with its reason.

Cues are English and common to anyone who runs computers; they name no product and no person. Text
in other languages matches none. Patterns apply to one clause in lower case (which halves the
engine's work) and have no nested repetition, so their time is proportional to the text. They're in
three files: state, response, and looking back.
"""

import re

from bot.drafting.cues.response import WORK_CUES
from bot.drafting.cues.review import REVIEW_CUES
from bot.drafting.cues.senses import Cue
from bot.drafting.cues.state import STATE_CUES

CUES: tuple[Cue, ...] = (*STATE_CUES, *WORK_CUES, *REVIEW_CUES)

HEDGE = re.compile(
    (
        r"\b(?:maybe|perhaps|possibly|possible|probably|might|may be|could|suspect\w*|suspicion|guess"
        r"|wonder|not sure|theory|hypothesis|seems?|look(?:s)? like|i think|i believe|we believe"
        r"|likely|apparently|appears?|expect|assum\w*|presum\w*|at a glance|so far|for now"
        r"|fingers crossed)\b"
    ),
)
NEGATION = re.compile(
    (
        r"\b(?:not|no(?!,)|cannot|unable|\w+n't|never|without|hopefully|hope|should|would|could|might"
        r"|if|when|until|once|will|\w+'ll|wait\w*|before|try(?:ing)?|to see if|starting to"
        r"|need(?:s)? to|ideally|want to)\b"
    ),
)
PERSISTS = re.compile(r"\b(?:again|once more|worse|still|continu\w+)\b", re.IGNORECASE)
LAUGHTER = re.compile(r"\b(?:lol|haha\w*|lmao|heh)\b", re.IGNORECASE)
PERSONAL = re.compile(
    r"\b(?:human error|operator error|forgot to|(?:my|his|her|their|your) (?:fault|mistake|bad)|"
    r"careless\w*|blame)\b",
    re.IGNORECASE,
)
