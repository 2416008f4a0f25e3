"""Status-page posts: each begins with the phase in brackets or before a dash.

The five words are the ones that status pages offer when an update is written, so they are used the
same way by whoever has a page: "[Investigating] …", "Identified - …", "**Resolved:** …".
"""

import re
from collections import Counter
from collections.abc import Iterable
from enum import StrEnum


class Phase(StrEnum):
    """Where a status page says the incident stands."""

    INVESTIGATING = "investigating"
    IDENTIFIED = "identified"
    MONITORING = "monitoring"
    RESOLVED = "resolved"
    UPDATE = "update"


_HEAD = re.compile(
    r"^\W{0,4}(investigating|identified|monitoring|resolved|update)\W{0,3}(?:\]|:|\s[-\u2013\u2014]\s)",
    re.IGNORECASE,
)


def phase(text: str) -> Phase | None:
    """The phase that a text begins with, None when it is no post of a status page."""
    head = _HEAD.match(text)
    return Phase(head[1].lower()) if head else None


def headless(text: str) -> str:
    """The text without the phase that it begins with."""
    head = _HEAD.match(text)
    return text[head.end() :].lstrip() if head else text


def pages(posts: Iterable[tuple[str, str]]) -> frozenset[str]:
    """The authors that are status pages: most of what they wrote, twice or more, has such a head.

    A monitor's "[RESOLVED] …" and a person's "Update: …" have the form of a post as well; neither
    author writes in it all the time.
    """
    written: Counter[str] = Counter()
    headed: Counter[str] = Counter()
    telling: set[str] = set()
    for author, text in posts:
        found = phase(text)
        written[author] += 1
        headed[author] += found is not None
        if found not in {None, Phase.RESOLVED}:
            telling.add(author)
    return frozenset(author for author in telling if headed[author] * 2 > written[author])
