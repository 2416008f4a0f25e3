"""Word a promise, proposal or request as a task: "I'll add an alert" is "Add an alert"."""

import re
from collections.abc import Collection

from bot.drafting.prose.cleaning import capitalize, clean

_ADVERB = r"(?:(?:also|probably|really|just|definitely|maybe|then|still|now|please)\s+)*"
_OPINION = (
    r"(?:(?:ideally|imo|imho|i think|i guess|maybe|perhaps|afterwards|after this|later|tomorrow"
    r"|at some point|next|longer term|long term)[,:]?\s+(?:that\s+)?)*"
)
_DUTY = (
    r"(?:should|must|ought to|(?:will )?(?:need|have|want) to|'?ll|\u2019ll|will|could|can"
    r"|may want to|(?:'re|'m|\u2019re|\u2019m| are| am) (?:going to|gonna)|gotta)"
)
_OPENING = re.compile(
    (
        rf"^{_OPINION}(?:(?:i|we|someone|somebody|you|@\S+)(?=['\u2019\s])\s*{_ADVERB}{_DUTY}\s+"
        rf"|let me\s+|will\s+|(?:need|have) to\s+|(?:can|could|would|will) you\s+){_ADVERB}(?!be\b"
        r"|have\b|not\b|see\b|know\b)(?=[a-z]{2,}\b)"
    ),
    re.IGNORECASE,
)
_ADDRESSED = re.compile(r"^@?[\w.-]+(?: [A-Z][\w-]+)?[,:]?\s+(?=(?:can|could|would|will) you\b)")


def as_task(text: str, names: Collection[str] = ()) -> str:
    """Return a task in the imperative where the words allow it, or else the text without its chat."""
    bare = _ADDRESSED.sub("", clean(text, names))
    task = _OPENING.sub("", bare)
    return capitalize(task.rstrip("?") if task != bare else bare)
