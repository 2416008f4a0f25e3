"""Detect records written down afterwards: a log of entries instead of a conversation.

In a log, nobody says "I" and nobody is asked. Its entries know what nobody knew at the time, so one
about the failure isn't necessarily how it was noticed.
"""

import re
from collections.abc import Sequence

from bot.domain.timeline import EventKind
from bot.drafting.reading.lines import Line

_TALKING = re.compile(
    (
        r"\b(?:i|i'?m|i'?ve|i'?ll|i'?d|me|my|you|your|you'?re|let'?s|thanks|thank you|pls|please|hey"
        r"|hi|ok|yes|yeah|lol|ack|hmm+|on it)\b|\?"
    ),
    re.IGNORECASE,
)
_MIN_ENTRIES = 5  # entries
_ONE_IN = 10  # one in this many may sound like conversation


def is_written_log(lines: Sequence[Line]) -> bool:
    """Return whether people's entries, at least five, read like a log.

    If an app posts for itself, the record was made as it happened.
    """
    if any(line.event.kind is EventKind.ALERT and not line.phase for line in lines):
        return False
    entries = [line for line in lines if line.event.kind is EventKind.MESSAGE and not line.phase]
    talking = sum(
        _TALKING.search(line.prose.replace("\u2019", "'")) is not None for line in entries
    )
    return len(entries) >= _MIN_ENTRIES and talking * _ONE_IN <= len(entries)
