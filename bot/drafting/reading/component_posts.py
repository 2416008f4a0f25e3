"""Posts of a status page about its components.

Status page tools write them in a few forms: "Search is experiencing degraded performance.",
"Search: partial outage", "We are investigating degraded availability for Search and Pages".
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.timeline import EventKind
from bot.drafting.reading.lines import Line
from bot.drafting.reading.status_pages import strip_phase

_WORD = r"[A-Z][\w&/+.'-]*(?: \([\w ./-]{1,40}\))?"
_NAMES = rf"{_WORD}(?:(?:, and |, | and | of | for | in | )(?:{_WORD})){{0,24}}"
_TROUBLE = (
    r"(?:degraded (?:performance|availability|service)|degraded"
    r"|(?:partial|major|full|complete|service) (?:outage|disruption)|outage|down"
    r"|elevated (?:errors?|error rates?|latency)|delayed|delays|disrupted|unavailable|slow)"
)
_WORKING = (
    r"(?:operating normally|operational|working normally|back to normal|available|fully recovered"
    r"|recovered|all systems operational)"
)
_POST = re.compile(
    (
        rf"^(?P<names>{_NAMES})(?:(?: (?:is|are|remains?))?(?: still| now"
        rf"| currently)?(?: experiencing| seeing)?(?: an?)?|:) (?:(?P<trouble>{_TROUBLE})"
        rf"|(?P<working>{_WORKING}))\b"
    ),
)
# "We are investigating reports of degraded performance for Issues and Webhooks."
_FIRST_POST = re.compile(
    rf"\b(?P<trouble>(?i:{_TROUBLE})) (?:for|on|of|in|with|affecting) (?P<names>{_NAMES})(?=\.|$"
    r"|\n)"
)
_BETWEEN_NAMES = re.compile(r", and |, | and ")
_MAX_LENGTH = 400  # characters of a post that may give a component's state


@dataclass(frozen=True, slots=True)
class ComponentPost:
    """A post about one or more components. `trouble` is in the page's words, empty if they work."""

    names: tuple[str, ...]
    trouble: str


def parse_component_post(line: Line) -> ComponentPost | None:
    """Return what an app's post says about components, or None."""
    is_page = line.phase is not None or line.event.kind is EventKind.ALERT
    return parse_component_text(line.prose) if is_page and not line.alarm else None


def parse_component_text(post: str) -> ComponentPost | None:
    """Return what a post says about components, or None."""
    if len(post) > _MAX_LENGTH:
        return None
    text = strip_phase(post)
    match = _POST.match(text)
    if match:
        return ComponentPost(_split(match["names"]), match["trouble"] or "")
    first = _FIRST_POST.search(text)
    return ComponentPost(_split(first["names"]), first["trouble"].lower()) if first else None


def _split(names: str) -> tuple[str, ...]:
    return tuple(name.strip(" .,") for name in _BETWEEN_NAMES.split(names) if name.strip(" .,"))


def describe_posts(posts: Sequence[ComponentPost]) -> str:
    """Return what posts in a row say together: "Affected: Search, Webhooks"."""
    names = dict.fromkeys(name for post in posts for name in post.names)
    label = "Affected" if posts[0].trouble else "Operating normally"
    return f"{label}: {', '.join(names)}"
