"""Status page posts: each starts with its phase, in brackets or before a dash or colon.

These five words are the ones that status page tools offer for an update, so everyone uses them the
same way: "[Investigating] …", "Identified - …", "**Resolved:** …".
"""

import re
from collections import Counter
from collections.abc import Iterable
from enum import StrEnum


class Phase(StrEnum):
    """The phase of an incident on a status page."""

    INVESTIGATING = "investigating"
    IDENTIFIED = "identified"
    MONITORING = "monitoring"
    RESOLVED = "resolved"
    UPDATE = "update"


_PHASE_AT_START = re.compile(
    r"^\W{0,4}(investigating|identified|monitoring|resolved|update)\W{0,3}(?:\]|:|\s[-\u2013\u2014]\s)",
    re.IGNORECASE,
)


def parse_phase(text: str) -> Phase | None:
    """Return the phase that a text starts with, or None if it isn't a status page post."""
    head = _PHASE_AT_START.match(text)
    return Phase(head[1].lower()) if head else None


def strip_phase(text: str) -> str:
    """Return the text without its phase."""
    head = _PHASE_AT_START.match(text)
    return text[head.end() :].lstrip() if head else text


def find_status_pages(posts: Iterable[tuple[str, str]]) -> frozenset[str]:
    """Return the authors that are status pages: more than half of their posts have a phase.

    At least one phase must not be "Resolved". A monitor's "[RESOLVED] …" and a person's "Update: …"
    look like posts too, but neither author writes like that all the time.
    """
    written: Counter[str] = Counter()
    headed: Counter[str] = Counter()
    telling: set[str] = set()
    for author, text in posts:
        phase = parse_phase(text)
        written[author] += 1
        headed[author] += phase is not None
        if phase not in {None, Phase.RESOLVED}:
            telling.add(author)
    return frozenset(author for author in telling if headed[author] * 2 > written[author])
