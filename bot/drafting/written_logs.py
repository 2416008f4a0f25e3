"""A record that was written down afterwards: a log of entries in place of a talk.

Nobody says "I" in it, and nobody is asked. Its entries know what nobody knew at their time, so one
that tells of the failure need not be the sign by which it was noticed.
"""

import re
from collections.abc import Sequence

from bot.domain.timeline import Kind
from bot.drafting.reading import Line

_TALKING = re.compile(
    r"\b(?:i|i'?m|i'?ve|i'?ll|i'?d|me|my|you|your|you'?re|let'?s|thanks|thank you|pls|please|hey|hi|ok|yes|yeah|lol|ack|hmm+|on it)\b|\?",
    re.IGNORECASE,
)
_SHORTEST = 5  # entries
_FEW = 10  # one in so many may sound like talk


def is_chronicle(lines: Sequence[Line]) -> bool:
    """Whether the entries of people (five at least) are told as by a chronicler.

    Where an application speaks for itself, the record was made as it happened.
    """
    if any(line.event.kind is Kind.ALERT and not line.phase for line in lines):
        return False
    told = [line for line in lines if line.event.kind is Kind.MESSAGE and not line.phase]
    talking = sum(_TALKING.search(line.prose.replace("\u2019", "'")) is not None for line in told)
    return len(told) >= _SHORTEST and talking * _FEW <= len(told)
