"""What people's words in an incident tell: a table of small patterns, each with its reason.

A cue is English and common to trades that run computers; it names no product and no person. Text in
another language meets no cue and is left alone. The patterns look at one clause at a time, in lower
case (which spares the engine half its work), have no nested repetition, and so take time in
proportion to the text. The table stands in three files: how things stand, what responders do, and
what is said about how it went.
"""

import re

from bot.drafting.cue_senses import Cue
from bot.drafting.cues_review import REVIEW
from bot.drafting.cues_state import STATE
from bot.drafting.cues_work import WORK

CUES: tuple[Cue, ...] = (*STATE, *WORK, *REVIEW)

HEDGE = re.compile(
    r"\b(?:maybe|perhaps|possibly|possible|probably|might|may be|could|suspect\w*|suspicion|guess|wonder|"
    r"not sure|theory|hypothesis|seems?|look(?:s)? like|i think|i believe|we believe|likely|apparently|"
    r"appears?|expect|assum\w*|presum\w*|at a glance|so far|for now|fingers crossed)\b",
)
NOT_YET = re.compile(
    r"\b(?:not|no(?!,)|cannot|unable|\w+n't|never|without|hopefully|hope|should|would|could|might|if|when|until|once|will|"
    r"\w+'ll|wait\w*|before|try(?:ing)?|to see if|starting to|need(?:s)? to|ideally|want to)\b",
)
AGAIN = re.compile(r"\b(?:again|once more|worse|still|continu\w+)\b", re.IGNORECASE)
LAUGHTER = re.compile(r"\b(?:lol|haha\w*|lmao|heh)\b", re.IGNORECASE)
PERSONAL = re.compile(
    r"\b(?:human error|operator error|forgot to|(?:my|his|her|their|your) (?:fault|mistake|bad)|"
    r"careless\w*|blame)\b",
    re.IGNORECASE,
)
